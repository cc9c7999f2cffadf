"""States of parts of the events, merged: the same results, to the last bit, however they were split."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.aggregates import Count, CountDistinct, State
from bot.query.aggregates.lists import Topk, Values
from bot.query.aggregates.number import Average, Deviation, Sum, Variance
from bot.query.aggregates.order import Earliest, First, Last, Latest, Median, Percentile, Rate
from bot.query.aggregates.packing import pack, unpack
from bot.query.functions import FUNCTIONS
from bot.query.values import Timestamp

Make = Callable[[], State]

numbers = st.one_of(
    st.integers(),
    st.integers(-3, 3),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.1, 1e16, -1e16, 1e308, 5e-324, 2.0**53, 10**30, -(10**400), Timestamp(7)]),
)
anything = st.one_of(
    numbers,
    st.text(alphabet='a1.,"\0\ud800é', max_size=3),
    st.lists(st.integers(), max_size=1),
)
moments = st.integers(0, 3).map(Timestamp)

OF_NUMBERS: list[Make] = [Sum, Average, Variance, Deviation, Median, lambda: Percentile(90)]
OF_ANYTHING: list[Make] = [Count, CountDistinct, First, Last, Values, lambda: Topk(3)]
OF_DATED: list[Make] = [Earliest, Latest]
OF_DATED_NUMBERS: list[Make] = [lambda: Rate(60_000)]


def named(make: Make) -> str:
    return type(make()).__name__


def gathered(make: Make, values: list[Any]) -> State:
    state = make()
    for value in values:
        state.add(value)
    return state


def travelled(make: Make, state: State) -> State:
    return make().load(msgspec.msgpack.decode(msgspec.msgpack.encode(state.dump())))


def in_parts(make: Make, values: list[Any], cuts: list[int]) -> object:
    """The result where the values were split at the cuts, and each part came from elsewhere."""
    ends = sorted({min(cut, len(values)) for cut in cuts} | {0, len(values)})
    parts = [values[start:end] for start, end in itertools.pairwise(ends)]
    whole = make()
    for at, part in enumerate(parts):
        state = make()
        if at % 2:
            state.add_many(part)
        else:
            state = gathered(make, part)
        whole.merge(travelled(make, state))
        whole.merge(travelled(make, make()))
    return travelled(make, whole).value()


def same(one: object, other: object) -> bool:
    return repr(one) == repr(other)


def check(makes: list[Make], values: list[Any], cuts: list[int]) -> None:
    for make in makes:
        wanted = gathered(make, values).value()
        assert same(in_parts(make, values, cuts), wanted), named(make)
        at_once = make()
        at_once.add_many(values)
        assert same(at_once.value(), wanted), named(make)


cuts = st.lists(st.integers(0, 12), max_size=4)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(numbers, max_size=12), cuts)
def test_numbers(values: list[Any], cuts: list[int]) -> None:
    check(OF_NUMBERS, values, cuts)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(anything, max_size=12), cuts)
def test_anything(values: list[Any], cuts: list[int]) -> None:
    check(OF_ANYTHING, values, cuts)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.text(alphabet="a1.", max_size=2), max_size=12), cuts)
def test_texts(values: list[Any], cuts: list[int]) -> None:
    check(OF_ANYTHING, values, cuts)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.tuples(moments, anything), max_size=12), cuts)
def test_dated(values: list[Any], cuts: list[int]) -> None:
    check(OF_DATED, values, cuts)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.tuples(moments, numbers), max_size=12), cuts)
def test_dated_numbers(values: list[Any], cuts: list[int]) -> None:
    check(OF_DATED_NUMBERS, values, cuts)


def test_many_fractions_in_many_parts() -> None:
    values: list[Any] = [n * 0.1 - 40 for n in range(2000)]
    check(OF_NUMBERS, values, [3, 70, 71, 500, 1900])


def test_every_aggregate_is_tested_here() -> None:
    tested = {type(make()) for make in OF_NUMBERS + OF_ANYTHING + OF_DATED + OF_DATED_NUMBERS}
    constants = {"pct": [95], "topk": [3], "rate": [1000]}
    for row in FUNCTIONS.values():
        if row.state is not None:
            assert type(row.state(*constants.get(row.name, []))) in tested


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -5, 2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**40, 1.5, "", "x", "é", "a\ud800",
     Timestamp(5), Timestamp(-(10**30))],
)  # fmt: skip
def test_values_come_back_as_they_were(value: Any) -> None:
    back = unpack(msgspec.msgpack.decode(msgspec.msgpack.encode(pack(value))))
    assert back == value
    assert type(back) is type(value)


def test_a_group_with_one_distinct_value_has_no_set() -> None:
    state = CountDistinct()
    for _ in range(3):
        state.add("the only one")
    assert state._seen == "the only one"
    assert sys.getsizeof(state) <= 56
    state.add("another")
    assert state._seen == {"the only one", "another"}
