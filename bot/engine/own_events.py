"""Events of a person's file, in whatever form: their time stands in the event or begins its line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, TypeAlias, cast

from bot.engine.decoding import NotAnObjectError
from bot.engine.events import Asked, Event, Events, in_columns
from bot.engine.fields import NOT_USUAL, compile_reader
from bot.engine.opening import Ticker, read_blocks
from bot.engine.pieces import Batch, held_values, holds_events, joined_values, read_batches
from bot.engine.times import TIME_FIELDS, event_time, line_time
from bot.engine.troubles import Troubles
from bot.query.values import Timestamp

NO_TIME_KEPT = "an event has no time that can be read"
NO_TIME = "an event has no time that can be read; no window holds it, so it is left out"

_KEPT_TIMES = 65_536
_OBJECT = re.compile(rb'\s*\{\s*["}]')

# `@timestamp` within an event is `@@timestamp` to a reader.
_TIMES = tuple(f"@{name}" if name.startswith("@") else name for name in TIME_FIELDS)

_Found: TypeAlias = tuple[Timestamp | None, bytes, int, Sequence[Any]]
"""Time, message, number, values."""


class _Moments(dict[Any, Timestamp | None]):
    """The moments that values mean, each worked out once: many events have the same second."""

    def __missing__(self, value: Any) -> Timestamp | None:
        time = event_time(value)
        if time is not None and len(self) < _KEPT_TIMES:
            self[value] = time
        return time


class OwnReader:
    """Reads a person's files; one for all files of a scan.

    An event without a time is in no window, so it is given only where there is none at all.
    """

    def __init__(self, asked: Asked) -> None:
        """Read these fields of events in this window."""
        self._reader = compile_reader(_TIMES + asked.names)
        self._width = len(asked.names)
        self._start, self._end = asked.window()
        self._windowed = asked.windowed
        self._moments = _Moments()

    def read(self, path: str, troubles: Troubles, tick: Ticker) -> Generator[Events]:
        """The events of a file, some at a time. See `FileReader`."""
        with closing(read_blocks(path, troubles, tick)) as blocks:
            for batch in read_batches(blocks, path, troubles):
                yield from self._events(batch, path, troubles)

    def _events(self, batch: Batch, path: str, troubles: Troubles) -> Iterator[Events]:
        usual = self._usual(batch)
        if usual is None:
            yield from self._one_by_one(batch, path, troubles)
        elif usual.times:
            yield usual

    # ------------------------------------------------------------ what is usual, all at once
    def _usual(self, batch: Batch) -> Events | None:
        """The events of a batch if each item is an object with a time; scans live here."""
        items = batch.items
        if not batch.held and any(map(holds_events, items)):
            return None
        try:
            objects = list(map(self._reader.decode, items))
            times = self._times_of(objects)
        except NOT_USUAL:
            return None
        if times is None:
            return None
        if batch.held:
            offsets: Sequence[int] = [batch.offset] * len(items)
            nths: Sequence[int] = range(batch.first, batch.first + len(items))
        else:
            sizes = (len(item) + 1 for item in items)
            offsets = list(itertools.accumulate(sizes, initial=batch.offset))[:-1]
            nths = [0] * len(items)
            items = [item.removesuffix(b"\r") for item in items]
        start, end = self._start, self._end
        if not (start <= min(times) and max(times) < end):
            inside = [start <= time < end for time in times]
            kept = [
                list(itertools.compress(c, inside)) for c in (times, items, offsets, nths, objects)
            ]
            times, items, offsets, nths, objects = kept
        try:
            columns = [list(map(get, objects)) for get in self._reader.getters[len(_TIMES) :]]
        except NOT_USUAL:
            return None
        return Events(times, times, items, offsets, nths, columns)

    def _times_of(self, objects: Sequence[Any]) -> list[Timestamp] | None:
        """When each happened; None if one does not say. Objects have a few fields that may."""
        getters = self._reader.getters[: len(_TIMES)]
        times = list(map(self._moments.__getitem__, map(getters[0], objects)))
        if None in times:
            for place, time in enumerate(times):
                if time is None:
                    times[place] = self._first_moment(get(objects[place]) for get in getters)
        return None if None in times else cast("list[Timestamp]", times)

    def _first_moment(self, values: Iterable[Any]) -> Timestamp | None:
        """The first moment that one of the values means."""
        times = map(self._moments.__getitem__, values)
        return next((time for time in times if time is not None), None)

    # ----------------------------------------------------------------- what is not, one by one
    def _one_by_one(self, batch: Batch, path: str, troubles: Troubles) -> Iterator[Events]:
        found: list[Event] = []
        offset = batch.offset
        for place, data in enumerate(batch.items):
            if batch.held:
                one = Batch([data], offset, batch.line, True, batch.first + place)
            else:
                line = None if batch.line is None else batch.line + place
                one = Batch([data.removesuffix(b"\r")], offset, line)
                offset += len(data) + 1
                if holds_events(data):
                    yield in_columns(found, self._width)
                    found = []
                    for held in held_values(one.items[0], one.offset, line, path, troubles):
                        yield from self._events(held, path, troubles)
                    continue
            found += self._events_in(one, path, troubles)
        yield in_columns(found, self._width)

    def _events_in(self, one: Batch, path: str, troubles: Troubles) -> Iterator[Event]:
        """The events in one item that lie in the window."""
        for time, data, nth, values in self._found_in(one, path, troubles):
            if time is None:
                troubles.add(path, NO_TIME if self._windowed else NO_TIME_KEPT, one.line)
            if self._start <= time < self._end if time is not None else not self._windowed:
                yield time, time, data, one.offset, nth, values

    def _found_in(self, one: Batch, path: str, troubles: Troubles) -> Iterator[_Found]:
        """A line of text; an object; or each of those that a line holds without a break."""
        (data,) = one.items
        if not one.held and (not data or data.isspace()):
            return
        if not one.held and not _OBJECT.match(data):
            yield line_time(data), data, 0, [None] * self._width
            return
        try:
            yield self._object(data, one.first)
        except NotAnObjectError as error:
            joined = [] if one.held else joined_values(data)
            if not joined:
                troubles.add(path, str(error), one.line)
            for nth, value in enumerate(joined):
                try:
                    yield self._object(value, nth)
                except NotAnObjectError as inner:
                    troubles.add(path, str(inner), one.line)

    def _object(self, data: bytes, nth: int) -> _Found:
        values = self._reader.read(data)
        return self._first_moment(values[: len(_TIMES)]), data, nth, values[len(_TIMES) :]
