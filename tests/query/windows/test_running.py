"""Running sums, values of rows before, and holes filled from above."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BotError
from bot.query.values import Timestamp
from bot.query.windows.running import (
    MOST_LAGS,
    fill_down,
    filled_names,
    lag_names,
    lags,
    running_sum,
)


@pytest.mark.parametrize(
    ("column", "sums"),
    [
        ([], []),
        ([1, 2, 3], [1, 3, 6]),
        ([1, None, "x", [1], "2", 0.5], [1, None, None, None, 3, 3.5]),
        ([True, False, True], [1, 1, 2]),
        ([2**60, 1, -(2**60)], [2**60, 2**60 + 1, 1]),
        ([1e308, 1e308, 1], [1e308, None, None]),
        ([10**400, 0.5], [10**400, None]),
    ],
)
def test_a_running_sum_adds_what_is_a_number(column: list[Any], sums: list[Any]) -> None:
    assert running_sum(column) == sums


def test_lags_are_the_rows_above() -> None:
    assert lags(["a", None, "c"], 1, 1) == [[None, "a", None]]
    assert lags([1, 2, 3], 1, 4) == [[None, 1, 2], [None, None, 1], [None] * 3, [None] * 3]
    assert lags([1], 10**12, 10**12) == [[None]]
    assert lags([], 1, 2) == [[], []]


def test_names_of_lags() -> None:
    assert lag_names("x", None, 1, 1) == ["x_p1"]
    assert lag_names("x", None, 3, 3) == ["x_p3"]
    assert lag_names("x", "before", 3, 3) == ["before"]
    assert lag_names("x", None, 2, 4) == ["x_p2", "x_p3", "x_p4"]
    assert lag_names("x", "b", 1, 2) == ["b_p1", "b_p2"]
    assert len(lag_names("x", None, 1, MOST_LAGS)) == MOST_LAGS


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(0, 1, "counts rows back"), (3, 2, "counts rows back"), (2, 102, "at most 100 columns")],
)
def test_ranges_that_are_refused(first: int, last: int, words: str) -> None:
    with pytest.raises(BotError, match=words):
        lag_names("x", None, first, last)


def test_holes_are_filled_from_above() -> None:
    column = [None, "a", None, "", None, Timestamp(5), None]
    assert fill_down(column) == [None, "a", "a", "", "", 5, 5]


@pytest.mark.parametrize(
    ("patterns", "filled"),
    [
        ([], "a ab abc b"),
        (["a"], "a"),
        (["a*"], "a ab abc"),
        (["*b"], "ab b"),
        (["*b*"], "ab abc b"),
        (["a*b*c", "b"], "abc b"),
        (["a*b*b*c"], ""),
        (["ab*bc"], ""),
        (["a*bc*c"], ""),
        (["*"], "a ab abc b"),
        (["x"], ""),
        (["x*"], ""),
        (["*x"], ""),
    ],
)
def test_which_columns_are_filled(patterns: list[str], filled: str) -> None:
    assert filled_names(patterns, ["a", "ab", "abc", "b"]) == filled.split()


def test_a_pattern_takes_no_unbounded_time() -> None:
    assert filled_names(["*a" * 1000 + "*b"], ["a" * 100_000]) == []


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3))))
def test_every_column_gives_one_of_its_length(column: list[Any]) -> None:
    assert len(running_sum(column)) == len(fill_down(column)) == len(column)
    assert all(len(lag) == len(column) for lag in lags(column, 1, 3))
