"""Events of a person's file, in whatever form: their time stands in the event or begins its line."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TypeAlias

from bot.engine.decoding import NotAnObjectError, text_of
from bot.engine.events import Asked, Content, Values
from bot.engine.fields import NOT_USUAL, compile_reader
from bot.engine.opening import Ticker, read_blocks
from bot.engine.own_content import (
    NO_TIME,
    TIMES,
    Moments,
    Single,
    Singles,
    Source,
    Whole,
    objects_in,
    texts_in,
)
from bot.engine.pieces import (
    Batch,
    bare,
    held_values,
    holds_events,
    joined_values,
    read_batches,
    read_lines,
)
from bot.engine.sieve import compile_sieve
from bot.engine.sources import LogFile
from bot.engine.text_lines import are_text
from bot.engine.times import line_time
from bot.engine.troubles import Troubles
from bot.query.values import Timestamp

_OBJECT = re.compile(rb'\s*\{\s*["}]')
_HOLDER = "Records"
_OWN_TIMES = ("@timestamp", "@ingestionTime")

_Found: TypeAlias = tuple[Timestamp | None, bytes, int, Values]
"""Time, message, number, values."""


class OwnReader:
    """Reads a person's files; one for all files of a scan.

    An event without a time is in no window, so it is given only where there is none at all. Where
    neither a window nor anybody who looks at an event asks for its time, nobody learns that it has
    none.
    """

    def __init__(self, asked: Asked) -> None:
        """Read these fields of events in this window."""
        early = _early(asked)
        # A decoder that refuses what may hold events leaves it to be told from one that does not.
        self._asks_holder = any(name.split(".")[0] == _HOLDER for name in asked.names)
        never = () if self._asks_holder else (_HOLDER,)
        names, free = TIMES + asked.names, len(TIMES)
        self._reader = compile_reader(names, early, never=never, plain=asked.plain, free=free)
        self._plain = asked.plain
        self._start, self._end = asked.window()
        self._windowed = asked.windowed
        self._moments = Moments()
        useful = not asked.plain and not asked.windowed  # a window asks every event for its time
        self._sieve = compile_sieve(asked.required) if useful else None

    def read(self, file: LogFile, troubles: Troubles, tick: Ticker) -> Generator[Content]:
        """The events of a file, some at a time. See `FileReader`."""
        path = file.path
        source = Source(self._reader, self._moments, path, file.log, troubles)
        with closing(read_blocks(path, troubles, tick, file.begin, file.end)) as blocks:
            batches = (
                read_lines(blocks, path, troubles, self._sieve, file.begin)
                if file.is_part
                else read_batches(blocks, path, troubles, self._sieve)
            )
            for batch in batches:
                yield from self._content(batch, source)

    def _content(self, batch: Batch, source: Source) -> Iterator[Content]:
        usual = None if self._plain else self._whole(batch, source)
        if usual is None:
            yield from self._one_by_one(batch, source)
        elif usual.scanned:
            yield usual

    def _whole(self, batch: Batch, source: Source) -> Whole | None:
        """The events of a batch if all items are objects or all are text; scans live here."""
        if self._asks_holder and not batch.held and any(map(holds_events, batch.items)):
            return None
        try:
            whole = objects_in(source, batch)
        except NOT_USUAL:
            if batch.held or not are_text(batch.items):
                return None
            whole = texts_in(source, batch)
        if self._windowed:
            whole.keep(self._start, self._end)
        return whole

    def _one_by_one(self, batch: Batch, source: Source) -> Iterator[Content]:
        found: list[Single] = []
        offset = batch.offset
        for place, data in enumerate(batch.items):
            if batch.held:
                one = Batch([bytes(data)], offset, batch.line, True, batch.first + place)
            else:
                line = None if batch.line is None else batch.line + place
                one = Batch([bare(data)], offset, line)
                offset += len(data)
                if holds_events(data):
                    yield Singles(source, found)
                    found = []
                    path, troubles = source.path, source.troubles
                    sieve = self._sieve
                    for held in held_values(data, one.offset, line, path, troubles, sieve):
                        yield from self._content(held, source)
                    continue
            found += self._events_in(one, source)
        yield Singles(source, found)

    def _events_in(self, one: Batch, source: Source) -> Iterator[Single]:
        """The events in one item that lie in the window."""
        for time, data, nth, values in self._found_in(one, source):
            if time is not None or not self._windowed:
                if time is None or self._start <= time < self._end:
                    yield Single(time, data, one.offset, nth, one.line, values)
            else:
                source.troubles.add(source.path, NO_TIME, one.line)

    def _found_in(self, one: Batch, source: Source) -> Iterator[_Found]:
        """A line of text; an object; or each of those that a line holds without a break."""
        (data,) = one.items
        if not one.held and (not data or data.isspace()):
            return
        if not one.held and not _OBJECT.match(data):
            values = self._reader.read_line(text_of(data), source.log)
            yield line_time(data), data, 0, values[len(TIMES) :]
            return
        try:
            yield self._object(data, one.first)
        except NotAnObjectError as error:
            joined = [] if one.held else joined_values(data)
            if not joined:
                source.troubles.add(source.path, str(error), one.line)
            for nth, value in enumerate(joined):
                try:
                    yield self._object(value, nth)
                except NotAnObjectError as inner:
                    source.troubles.add(source.path, str(inner), one.line)

    def _object(self, data: bytes, nth: int) -> _Found:
        values = self._reader.read(data)
        return self._moments.first(values[: len(TIMES)]), data, nth, values[len(TIMES) :]


def _early(asked: Asked) -> set[int]:
    """The places of a reader's names that its first stage decodes."""
    places = range(len(asked.names)) if asked.early is None else asked.early
    early = {len(TIMES) + place for place in places}
    if asked.windowed or any(asked.names[place] in _OWN_TIMES for place in places):
        early |= set(range(len(TIMES)))
    return early
