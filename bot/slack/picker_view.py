"""The form behind `/siem` alone: a list of rules, then a place for each value of the chosen one.

Modals: docs.slack.dev/surfaces/modals. A `static_select` holds 100 options or 100 groups of 100, and
Slack's own clients let people search in it by typing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.app.answer import visible
from bot.app.form import WINDOW
from bot.app.understand import example_of
from bot.app.windows import EXAMPLES, window_of
from bot.query.parameter_types import PARAMETER_TYPES
from bot.rules.card import RuleCard, RuleParameter
from bot.slack import words
from bot.slack.blocks import Block, context, cut, section

CALLBACK = "picker"
RULE = "picker_rule"
"""The list of rules: its block and its action."""

PRIVATE = "picker_private"
_WINDOW = "picker_window"

_IN_LIST, _CHOICE, _TITLE, _HOLDER, _HINT = 100, 75, 24, 150, 500


def picker_view(
    rules: Sequence[RuleCard],
    chosen: RuleCard | None,
    metadata: str,
    problem: str = "",
    *,
    private_only: bool = False,
) -> Block:
    """The modal. `metadata` comes back with it, at most 3,000 characters.

    `problem` is shown on top. With `private_only` the answer can be for one person only, so
    nobody is asked.
    """
    blocks = [context(problem)] if problem else []
    blocks.append(_rules(rules, chosen))
    if chosen is not None:
        blocks += [section(chosen.purpose), *_parameters(chosen), _window(chosen)]
        blocks.append(context(words.ONLY_YOU_WILL) if private_only else _private())
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(words.HELP_TITLE, _TITLE),
        "submit": _plain(words.ASK, _TITLE),
        "close": _plain(words.CANCEL, _TITLE),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def _parameters(rule: RuleCard) -> Iterator[Block]:
    """One place for each parameter, in the rule's order."""
    for parameter in rule.parameters:
        kind = PARAMETER_TYPES[parameter.type]
        about = [parameter.help, kind.noun if parameter.help != kind.noun else ""]
        yield _input(
            place_of(rule, parameter.name),
            parameter.name,
            _choices(parameter) if 0 < len(parameter.choices) <= _IN_LIST else _typed(parameter),
            hint=": ".join(part for part in about if part),
            optional=not parameter.required,
        )


def place_of(rule: RuleCard, name: str) -> str:
    """The block of a place. It holds the rule's id: Slack keeps what was typed where ids stay."""
    return f"{rule.id}/{name}"


def chosen_rule(values: Mapping[str, Any]) -> str:
    """The id of the rule that is chosen in the form's state; empty if none is."""
    option = values.get(RULE, {}).get(RULE, {}).get("selected_option") or {}
    return str(option.get("value", ""))


def texts_of(rule: RuleCard, values: Mapping[str, Any]) -> dict[str, str]:
    """What was typed or chosen, by parameter and `WINDOW`."""
    names = {parameter.name: parameter.name for parameter in rule.parameters}
    return {
        name: _text(values.get(place_of(rule, name), {}).get(action, {}))
        for name, action in {**names, WINDOW: _WINDOW}.items()
    }


def is_private(values: Mapping[str, Any]) -> bool:
    """Whether the answer is for one person only."""
    return bool(values.get(PRIVATE, {}).get(PRIVATE, {}).get("selected_options"))


def _text(state: Mapping[str, Any]) -> str:
    option = state.get("selected_option") or {}
    return str(option.get("value") or state.get("value") or "")


def _rules(rules: Sequence[RuleCard], chosen: RuleCard | None) -> Block:
    options = [_rule_option(rule) for rule in sorted(rules, key=lambda rule: rule.id)]
    select: Block = {
        "type": "static_select",
        "action_id": RULE,
        "placeholder": _plain(words.CHOOSE, _HOLDER),
    }
    if len(options) <= _IN_LIST:
        select["options"] = options
    else:
        parts = [options[i : i + _IN_LIST] for i in range(0, len(options), _IN_LIST)]
        select["option_groups"] = [
            {"label": _plain(f"{p[0]['value']} – {p[-1]['value']}", _CHOICE), "options": p}  # noqa: RUF001 - a dash between two names
            for p in parts[:_IN_LIST]
        ]
    if chosen is not None:
        select["initial_option"] = _rule_option(chosen)
    return {**_input(RULE, words.RULE, select), "dispatch_action": True}


def _rule_option(rule: RuleCard) -> Block:
    return _option(rule.id, f"{rule.id}: {rule.title}")


def _window(rule: RuleCard) -> Block:
    element = {
        "type": "plain_text_input",
        "action_id": _WINDOW,
        "initial_value": window_of(rule.window).text,
        "max_length": 100,
    }
    hint = words.window_hint(EXAMPLES.replace("`", ""))
    return _input(place_of(rule, WINDOW), words.WINDOW, element, hint=hint, optional=True)


def _private() -> Block:
    boxes = {
        "type": "checkboxes",
        "action_id": PRIVATE,
        "options": [_option("private", words.ONLY_I)],
    }
    return _input(PRIVATE, words.ANSWER, boxes, optional=True)


def _typed(parameter: RuleParameter) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": parameter.name, "max_length": 1_000}
    if parameter.default:
        element["initial_value"] = parameter.default[:1_000]
    else:
        element["placeholder"] = _plain(example_of(parameter), _HOLDER)
    return element


def _choices(parameter: RuleParameter) -> Block:
    select: Block = {
        "type": "static_select",
        "action_id": parameter.name,
        "options": [_option(choice, choice) for choice in parameter.choices],
    }
    if parameter.default in parameter.choices:
        select["initial_option"] = _option(parameter.default, parameter.default)
    return select


def _input(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False
) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label, 75),
        "element": element,
        "optional": optional,
    }
    return block | ({"hint": _plain(hint, _HINT)} if hint else {})


def _option(value: str, text: str) -> Block:
    return {"text": _plain(text, _CHOICE), "value": value[:150]}


def _plain(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": cut(visible(text), most), "emoji": False}
