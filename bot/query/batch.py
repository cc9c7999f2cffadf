"""Rows that lie side by side, as columns: what a query's commands work on, many rows at a time.

A column is a list with one value for each row. Whoever reads events gives them as `Events`; a
value that no command asks for is never made, and one that is asked for after a filter is made only
for the rows that are left.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeAlias

from bot.query.values import Value

Column: TypeAlias = Sequence[Value]
Pointer: TypeAlias = object


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


class Batch:
    """Rows of one layout. Columns are made when they are first asked for, and are never changed."""

    __slots__ = ("_columns", "_events", "_numbers", "_pointers", "size")

    def __init__(
        self,
        columns: list[Column | None],
        size: int,
        events: Events | None = None,
        numbers: Sequence[int] | None = None,
        pointers: Sequence[Pointer] | None = None,
    ) -> None:
        """`size` rows; a column that is None is that of the `events` with these `numbers`."""
        self.size = size
        self._columns = columns
        self._events = events
        self._numbers = numbers
        self._pointers = pointers

    def column(self, place: int) -> Column:
        """The column at this place; places below 0 count from the end."""
        found = self._columns[place]
        if found is None:
            if self._events is None or place < 0:
                found = [None] * self.size
            else:
                found = self._events.column(place, self._numbers)
            self._columns[place] = found
        return found

    def put(self, place: int, column: Column) -> None:
        """Set the column at this place."""
        self._columns[place] = column

    def select(self, mask: Iterable[Any]) -> Batch:
        """The rows for which the mask is true."""
        chosen = list(itertools.compress(range(self.size), mask))
        if len(chosen) == self.size:
            return self
        return self.take(chosen)

    def take(self, chosen: Sequence[int]) -> Batch:
        """The rows with these numbers, in this order; one may come several times."""
        columns = [None if c is None else [c[i] for i in chosen] for c in self._columns]
        numbers, pointers = self._numbers, self._pointers
        return Batch(
            columns,
            len(chosen),
            self._events,
            chosen if numbers is None else [numbers[i] for i in chosen],
            None if pointers is None else [pointers[i] for i in chosen],
        )

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
