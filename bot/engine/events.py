"""What a reader of a file gives: events of a window, whose values are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

from bot.engine.decoding import Buffer, text_of
from bot.engine.opening import Ticker
from bot.engine.pointers import Place, write_pointer
from bot.engine.sources import LogFile
from bot.engine.troubles import Troubles
from bot.query.columns.batch import Column
from bot.query.scans.required import Required
from bot.query.values import Timestamp

_FAR = 1 << 62  # later than any time in ms

Numbers: TypeAlias = Sequence[int] | None
"""Which events of some, counted from 0; None is all of them."""

Times: TypeAlias = Sequence[Timestamp | None]
_T = TypeVar("_T")


class Asked(NamedTuple):
    """What to read of events: those in the half-open window [start, end), and these fields.

    `early` are the places of the names whose values most events will be asked for, such as those
    of the first filters; the others are decoded only for the events that they are asked of. None
    means all. What does not hold what is `required` may be left out where it makes no difference
    to what is scanned. `plain` turns off whatever makes the reading fast; it changes no event and no value.
    """

    names: tuple[str, ...]
    start: int | None = None
    end: int | None = None
    early: tuple[int, ...] | None = None
    required: tuple[Required, ...] = ()
    plain: bool = False

    @property
    def windowed(self) -> bool:
        """Whether there is a window at all."""
        return self.start is not None or self.end is not None

    def kept_since(self, since: int | None) -> Asked:
        """The same, but of events at or after `since` only."""
        if since is None or (self.start is not None and self.start >= since):
            return self
        return self._replace(start=since)

    def window(self) -> tuple[int, int]:
        """The window with numbers for both ends."""
        return (
            -_FAR if self.start is None else self.start,
            _FAR if self.end is None else self.end,
        )


class Content(Protocol):
    """Some events out of a file's content, in its order, that lie in the window."""

    @property
    def size(self) -> int:
        """How many there are to look at."""
        ...

    @property
    def scanned(self) -> int:
        """How many there are, with those that need not be looked at."""
        ...

    @property
    def bytes(self) -> int:
        """What the messages of the scanned ones weigh, in UTF-8."""
        ...

    def times(self, numbers: Numbers, /) -> Times:
        """When they happened; what has no time is added to the troubles when it is asked."""
        ...

    def ingested(self, numbers: Numbers, /) -> Times:
        """When the log service got them."""
        ...

    def messages(self, numbers: Numbers, /) -> Sequence[Buffer]:
        """The exact text of each."""
        ...

    def values(self, place: int, numbers: Numbers, /) -> Column:
        """The values of the field at this place of the names that were asked for."""
        ...

    def place(self, number: int, /) -> tuple[int, int]:
        """Where it, or what holds it, begins in the file's content; and its number there."""
        ...


class Events:
    """Some events of a file: see `bot.query.columns.batch.Events`. They stay what they are."""

    __slots__ = ("_file", "_identity", "_names", "content")

    def __init__(
        self, file: LogFile, identity: bytes, names: Sequence[str], content: Content
    ) -> None:
        """Events of this file (see `file_identity`), with the fields of these names."""
        self.content = content
        self._file = file
        self._identity = identity
        self._names = names

    @property
    def size(self) -> int:
        """How many they are."""
        return self.content.size

    def column(self, place: int, numbers: Numbers, /) -> Column:
        """The values of the field at this place of the names, for some of the events."""
        system = _SYSTEM.get(self._names[place])
        return system(self, numbers) if system else self.content.values(place, numbers)

    def pointer(self, number: int, /) -> Place:
        """Where this event stands, for `write_pointer`."""
        return (self._identity, *self.content.place(number))

    def texts(self, numbers: Numbers) -> Column:
        """The messages as text."""
        messages = self.content.messages(numbers)
        try:
            return list(map(bytes.decode, messages))  # type: ignore[arg-type]
        except (TypeError, UnicodeDecodeError):  # texts, or bytes that are not UTF-8
            return list(map(text_of, messages))

    def pointers(self, numbers: Numbers) -> Column:
        """The pointers as text."""
        return [write_pointer(self.pointer(number)) for number in self._numbers(numbers)]

    def same(self, text: str, numbers: Numbers) -> Column:
        """One text for each, None where it is empty."""
        return [text or None] * len(self._numbers(numbers))

    def logs(self, numbers: Numbers) -> Column:
        """The log group of each."""
        return self.same(self._file.log, numbers)

    def streams(self, numbers: Numbers) -> Column:
        """The log stream of each."""
        return self.same(self._file.stream, numbers)

    def _numbers(self, numbers: Numbers) -> Sequence[int]:
        return range(self.content.size) if numbers is None else numbers


_SYSTEM: Mapping[str, Callable[[Events, Numbers], Column]] = {
    "@timestamp": lambda events, numbers: events.content.times(numbers),
    "@ingestionTime": lambda events, numbers: events.content.ingested(numbers),
    "@message": Events.texts,
    "@log": Events.logs,
    "@logStream": Events.streams,
    "@ptr": Events.pointers,
}
"""System fields (insights-ql, "Supported logs and discovered fields"): name → column."""


def picked(values: Sequence[_T], numbers: Numbers) -> Sequence[_T]:
    """Those with these numbers, in this order."""
    return values if numbers is None else list(map(values.__getitem__, numbers))


FileReader: TypeAlias = Callable[[LogFile, Troubles, Ticker], Generator[Content]]
"""Gives the events of a file that lie in the window, some at a time.

What is no event is added to the troubles. The ticker may raise, to end the reading.
"""

Values: TypeAlias = Sequence[Any]
"""One value for each name that was asked for."""
