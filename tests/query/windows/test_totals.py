"""Sums of rows and of columns."""

from __future__ import annotations

from bot.query.values import Timestamp
from bot.query.windows.totals import column_totals, row_totals


def test_a_row_sums_its_numbers() -> None:
    assert row_totals([[1, "x", None, 1e308], ["2", None, None, 1e308]]) == [3, None, None, None]
    assert row_totals([[True, 0.5], [Timestamp(7), 1]]) == [1, 1.5]


def test_a_summary_sums_each_column() -> None:
    assert column_totals([[1, "2", "x", None], ["x"], [Timestamp(5)], []]) == [3, None, None, None]
