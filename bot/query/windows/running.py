"""Commands that look back: a running sum, the values of rows before, and holes filled from above.

CloudWatch Logs user guide, `accum`, `autoregress` and `filldown`. Rows are taken in the order in
which they stand. Each function takes columns and gives new ones of the same length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.errors import BotError
from bot.query.aggregates.number import Sum
from bot.query.columns.batch import Column
from bot.query.values import Value, number_of

MOST_LAGS = 100
"""Columns that one `autoregress` may make."""


def running_sum(column: Column) -> list[Value]:
    """For each row the sum of the column down to it, `accum`.

    A row without a number has none, and leaves the sum as it is. Whole numbers add up exactly; a
    sum out of bounds is missing.
    """
    total = Sum()
    sums: list[Value] = []
    for value in column:
        number = number_of(value)
        if number is not None:
            total.add(number)
        sums.append(None if number is None else total.value())
    return sums


def lag_names(field: str, alias: str | None, first: int, last: int) -> list[str]:
    """The names of the columns of `autoregress`: `f_p1`, `f_p2`, …

    An alias is the name of a single column, and stands in the place of the field's name in a
    range. `BotError` for a range that is none, or that makes more than 100 columns.
    """
    if not 1 <= first <= last:
        raise BotError("`p` of `autoregress` counts rows back: a number from 1, or such as `1-4`.")
    if last - first >= MOST_LAGS:
        raise BotError(f"`autoregress` makes at most {MOST_LAGS} columns.")
    if alias is not None and first == last:
        return [alias]
    return [f"{alias or field}_p{back}" for back in range(first, last + 1)]


def lags(column: Column, first: int, last: int) -> list[Column]:
    """For each distance from `first` to `last` the values of the rows so far above, `autoregress`.

    Rows that have no such row above them have none.
    """
    return [_lag(column, back) for back in range(first, last + 1)]


def _lag(column: Column, back: int) -> list[Value]:
    size = len(column)
    missing: list[Value] = [None] * min(back, size)
    return missing + list(column[: max(size - back, 0)])


def filled_names(patterns: Sequence[str], names: Iterable[str]) -> list[str]:
    """Which of the names `filldown` fills: those that fit a pattern; without patterns, all.

    A `*` stands for any characters.
    """
    if not patterns:
        return list(names)
    pieces = [pattern.split("*") for pattern in patterns]
    return [name for name in names if any(_fits(name, parts) for parts in pieces)]


def _fits(name: str, parts: Sequence[str]) -> bool:
    """Whether the name is these parts, with anything between them."""
    first, *rest = parts
    if not rest:
        return name == first
    last = rest.pop()
    if len(name) < len(first) + len(last):
        return False
    if not (name.startswith(first) and name.endswith(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in rest:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def fill_down(column: Column) -> list[Value]:
    """The column, with the last value above in the place of each missing one, `filldown`.

    An empty text is a value. What is missing at the top stays so.
    """
    filled: list[Value] = []
    last: Value = None
    for value in column:
        last = last if value is None else value
        filled.append(last)
    return filled
