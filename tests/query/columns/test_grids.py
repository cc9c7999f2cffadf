"""Moments on a grid, a column at a time: as one at a time, whatever is kept between them."""

from __future__ import annotations

import pytest

from bot.query.columns.batch import Batch, at
from bot.query.columns.grids import floors
from bot.query.functions.periods import Period, floor
from bot.query.values import Timestamp, Value

DAY = 86_400_000
MOMENTS = [
    *range(-3, 3), *range(-8 * DAY, 40 * DAY, DAY // 2 + 1), *range(4 * DAY - 2, 4 * DAY + 2),
    253_402_300_799_999, 253_402_300_800_000, -62_135_596_800_000, -62_135_596_800_001, 10**20,
]  # fmt: skip
PERIODS = [
    Period(1, "ms"), Period(7, "ms"), Period(300, "s"), Period(7, "m"), Period(5, "h"),
    Period(1, "d"), Period(3, "d"), Period(1, "w"), Period(2, "w"), Period(1, "mo"),
    Period(5, "mo"), Period(1, "q"), Period(1, "y"), Period(3, "y"),
]  # fmt: skip


@pytest.mark.parametrize("period", PERIODS, ids=lambda p: f"{p.amount}{p.unit}")
@pytest.mark.parametrize("shift", [0, 1, 1_800_000, 3 * DAY])
def test_lines_are_those_of_one_moment_after_the_other(period: Period, shift: int) -> None:
    def line(moment: int) -> int | None:
        found = floor(moment - shift, period)
        return None if found is None else found + shift

    batch = Batch(len(MOMENTS), {0: MOMENTS})
    found = floors(at(0), period, shift)(batch)
    assert found == [line(moment) for moment in MOMENTS]
    assert all(one is None or isinstance(one, Timestamp) for one in found)


def test_a_missing_moment_has_no_line() -> None:
    column: list[Value] = [None, Timestamp(61_000)]
    assert floors(at(0), Period(1, "m"))(Batch(2, {0: column})) == [None, 60_000]


def test_what_is_kept_is_bounded_and_what_is_not_kept_is_right() -> None:
    read = floors(at(0), Period(1, "ms"))
    moments = list(range(70_000))
    for _ in range(2):
        assert read(Batch(len(moments), {0: moments})) == moments
