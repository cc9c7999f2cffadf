"""Aggregates at the edges of numbers; the goldens have the plain cases."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.aggregates import Count, CountDistinct, State
from bot.query.aggregates.lists import Topk, Values
from bot.query.aggregates.number import Average, Deviation, Sum, Variance
from bot.query.aggregates.order import Earliest, First, Last, Latest, Median, Percentile, Rate
from bot.query.values import MOST_TEXT, Timestamp, Value

HUGE = 10**400


def of(state: State, *values: object) -> Value:
    for value in values:
        state.add(value)
    assert state.value() == state.value()
    return state.value()


@pytest.mark.parametrize(
    "state",
    [Sum(), Average(), Deviation(), Variance(), Percentile(50), Median(), First(), Last(),
     Earliest(), Latest(), Rate(1000), Values(), Topk(3)],
    ids=lambda state: type(state).__name__,
)  # fmt: skip
def test_nothing_has_no_value(state: State) -> None:
    assert state.value() is None
    state.add_many([])
    assert state.value() is None


def test_nothing_can_be_counted() -> None:
    assert Count().value() == CountDistinct().value() == 0


def test_states_have_no_room_for_anything_else() -> None:
    for state in (Count(), CountDistinct(), Sum(), Average(), First(), Latest(), Values()):
        assert not hasattr(state, "__dict__")


def test_numbers_beyond_all_bounds() -> None:
    assert of(Sum(), HUGE, 1, -HUGE) == 1
    assert of(Sum(), HUGE, 0.5) is None
    assert of(Sum(), HUGE, 0.5, -HUGE) == 0.5
    assert of(Sum(), 1e308, 1e308) is None
    assert of(Sum(), 1e308, 1e308, -1e308) == 1e308
    assert of(Sum(), 2**5000) is None
    assert of(Average(), HUGE, HUGE) is None
    assert of(Average(), HUGE, 0.5) is None
    assert of(Average(), 1, 2) == 1.5
    assert of(Deviation(), HUGE) == 0
    assert of(Deviation(), 1, HUGE, 1) is None
    assert of(Variance(), 1, HUGE, 1) is None
    assert of(Variance(), 1e308, -1e308) is None
    assert of(Variance(), 5e-324, 1.5, 2) == pytest.approx(0.7222222)
    assert of(Percentile(50), HUGE, 1, 2) == 2


def test_fractions_are_rounded_once() -> None:
    assert of(Sum(), 1e16, 1, -1e16) == 1
    assert of(Sum(), *[0.1] * 10) == 1
    assert of(Sum(), 2**60, 0.5, -(2**60)) == 0.5
    assert of(Sum(), 2**60, 2**60 + 0.5) == 2.0**61
    assert of(Average(), *[0.1] * 1000) == 0.1
    assert of(Variance(), *[0.1] * 7) == 0
    many = [n + 0.25 for n in range(1000)]
    assert of(Sum(), *many) == math.fsum(many)
    assert Sum().load(_with(Sum(), many).dump()).value() == math.fsum(many)
    assert len(_with(Sum(), many).dump()[2]) < 3


def _with(state: State, values: list[float]) -> State:
    of(state, *values)
    return state


def test_moments_become_numbers() -> None:
    for state in (First(), Last(), Median()):
        assert type(of(state, Timestamp(5))) is int
    for dated in (Earliest(), Latest()):
        assert type(of(dated, (Timestamp(1), Timestamp(5)))) is int
    assert of(Values(), Timestamp(5), 5) == [5]


def test_structures_are_no_values() -> None:
    for state in (First(), Last(), Values(), Topk(1)):
        assert of(state, [1], {"a": 1}) is None
    assert of(CountDistinct(), [1], {"a": 1}) == 0
    for dated in (Earliest(), Latest()):
        assert of(dated, (1, [1])) is None
        assert of(dated, (2, "x"), (1, {}), (3, [])) == "x"


def test_of_equals_in_the_order_of_sort_the_first_is_taken() -> None:
    for state in (First(), Last()):
        assert of(state, "01", "1", "1.0") == "01"


def test_counting() -> None:
    assert of(Count(), 1, "x", False) == 3
    assert of(CountDistinct(), [1], 1, "1", 1.0) == 1
    assert of(CountDistinct(), 1, "1", 1.0, [1], "x", [1], "y", "x") == 3


def test_a_rate_is_the_change_in_a_period() -> None:
    assert of(Rate(60_000), (0, 10), (30_000, 5), (120_000, 20)) == 5
    assert of(Rate(1000), (2000, 1), (0, 4.5)) == -1.75
    assert of(Rate(1000), (5, 7)) == 0
    assert of(Rate(1000), (5, 7), (900, 7)) == 0
    assert of(Rate(1000), (5, 7), (5, 8)) is None
    assert of(Rate(1000), (5, HUGE), (6, 0.5)) is None


def test_lists_are_in_order_and_print() -> None:
    assert of(Values(), "b", 10, "a10", "a9", 9, True, 2.0, 2.5, "10") == [
        "a9", "a10", "b", 1, 2, 2.5, 9, 10,
    ]  # fmt: skip
    assert of(Values(), "1", "01", "1.0") == ["01", "1", "1.0"]
    assert of(Values(), 1e15, 10**30, "\ud800", -3.0) == [
        "\ufffd\ufffd\ufffd", -3, 1e15, "1" + "0" * 30,
    ]  # fmt: skip
    assert of(Topk(2), "b", "a", "c", "b", "a", "a") == ["a", "b"]
    assert of(Topk(2), "b", "c", "a") == ["a", "b"]
    assert of(Topk(5), 3, "3", 4.0) == [3, 4]


def test_lists_that_are_too_long_are_missing() -> None:
    half = "x" * (MOST_TEXT // 2)
    assert of(Values(), half) == [half]
    assert of(Values(), half, half + "y", "z") is None
    full = Values()
    of(full, half, half + "y")
    assert full.dump() is None
    assert of(Values().load(full.dump()), "z") is None
    one, two = Values(), Values()
    of(one, half)
    of(two, half + "y")
    one.merge(two)
    assert one.value() is None
    two.merge(one)
    assert two.value() is None
    assert of(Topk(2), half, half + "y", half) is None
    assert of(Topk(1), half, half + "y", half) == [half]


numbers = st.lists(st.integers(-1000, 1000), min_size=1, max_size=20)
floats = st.floats(allow_nan=False, allow_infinity=False)


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
    assert of(Variance(), *given_numbers) == pytest.approx(statistics.pvariance(given_numbers))
    assert of(Average(), *given_numbers) == pytest.approx(statistics.fmean(given_numbers))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.one_of(st.integers(), floats), min_size=1, max_size=90))
def test_sums_are_the_exact_ones_rounded_once(given_numbers: list[float]) -> None:
    exact = sum(map(Fraction, given_numbers))
    found = of(Sum(), *given_numbers)
    if any(isinstance(number, float) for number in given_numbers):
        try:
            assert found == float(exact)
        except OverflowError:
            assert found is None
    else:
        assert found == exact
