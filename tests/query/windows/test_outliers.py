"""What is far from the others, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.windows.outliers import Fences, fences, inside, transformed

COLUMN = [10, 12, 14, 16, 100, "x", None, -90]  # quartiles of its numbers: 10 and 16
CUT = [10, 12, 14, 16, 31.0, "x", None, -90]


def test_fences_stand_beyond_the_quartiles() -> None:
    assert fences(COLUMN) == Fences(None, 31.0)
    assert fences(COLUMN, 1, uselower=True) == Fences(4, 22)
    assert fences(range(1, 101), uselower=True) == Fences(-100.0, 200.0)
    assert fences(["x", None]) == Fences()


def test_outliers_become_the_fence() -> None:
    assert transformed(COLUMN) == CUT
    assert transformed(COLUMN, uselower=True) == [*CUT[:-1], -5.0]
    assert transformed(COLUMN, mark=True) == [10, 12, 14, 16, "00031", "x", None, -90]


def test_or_their_rows_go() -> None:
    assert inside([COLUMN]) == [True] * 4 + [False] + [True] * 3
    other = [1] * 7 + [9]
    assert inside([COLUMN, other]) == [True] * 4 + [False, True, True, False]
    assert inside([[5, 1, 5, 5, 5]], uselower=True) == [True, False, True, True, True]


@pytest.mark.parametrize("column", [[10**400, 0.5, 1e300], [1e308, -1e308], [0, 10**1200]])
def test_fences_out_of_bounds_are_none(column: list[Any]) -> None:
    assert transformed(column, 1e10, uselower=True) == column


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.one_of(st.integers(), st.floats(), st.text(max_size=3)), max_size=9))
def test_it_never_fails(column: list[Any]) -> None:
    assert len(transformed(column, mark=True)) == len(column)
    assert len(inside([column], 1.5, uselower=True)) == len(column)
