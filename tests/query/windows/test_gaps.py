"""Rows for bins of time that have none."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import BotError
from bot.query.functions.periods import Period
from bot.query.values import Timestamp
from bot.query.windows.gaps import MOST_FILLED, fill_gaps

MINUTE = Period(1, "m")


def at(*minutes: float) -> list[Any]:
    return [Timestamp(int(minute * 60_000)) for minute in minutes]


def test_bins_without_a_row_get_one() -> None:
    gaps = fill_gaps(at(4, 1), [], MINUTE)
    assert gaps.bins == at(1, 2, 3, 4)
    assert all(isinstance(line, Timestamp) for line in gaps.bins)
    assert gaps.rows == [1, None, None, 0]
    assert gaps.column(["x", "y"]) == ["y", None, None, "x"]
    assert gaps.column(["x", "y"], 0) == ["y", 0, 0, "x"]


def test_every_combination_gets_every_bin() -> None:
    gaps = fill_gaps(at(1, 3, 2), [["a", "b", "a"], [1, None, "1"]], MINUTE)
    assert gaps.rows == [0, None, 2, None, None, 1]
    assert gaps.bins == at(1, 1, 2, 2, 3, 3)
    assert gaps.keys == [["a", "b"] * 3, [1, None, "1", None, 1, None]]


def test_a_fill_never_replaces_what_is_missing_in_a_row() -> None:
    gaps = fill_gaps(at(1, 3), [], MINUTE)
    assert gaps.column([None, 5], 0) == [None, 0, 5]


def test_what_is_no_moment_comes_last() -> None:
    gaps = fill_gaps([None, *at(2), "x", *at(1)], [], MINUTE)
    assert gaps.rows == [3, 1, 0, 2]
    assert gaps.bins == [*at(1, 2), None, "x"]
    assert fill_gaps([None], [["a"]], MINUTE).rows == [0]
    assert fill_gaps([], [], MINUTE).rows == []


def test_bins_may_be_shifted_and_follow_the_calendar() -> None:
    assert fill_gaps(at(0.25, 2.25), [], MINUTE, 15_000).bins == at(0.25, 1.25, 2.25)
    january, march = Timestamp(0), Timestamp(59 * 86_400_000)
    assert fill_gaps([january, march], [], Period(1, "mo")).bins[1] == 31 * 86_400_000


def test_a_row_beside_the_grid_stands_for_its_bin() -> None:
    assert fill_gaps(at(1.25, 3), [], MINUTE).bins == at(1.25, 2, 3)


def test_no_more_rows_than_a_result_may_have() -> None:
    tick = Period(1, "ms")
    most = [Timestamp(0), Timestamp(MOST_FILLED - 1)]
    assert len(fill_gaps(most, [], tick).rows) == MOST_FILLED
    for bins, keys in (
        ([Timestamp(0), Timestamp(MOST_FILLED)], []),
        ([Timestamp(0), Timestamp(10**18)], []),
        ([Timestamp(0), Timestamp(MOST_FILLED // 2)], [["a", "b"]]),
        ([*most, Timestamp(0)], []),
    ):
        with pytest.raises(BotError, match="more than 100,000 rows"):
            fill_gaps(bins, keys, tick)


def test_moments_outside_the_calendar_have_no_bins() -> None:
    month = Period(1, "mo")
    assert fill_gaps([Timestamp(10**18), Timestamp(10**18 + 1)], [], month).rows == [0, 1]
    december = 253_399_622_400_000  # 9999-12
    assert fill_gaps([Timestamp(december), Timestamp(10**16)], [], month).rows == [0, 1]
