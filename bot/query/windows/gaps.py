"""`fillmissing`: a row for each bin of time that has none.

CloudWatch Logs user guide, `fillmissing`. It follows a `stats … by bin(…)`, which gives no row for
a bin without events.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.errors import BotError
from bot.query.columns.batch import Column
from bot.query.functions.periods import Period, ceil, floor
from bot.query.values import Timestamp, Value, identity, number_of

MOST_FILLED = 100_000
"""Rows that `fillmissing` may give in all."""

_Texts = tuple[str | None, ...]


class Gaps(msgspec.Struct, frozen=True):
    """The rows with the new ones among them, in the order of time.

    `rows` has the number of each old row and None for a new one. `bins` and `keys` are whole
    columns. Bins that are no moments come at the end.
    """

    rows: list[int | None]
    bins: list[Value]
    keys: list[list[Value]]

    def column(self, column: Column, fill: Value = None) -> list[Value]:
        """Another column for these rows; a new row has the `fill`."""
        return [fill if row is None else column[row] for row in self.rows]


def fill_gaps(bins: Column, keys: Sequence[Column], period: Period, offset: int = 0) -> Gaps:
    """A row for every bin from the first to the last, for every combination of the keys.

    `bins` are the times, of the given period and offset in milliseconds. Each combination gets
    all bins, so that two of them can be compared. `BotError` if there would be more than 100,000
    rows.
    """
    moments = [_moment(value) for value in bins]
    known = [moment for moment in moments if moment is not None]
    firsts: dict[_Texts, int] = {}  # the first row of each combination
    groups = [firsts.setdefault(key, row) for row, key in enumerate(_combinations(bins, keys))]
    most = MOST_FILLED // max(len(set(groups)), 1)
    lines = _lines(min(known), max(known), period, offset, most) if known else []
    there = {
        (_line(moment, period, offset), group)
        for moment, group in zip(moments, groups, strict=True)
    }
    missing = [(line, group) for line in lines for group in firsts.values()]
    missing = [place for place in missing if place not in there]
    if len(bins) + len(missing) > MOST_FILLED:
        raise _too_many()
    order: list[tuple[bool, int, int, int | None]] = [
        (moment is None, moment or 0, groups[row], row) for row, moment in enumerate(moments)
    ]
    order += [(False, line, group, None) for line, group in missing]
    order.sort(key=lambda place: place[:3])
    return _gaps(order, bins, keys)


def _gaps(
    order: Sequence[tuple[bool, int, int, int | None]], bins: Column, keys: Sequence[Column]
) -> Gaps:
    times = [Timestamp(line) if row is None else bins[row] for _, line, _, row in order]
    # The keys of a new row are those of the first row of its combination.
    sources = [group if row is None else row for _, _, group, row in order]
    columns = [[column[source] for source in sources] for column in keys]
    return Gaps([place[3] for place in order], times, columns)


def _combinations(bins: Column, keys: Sequence[Column]) -> list[_Texts]:
    """What tells the rows' combinations of keys apart; without keys there is one."""
    if not keys:
        return [()] * len(bins)
    return list(zip(*([identity(value) for value in column] for column in keys), strict=True))


def _moment(value: Value) -> int | None:
    number = number_of(value)
    return None if number is None else int(number)


def _line(moment: int | None, period: Period, offset: int) -> int | None:
    """The bin of the moment."""
    line = None if moment is None else floor(moment - offset, period)
    return None if line is None else line + offset


def _lines(first: int, last: int, period: Period, offset: int, most: int) -> list[int]:
    """The lines of the period's grid from the first bin to the last."""
    lines: list[int] = []
    line = floor(first - offset, period)
    while line is not None and line + offset <= last:
        if len(lines) >= most:
            raise _too_many()
        lines.append(line + offset)
        line = ceil(line + 1, period)
    return lines


def _too_many() -> BotError:
    message = f"`fillmissing` would give more than {MOST_FILLED:,} rows here."
    return BotError(f"{message}\nUse a longer period, a shorter window or fewer groups.")
