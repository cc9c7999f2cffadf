"""Layouts: what a name means among fields, computed columns, structures, and behind a join."""

from __future__ import annotations

import pytest

from bot.query.ast import Field
from bot.query.columns.batch import Batch
from bot.query.columns.layout import Layout, missing
from bot.query.errors import QueryError, Span
from bot.query.values import Value


def shown(layout: Layout, name: str, columns: dict[int, list[Value]], size: int = 1) -> object:
    parts = tuple(int(p) if p.isdigit() else p for p in name.split("."))
    return layout.read(Field(parts))(Batch(size, {**columns}))


def test_each_field_of_events_has_one_place() -> None:
    layout = Layout()
    layout.field("a")
    layout.read(Field(("b", "c")))
    layout.field("a")
    layout.field("b.c")
    assert layout.front == ["a", "b.c"]


def test_a_position_is_no_field_of_an_event() -> None:
    layout = Layout()
    assert layout.read(Field(("a", 0))) is missing
    assert layout.front == []


def test_places_at_the_back_are_all_different() -> None:
    layout = Layout(["a"])
    assert [layout.reserve() for _ in range(3)] == [-1, -2, -3]


def test_a_column_hides_a_field_and_a_later_one_hides_it() -> None:
    layout = Layout()
    layout.field("a")
    for place in (layout.reserve(), layout.reserve()):
        layout.name("a", place)
        assert shown(layout, "a", {0: ["field"], place: [place]}) == [place]


def test_a_structure_hides_and_anything_else_lets_through() -> None:
    layout = Layout()
    layout.name("a", layout.reserve())
    columns: dict[int, list[Value]] = {0: ["field"] * 4, -1: [{"b": 1}, {"c": 2}, "text", None]}
    assert shown(layout, "a.b", columns, 4) == [1, None, "field", "field"]
    assert layout.front == ["a.b"]


def test_the_longest_name_wins() -> None:
    layout = Layout()
    layout.name("a", layout.reserve())
    layout.name("a.b", layout.reserve())
    columns: dict[int, list[Value]] = {-1: [{"b": {"c": "short"}}], -2: [{"c": "long"}]}
    assert shown(layout, "a.b.c", columns) == ["long"]
    assert shown(layout, "a.b", columns) == [{"c": "long"}]


def test_after_stats_there_are_only_its_columns() -> None:
    layout = Layout(["k", "n.m"])
    columns: dict[int, list[Value]] = {0: [{"x": [7]}], 1: [2]}
    assert shown(layout, "n.m", columns) == [2]
    assert shown(layout, "k.x.0", columns) == [7]
    assert shown(layout, "k.y", {0: ["text"]}) == [None]
    with pytest.raises(QueryError, match="There is no column `n` here") as caught:
        layout.read(Field(("n",), Span(3, 4)))
    assert caught.value.span == Span(3, 4)
    assert layout.front == ["k", "n.m"]


def test_what_may_not_be_there_is_missing() -> None:
    layout = Layout(["k"])
    assert layout.read_if_there(Field(("z",))) is missing
    assert layout.read_if_there(Field(("k",)))(Batch(1, {0: ["x"]})) == ["x"]
    assert missing(Batch(2, {})) == [None, None]


def test_behind_a_join_names_may_have_a_prefix() -> None:
    layout = Layout(["k", "l"])
    layout.prefix = "l"
    layout.name("r.k", layout.reserve())
    columns: dict[int, list[Value]] = {0: ["left"], 1: [{"k": "part"}], -1: ["right"]}
    assert shown(layout, "r.k", columns) == ["right"]
    assert shown(layout, "k", columns) == ["left"]
    assert shown(layout, "l.k", columns) == ["part"]  # a column wins over a prefix
    assert shown(layout, "l", columns) == [{"k": "part"}]
    other = Layout(["k"])
    other.prefix = "l"
    assert shown(other, "l.k", columns) == ["left"]
    with pytest.raises(QueryError):
        other.read(Field(("l",)))
    with pytest.raises(QueryError):
        other.read(Field(("m", "k")))
