"""The search that answers a question of a checklist: the rule's plan, bound to the alert's values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.alerts.model import Alert
from bot.app.answer import visible
from bot.app.desk import Desk
from bot.app.ports import Search, Window
from bot.app.understand import command
from bot.app.windows import read_window
from bot.errors import BotError
from bot.query.ast import Query
from bot.query.errors import quoted
from bot.query.parameters import ParameterValue, bind, parameters_of, read_value
from bot.rules.card import place_of
from bot.rules.model import Rule, TriageItem

DELIVERY = timedelta(minutes=20)
"""How late an event may reach the log (CloudTrail: about 5 minutes on average, AWS does not promise
it). A search around what happened goes on for so long after it."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ItemSearch:
    """A question that can run. `command` is it in words; `about` the values that were chosen among
    several; `query` is bound."""

    search: Search
    query: Query
    command: str
    about: str
    needs: tuple[str, ...]


def search_for(desk: Desk, alert: Alert, item_id: str) -> ItemSearch:
    """The search for an item of the alert, around what happened; `BotError` says why there is none."""
    raised_by = _rule(desk, alert.rule)
    plan = next((item for item in raised_by.triage if item.id == item_id), None)
    if plan is None or not plan.runs:
        raise BotError("Cannot run: the rule has changed, and this question is not in it any more.")
    chosen: dict[str, str] = {}
    if plan.rule is not None:
        asks = _rule(desk, plan.rule)
        values = _values(asks, plan, alert, chosen)
        query, needs = bind(asks.query, values), asks.needs
        around = plan.around or asks.window
        said = {name: value.text for name, value in values.items()}
    else:
        assert plan.query is not None  # noqa: S101 - `runs` says so
        asks, around, needs, said = raised_by, plan.around or _DAY, raised_by.needs, {}
        named = {name: _named(name, alert, chosen) for name in parameters_of(plan.query)}
        query = bind(plan.query, {name: read_value("text", text) for name, text in named.items()})
    source = desk.sources.get(asks.log)
    if source is None:
        raise BotError(f"Cannot run: the log {quoted(asks.log)} is not in rules/config.yml.")
    window = _around(alert, around, desk.clock())
    words = _command(asks, said, window) if plan.rule is not None else f"{alert.rule} ({plan.id})"
    about = ", ".join(
        f"{name} {visible(value)} (the newest of several)" for name, value in chosen.items()
    )
    return ItemSearch(Search(str(query), source.groups, window), query, words, about, needs)


def _rule(desk: Desk, rule_id: str) -> Rule:
    for rule in desk.rules:
        if rule.id == rule_id:
            return rule
    raise BotError(f"Cannot run: there is no rule {quoted(rule_id)} any more.")


def _values(
    asks: Rule, plan: TriageItem, alert: Alert, chosen: dict[str, str]
) -> Mapping[str, ParameterValue]:
    """A value for each parameter of the rule that the item runs."""
    values = {}
    for parameter in asks.parameters:
        text = plan.bindings.get(parameter.name, parameter.default)
        if text is None:
            raise BotError(f"Cannot run: {quoted(asks.id)} needs {quoted(parameter.name)}.")
        name = place_of(text)
        if name is not None:
            text = _named(name, alert, chosen)
        try:
            values[parameter.name] = read_value(parameter.type, text, parameter.choices)
        except BotError as error:
            raise BotError(f"Cannot run: {error}") from error
    return values


def _named(name: str, alert: Alert, chosen: dict[str, str]) -> str:
    """What `{{name}}` is in this alert; where its rows differ, what the newest of them says."""
    if name in alert.values:
        return alert.values[name]
    newest = next((row[name] for row in alert.rows if name in row), None)
    if newest is None:
        raise BotError(f"Cannot run: this alert has no {name}.")
    chosen[name] = newest
    return newest


def _around(alert: Alert, around: timedelta, now: datetime) -> Window:
    """The span around what happened, in whole seconds, up to now."""
    start = (alert.first - around).astimezone(UTC).replace(microsecond=0)
    end = (alert.last + around + DELIVERY).astimezone(UTC).replace(microsecond=0)
    latest = now.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
    return Window(start, max(min(end, latest), start + timedelta(seconds=1)))


def _command(rule: Rule, texts: Mapping[str, str], window: Window) -> str:
    """The question as a person could ask it."""
    span = f"{window.start:%Y-%m-%dT%H:%M:%SZ}..{window.end:%Y-%m-%dT%H:%M:%SZ}"
    return command(rule, texts, read_window(span))
