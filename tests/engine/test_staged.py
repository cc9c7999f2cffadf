"""Fields are decoded when they are asked for, of the events they are asked of, and only once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.fields import compile_reader
from bot.engine.staged import Staged

NAMES = ("a", "b", "c.d", "@message")
ITEMS = [b'{"a": %d, "b": "%d", "c": {"d": true}}' % (n, n) for n in range(5)]
ODD = b'{"a": 5, "b": {"x": 1}, "c.d": 6}'


class Counted:
    """A reader whose decoders say what they decoded."""

    def __init__(self, early) -> None:
        self.seen: list[tuple[int, bytes]] = []
        reader = compile_reader(NAMES, early)
        stages = [
            replace(stage, decode=self._counting(at, stage.decode))
            for at, stage in enumerate(reader.stages)
        ]
        self.reader = replace(reader, stages=tuple(stages))

    def _counting(self, at, decode):
        def counting(item):
            self.seen.append((at, item))
            return decode(item)

        return counting


def test_a_late_field_is_decoded_only_of_the_events_it_is_asked_of_and_once():
    counted = Counted({0})
    staged = Staged(counted.reader, ITEMS, pytest.fail)

    assert staged.column(0, None) == [0, 1, 2, 3, 4]
    assert staged.column(1, [3, 1, 3]) == ["3", "1", "3"]
    assert staged.column(2, [1]) == [True]
    assert counted.seen == [(0, item) for item in ITEMS] + [(1, ITEMS[3]), (1, ITEMS[1])]


def test_objects_that_are_there_already_are_not_decoded_again():
    counted = Counted({0, 1})
    objects = list(map(counted.reader.stages[0].decode, ITEMS))
    staged = Staged(counted.reader, ITEMS, pytest.fail, objects)

    assert staged.column(0, [4]) == [4]
    assert staged.column(1, None) == list("01234")
    assert len(counted.seen) == len(ITEMS)


def test_an_unusual_event_is_read_patiently_and_once():
    reader = compile_reader(NAMES, {0, 2})
    asked = []

    def patiently(number):
        asked.append(number)
        return reader.read_whole([*ITEMS, ODD][number])

    staged = Staged(reader, [*ITEMS, ODD], patiently)

    assert staged.column(0, [5, 0]) == [5, 0]
    assert staged.column(1, [5, 0, 5]) == [None, "0", None]
    assert staged.column(1, None) == [*"01234", None]
    assert staged.column(2, None) == [True] * 5 + [6]
    assert staged.column(3, None) == [None] * 6
    assert asked == [5]


def test_a_plain_reader_reads_every_event_patiently():
    reader = compile_reader(NAMES, plain=True)
    staged = Staged(reader, ITEMS, lambda number: reader.read_whole(ITEMS[number]))

    assert staged.column(1, [2]) == ["2"]
    assert staged.column(0, None) == [0, 1, 2, 3, 4]


def test_an_event_of_too_many_fields_is_read_patiently_when_it_is_asked_for_a_field():
    long = b'{"a": 6, ' + b", ".join(b'"field %d": 0' % number for number in range(250))
    items = [*ITEMS, long + b', "b": 7}', b'{"a": 8, "b": "' + b"-" * 3_000 + b'"}']
    reader = compile_reader(NAMES, {0})
    asked = []

    def patiently(number):
        asked.append(number)
        return reader.read_whole(items[number])

    staged = Staged(reader, items, patiently)

    assert staged.column(0, [0, 6]) == [0, 8]
    assert not asked
    assert staged.column(1, [0, 5]) == ["0", None]
    assert staged.column(0, None) == [0, 1, 2, 3, 4, 6, 8]
    assert asked == [5]
