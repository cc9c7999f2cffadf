"""Aggregates at the edges of numbers; the goldens have the plain cases."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.aggregates import (
    Average,
    Count,
    CountDistinct,
    Deviation,
    Earliest,
    First,
    Last,
    Latest,
    Percentile,
    State,
    Sum,
)
from bot.query.values import Timestamp, Value

HUGE = 10**400


def of(state: State, *values: object) -> Value:
    for value in values:
        state.add(value)
    assert state.value() == state.value()
    return state.value()


@pytest.mark.parametrize(
    "state",
    [Sum(), Average(), Deviation(), Percentile(50), First(), Last(), Earliest(), Latest()],
    ids=lambda state: type(state).__name__,
)
def test_nothing_has_no_value(state: State) -> None:
    assert state.value() is None


def test_nothing_can_be_counted() -> None:
    assert Count().value() == CountDistinct().value() == 0


def test_numbers_beyond_all_bounds() -> None:
    assert of(Sum(), HUGE, 1, -HUGE) == 1
    assert of(Sum(), HUGE, 0.5) is None
    assert of(Sum(), HUGE, 0.5, 1) is None
    assert of(Sum(), 1e308, 1e308) is None
    assert of(Average(), HUGE, HUGE) is None
    assert of(Average(), 1, 2) == 1.5
    assert of(Deviation(), HUGE) is None
    assert of(Deviation(), 1, HUGE, 1) is None
    assert of(Deviation(), 1e308, -1e308) is None
    assert of(Percentile(50), HUGE, 1, 2) == 2


def test_moments_become_numbers() -> None:
    for state in (First(), Last()):
        assert type(of(state, Timestamp(5))) is int
    for state in (Earliest(), Latest()):
        assert type(of(state, (1, Timestamp(5)))) is int


def test_counting() -> None:
    assert of(Count(), 1, "x", False) == 3
    assert of(CountDistinct(), 1, "1", 1.0, [1], "x") == 2


numbers = st.lists(st.integers(-1000, 1000), min_size=1, max_size=20)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(numbers, st.one_of(st.integers(0, 100), st.floats(0, 100)))
def test_pct_is_the_smallest_number_that_enough_do_not_exceed(
    given_numbers: list[int], percent: float
) -> None:
    found = of(Percentile(percent), *given_numbers)
    assert found in given_numbers
    assert isinstance(found, int)
    below = sum(number <= found for number in given_numbers)
    before = sum(number < found for number in given_numbers)
    assert below * 100 >= percent * len(given_numbers) - 1e-6
    assert before == 0 or before * 100 < percent * len(given_numbers) + 1e-6


@settings(max_examples=60, derandomize=True, deadline=None)
@given(numbers)
def test_stddev_and_avg_are_those_of_the_textbook(given_numbers: list[int]) -> None:
    assert of(Deviation(), *given_numbers) == pytest.approx(statistics.pstdev(given_numbers))
    assert of(Average(), *given_numbers) == pytest.approx(statistics.fmean(given_numbers))
