"""Values taken out of JSON by a path."""

from __future__ import annotations

from typing import Any

import pytest

from bot.query.extracting.json_paths import json_path

TEXT = '{"a": {"b": "x", "n": null, "t": true}, "l": [{"i": 5}, [7]], "0": "zero"}'


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b", "x"),
        ("a.t", True),
        ("a", {"b": "x", "n": None, "t": True}),
        ("a.n", None),
        ("a.x", None),
        ("a.b.c", None),
        ("l.0.i", 5),
        ("l[0].i", 5),
        ("l[1][0]", 7),
        ("l.2", None),
        ("l.i", None),
        ("l.\u0660", None),
        ("l.000000001.0", 7),
        ("l.0000000001.0", None),
        ("0", "zero"),
        ("", None),
        ("a.", None),
    ],
)
def test_a_path_leads_to_a_value(path: str, value: Any) -> None:
    assert json_path(path)(TEXT) == value


@pytest.mark.parametrize("value", ["x", '"a"', "", "{", None, 5, "[" * 100_000])
def test_what_is_no_object_has_none(value: Any) -> None:
    assert json_path("a")(value) is None


def test_structures_are_looked_into_as_they_are() -> None:
    assert json_path("a.1")({"a": [1, {"x": 2}]}) == {"x": 2}
    assert json_path("1")('[1, "b"]') == "b"
