"""Runs the tests of a rule on their events, under every reading of what AWS leaves open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import BotError
from bot.query.ast import Query, Sort, Stats
from bot.query.errors import plain
from bot.query.parameters import ParameterValue, bind, parameters_of, read_value
from bot.rules.card import place_of
from bot.rules.differences import difference
from bot.rules.model import Rule, RuleTest
from bot.rules.prepared import Prepared, Row, timed
from bot.rules.sample_values import samples


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """How one test went. `why` says what was expected and what came out; empty if it passed."""

    __test__ = False  # its name makes pytest look

    name: str
    passed: bool
    why: str = ""


def run_tests(rule: Rule, rules: Iterable[Rule]) -> list[TestOutcome]:
    """The outcome of each test of a rule. `rules` are all that load: its triage may run them.

    A test passes only if it does under every plausible set of readings.
    """
    known = {other.id: other for other in rules}
    prepared: dict[object, Prepared] = {}
    outcomes = []
    for test in rule.tests:
        try:
            why = _run(rule, test, known, prepared)
        except BotError as error:
            why = str(error)
        outcomes.append(TestOutcome(test.name, not why, why))
    return outcomes


def _run(
    rule: Rule, test: RuleTest, rules: Mapping[str, Rule], prepared: dict[object, Prepared]
) -> str:
    """Why the test fails, or an empty text."""
    key = (test.fires is None, tuple(sorted(test.bindings.items())))
    if key not in prepared:
        prepared[key] = Prepared(_bound(rule, test))
    run = prepared[key]
    events = timed(test.events)
    rows = run.rows(events)
    if why := _judge(test, run.query, rows):
        return why
    for readings in run.others:
        if why := _judge(test, run.query, run.rows(events, readings)):
            return difference(rule, run, events, readings, why)
    return _unfit(rule, rows, rules) if test.fires else ""


def _bound(rule: Rule, test: RuleTest) -> Query:
    """The query that the test is about, with its values."""
    texts = dict(test.bindings)
    query = rule.query
    values = dict(samples(rule.parameters))
    if test.fires is not None and rule.alert is not None and rule.alert.finds is not None:
        query = rule.alert.finds
        defaults = {p.name: p.default for p in rule.parameters if p.default is not None}
        texts = {**defaults, **rule.alert.bindings, **texts}
    for parameter in rule.parameters:
        if parameter.name in texts:
            text = texts[parameter.name]
            values[parameter.name] = read_value(parameter.type, text, parameter.choices)
    names: Mapping[str, ParameterValue] = {name: values[name] for name in parameters_of(query)}
    return bind(query, names)


def _judge(test: RuleTest, query: Query, rows: Sequence[Row]) -> str:
    """Why these rows are not what the test expects, or an empty text."""
    if test.expect is not None:
        if _fit(test.expect, rows, ordered=_is_ordered(query)):
            return ""
        return f"expected {_shown(test.expect)}\ngot      {_shown(rows)}"
    if test.rows is not None:
        wanted, right = f"{test.rows} rows", len(rows) == test.rows
    else:
        wanted = "that it fires" if test.fires else "that it does not fire"
        right = bool(rows) is test.fires
    return "" if right else f"expected {wanted}\ngot      {_shown(rows)}"


def _fit(
    expected: Sequence[Mapping[str, str | None]], rows: Sequence[Row], *, ordered: bool
) -> bool:
    """Whether each expected row stands for one of the rows, and none is left over."""
    if len(expected) != len(rows):
        return False
    if ordered:
        return all(_stands_for(one, row) for one, row in zip(expected, rows, strict=True))
    taken: dict[int, int] = {}
    fits = [[i for i, row in enumerate(rows) if _stands_for(one, row)] for one in expected]
    return all(_take(fits, i, taken, set()) for i in range(len(expected)))


def _take(fits: Sequence[Sequence[int]], one: int, taken: dict[int, int], tried: set[int]) -> bool:
    """Give an expected row one that it fits, moving others where that is needed."""
    for row in fits[one]:
        if row not in tried:
            tried.add(row)
            if row not in taken or _take(fits, taken[row], taken, tried):
                taken[row] = one
                return True
    return False


def _stands_for(expected: Mapping[str, str | None], row: Row) -> bool:
    return all(row.get(name) == value for name, value in expected.items())


def _is_ordered(query: Query) -> bool:
    """Whether the query says in which order its rows come."""
    last = [c for c in query.commands if isinstance(c, Sort | Stats)][-1:]
    return any(isinstance(command, Sort) for command in last)


def _unfit(rule: Rule, rows: Sequence[Row], rules: Mapping[str, Rule]) -> str:
    """Why a triage item could not run on what was found, or an empty text."""
    for item in rule.triage:
        target = rules.get(item.rule or "")
        types = {p.name: p for p in target.parameters} if target else {}
        for name, text in item.bindings.items():
            place = place_of(text) or ""
            for row in rows:
                if place in row and name in types:
                    try:
                        read_value(types[name].type, row[place], types[name].choices)
                    except BotError as error:
                        return f"triage item {item.id} cannot run: {error}"
    return ""


def _shown(rows: Sequence[Mapping[str, str | None]]) -> str:
    """Rows in a message: the first few, one line each."""
    if not rows:
        return "no rows"
    lines = [plain(json.dumps(row, ensure_ascii=False))[:300] for row in rows[:5]]
    more = [f"… and {len(rows) - 5} more"] if len(rows) > 5 else []
    return f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}:\n  " + "\n  ".join(lines + more)
