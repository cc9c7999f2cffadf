"""Every golden gives its rows: as decoded events, and fed one value at a time."""

from __future__ import annotations

from typing import Any

import pytest

from bot.query.ast import Binary, Call, Command, In, Like, Unary
from bot.query.evaluate import answer, as_found, event_reader
from bot.query.functions import FUNCTIONS
from bot.query.parser import parse
from bot.query.pipeline import COMPILED
from bot.query.plan import Plan, Result
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


def fed(plan: Plan, case: dict[str, Any]) -> Result:
    """The result of feeding, where the result is asked for after every event."""
    needed = {
        need.key: answer(need, plan, context_of(case), groups_of(case)) for need in plan.needs
    }
    evaluation = plan.start(context_of(case), given=needed)
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


def test_every_command_function_and_operator_has_a_golden() -> None:
    nodes = [node for case in CASES for node in walk(parse(case["query"]))]
    commands = {type(node) for node in nodes if isinstance(node, Command)}
    assert commands == set(COMPILED)
    called = {node.name for node in nodes if isinstance(node, Call)}
    context = {"queryStartTime", "queryEndTime", "queryTimeRange"}  # in test_plan
    assert called | context == {row.name for row in FUNCTIONS.values()}
    operators = {node.operator for node in nodes if isinstance(node, Binary | Unary)}
    assert operators == {*"+-*/%^=<>", "!=", "<=", ">=", "and", "or", "not"}
    negations = {(type(node), node.negated) for node in nodes if isinstance(node, Like | In)}
    assert len(negations) == 4
