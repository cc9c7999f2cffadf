"""What a person can press or choose in a message or modal, and what Slack tells the bot of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.local.workspace.blockkit.elements import ELEMENTS, PASSIVE
from bot.local.workspace.blockkit.rules import options_of

_ACTIVE = frozenset(row.rpartition("/")[2] for row in {*ELEMENTS} - PASSIVE)
_HOLDERS = ("accessory", "element", "elements", "actions")
"""Fields of a block that hold what people act on, or the cards of a carousel."""

SINGLE = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
SEVERAL = frozenset({"checkboxes", "multi_static_select", "multi_external_select"})

_PLAIN_STATE: Mapping[str, tuple[str, str]] = {
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
}
"""Elements that hold one value: its name in the payload, and what it is before anybody acts."""


class NoElementError(Exception):
    """There is no such element or option; the text says what there is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person acts on: an element by `action_id` or by what is written on it."""

    action_id: str | None = None
    text: str | None = None
    block_id: str | None = None
    value: Any = None
    option: Any = None


@dataclass(frozen=True, slots=True)
class Found:
    """An element, its block, and the attachment that it stands in (counted from 1), if any."""

    element: dict[str, Any]
    block_id: str
    attachment: int | None = None


Values = dict[str, dict[str, dict[str, Any]]]
"""The state of all elements that keep one, by block_id and action_id, as Slack sends it."""


def _held(block: Mapping[str, Any]) -> Iterator[Any]:
    """What stands in the fields that can hold elements."""
    for name in _HOLDERS:
        value = block.get(name)
        yield from value if isinstance(value, list) else (value,)
    if block.get("type") == "data_table":
        yield from (cell.get("element") for row in block["rows"] for cell in row)


def elements_of(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What a person can act on in one block, in the order it is drawn."""
    for held in _held(block):
        if isinstance(held, dict):
            if held.get("type") in _ACTIVE:
                yield held
            elif held.get("type") == "card":
                yield from elements_of(held)


def with_action_ids(block: dict[str, Any], made_up: Callable[[], str]) -> dict[str, Any]:
    """A copy of the block in which all that can be acted on has an `action_id`."""
    named = copy.deepcopy(block)
    for held in elements_of(named):
        if not held.get("action_id"):
            held["action_id"] = made_up()
    return named


def elements_in(body: Mapping[str, Any]) -> Iterator[Found]:
    """Everything a person can act on in a message or view, in the order it is drawn."""
    for block in body.get("blocks") or ():
        yield from _in_block(block, None)
    for attachment in body.get("attachments") or ():
        for block in attachment.get("blocks") or ():
            yield from _in_block(block, attachment.get("id"))


def _in_block(block: dict[str, Any], attachment: int | None) -> Iterator[Found]:
    for element in elements_of(block):
        yield Found(element, block.get("block_id", ""), attachment)
    for child in block.get("child_blocks") or ():
        yield from _in_block(child, attachment)


def find_element(body: Mapping[str, Any], wanted: Wanted) -> Found:
    """The element that is meant, or NoElementError with a list of those there are."""
    found = list(elements_in(body))
    for candidate in found:
        if wanted.block_id is not None and candidate.block_id != wanted.block_id:
            continue
        if wanted.action_id is not None:
            if candidate.element.get("action_id") == wanted.action_id:
                return candidate
        elif wanted.text is not None and wanted.text in _labels(candidate.element):
            return candidate
    raise NoElementError(f"There is no such element. There is: {_listed(found)}")


def _labels(element: dict[str, Any]) -> list[str]:
    texts = [_shown(element), *(_shown(option) for option in options_of(element))]
    return [text for text in texts if text]


def _shown(labelled: Mapping[str, Any]) -> str:
    text = labelled.get("text") or labelled.get("placeholder") or {}
    return str(text.get("text", ""))


def _listed(found: Iterable[Found]) -> str:
    words = [
        f"{each.element.get('action_id')} ({'; '.join(_labels(each.element))})" for each in found
    ]
    return ", ".join(words) or "nothing to press"


def act(found: Found, wanted: Wanted, state: dict[str, Any]) -> dict[str, Any]:
    """What changes by acting: the part of the payload's action that its kind decides.

    `state` is the element's state as this person's client has it.
    """
    element = found.element
    kind = element["type"]
    if kind in ("button", "icon_button", "workflow_button"):
        return {name: element[name] for name in ("value", "text", "style") if name in element}
    if kind == "feedback_buttons":
        return _feedback(element, wanted)
    if kind in SINGLE:
        return {"selected_option": _option(element, wanted)}
    if kind in SEVERAL:
        return {"selected_options": _several(element, wanted, state.get("selected_options") or [])}
    return {_PLAIN_STATE[kind][0]: wanted.value if wanted.option is None else wanted.option}


