"""Every golden gives its rows: as decoded events, and fed one value at a time."""

from __future__ import annotations

from typing import Any

import pytest

from bot.query.ast import Binary, Call, Command, In, Like, Unary
from bot.query.columns.batch import Listed
from bot.query.compiling.needs import Table
from bot.query.compiling.pipeline import COMPILED
from bot.query.evaluate import answer, as_found, event_reader
from bot.query.functions import FUNCTIONS
from bot.query.parser import parse
from bot.query.plan import Plan, Result, compile_query
from bot.query.scans.many import Many
from bot.query.walk import walk
from tests.query.evaluating import feed
from tests.query.goldens_read import (
    CASES,
    IDS,
    context_of,
    groups_of,
    plan_of,
    result_of,
    shown,
    wanted,
)


def answers(case: dict[str, Any], plan: Plan) -> dict[str, Table]:
    """The rows of the case's subqueries."""
    context, groups = context_of(case), groups_of(case)
    return {need.key: answer(need, plan, context, groups) for need in plan.needs}


def fed(plan: Plan, case: dict[str, Any]) -> Result:
    """The result of feeding, where the result is asked for after every event."""
    evaluation = plan.start(context_of(case), given=answers(case, plan))
    readers = [event_reader(name) for name in plan.reads]
    for place, event in enumerate(case["events"]):
        found = as_found(event)
        feed(evaluation, [read(found) for read in readers], place)
        evaluation.result()
    return evaluation.result()


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_golden(case: dict[str, Any]) -> None:
    plan = plan_of(case)
    result = result_of(case, plan)
    assert shown(case, result) == wanted(case)
    assert result == fed(plan, case)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_canonical_text_means_the_same(case: dict[str, Any]) -> None:
    printed = case | {"query": str(parse(case["query"]))}
    assert shown(case, result_of(case, plan_of(printed))) == wanted(case)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_golden_among_many(case: dict[str, Any]) -> None:
    """The same rows come out where other plans are fed with the same events."""
    plan = plan_of(case)
    other = compile_query(parse('filter a = "x" or user in ["y", "z"] | stats count(*) by a'))
    many = Many([other, plan, other])
    context, needed = context_of(case), answers(case, plan)
    evaluations = [p.start(context, given=needed if p is plan else None) for p in many.plans]
    events = list(map(as_found, case["events"]))
    columns = [list(map(event_reader(name), events)) for name in many.reads]
    many.feed(Listed(columns, len(events)), evaluations)
    assert shown(case, evaluations[1].result()) == wanted(case)


def test_every_command_function_and_operator_has_a_golden() -> None:
    nodes = [node for case in CASES for node in walk(parse(case["query"]))]
    commands = {type(node) for node in nodes if isinstance(node, Command)}
    assert commands == set(COMPILED)
    called = {node.name for node in nodes if isinstance(node, Call)}
    context = {"queryStartTime", "queryEndTime", "queryTimeRange"}  # in test_plan
    assert called | context == {row.name for row in FUNCTIONS.values() if not row.only_aws}
    operators = {node.operator for node in nodes if isinstance(node, Binary | Unary)}
    assert operators == {*"+-*/%^=<>", "!=", "<=", ">=", "and", "or", "not"}
    negations = {(type(node), node.negated) for node in nodes if isinstance(node, Like | In)}
    assert len(negations) == 4
