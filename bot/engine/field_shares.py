"""Which fields events have, and in how many of a hundred: what GetLogGroupFields shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import msgspec

from bot.engine.decoding import text_of
from bot.engine.events import Asked
from bot.engine.files import file_reader
from bot.engine.sources import LogFile
from bot.engine.troubles import Troubles
from bot.query.discovery import discovered

MOST_EVENTS = 10_000
"""Events that are looked at; AWS does not say how many it takes."""

_OF_ALL = ("@ingestionTime", "@log", "@logStream", "@message", "@timestamp")


class FieldsRequest(msgspec.Struct, frozen=True):
    """Of which files, in [start, end) by time."""

    files: tuple[LogFile, ...]
    start: int
    end: int


class FieldShares(msgspec.Struct, frozen=True):
    """Fields with the percentage of events that have them, the most frequent first."""

    shares: list[tuple[str, int]]


def field_shares(request: FieldsRequest, tick: Callable[[int], None]) -> FieldShares:
    """Count the fields of the first events in the window. `tick` as in `list_events`."""
    counts: Counter[str] = Counter()
    seen = 0
    read, troubles = file_reader(Asked((), request.start, request.end)), Troubles()
    for file in request.files:
        for events in read(file, troubles, tick):
            for data in events.content.messages(None):
                counts.update(discovered(text_of(data), file.log).keys())
                counts.update(_OF_ALL)
                seen += 1
            tick(0)
            if seen >= MOST_EVENTS:
                return _shares(counts, seen)
    return _shares(counts, seen)


def _shares(counts: Counter[str], seen: int) -> FieldShares:
    shares = [(name, count * 100 // seen) for name, count in counts.items()]
    return FieldShares(sorted(shares, key=lambda share: (-share[1], share[0])))
