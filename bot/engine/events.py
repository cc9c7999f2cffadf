"""What a reader of a file gives: events of a window, with the values of the fields asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, NamedTuple, TypeAlias

from bot.engine.opening import Ticker
from bot.engine.troubles import Troubles
from bot.query.values import Timestamp

_FAR = 1 << 62  # later than any time in ms


class Asked(NamedTuple):
    """What to read of events: those in the half-open window [start, end), and these fields."""

    names: tuple[str, ...]
    start: int | None = None
    end: int | None = None

    @property
    def windowed(self) -> bool:
        """Whether there is a window at all."""
        return self.start is not None or self.end is not None

    def window(self) -> tuple[int, int]:
        """The window with numbers for both ends."""
        return (
            -_FAR if self.start is None else self.start,
            _FAR if self.end is None else self.end,
        )


class Events(NamedTuple):
    """Some events of a file, in its order, as columns of equal length.

    Columns rather than objects, because a scan goes through millions of events.
    """

    times: Sequence[Timestamp | None]
    ingested: Sequence[Timestamp | None]
    messages: Sequence[bytes | str]
    offsets: Sequence[int]
    """Where in the file's content each begins, or what holds it does."""
    nths: Sequence[int]
    """Which of those that begin at the same offset it is, from 0."""
    columns: Sequence[Sequence[Any]]
    """For each field that was asked for, its values; None where an event has none."""


Event: TypeAlias = tuple[Timestamp | None, Timestamp | None, bytes | str, int, int, Sequence[Any]]
"""One event: time, ingestion time, message, offset, number there, values of the fields asked for."""


def in_columns(events: Sequence[Event], width: int) -> Events:
    """Single events as columns; `width` is how many fields were asked for."""
    if not events:
        return Events((), (), (), (), (), [()] * width)
    times, ingested, messages, offsets, nths, values = zip(*events, strict=True)
    return Events(times, ingested, messages, offsets, nths, list(zip(*values, strict=True)))


FileReader: TypeAlias = Callable[[str, Troubles, Ticker], Generator[Events]]
"""Gives the events of the file at a path that lie in the window, some at a time.

What is no event is added to the troubles. The ticker may raise, to end the reading.
"""
