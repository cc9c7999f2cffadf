"""Lays moments on a period's grid, a column at a time: most moments of a batch share a few lines."""

from __future__ import annotations

from bot.query.columns.batch import Batch, Column, Reader
from bot.query.functions.periods import Period, floor, length_of
from bot.query.values import Timestamp

_MOST = 65_536  # lines that are kept


class _Lines(dict[int, Timestamp | None]):
    """The line of the grid for each stretch of time, worked out once.

    A stretch is as long as the grid's smallest distance, or a day for calendar months and longer,
    whose lines are at midnight.
    """

    def __init__(self, period: Period, shift: int) -> None:
        super().__init__()
        self.stretch = length_of(Period(period.capped, period.unit)) or 86_400_000
        self._period = period
        self.shift = shift

    def __missing__(self, stretch: int) -> Timestamp | None:
        line = floor(stretch * self.stretch, self._period)
        if line is not None:
            line = Timestamp(line + self.shift)
        if len(self) < _MOST:
            self[stretch] = line
        return line


def floors(moments: Reader, period: Period, shift: int = 0) -> Reader:
    """The line at or before each moment, of a grid that is shifted by so many milliseconds."""
    lines = _Lines(period, shift)
    # Weeks begin on a Monday, which the epoch was not, so a week is no stretch: days are.
    if period.unit == "w":
        lines.stretch = 86_400_000
    stretch = lines.stretch

    def read(batch: Batch) -> Column:
        return [
            None if moment is None else lines[(moment - shift) // stretch]  # type: ignore[index, operator]
            for moment in moments(batch)
        ]

    return read
