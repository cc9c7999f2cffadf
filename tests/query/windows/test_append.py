"""Columns of two queries beside each other."""

from __future__ import annotations

from bot.query.windows.append import append_columns


def test_columns_stand_beside_each_other() -> None:
    assert append_columns({"a": [1, 2]}, {"b": [3, 4]}) == {"a": [1, 2], "b": [3, 4]}


def test_rows_that_one_side_has_more_stay() -> None:
    assert append_columns({"a": [1]}, {"b": [3, 4]}) == {"a": [1, None], "b": [3, 4]}
    assert append_columns({"a": [1, 2]}, {"b": [3]}) == {"a": [1, 2], "b": [3, None]}
    assert append_columns({"a": [1]}, {"b": [3, 4, 5]}, most=2) == {"a": [1, None], "b": [3, 4]}
    assert append_columns({}, {"b": [3]}) == {"b": [3]}
    assert append_columns({"a": [1]}, {}) == {"a": [1]}
    assert append_columns({}, {"b": []}) == {"b": []}
    assert append_columns({"a": []}, {}) == {"a": []}
    assert append_columns({}, {"b": [5] * 10_001}) == {"b": [5] * 10_000}


def test_one_side_wins_where_both_have_a_value() -> None:
    left, right = {"a": [1, None, 3, None]}, {"a": ["x", "y", None]}
    assert append_columns(left, right) == {"a": [1, "y", 3, None]}
    assert append_columns(left, right, override=True) == {"a": ["x", "y", 3, None]}
