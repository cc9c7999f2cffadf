"""How often combinations come."""

from __future__ import annotations

from bot.query.window_frequent import frequent


def test_the_most_frequent_come_first_and_equals_as_they_appeared() -> None:
    assert frequent([["a", "b", "c", "b", "c"]]) == ([["b", "c", "a"]], [2, 2, 1])


def test_combinations_are_alike_if_they_print_alike() -> None:
    keys = [[1, "1", True, None, [5], "x"], ["a", "a", "a", "b", "b", None]]
    assert frequent(keys) == ([[1, None, "x"], ["a", "b", None]], [3, 2, 1])
    assert frequent([[]]) == ([[]], [])