def _feedback(element: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    for name in ("positive_button", "negative_button"):
        button = element[name]
        if wanted.option in (button["value"], _shown(button)) or wanted.value == button["value"]:
            return {"value": button["value"], "text": button["text"]}
    raise NoElementError("Say which button with `value` or `option`.")


def _option(element: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    """The option by value or by what is written on it. An external menu takes any."""
    meant = [each for each in (wanted.option, wanted.value, wanted.text) if each is not None]
    for option in (*options_of(element), *_chosen_at_first(element)):
        if option["value"] in meant or _shown(option) in meant:
            return option
    if element["type"].endswith("external_select") and meant:
        text = {"type": "plain_text", "text": str(meant[0]), "emoji": True}
        return {"text": text, "value": str(meant[0])}
    there = ", ".join(option["value"] for option in options_of(element))
    raise NoElementError(f"There is no such option. There is: {there}")


def _chosen_at_first(element: dict[str, Any]) -> list[dict[str, Any]]:
    """What an external menu holds before the bot was asked for options."""
    one = element.get("initial_option")
    return [one] if one else list(element.get("initial_options") or ())


def _several(
    element: dict[str, Any], wanted: Wanted, chosen: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """All options that are ticked now: a list replaces them, one option is ticked or unticked."""
    if isinstance(wanted.option, list):
        return [_option(element, Wanted(option=each)) for each in wanted.option]
    option = _option(element, wanted)
    if option in chosen:
        return [each for each in chosen if each != option]
    ticked = [*chosen, option]
    order = options_of(element)
    return [each for each in order if each in ticked] or ticked


def initial_values(body: Mapping[str, Any]) -> Values:
    """The state of every element that keeps one, before anybody has touched it."""
    values: Values = {}
    for found in elements_in(body):
        state = _initial(found.element)
        if state is not None:
            action_id = str(found.element.get("action_id"))
            values.setdefault(found.block_id, {})[action_id] = state
    return values


def _initial(element: dict[str, Any]) -> dict[str, Any] | None:
    kind = element["type"]
    if kind in SEVERAL:
        return {"type": kind, "selected_options": list(element.get("initial_options") or ())}
    if kind in SINGLE and kind != "overflow":
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _PLAIN_STATE:
        name, initial = _PLAIN_STATE[kind]
        return {"type": kind, name: element.get(initial)}
    return None


def overlay(values: Values, picked: Values) -> Values:
    """The state with what this person picked, where the element is still there."""
    return {
        block_id: {
            action_id: picked.get(block_id, {}).get(action_id, state)
            for action_id, state in states.items()
        }
        for block_id, states in values.items()
    }


def enter(body: Mapping[str, Any], given: Mapping[str, Any]) -> Values:
    """The state of a modal after a person filled it in.

    `given` is `{action_id: value}` or `{block_id: {action_id: value}}`; the value of a menu is an
    option's value or text, of boxes a list of them. NoElementError if it names an element that is none.
    """
    picked: Values = {}
    for found in elements_in(body):
        action_id = str(found.element.get("action_id"))
        value = given.get(action_id, _MISSING)
        inside = given.get(found.block_id)
        if isinstance(inside, dict) and action_id in inside:
            value = inside[action_id]
        if value is _MISSING:
            continue
        several = found.element["type"] in SEVERAL and not isinstance(value, list)
        wanted = Wanted(option=[value] if several else value)
        kind = found.element["type"]
        state = act(found, wanted, {}) if value is not None else _initial({"type": kind}) or {}
        picked.setdefault(found.block_id, {})[action_id] = {"type": kind} | state
    known = {each.block_id for each in elements_in(body)}
    known |= {str(each.element.get("action_id")) for each in elements_in(body)}
    for name in given:
        if name not in known:
            raise NoElementError(
                f"There is no input {name}. There is: {_listed(elements_in(body))}"
            )
    return picked


_MISSING = object()


def missing_inputs(body: Mapping[str, Any], values: Values) -> dict[str, str]:
    """What Slack's own client refuses before it tells the bot, by block_id."""
    errors = {}
    for block in body.get("blocks") or ():
        if block.get("type") != "input":
            continue
        element = block["element"]
        state = values.get(block["block_id"], {}).get(str(element.get("action_id")), {})
        entered = next((item for name, item in state.items() if name != "type"), None)
        problem = _problem(element, entered, bool(block.get("optional")))
        if problem:
            errors[block["block_id"]] = problem
    return errors


def _problem(element: dict[str, Any], entered: Any, optional: bool) -> str:
    if entered in (None, "", []):
        return "" if optional else "Please complete this required field."
    if element["type"] == "plain_text_input":
        if len(str(entered)) < element.get("min_length", 0):
            return f"Must be at least {element['min_length']} characters."
        if len(str(entered)) > element.get("max_length", 3000):
            return f"Must be at most {element.get('max_length', 3000)} characters."
    return ""
