"""Whether a value is among those of a subquery: as many comparisons would say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.query.comparisons import equality
from bot.query.readings import CHOSEN, Readings
from bot.query.tables.members import Members
from bot.query.values import Timestamp


def test_values_that_equal_one() -> None:
    members = Members(["a", 5, "7.0", True, None, [1]], CHOSEN)
    values = ["a", "b", "5", 5.0, 7, "7", 1, "1", True, None, [1]]
    answers = [True, False, True, True, True, False, True, False, True, None, None]
    assert members.contain(values) == answers
    opposites = [None if answer is None else not answer for answer in answers]
    assert members.contain(values, negated=True) == opposites


def test_nothing_is_in_nothing() -> None:
    members = Members([None, {"a": 1}], CHOSEN)
    assert members.contain(["a", None]) == [False, False]
    assert members.contain(["a", None], negated=True) == [True, True]


READINGS = [
    CHOSEN,
    replace(CHOSEN, missing="empty"),
    replace(CHOSEN, boolean_text="equal"),
    replace(CHOSEN, numeric_texts="number"),
    replace(CHOSEN, numeric_texts="number", boolean_text="equal", missing="empty"),
]
value = st.one_of(
    st.sampled_from(["", "a", "1", "1.0", "0", "01", 1, 0, 1.0, 0.5, "0.5", True, False]),
    st.sampled_from([Timestamp(1), 10**400, "1" * 400, "1e400", "x1"]),
)
operand = st.one_of(value, st.none(), st.just([1]), st.just({}))


@pytest.mark.parametrize("readings", READINGS, ids=str)
@settings(max_examples=150, derandomize=True, deadline=None)
@given(column=st.lists(value, min_size=1, max_size=4), operand=operand)
def test_it_is_what_the_comparisons_say(
    readings: Readings, column: list[Any], operand: Any
) -> None:
    equal = equality(readings)
    answers = {equal(operand, member) for member in column}
    expected = True if True in answers else None if None in answers else False
    assert Members(column, readings).contain([operand]) == [expected]
