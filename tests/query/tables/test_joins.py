"""Which rows of two sides belong together."""

from __future__ import annotations

import pytest

from bot.errors import BotError
from bot.query.tables import joins as module
from bot.query.tables.joins import MOST_KEYS, join_rows


def test_every_pair_with_the_same_key_is_a_row() -> None:
    left, right = ["a", "b", "a", "c"], ["a", "c", "d", "a"]
    assert join_rows(left, right) == ([0, 0, 2, 2, 3], [0, 3, 0, 3, 1])
    assert join_rows(left, right, "left") == ([0, 0, 1, 2, 2, 3], [0, 3, None, 0, 3, 1])


def test_keys_are_the_same_if_they_print_alike() -> None:
    assert join_rows([1, "1.0", True, "x"], ["1"]) == ([0, 2], [0, 0])


def test_missing_keys_belong_to_nothing() -> None:
    assert join_rows([None, [1]], [None, [1]]) == ([], [])
    assert join_rows([None, [1]], [None, [1]], "left") == ([0, 1], [None, None])


def test_the_right_side_has_so_many_keys() -> None:
    keys = [*range(MOST_KEYS), None, 0]
    assert len(join_rows(["0"], keys)[0]) == 2
    with pytest.raises(BotError, match="more than 50,000 different keys"):
        join_rows([], [*keys, "x"])


def test_a_join_gives_so_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_JOINED", 4)
    assert len(join_rows(["a", "a"], ["a", "a"])[0]) == 4
    with pytest.raises(BotError, match="more than 4 rows"):
        join_rows(["a", "a", "b"], ["a", "a"], "left")
