"""Events of a person's file as a reader has them: whole items of a batch, or single ones."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from bot.engine.decoding import Buffer, NotAnObjectError
from bot.engine.events import Numbers, Times, Values, picked
from bot.engine.fields import Reader
from bot.engine.pieces import Batch, bare
from bot.engine.staged import Staged
from bot.engine.text_lines import TextLines
from bot.engine.times import TIME_FIELDS, event_time
from bot.engine.troubles import Troubles
from bot.query.columns.batch import Column
from bot.query.values import Timestamp

NO_TIME_KEPT = "an event has no time that can be read"
NO_TIME = "an event has no time that can be read; no window holds it, so it is left out"

TIMES = tuple(f"@{name}" if name.startswith("@") else name for name in TIME_FIELDS)
"""What a reader calls them: `@timestamp` within an event is `@@timestamp` there.

A reader of a person's files has these names first, before those that were asked for.
"""

_KEPT_TIMES = 16_384
_SECONDS = {f"{second:02}Z": 1000 * second for second in range(60)}  # the end of a time → ms


class Moments(dict[Any, Timestamp | None]):
    """The moments that values mean, each worked out once: many events have the same second."""

    def __init__(self) -> None:
        """None is known so far."""
        super().__init__()
        self._minutes: dict[str, Timestamp | None] = {}

    def __missing__(self, value: Any) -> Timestamp | None:
        time = self._within_minute(value) or event_time(value)
        if time is not None:
            if len(self) >= _KEPT_TIMES:
                self.clear()
            self[value] = time
        return time

    def _within_minute(self, value: Any) -> Timestamp | None:
        """The moment of a text such as `2026-11-23T12:00:05Z`, from where its minute begins."""
        if type(value) is not str or (second := _SECONDS.get(value[17:])) is None:
            return None
        text = value[:17]
        if text not in self._minutes:
            if len(self._minutes) >= _KEPT_TIMES:
                self._minutes.clear()
            self._minutes[text] = event_time(f"{text}00Z")
        minute = self._minutes[text]
        return None if minute is None else Timestamp(minute + second)

    def first(self, values: Iterable[Any]) -> Timestamp | None:
        """The first moment that one of the values means."""
        times = map(self.__getitem__, values)
        return next((time for time in times if time is not None), None)


class Source(NamedTuple):
    """What content goes on asking while events are looked at."""

    reader: Reader
    moments: Moments
    path: str
    log: str
    troubles: Troubles


class Columns(Protocol):
    """Values of events, by their numbers."""

    def column(self, place: int, numbers: Numbers, /) -> Column:
        """The values of the field at this place of the reader's names."""
        ...


class Whole:
    """Events that are each a whole item of a batch: nearly all that there are.

    Their time is looked at only where there is a window, or when somebody asks for it. Items that
    cannot be what is sought are scanned, but not among the events.
    """

    def __init__(self, source: Source, batch: Batch, columns: Columns) -> None:
        """The items of a batch that may be sought, with the values that they have."""
        self._source = source
        self._batch = batch
        self._columns = columns
        self._kept: Sequence[int] | None = None
        self._offsets: Sequence[int] = ()
        self._told: set[int] = set()
        self.scanned = len(batch.items)
        self.size = self.scanned if batch.sought is None else len(batch.sought)

    def keep(self, start: int, end: int) -> None:
        """Keep those in the window; those without a time are in none, and are told."""
        # Few times are different ones, and most windows hold all of a batch or nothing of it.
        moments = map(self._source.moments.__getitem__, set(self._columns.column(0, None)))
        if all(time is not None and start <= time < end for time in moments):
            return
        times = self._times(None)
        self._tell(times, range(self.size), NO_TIME)
        self._kept = [
            at for at, time in enumerate(times) if time is not None and start <= time < end
        ]
        self.size = self.scanned = len(self._kept)

    @property
    def bytes(self) -> int:
        """What the messages weigh."""
        batch, items = self._batch, picked(self._batch.items, self._kept)
        if batch.returns and not batch.held:
            return sum(len(bare(item)) for item in items)
        size = sum(map(len, items))
        return size if batch.held or not batch.ended else size - len(items)

    def times(self, numbers: Numbers, /) -> Times:
        """See `Content`."""
        places = self._places(numbers)
        times = self._times(places)
        if None in times:
            self._tell(times, range(self.size) if places is None else places, NO_TIME_KEPT)
        return times

    ingested = times

    def messages(self, numbers: Numbers, /) -> Sequence[Buffer]:
        """See `Content`."""
        items = picked(picked(self._batch.items, self._batch.sought), self._places(numbers))
        if self._batch.held:
            return list(map(bytes, items))
        if self._batch.returns:
            return list(map(bare, items))
        return list(map(bytes.rstrip, items, itertools.repeat(b"\n")))

    def values(self, place: int, numbers: Numbers, /) -> Column:
        """See `Content`."""
        return self._columns.column(len(TIMES) + place, self._places(numbers))

    def place(self, number: int, /) -> tuple[int, int]:
        """See `Content`."""
        batch = self._batch
        at = _item_of(batch, number if self._kept is None else self._kept[number])
        if batch.held:
            return batch.offset, batch.first + at
        if not self._offsets:
            self._offsets = list(itertools.accumulate(map(len, batch.items), initial=batch.offset))
        return self._offsets[at], 0

    def _places(self, numbers: Numbers) -> Numbers:
        """Which they were before those outside the window were left out."""
        return numbers if self._kept is None else picked(self._kept, numbers)

    def _times(self, places: Numbers) -> list[Timestamp | None]:
        moment = self._source.moments.__getitem__
        times = list(map(moment, self._columns.column(0, places)))
        for field in range(1, len(TIMES)):
            if None not in times:
                break
            values = self._columns.column(field, places)
            times = [
                moment(value) if time is None else time
                for time, value in zip(times, values, strict=True)
            ]
        return times

    def _tell(self, times: Times, places: Sequence[int], why: str) -> None:
        """Add those without a time to the troubles, each once."""
        for at, time in zip(places, times, strict=True):
            if time is None and at not in self._told:
                self._told.add(at)
                self._source.troubles.add(self._source.path, why, _line_of(self._batch, at))


