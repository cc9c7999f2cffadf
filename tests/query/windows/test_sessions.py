"""Which rows are one session."""

from __future__ import annotations

from bot.query.values import Timestamp
from bot.query.windows.sessions import sessions


def test_a_longer_gap_begins_a_session() -> None:
    assert sessions([["a"] * 4], [0, 10, 20, 31], 10) == [1, 1, 1, 2]
    assert sessions([["a", "a"]], [0, 1_800_000]) == [1, 1]
    assert sessions([["a", "a"]], [0, 1_800_001]) == [1, 2]


def test_the_order_of_the_rows_does_not_matter() -> None:
    assert sessions([["b", "a", "b", "a"]], [25, 20, 3, 1], 10) == [4, 3, 2, 1]


def test_each_combination_has_its_own() -> None:
    assert sessions([["a", "a", "a"], [1, "1", 2]], [0, 1, 2], 10) == [1, 1, 2]


def test_rows_without_key_or_time_are_in_none() -> None:
    keys = [["a", None, "a", [1], "a"], ["x", "x", "x", "x", None]]
    times = [Timestamp(5), 5, "never", 5, 5]
    assert sessions(keys, times, 10) == [1, None, None, None, None]
    assert sessions([["a", "a"]], ["5", 0.5], 10) == [1, 1]
    assert sessions([[]], [], 10) == []
