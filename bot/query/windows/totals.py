"""`addtotals`: the sum of each row, and a row with the sum of each column.

CloudWatch Logs user guide, `addtotals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.query.aggregates.number import Sum
from bot.query.columns.batch import Column
from bot.query.values import Timestamp, Value, number_of


def row_totals(columns: Sequence[Column]) -> list[Value]:
    """The sum of the numbers of each row; None where there is no number.

    There is at least one column. Texts that are numbers count; moments do not.
    """
    return [_sum(row) for row in zip(*columns, strict=True)]


def column_totals(columns: Iterable[Column]) -> list[Value]:
    """The summary row: the sum of each column's numbers; None where it has none."""
    return [_sum(column) for column in columns]


def _sum(values: Iterable[Value]) -> Value:
    total = Sum()
    for value in values:
        number = None if isinstance(value, Timestamp) else number_of(value)
        if number is not None:
            total.add(number)
    return total.value()
