"""The `tests` of a rule file: events, and what the rule must make of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bot.query.errors import quoted
from bot.query.values import render
from bot.rules.card import RuleParameter
from bot.rules.fault import did_you_mean, listed
from bot.rules.format import TEST
from bot.rules.model import RuleTest
from bot.rules.read_parameters import check_bindings, read_bindings
from bot.rules.section import Section
from bot.rules.times import event_time
from bot.rules.yaml_reader import Node

_VERDICTS = ("fires", "rows", "expect")
_MOST_ROWS = 10_000


def read_tests(
    rule: Section,
    parameters: tuple[RuleParameter, ...] | None,
    columns: tuple[str, ...] | None,
) -> tuple[RuleTest, ...]:
    """The tests of a rule. `parameters` and `columns` are None where they are faulty."""
    alerts = rule.has("alert")
    tests = []
    sections = rule.sections("tests", TEST)
    for section in sections:
        test = _test(section, alerts)
        if parameters is not None:
            check_bindings(section, test.bindings, parameters)
        if columns is not None:
            _check_columns(section, test, columns)
        tests.append(test)
    times = Counter(test.name for test in tests)
    for section, test in zip(sections, tests, strict=True):
        if test.name and times[test.name] > 1:
            section.fault("name", f"Two tests are called {quoted(test.name)}.", "Rename one.")
    if alerts:
        _check_both(rule, tests)
    return tuple(tests)


def _check_both(rule: Section, tests: list[RuleTest]) -> None:
    for fires, words in ((True, "fires"), (False, "does not fire")):
        if not any(test.fires is fires for test in tests):
            fix = f"Add a test with `fires: {str(fires).lower()}` and events that show it."
            rule.fault("tests", f"A rule that alerts needs a test in which it {words}.", fix)


def _test(section: Section, alerts: bool) -> RuleTest:
    given = [name for name in _VERDICTS if section.has(name)]
    if len(given) != 1:
        message = "A test has exactly one of `fires`, `rows` and `expect`."
        section.fault("", message, "Say what the rule must make of the events.")
    if "fires" in given and not alerts:
        message = "Only a rule with an `alert` fires."
        section.fault("fires", message, "Write `rows` or `expect` instead.")
    return RuleTest(
        name=section.text("name", longest=200),
        events=_events(section),
        fires=section.flag("fires") if "fires" in given else None,
        rows=section.number("rows", 0, _MOST_ROWS),
        expect=_expected(section) if "expect" in given else None,
        bindings=read_bindings(section, "with"),
    )


def _events(section: Section) -> tuple[Mapping[str, object], ...]:
    if section.node("events") is None:
        return ()
    events = []
    for node in section.nodes("events"):
        event = node.plain()
        if not isinstance(event, dict):
            section.wrong("events", node, "a log event, as a mapping")
        elif "@timestamp" in event and event_time(event) is None:
            message = f"{quoted(str(event['@timestamp']))} is no time."
            fix = "Write it as 2026-11-01T09:00:00Z, or as a number of milliseconds."
            section.faults.add(section.at("events"), message, fix, node.line)
        else:
            events.append(event)
    return tuple(events)


def _expected(section: Section) -> tuple[Mapping[str, str | None], ...]:
    rows = []
    for node in section.nodes("expect"):
        if not isinstance(node.value, dict):
            section.wrong("expect", node, "a row, as a mapping of columns to values")
            continue
        rows.append({name: _cell(section, name, cell) for name, cell in node.value.items()})
    return tuple(rows)


def _cell(section: Section, name: str, node: Node) -> str | None:
    """A value as CloudWatch returns it, which is always text; None is a column without one."""
    if isinstance(node.value, dict | tuple):
        section.wrong(f"expect.{name}", node, "one value")
        return None
    return render(node.value)


def _check_columns(section: Section, test: RuleTest, columns: tuple[str, ...]) -> None:
    for row in test.expect or ():
        for name in row:
            if name not in columns:
                fix = did_you_mean(name, columns, f"Columns are {listed(columns)}.")
                section.fault("expect", f"{quoted(name)} is no output column.", fix)
