"""Rows that lie side by side, as columns: what a query's commands work on, many rows at a time.

A column is a list with one value for each row. Whoever reads events gives them as `Events`; a
value that no command asks for is never made, and one that is asked for after a filter is made only
for the rows that are left.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from bot.query.values import Value

Column: TypeAlias = Sequence[Value]
Pointer: TypeAlias = object

Facts: TypeAlias = Mapping[str, Any]
"""What is the same for a whole run: `now`, `start`, `end`, `range`, and the tables it needs."""

NO_FACTS: Facts = {}


class Events(Protocol):
    """Some events, as their reader has them."""

    @property
    def size(self) -> int:
        """How many they are."""
        ...

    def column(self, place: int, numbers: Sequence[int] | None, /) -> Column:
        """The values of the field at this place of the plan's `reads`, None where it is missing.

        `numbers` say of which events, counted from 0, in this order and perhaps some of them
        several times; None is all of them.
        """
        ...

    def pointer(self, number: int, /) -> Pointer:
        """What leads back to this event."""
        ...


class Listed:
    """Events whose columns are there already. Each is its own pointer unless others are given."""

    def __init__(
        self, columns: Sequence[Column], size: int, pointers: Sequence[Pointer] | None = None
    ) -> None:
        self.size = size
        self._columns = columns
        self._pointers = range(size) if pointers is None else pointers

    def column(self, place: int, numbers: Sequence[int] | None, /) -> Column:
        """See `Events`."""
        column = self._columns[place]
        return column if numbers is None else [column[number] for number in numbers]

    def pointer(self, number: int, /) -> Pointer:
        """See `Events`."""
        return self._pointers[number]


class Batch:
    """Rows of one layout. A column is made when it is first asked for, and is never changed.

    Places from 0 on are those of the events' fields or of a `stats`' columns; what the query
    computes stands below 0.
    """

    __slots__ = ("_columns", "_events", "_later", "_numbers", "_pointers", "facts", "size")

    def __init__(
        self,
        size: int,
        columns: dict[int, Column],
        facts: Facts = NO_FACTS,
        events: Events | None = None,
        pointers: Sequence[Pointer] | None = None,
    ) -> None:
        """`size` rows. Columns that are not given are those of `events`, or else are missing."""
        self.size = size
        self.facts = facts
        self._columns = columns
        self._later: dict[int, Reader] = {}
        self._events = events
        self._numbers: Sequence[int] | None = None
        self._pointers = pointers

    def column(self, place: int) -> Column:
        """The column at this place."""
        found = self._columns.get(place)
        if found is None:
            found = self._columns[place] = self._made(place)
        return found

    def _made(self, place: int) -> Column:
        if place in self._later:
            return self._later[place](self)
        if self._events is None or place < 0:
            return [None] * self.size
        return self._events.column(place, self._numbers)

    def put(self, place: int, column: Column) -> None:
        """Set the column at this place."""
        self._columns[place] = column

    def put_later(self, place: int, reader: Reader) -> None:
        """Let the reader make the column at this place once it is asked for."""
        self._later[place] = reader

    def select(self, mask: Sequence[Any]) -> Batch:
        """The rows for which the mask is true."""
        if all(mask):
            return self
        chosen = list(itertools.compress(range(self.size), mask))
        return self.take(chosen) if chosen else Batch(0, {}, self.facts, pointers=())

    def take(self, chosen: Sequence[int]) -> Batch:
        """The rows with these numbers, in this order; one may come several times."""
        columns: dict[int, Column] = {p: [c[i] for i in chosen] for p, c in self._columns.items()}
        taken = Batch(len(chosen), columns, self.facts, self._events)
        taken._later = self._later.copy()
        numbers, pointers = self._numbers, self._pointers
        taken._numbers = chosen if numbers is None else [numbers[i] for i in chosen]
        taken._pointers = None if pointers is None else [pointers[i] for i in chosen]
        return taken

    def replaced(self, columns: dict[int, Column], size: int, rows: Sequence[int | None]) -> Batch:
        """Rows of another layout. `rows` say of which row here each is made; None is of none."""
        pointers = self.pointers()
        made = [None if row is None else pointers[row] for row in rows]
        return Batch(size, columns, self.facts, pointers=made)

    def pointers(self) -> Sequence[Pointer]:
        """For each row what leads back to its event; None where it stands for no single one."""
        if self._pointers is None:
            if self._events is None:
                self._pointers = [None] * self.size
            else:
                numbers = range(self.size) if self._numbers is None else self._numbers
                self._pointers = list(map(self._events.pointer, numbers))
        return self._pointers


Reader: TypeAlias = Callable[[Batch], Column]
"""Gives the value of something for each row of a batch."""


def at(place: int) -> Reader:
    """A reader of the column at this place."""
    return lambda batch: batch.column(place)


class Probe(Batch):
    """A batch without rows that notes which columns are asked for.

    A reader must ask for all its columns always, so asking it once shows what it needs.
    """

    __slots__ = ("_asked", "_own", "_replaced")

    def __init__(self) -> None:
        super().__init__(0, {})
        self._asked: dict[int, None] = {}
        self._own: set[int] = set()
        self._replaced = False

    @property
    def asked(self) -> tuple[int, ...]:
        """The places of the columns that were asked for and not put here, in that order."""
        return tuple(place for place in self._asked if place not in self._own)

    def column(self, place: int) -> Column:
        """See `Batch`."""
        if not self._replaced:
            self._asked[place] = None
        return super().column(place)

    def put(self, place: int, column: Column) -> None:
        """See `Batch`."""
        self._own.add(place)
        super().put(place, column)

    def put_later(self, place: int, reader: Reader) -> None:
        """See `Batch`."""
        self._own.add(place)
        super().put_later(place, reader)

    def take(self, chosen: Sequence[int]) -> Batch:
        """Itself: there is nothing to choose from."""
        return self

    def replaced(self, columns: dict[int, Column], size: int, rows: Sequence[int | None]) -> Batch:
        """Itself. What is asked for from now on has another layout, and does not count."""
        self._replaced = True
        return self
