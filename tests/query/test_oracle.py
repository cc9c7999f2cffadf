"""Random queries over random events give what a second implementation gives (`oracle.py`)."""

from __future__ import annotations

import json
import math

from hypothesis import given, settings

from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from bot.query.readings import CHOSEN, Readings
from tests.query.oracle import answer
from tests.query.oracle_queries import Case, cases, full_cases, readings


def alike(one: str, other: str) -> bool:
    """Whether two printed values are the same, or mean the same as numbers or as JSON."""
    if one == other:
        return True
    try:
        first, second = json.loads(one), json.loads(other)
    except ValueError:
        return False
    if isinstance(first, int | float) and isinstance(second, int | float):
        return math.isclose(first, second, rel_tol=1e-9)
    return bool(first == second)


def same(rows: list[dict[str, str]], others: list[dict[str, str]]) -> bool:
    return len(rows) == len(others) and all(
        row.keys() == other.keys() and all(alike(row[name], other[name]) for name in row)
        for row, other in zip(rows, others, strict=True)
    )


def check(found: Case, readings: Readings = CHOSEN) -> None:
    text, events = found
    tree = parse(text)
    columns, rows = answer(tree, events, readings)
    result = evaluate(compile_query(tree, readings), events, Context(0))
    assert sorted(result.columns) == sorted(columns)
    assert same(result.rows, rows), (text, result.rows, rows)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(cases())
def test_both_give_the_same_rows(found: Case) -> None:
    check(found)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(cases(), readings())
def test_both_give_the_same_rows_under_any_readings(found: Case, chosen: Readings) -> None:
    check(found, chosen)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(full_cases(), readings())
def test_each_function_and_aggregate_gives_the_same(found: Case, chosen: Readings) -> None:
    check(found, chosen)
