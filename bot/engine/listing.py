"""Lists raw events in the order of time, some at a time: what FilterLogEvents and GetLogEvents show.

There is no index, so each list reads all files in its window; it says whether there is more, and
the next list begins after the last event of this one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import TypeAlias

import msgspec

from bot.engine.decoding import text_of
from bot.engine.events import Asked, Events
from bot.engine.files import file_reader
from bot.engine.filter_pattern import filter_test
from bot.engine.sources import LogFile
from bot.engine.troubles import Trouble, Troubles

Key: TypeAlias = tuple[int, int, bytes, int, int]
"""Where an event stands in the order: its time and ingestion time in ms, and its place."""

_KEPT = 4  # times as many events as are wanted are gathered before the last of them are dropped


class ListRequest(msgspec.Struct, frozen=True):
    """Which events to list: of these files, in [start, end) by time, that pass the filter pattern.

    `after` is the event behind which the list begins, in its direction: `newest` first, or oldest
    first. It has at most `most` events, and `size` bytes of messages unless the first is larger.
    """

    files: tuple[LogFile, ...]
    start: int
    end: int | None
    pattern: str = ""
    after: Key | None = None
    newest: bool = False
    most: int = 10_000
    size: int = 1_048_576


class ListedEvent(msgspec.Struct, frozen=True):
    """An event as it came in, and where it stands."""

    key: Key
    stream: str
    message: str

    @property
    def size(self) -> int:
        """Bytes of its message in UTF-8."""
        if self.message.isascii():
            return len(self.message)
        return len(self.message.encode("utf-8", "replace"))


class Listed(msgspec.Struct, frozen=True):
    """Some events in the order that was asked for, and whether there are more behind them."""

    events: list[ListedEvent]
    more: bool
    troubles: tuple[Trouble, ...] = ()


def list_events(request: ListRequest, tick: Callable[[int], None]) -> Listed:
    """Read the files and list the events.

    `tick` is told how many bytes were read; what it raises ends the reading. Events without a time
    are not listed. Raises `FilterPatternError`.
    """
    troubles = Troubles()
    gathered = _Gathered(request)
    read = file_reader(Asked((), request.start, request.end))
    for file in request.files:
        for events in read(file, troubles, tick):
            gathered.add(events, file.stream)
            tick(0)
    kept, more = gathered.first()
    return Listed(kept, more, troubles.all())


def page_of(events: list[ListedEvent], most: int, size: int) -> int:
    """How many of the events are on a page of at most `most` events and `size` bytes; one is."""
    sizes = itertools.accumulate(event.size for event in events[:most])
    return sum(1 for place, total in enumerate(sizes) if total <= size or place == 0)


class _Gathered:
    """The first events so far. What can no longer be among them is not looked at."""

    def __init__(self, request: ListRequest) -> None:
        self._request = request
        self._test = filter_test(request.pattern)
        self._events: list[ListedEvent] = []
        self._size = 0
        self._more = False
        self._worst: int | None = None

    def add(self, events: Events, stream: str) -> None:
        """Take in those of the events that may be among the first."""
        numbers = list(self._possible(events))
        if not numbers:
            return
        content = events.content
        ingested = content.ingested(numbers)
        messages = content.messages(numbers)
        for number, at, data in zip(numbers, ingested, messages, strict=True):
            text = text_of(data)
            if self._test is not None and not self._test(text):
                continue
            time = events.content.times([number])[0]
            key = (int(time or 0), int(at or 0), *events.pointer(number))
            if self._is_after(key):
                one = ListedEvent(key, stream, text)
                self._events.append(one)
                self._size += one.size
        request = self._request
        if len(self._events) > _KEPT * request.most or self._size > _KEPT * request.size:
            self._trim()

    def _possible(self, events: Events) -> Iterator[int]:
        """The numbers of the events whose time is not too far away."""
        worst, newest = self._worst, self._request.newest
        after = self._request.after
        edge = None if after is None else after[0]
        for number, at in enumerate(events.content.times(None)):
            time = int(at or 0)  # all have one, since there is a window
            if edge is not None and (time > edge if newest else time < edge):
                continue
            if worst is not None and (time < worst if newest else time > worst):
                self._more = True  # it may not pass the filter: then the next list is empty
                continue
            yield number

    def _is_after(self, key: Key) -> bool:
        after = self._request.after
        if after is None:
            return True
        return key < after if self._request.newest else key > after

    def _trim(self) -> None:
        kept, more = self._first()
        self._more = self._more or more
        self._events = kept
        self._size = sum(event.size for event in kept)
        self._worst = kept[-1].key[0] if more else None

    def first(self) -> tuple[list[ListedEvent], bool]:
        """The first events, in order, and whether there are more."""
        kept, more = self._first()
        return kept, more or self._more

    def _first(self) -> tuple[list[ListedEvent], bool]:
        request = self._request
        ordered = sorted(self._events, key=attrgetter("key"), reverse=request.newest)
        count = page_of(ordered, request.most, request.size)
        return ordered[:count], count < len(ordered)
