"""The events of one file: when they happened, and the values of the fields that a plan names."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple, TypeAlias

import msgspec

from bot.engine.decoding import TOO_DEEP, NotAnObjectError
from bot.engine.fields import NOT_USUAL, UnusualError, compile_reader, is_system
from bot.engine.opening import Ticker, read_blocks
from bot.engine.pieces import (
    SOME,
    Batch,
    held_values,
    holds_events,
    joined_values,
    read_batches,
    read_lines,
)
from bot.engine.sources import LogFile
from bot.engine.times import TIME_FIELDS, event_time, line_time
from bot.engine.troubles import Troubles
from bot.query.values import Timestamp

NO_TIME_KEPT = "an event has no time that can be read"
NO_TIME = "an event has no time that can be read; no window holds it, so it is left out"
DEEP_TEXT = "a message is nested too deeply to be read; only its text can be searched"
NOT_STORED = "is not a line that the local CloudWatch wrote; it is left out"

_FAR = 1 << 62  # later than any time in ms
_OBJECT = re.compile(rb'\s*\{\s*["}]')

# System fields of an event as a reader spells them: `@timestamp` in the event is `@@timestamp`.
_TIMES = tuple(f"@{name}" if name.startswith("@") else name for name in TIME_FIELDS)

Event: TypeAlias = tuple[Timestamp | None, Timestamp | None, bytes | str, int, int, list[Any]]
"""Time, ingestion time, message, offset in the content, number at that offset, values.