def objects_in(source: Source, batch: Batch) -> Whole:
    """The items of a batch, each an object; raises one of `NOT_USUAL` if they are not all so."""
    items = picked(batch.items, batch.sought)
    objects = list(map(source.reader.stages[0].decode, items))
    patiently = functools.partial(_read_patiently, source, batch)
    return Whole(source, batch, Staged(source.reader, items, patiently, objects))


def texts_in(source: Source, batch: Batch) -> Whole:
    """The items of a batch, each a line of text."""
    lines = picked(batch.items, batch.sought)
    return Whole(source, batch, TextLines(source.reader, lines, source.log))


def _line_of(batch: Batch, at: int) -> int | None:
    """The number of the line on which an event of the batch stands."""
    line = batch.line
    return line if line is None or batch.held else line + _item_of(batch, at)


def _item_of(batch: Batch, at: int) -> int:
    """The place of an event among all items of the batch."""
    return at if batch.sought is None else batch.sought[at]


# Not a method: content that its own parts point to would wait for the garbage collector.
def _read_patiently(source: Source, batch: Batch, at: int) -> Values:
    try:
        return source.reader.read_whole(bytes(batch.items[_item_of(batch, at)]))
    except NotAnObjectError as error:  # what the first stage skipped is nested too deeply
        source.troubles.add(source.path, str(error), _line_of(batch, at))
        return [None] * len(source.reader.names)


class Single(NamedTuple):
    """One event: its time, its exact text, where it stands, its line, its values."""

    time: Timestamp | None
    message: bytes
    offset: int
    nth: int
    line: int | None
    values: Values


class Singles:
    """Events that were read one by one."""

    def __init__(self, source: Source, events: Sequence[Single]) -> None:
        """These events; their values are those of the names that were asked for."""
        self._source = source
        self._events = events
        self._told: set[int] = set()
        self.size = self.scanned = len(events)

    @property
    def bytes(self) -> int:
        """What the messages weigh."""
        return sum(len(event.message) for event in self._events)

    def times(self, numbers: Numbers, /) -> Times:
        """See `Content`."""
        times = []
        for number in range(self.size) if numbers is None else numbers:
            event = self._events[number]
            times.append(event.time)
            if event.time is None and number not in self._told:
                self._told.add(number)
                self._source.troubles.add(self._source.path, NO_TIME_KEPT, event.line)
        return times

    ingested = times

    def messages(self, numbers: Numbers, /) -> Sequence[Buffer]:
        """See `Content`."""
        return [event.message for event in picked(self._events, numbers)]

    def values(self, place: int, numbers: Numbers, /) -> Column:
        """See `Content`."""
        return [event.values[place] for event in picked(self._events, numbers)]

    def place(self, number: int, /) -> tuple[int, int]:
        """See `Content`."""
        event = self._events[number]
        return event.offset, event.nth
