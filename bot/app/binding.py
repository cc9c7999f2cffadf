"""From what was asked to the search that answers it: the rule as it is now, each value in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.app import documents
from bot.app.asked import Asked
from bot.app.columns import named_columns, time_columns
from bot.app.desk import Desk
from bot.app.item_search import search_for
from bot.app.kept import ALERTS
from bot.app.ports import Search, Window
from bot.app.understand import no_source
from bot.errors import BotError
from bot.query.ast import Query
from bot.query.errors import quoted
from bot.query.parameters import ParameterValue, bind, read_value
from bot.rules.card import Source
from bot.rules.model import Rule


def bound(desk: Desk, asked: Asked) -> Asked:
    """The question with its search, and what its query says about the columns.

    Raises `BotError` if the rule is gone, or has changed so that the values do not fit any more; for
    an item of a checklist, whose values are those of the alert, if it cannot run.
    """
    if asked.item:
        return _bound_item(desk, asked)
    rule = rule_named(desk.rules, asked.rule)
    query = bound_query(rule, asked.values)
    window = Window(asked.answer.start, asked.answer.end)
    answer = replace(asked.answer, title=rule.title, needs=rule.needs)
    return _with(replace(asked, answer=answer), query, search_of(rule, query, desk.sources, window))


def rule_named(rules: Sequence[Rule], rule_id: str) -> Rule:
    """The rule of exactly this id; `BotError` if there is none any more."""
    for rule in rules:
        if rule.id == rule_id:
            return rule
    raise BotError(
        f"There is no rule {quoted(rule_id)} any more. `/siem list` shows what there is."
    )


def bound_query(rule: Rule, texts: Mapping[str, str]) -> Query:
    """The rule's query with these values; `BotError` if they do not fit the rule as it is now."""
    return bind(rule.query, _values(rule, texts))


def search_of(rule: Rule, query: Query, sources: Mapping[str, Source], window: Window) -> Search:
    """The search for a bound query of the rule; `BotError` if its log is not known any more."""
    if rule.log not in sources:
        raise no_source(rule)
    return Search(str(query), sources[rule.log].groups, window)


def _bound_item(desk: Desk, asked: Asked) -> Asked:
    alert_id, item_id = asked.item
    alert = documents.read(desk.store, ALERTS, alert_id)
    if alert is None:
        raise BotError("Cannot run: the alert is no longer kept.")
    ready = search_for(desk, alert, item_id)
    answer = replace(
        asked.answer,
        command=ready.command,
        start=ready.search.window.start,
        end=ready.search.window.end,
        needs=ready.needs,
    )
    return _with(replace(asked, answer=answer, about=ready.about), ready.query, ready.search)


def _with(asked: Asked, query: Query, search: Search) -> Asked:
    columns, times = named_columns(query), tuple(sorted(time_columns(query)))
    return replace(asked, search=search, columns=columns, times=times)


def _values(rule: Rule, texts: Mapping[str, str]) -> Mapping[str, ParameterValue]:
    """A value for each parameter that the rule has now."""
    changed = f"The rule `{rule.id}` has changed since this was asked"
    names = [parameter.name for parameter in rule.parameters]
    if unknown := [name for name in texts if name not in names]:
        raise BotError(f"{changed}: it takes no {quoted(unknown[0])} any more. Ask again.")
    values = {}
    for parameter in rule.parameters:
        text = texts.get(parameter.name, parameter.default)
        if text is None:
            raise BotError(f"{changed}: it needs a value for {quoted(parameter.name)}. Ask again.")
        try:
            values[parameter.name] = read_value(parameter.type, text, parameter.choices)
        except BotError as error:
            raise BotError(f"{changed}. {error} Ask again.") from error
    return values
