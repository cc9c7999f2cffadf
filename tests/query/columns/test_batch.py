"""Batches: columns made once and only when asked for, rows chosen, and what leads back to events."""

from __future__ import annotations

from collections.abc import Sequence

from bot.query.columns.batch import Batch, Column, Listed, Probe, at
from bot.query.values import Value


class Asked(Listed):
    """Events that note what they are asked for."""

    def __init__(self, columns: Sequence[Column], size: int) -> None:
        super().__init__(columns, size)
        self.asked: list[tuple[int, Sequence[int] | None]] = []

    def column(self, place: int, numbers: Sequence[int] | None) -> Column:
        self.asked.append((place, numbers))
        return super().column(place, numbers)


def batch_of(*columns: Column) -> tuple[Batch, Asked]:
    events = Asked(columns, len(columns[0]))
    return Batch(events.size, {}, events=events), events


def test_a_column_is_asked_for_once_and_only_of_the_rows_that_are_left() -> None:
    batch, events = batch_of(["a", "b", "c"], [1, 2, 3])
    left = batch.select([value != "b" for value in batch.column(0)])
    assert events.asked == [(0, None)]
    assert left.column(0) == ["a", "c"]
    assert left.column(1) == left.column(1) == [1, 3]
    assert events.asked == [(0, None), (1, [0, 2])]


def test_rows_of_rows_are_those_of_the_events() -> None:
    batch, events = batch_of(list("abcde"))
    some = batch.take([4, 2, 2, 0]).take([2, 0])
    assert some.column(0) == ["c", "e"]
    assert events.asked == [(0, [2, 4])]
    assert some.pointers() == [2, 4]
    assert batch.take([1]).take([0, 0]).pointers() == [1, 1]


def test_all_rows_are_the_batch_itself() -> None:
    batch, _ = batch_of(["a", "b"])
    assert batch.select([True, "x"]) is batch
    assert batch.select([True, None]).size == 1
    assert batch.select([0, False]).size == 0


def test_what_is_computed_later_is_computed_of_the_rows_that_are_left() -> None:
    batch, _ = batch_of(["a", "b", "c"])
    seen: list[Column] = []

    def loud(rows: Batch) -> Column:
        seen.append(rows.column(0))
        return [f"{value}!" for value in rows.column(0)]

    batch.put_later(-1, loud)
    assert batch.take([1]).column(-1) == ["b!"]
    assert batch.take([2, 0]).column(-1) == ["c!", "a!"]
    assert batch.column(-1) == batch.column(-1) == ["a!", "b!", "c!"]
    assert seen == [["b"], ["c", "a"], ["a", "b", "c"]]
    assert batch.take([0]).column(-1) == ["a!"]
    assert len(seen) == 3


def test_what_is_not_there_is_missing() -> None:
    batch, events = batch_of(["a", "b"])
    assert batch.column(-5) == [None, None]
    assert events.asked == []
    assert Batch(3, {}).column(7) == [None] * 3
    assert Batch(2, {}).pointers() == [None, None]


def test_pointers_that_are_given_are_those_of_the_rows() -> None:
    assert Listed([], 2, ["x", "y"]).pointer(1) == "y"
    batch = Batch(2, {}, events=Listed([], 2, ["x", "y"]), pointers=["p", "q"])
    assert batch.pointers() == ["p", "q"]
    assert batch.take([1, 0, 1]).pointers() == ["q", "p", "q"]


def test_rows_of_another_layout_lead_back_to_the_rows_they_are_made_of() -> None:
    batch, _ = batch_of(["a", "b"])
    made = batch.take([1]).replaced({0: ["x", "y"], 1: [1, 2]}, 2, [0, None])
    assert made.pointers() == [1, None]
    assert made.column(0) == ["x", "y"]
    assert made.column(3) == [None, None]
    assert made.facts is batch.facts


def test_a_probe_notes_what_is_asked_for_and_not_put() -> None:
    probe = Probe()
    probe.put(-1, [])
    probe.put_later(-2, at(5))
    for place in (3, -1, -2, 3, 0):
        assert at(place)(probe) == []
    assert probe.asked == (3, 5, 0)
    assert probe.take([]) is probe
    assert probe.select([]) is probe
    assert probe.replaced({}, 0, []) is probe
    probe.column(9)
    assert probe.asked == (3, 5, 0)


def test_a_column_of_one_batch_is_not_that_of_another() -> None:
    column: list[Value] = [1, 2]
    batch = Batch(2, {0: column})
    taken = batch.take([0, 1])
    taken.put(0, [5, 6])
    assert batch.column(0) == [1, 2]
    taken.put_later(-1, at(0))
    assert batch.column(-1) == [None, None]
