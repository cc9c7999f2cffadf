"""Runs a query over events in one line, as the tests of its meaning need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.query.columns.batch import Listed
from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, Evaluation, Result, compile_query
from bot.query.readings import CHOSEN, Readings


def run(
    text: str,
    events: Iterable[Mapping[str, Any]],
    readings: Readings = CHOSEN,
    context: Context | None = None,
    limit: int = 10_000,
) -> Result:
    """The result of the query over the events."""
    plan = compile_query(parse(text), readings)
    return evaluate(plan, events, context or Context(0), limit)


def value(expression: str, event: Mapping[str, Any] | None = None) -> str | None:
    """What the expression prints for one event; None where the row leaves it out."""
    (row,) = run(f"fields {expression} as it", [event or {}]).rows
    return row.get("it")


def ids(text: str, events: Iterable[Mapping[str, Any]], readings: Readings = CHOSEN) -> str:
    """The `id` of each row, in order, as one text."""
    return "".join(row["id"] for row in run(f"fields id | {text}", events, readings).rows)


def feed(evaluation: Evaluation, values: list[Any], pointer: object = None) -> None:
    """Give one event to an evaluation: the values of what its plan reads."""
    evaluation.feed(Listed([[value] for value in values], 1, [pointer]))
