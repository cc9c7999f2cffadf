"""Finding fields in decoded events, and parts of structures."""

from __future__ import annotations

from typing import Any

import pytest

from bot.query.discovery.access import field_of, part_of

EVENT = {
    "a": 1,
    "b": {"c": "x", "list": [{"d": 5}, [7, None], 8], "1": "one"},
    "b.c": "flat",
    "b.e": "only flat",
    "x.y": {"z": "half flat"},
    "deep": {"u": {"v.w": "end"}, "u.v": {"w": "other"}},
    "null": None,
    "empty": {},
    "none": [],
    "no": False,
    "nan": float("nan"),
    "text": "",
    "odd": object(),
    "@system": "s",
    "@own": {"a": 1},
    "nested": {"n": None},
    "nested.n": 3,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a", 1),
        ("b.c", "x"),
        ("b.e", "only flat"),
        ("x.y.z", "half flat"),
        ("deep.u.v.w", "end"),
        ("b.list.0.d", 5),
        ("b.list.1.0", 7),
        ("b.list.2", 8),
        ("b.1", "one"),
        ("no", False),
        ("text", ""),
        ("@system", "s"),
        ("@own.a", 1),
        ("nested.n", 3),
    ],
)
def test_found(name: str, value: object) -> None:
    assert field_of(EVENT, name) == value


@pytest.mark.parametrize(
    "name",
    ["missing", "a.b", "b", "b.list", "b.list.1", "b.list.1.1", "b.list.3", "b.list.-1",
     "b.list.00", "b.list.x", "b.list.²", "b.list." + "9" * 5000, "null", "empty", "none", "nan",
     "odd", "", ".", "b.", "c", "x.y"],
)  # fmt: skip
def test_missing(name: str) -> None:
    assert field_of(EVENT, name) is None


def test_no_depth_is_too_deep() -> None:
    event: dict[str, Any] = {"end": 1}
    for _ in range(3000):
        event = {"a": event}
    assert field_of(event, "a." * 3000 + "end") == 1


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ((), {"a": [1, {"b.c": "x"}], "n": None}),
        (("a",), [1, {"b.c": "x"}]),
        (("a", 1, "b.c"), "x"),
        (("a", 2), None),
        (("a", "b"), None),
        ((0,), None),
        (("n",), None),
        (("a", 0, 0), None),
    ],
)
def test_parts_of_a_structure(parts: tuple[str | int, ...], value: object) -> None:
    assert part_of({"a": [1, {"b.c": "x"}], "n": None}, parts) == value


def test_a_text_has_no_parts() -> None:
    assert part_of("abc", (0,)) is None
    assert part_of(None, ("a",)) is None
