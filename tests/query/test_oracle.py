"""Random queries over random events give what a second implementation gives (`oracle.py`)."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given, settings

from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from tests.query.oracle import answer
from tests.query.oracle_queries import case


def alike(one: str, other: str) -> bool:
    """Whether two printed values are the same, or one number up to rounding."""
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9)
    except ValueError:
        return False


def same(rows: list[dict[str, str]], others: list[dict[str, str]]) -> bool:
    return len(rows) == len(others) and all(
        row.keys() == other.keys() and all(alike(row[name], other[name]) for name in row)
        for row, other in zip(rows, others, strict=True)
    )


@settings(max_examples=400, derandomize=True, deadline=None)
@given(case())
def test_both_give_the_same_rows(found: tuple[str, list[dict[str, Any]]]) -> None:
    text, events = found
    tree = parse(text)
    columns, rows = answer(tree, events)
    result = evaluate(compile_query(tree), events, Context(0))
    assert sorted(result.columns) == sorted(columns)
    assert same(result.rows, rows), (text, result.rows, rows)
