"""`outlier`: numbers far from the others are cut to a fence, or their rows are left out.

CloudWatch Logs user guide, `outlier`. The fences stand `param` interquartile ranges beyond the
quartiles. What is no number is no outlier.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.query.aggregates.order import Percentile
from bot.query.columns.batch import Column
from bot.query.values import Number, Value, bounded, number_of, render

DEFAULT_PARAM = 2.5
_MARK = "000"


class Fences(msgspec.Struct, frozen=True):
    """How far down and up numbers may lie; None where there is no end."""

    low: Number | None = None
    high: Number | None = None

    def cut(self, value: Value) -> Value:
        """The fence that the value is beyond; None if it is beyond none."""
        number = number_of(value)
        if number is None:
            return None
        if self.high is not None and number > self.high:
            return self.high
        return self.low if self.low is not None and number < self.low else None


def fences(column: Column, param: Number = DEFAULT_PARAM, *, uselower: bool = False) -> Fences:
    """The fences of a column; there is a lower one only with `uselower`.

    Quartiles are numbers of the column, as `pct` gives them.
    """
    quarters = (Percentile(25), Percentile(75))
    for value in column:
        number = number_of(value)
        if number is not None:
            for quarter in quarters:
                quarter.add(number)
    first, third = (number_of(quarter.value()) for quarter in quarters)
    if first is None or third is None:
        return Fences()
    try:
        reach = param * (third - first)
        low, high = bounded(first - reach), bounded(third + reach)
    except OverflowError:  # a whole number too large to meet a fraction
        return Fences()
    return Fences(low if uselower else None, high)


def inside(
    columns: Sequence[Column], param: Number = DEFAULT_PARAM, *, uselower: bool = False
) -> list[bool]:
    """Which rows `action=remove` leaves: those where no column has an outlier.

    There is at least one column.
    """
    cuts = [fences(column, param, uselower=uselower).cut for column in columns]
    rows = zip(*columns, strict=True)
    return [all(cut(value) is None for cut, value in zip(cuts, row, strict=True)) for row in rows]


def transformed(
    column: Column, param: Number = DEFAULT_PARAM, *, uselower: bool = False, mark: bool = False
) -> list[Value]:
    """The column as `action=transform` leaves it: outliers become the fence that they are beyond.

    With `mark`, such a value is a text that begins with `000`.
    """
    cut = fences(column, param, uselower=uselower).cut
    values: list[Value] = []
    for value in column:
        fence = cut(value)
        if fence is None:
            values.append(value)
        else:
            values.append(f"{_MARK}{render(fence)}" if mark else fence)
    return values
