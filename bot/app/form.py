"""A question that was filled into a form, place by place: the question it makes, or what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app.understand import command
from bot.app.windows import WindowSpec, read_window, window_of
from bot.errors import BotError
from bot.query.parameter_types import read_value
from bot.rules.card import RuleCard, RuleParameter

WINDOW = "window"
"""The name of the place for the window. No parameter has it (`bot.rules.read_parameters`)."""


class FormError(BotError):
    """A form that cannot be asked: `problems` says what is wrong, by the name of the place."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("\n".join(problems.values()))
        self.problems = problems


def rule_named(rule_id: str, rules: Sequence[RuleCard]) -> RuleCard:
    """The rule of exactly this id; `BotError` if it is gone since the form was opened."""
    for rule in rules:
        if rule.id == rule_id:
            return rule
    raise BotError("This rule is not there any more. Choose another one.")


def question_of(rule: RuleCard, texts: Mapping[str, str], now: datetime, zone: ZoneInfo) -> str:
    """The question in its plain form, such as `s3-writes my-bucket 24h`.

    `texts` has what was typed by parameter, and under `WINDOW` the window; an empty text is one
    that was left out. Raises `FormError` with all that is wrong at once.
    """
    problems: dict[str, str] = {}
    values: dict[str, str] = {}
    for parameter in rule.parameters:
        try:
            text = _value(parameter, texts.get(parameter.name, ""))
        except BotError as error:
            problems[parameter.name] = str(error)
        else:
            if text is not None:
                values[parameter.name] = text
    try:
        window = _window(rule, texts.get(WINDOW, ""), now, zone)
    except BotError as error:
        problems[WINDOW] = str(error)
    if problems:
        raise FormError(problems)
    return command(rule, values, window)


def _value(parameter: RuleParameter, text: str) -> str | None:
    if not text.strip():
        if parameter.required:
            raise BotError("This is needed.")
        return None
    return read_value(parameter.type, text, parameter.choices).text


def _window(rule: RuleCard, text: str, now: datetime, zone: ZoneInfo) -> WindowSpec:
    spec = read_window(text) if text.strip() else window_of(rule.window)
    spec.resolve(now, zone)
    return spec