A plain tuple: a scan makes one for every event in its window.
"""

FileReader: TypeAlias = Callable[[str, Troubles, Ticker], Generator[list[Event]]]


class Asked(NamedTuple):
    """What to read of events: those in the half-open window [start, end), and these fields."""

    names: tuple[str, ...]
    start: int | None = None
    end: int | None = None

    def window(self) -> tuple[int, int]:
        """The window with numbers for both ends."""
        return (
            -_FAR if self.start is None else self.start,
            _FAR if self.end is None else self.end,
        )


def event_reader(asked: Asked) -> Callable[[LogFile, Troubles, Ticker], Generator[list[Event]]]:
    """What gives the events of a file that lie in the window, some at a time, in the file's order.

    Values of system fields are None: they are not in the event. An event without a time is in no
    window, so it is given only where there is none at all.
    """
    stored = _stored_reader(asked)
    own = _OwnReader(asked).read

    def read(file: LogFile, troubles: Troubles, tick: Ticker) -> Generator[list[Event]]:
        return (stored if file.stored else own)(file.path, troubles, tick)

    return read


# ---------------------------------------------------------------------- the local CloudWatch
_decode_stored = msgspec.json.Decoder(tuple[int, int, str]).decode


def _stored_reader(asked: Asked) -> FileReader:
    fields = _fields_of_message(asked.names)
    start, end = asked.window()

    def read(path: str, troubles: Troubles, tick: Ticker) -> Generator[list[Event]]:
        with closing(read_blocks(path, troubles, tick)) as blocks:
            for batch in read_lines(blocks, path, troubles):
                if batch.ended:  # else it is being written; nobody was told that it is there
                    yield events_of(batch, path, troubles)

    def events_of(batch: Batch, path: str, troubles: Troubles) -> list[Event]:
        found: list[Event] = []
        offset = batch.offset
        for line, data in enumerate(batch.items, batch.line or 0):
            here, offset = offset, offset + len(data) + 1
            try:
                # The time alone first: most lines are outside of most windows.
                if not start <= int(data[1 : data.index(b",")]) < end:
                    continue
                time, ingested, message = _decode_stored(data)
            except (ValueError, RecursionError):
                troubles.add(path, NOT_STORED, line)
                continue
            try:
                values = fields(message)
            except NotAnObjectError as error:
                values = [None] * len(asked.names)
                if str(error) == TOO_DEEP:
                    troubles.add(path, DEEP_TEXT, line)
            found.append((Timestamp(time), Timestamp(ingested), message, here, 0, values))
        return found

    return read


def _fields_of_message(names: Sequence[str]) -> Callable[[str], list[Any]]:
    """The fields of a message, which need not be JSON."""
    width = len(names)
    if all(map(is_system, names)):
        return lambda _message: [None] * width
    read = compile_reader(names).read

    def fields(message: str) -> list[Any]:
        if message.startswith(("{", " ", "\t", "\n", "\r")):
            return read(message)
        return [None] * width

    return fields


# ------------------------------------------------------------------------- a person's files
_KEPT_TIMES = 65_536

_Part: TypeAlias = tuple[Timestamp | None, bytes, int, list[Any]]
"""Time, message, number, values."""


class _OwnReader:
    """Reads a person's files; one for all files of a scan."""

    def __init__(self, asked: Asked) -> None:
        self._reader = compile_reader(_TIMES + asked.names)
        self._width = len(asked.names)
        self._start, self._end = asked.window()
        self._windowed = asked.start is not None or asked.end is not None
        self._times: dict[Any, Timestamp] = {}  # many events have the same second

    def read(self, path: str, troubles: Troubles, tick: Ticker) -> Generator[list[Event]]:
        """The events of a file, some at a time."""
        with closing(read_blocks(path, troubles, tick)) as blocks:
            for batch in read_batches(blocks, path, troubles):
                yield from self._events(batch, path, troubles)

    def _events(self, batch: Batch, path: str, troubles: Troubles) -> Iterator[list[Event]]:
        """Here is where a scan spends its time: what is usual is spelt out, without calls."""
        decode, getters = self._reader.decode, self._reader.getters[len(_TIMES) :]
        time_getters, times, time_of = self._reader.getters[: len(_TIMES)], self._times, self._time
        start, end = self._start, self._end
        offset, nth, held = batch.offset, batch.first, batch.held
        found: list[Event] = []
        for place, data in enumerate(batch.items):
            try:
                event = decode(data)
                for get in time_getters:
                    value = get(event)
                    if value is not None and (time := times.get(value) or time_of(value)):
                        break
                else:
                    raise UnusualError
                if start <= time < end:
                    message = data if held else data.removesuffix(b"\r")
                    values = [get(event) for get in getters]
                    found.append((time, time, message, offset, nth, values))
            except NOT_USUAL:
                line = batch.line if held or batch.line is None else batch.line + place
                one = Batch([data], offset, line, held, nth)
                for events in self._unusual(one, path, troubles):
                    found += events
                    if len(found) >= SOME:
                        yield found
                        found = []
            if held:
                nth += 1
            else:
                offset += len(data) + 1
        yield found

    def _time(self, value: Any) -> Timestamp | None:
        """The moment that a field's value means, kept for the next event of that moment."""
        time = event_time(value)
        if time is not None and len(self._times) < _KEPT_TIMES:
            self._times[value] = time
        return time

    def _unusual(self, one: Batch, path: str, troubles: Troubles) -> Iterator[list[Event]]:
        """The events in one item that is not a usual object with a usual time."""
        (data,), held = one.items, one.held
        if not held:
            data = data.removesuffix(b"\r")
            if not data or data.isspace():
                return
            if holds_events(data):
                for batch in held_values(data, one.offset, one.line, path, troubles):
                    yield from self._events(batch, path, troubles)
                return
            if not _OBJECT.match(data):
                event = (line_time(data), data, 0, [None] * self._width)
                yield self._in_window([event], one, path, troubles)
                return
        yield self._in_window(self._objects(data, one, path, troubles), one, path, troubles)

    def _objects(self, data: bytes, one: Batch, path: str, troubles: Troubles) -> Iterator[_Part]:
        """What one object is, or each of those that a line holds without a break."""
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

    def _object(self, data: bytes, nth: int) -> _Part:
        values = self._reader.read(data)
        times = map(event_time, values[: len(_TIMES)])
        time = next((time for time in times if time is not None), None)
        return time, data, nth, values[len(_TIMES) :]

    def _in_window(
        self, parts: Iterable[_Part], one: Batch, path: str, troubles: Troubles
    ) -> list[Event]:
        found: list[Event] = []
        for time, data, nth, values in parts:
            if time is None:
                troubles.add(path, NO_TIME if self._windowed else NO_TIME_KEPT, one.line)
            if self._start <= time < self._end if time is not None else not self._windowed:
                found.append((time, time, data, one.offset, nth, values))
        return found
