"""Every rule that ships loads, passes its own tests, and would fail them if its query were wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.query.ast import Binary, Call, Field, Filter, Node, Query, Sort, SortKey, Text
from bot.query.parser import parse
from bot.query.walk import rebuild, walk
from bot.rules.config_file import read_config
from bot.rules.firing import firing_query
from bot.rules.loader import load_rules
from bot.rules.model import Rule, RuleTest
from bot.rules.testing import run_tests

FOLDER = Path(__file__).parent.parent / "rules"
CONFIG = FOLDER / "config.yml"
FILES = {
    path.relative_to(FOLDER.parent).as_posix(): path.read_text("utf-8")
    for path in sorted(FOLDER.rglob("*.yml"))
    if path != CONFIG
}
SOURCES = read_config("rules/config.yml", CONFIG.read_text("utf-8")).sources
LOADED = load_rules(FILES, SOURCES)
RULES = [pytest.param(rule, id=rule.id) for rule in LOADED.rules]
ALERTING = [pytest.param(rule, id=rule.id) for rule in LOADED.rules if rule.alert]
TESTS = [
    pytest.param(rule, test, id=f"{rule.id}: {test.name}")
    for rule in LOADED.rules
    for test in rule.tests
]


def test_every_file_loads() -> None:
    assert [str(fault) for fault in LOADED.faults] == []
    assert len(LOADED.rules) == len(FILES) >= 5


@pytest.mark.parametrize(("rule", "test"), TESTS)
def test_the_rule_passes_its_test(rule: Rule, test: RuleTest) -> None:
    (outcome,) = run_tests(dataclasses.replace(rule, tests=(test,)), LOADED.rules)
    assert outcome.why == ""


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_is_complete(rule: Rule) -> None:
    assert rule.path == f"rules/{rule.log}/{rule.id}.yml"
    assert len(rule.tests) >= 2
    assert rule.references
    assert all(parameter.example for parameter in rule.parameters)


@pytest.mark.parametrize("rule", RULES)
def test_the_tests_notice_when_the_query_is_wrong(rule: Rule) -> None:
    unnoticed = [
        [line for line in str(mutant).split("\n") if line not in str(rule.query).split("\n")]
        for mutant in mutants(rule.query)
        if passes(asking(rule, mutant))
    ]
    assert unnoticed == []


@pytest.mark.parametrize("rule", ALERTING)
def test_the_tests_notice_when_the_condition_is_wrong(rule: Rule) -> None:
    assert rule.alert
    assert rule.alert.finds
    whole = rule.alert.finds.commands
    # Only its filters decide whether it fires; the columns it adds are for the checklist.
    last = len(whole) - len(parse(rule.alert.when).commands) if rule.alert.when else len(whole)
    unnoticed = [
        str(mutant)
        for i in range(last, len(whole))
        if isinstance(whole[i], Filter)
        for mutant in [*mutants(Query((whole[i],))), Query(())]
        if passes(firing(rule, Query((*whole[:i], *mutant.commands, *whole[i + 1 :]))))
    ]
    assert unnoticed == []


def asking(rule: Rule, query: Query) -> Rule:
    """The rule with another query, and its alert with it."""
    changed = dataclasses.replace(rule, query=query)
    return firing(changed, firing_query(query, rule.alert.when)) if rule.alert else changed


def firing(rule: Rule, finds: Query) -> Rule:
    assert rule.alert
    return dataclasses.replace(rule, alert=dataclasses.replace(rule.alert, finds=finds))


def passes(rule: Rule) -> bool:
    """Whether it passes all of its tests; it is over at the first that it does not."""
    return all(
        run_tests(dataclasses.replace(rule, tests=(test,)), LOADED.rules)[0].passed
        for test in rule.tests
    )


@pytest.mark.parametrize("rule", ALERTING)
def test_an_alert_can_be_judged(rule: Rule) -> None:
    assert sum(test.fires is True for test in rule.tests) >= 2
    assert sum(test.fires is False for test in rule.tests) >= 2
    assert rule.alert
    assert rule.alert.key
    assert rule.respond
    assert rule.false_positives
    assert any(item.required and item.runs for item in rule.triage)
    assert any(not item.runs for item in rule.triage), "something that only a person can answer"
    for item in rule.triage:
        if item.runs:
            assert set(item.answers) == {"none", "some", "many"}, item.id
            assert item.around, item.id


def mutants(query: Query) -> Iterator[Query]:
    """The query with one thing wrong: a name, a text, half a condition, a direction, a command."""
    sorted_by = [key.expression for c in query.commands if isinstance(c, Sort) for key in c.keys]
    for node in walk(query):
        for other in wrong(node) if node not in sorted_by else ():
            yield replaced(query, node, other)
    for i, command in enumerate(query.commands):
        # Without its `sort`, a query's rows are the newest first, which may be what it says.
        if not isinstance(command, Sort) and len(query.commands) > 1:
            yield Query(query.commands[:i] + query.commands[i + 1 :])


def wrong(node: Node) -> Iterator[Node]:
    match node:
        case Field(parts):
            yield Field((*parts[:-1], f"{parts[-1]}X"))
        case Text(value):
            yield Text(f"{value}X")
        case Binary("and" | "or", left, right):
            yield from (left, right)
        case Call("coalesce", arguments) if len(arguments) > 1:
            for i in range(len(arguments)):
                yield Call("coalesce", arguments[:i] + arguments[i + 1 :])
        case SortKey(expression, descending):
            yield SortKey(expression, not descending)
        case _:
            pass


def replaced(query: Query, old: Node, new: Node) -> Query:
    def change(node: Node) -> Node:
        return new if node is old else rebuild(node, change)

    return rebuild(query, change)


def test_the_writes_to_a_bucket_have_the_columns_that_people_know() -> None:
    (rule,) = (rule for rule in LOADED.rules if rule.id == "s3-writes")
    (fields,) = (c for c in rule.query.commands if type(c).__name__ == "Fields")
    assert [item.column for item in fields.items] == ["time", "operation", "key", "who", "address"]
