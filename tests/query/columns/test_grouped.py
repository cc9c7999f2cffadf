"""The groups of a `stats`: how rows find theirs, batch after batch."""

from __future__ import annotations

from typing import Any

from bot.query.columns.batch import Batch, at
from bot.query.columns.grouped import Gathered, Grouped
from bot.query.values import Timestamp, Value


def batch(**columns: list[Value]) -> Batch:
    (size,) = {len(column) for column in columns.values()}
    return Batch(size, dict(enumerate(columns.values())))


def rows(grouped: Grouped, *places: int) -> list[tuple[Any, ...]]:
    found = grouped.rows()
    return list(zip(*[found.column(place) for place in places], strict=True))


def test_groups_keep_the_values_of_their_first_row() -> None:
    grouped = Grouped([at(0)], [Gathered(-1)], {}, always=True)
    grouped.add(batch(a=[1.0, "x", "1", 1]))
    grouped.add(batch(a=[2, 1, None, True, None]))
    assert rows(grouped, 0, -1) == [(1.0, 5), ("x", 1), (2, 1), (None, 2)]
    assert type(rows(grouped, 0)[0][0]) is float


def test_a_moment_and_its_text_are_one_group_and_its_number_another() -> None:
    grouped = Grouped([at(0)], [Gathered(-1)], {}, always=True)
    grouped.add(batch(a=[Timestamp(0), "1970-01-01 00:00:00.000", 0, Timestamp(0)]))
    assert rows(grouped, 0, -1) == [(0, 3), (0, 1)]
    assert isinstance(rows(grouped, 0)[0][0], Timestamp)


def test_several_keys_with_missing_ones_and_structures() -> None:
    grouped = Grouped([at(0), at(1)], [Gathered(-1)], {}, always=True)
    grouped.add(batch(a=["x", None, "x", [1], None], b=[None, "x", None, {"c": 1}, None]))
    assert rows(grouped, 0, 1, -1) == [("x", None, 2), (None, "x", 1), (None, None, 2)]


def test_without_keys_there_is_one_group_or_none() -> None:
    assert rows(Grouped([], [Gathered(-1)], {}, always=True), -1) == [(0,)]
    grouped = Grouped([], [Gathered(-1), Gathered(-2, at(0))], {}, always=False)
    assert grouped.rows().size == 0
    grouped.add(batch(a=["x", None]))
    grouped.add(batch(a=["y", "z"]))
    assert rows(grouped, -1, -2) == [(4, 3)]
    assert grouped.enough is False


def test_groups_that_come_later_have_counted_nothing_before() -> None:
    grouped = Grouped([at(0)], [Gathered(-1, at(1))], {}, always=True)
    grouped.add(batch(a=["x"], b=[None]))
    grouped.add(batch(a=["y", "x"], b=[1, 1]))
    assert rows(grouped, 0, -1) == [("x", 1), ("y", 1)]
