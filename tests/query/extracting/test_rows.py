"""Values that become several rows."""

from __future__ import annotations

from typing import Any

import pytest

from bot.query.extracting.rows import elements, expanded, spread, spread_matches
from bot.query.functions.patterns import regex_extract_all


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([1, "a", None, {"b": 1}, [2]], [1, "a", None, {"b": 1}, [2]]),
        ({"a": 1}, [{"a": 1}]),
        ("x", ["x"]),
        ("[1,2]", ["[1,2]"]),
        (0, [0]),
        (None, [None]),
        ([], [None]),
    ],
)
def test_unnest(value: Any, found: list[Any]) -> None:
    assert elements(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('[1, "a", null]', [1, "a", None]),
        ('[{"b": [1]}]', [{"b": [1]}]),
        ("[]", [None]),
        ('{"a": 1}', ['{"a": 1}']),
        ("[1", ["[1"]),
        ("x", ["x"]),
        (["a", "b"], [["a", "b"]]),
        (5, [5]),
        (None, [None]),
        ("[" * 100_000, ["[" * 100_000]),
    ],
)
def test_expand(value: Any, found: list[Any]) -> None:
    assert expanded(value) == found


def test_rows_are_repeated_for_their_elements() -> None:
    assert spread([[1, 2], "x", []], elements) == ([0, 0, 1, 2], [1, 2, "x", None])
    assert spread([], elements) == ([], [])


def test_rows_are_repeated_for_their_matches() -> None:
    matches = regex_extract_all(r"(\w)=(\d)", ())
    rows, columns = spread_matches(["a=1 b=2", None, "none", "c=3"], matches, 2)
    assert rows == [0, 0, 1, 2, 3]
    assert columns == [["a", "b", None, None, "c"], ["1", "2", None, None, "3"]]
