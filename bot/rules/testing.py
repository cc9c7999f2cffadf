"""Runs the tests of a rule on their events, under every reading of what AWS leaves open."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.errors import BotError
from bot.query.ast import Query, Sort, Stats
from bot.query.errors import plain
from bot.query.evaluate import evaluate
from bot.query.parameters import ParameterValue, bind, parameters_of, read_value
from bot.query.plan import Context, compile_query
from bot.query.readings import CHOSEN, Readings, plausible
from bot.query.values import Timestamp
from bot.rules.model import Rule, RuleTest, place_of
from bot.rules.sample_values import samples
from bot.rules.times import event_time

# Events of a test that do not say when they happened are a second apart, from here on.
_BEGIN = 1_767_225_600_000  # 2026-01-01T00:00:00Z

_Row: TypeAlias = Mapping[str, str]
_Events: TypeAlias = Sequence[Mapping[str, Any]]


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
    outcomes = []
    for test in rule.tests:
        try:
            why = _run(rule, test, known)
        except BotError as error:
            why = str(error)
        outcomes.append(TestOutcome(test.name, not why, why))
    return outcomes


def _run(rule: Rule, test: RuleTest, rules: Mapping[str, Rule]) -> str:
    """Why the test fails, or an empty text."""
    query = _bound(rule, test)
    events = _timed(test.events)
    rows = _rows(query, events, CHOSEN)
    if why := _judge(test, query, rows):
        return why
    for readings in plausible(query):
        if readings != CHOSEN and (why := _judge(test, query, _rows(query, events, readings))):
            return _differs(query, events, readings, why)
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


def _timed(events: _Events) -> list[Mapping[str, Any]]:
    """The events with a `@timestamp`, as the log service gives them one."""
    timed: list[Mapping[str, Any]] = []
    for i, event in enumerate(events):
        given = event_time(event)
        time = _BEGIN + i * 1000 if given is None else given
        timed.append({**event, "@timestamp": Timestamp(time)})
    return timed


def _rows(query: Query, events: _Events, readings: Readings) -> Sequence[_Row]:
    times = [int(event["@timestamp"]) for event in events] or [_BEGIN]
    end = max(times) // 1000 * 1000 + 1000
    context = Context(now=end, start=min(times) // 1000 * 1000, end=end)
    return evaluate(compile_query(query, readings), events, context).rows


def _judge(test: RuleTest, query: Query, rows: Sequence[_Row]) -> str:
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
    expected: Sequence[Mapping[str, str | None]], rows: Sequence[_Row], *, ordered: bool
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


def _stands_for(expected: Mapping[str, str | None], row: _Row) -> bool:
    return all(row.get(name) == value for name, value in expected.items())


def _is_ordered(query: Query) -> bool:
    """Whether the query says in which order its rows come."""
    last = [c for c in query.commands if isinstance(c, Sort | Stats)][-1:]
    return any(isinstance(command, Sort) for command in last)


def _differs(query: Query, events: _Events, readings: Readings, why: str) -> str:
    """Which reading changes the result, and on which event it can be seen."""
    changed = ", ".join(_changed(readings))
    words = f"AWS leaves open what this means, and the readings differ ({changed}):\n{why}"
    for i, event in enumerate(events):
        if _rows(query, [event], CHOSEN) != _rows(query, [event], readings):
            name = event.get("eventName")
            return f"{words}\non event {i + 1}" + (f" ({name})" if isinstance(name, str) else "")
    return words


def _changed(readings: Readings) -> Iterator[str]:
    for field in dataclasses.fields(readings):
        value = getattr(readings, field.name)
        if value != getattr(CHOSEN, field.name):
            yield f"{field.name} = {value}"


def _unfit(rule: Rule, rows: Sequence[_Row], rules: Mapping[str, Rule]) -> str:
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
