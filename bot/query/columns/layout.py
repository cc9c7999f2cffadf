"""Where the columns of a batch stand while a query runs, and what names mean there.

What rows came with stands from place 0 on: the fields of an event in the order of the plan's
`reads`, or the columns of a `stats`. What the query computes stands at places below 0, so that
both can grow while the plan is being made.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.query.ast import Field
from bot.query.columns.batch import Batch, Column, Reader, at
from bot.query.discovery.access import part_of
from bot.query.errors import QueryError, quoted


class Layout:
    """The places of one kind of row, and the names that are visible there."""

    def __init__(self, columns: Sequence[str] | None = None) -> None:
        """A layout for the rows of a `stats` with these columns, or else for events.

        Behind a `join` its names may also be written after a `prefix` and a dot.
        """
        self.front = [] if columns is None else list(columns)
        self.prefix: str | None = None
        self.back = 0
        self._open = columns is None
        self._places = {name: place for place, name in enumerate(self.front)}
        self._computed: dict[str, int] = {}

    def reserve(self) -> int:
        """A new place at the back, for a column without a name."""
        self.back += 1
        return -self.back

    def name(self, name: str, place: int) -> None:
        """Give the place to a column; from now on the name means this one."""
        self._computed[name] = place

    def field(self, name: str) -> Reader:
        """A reader of the column or field with this flattened name."""
        return self.read(Field((name,)))

    def read(self, field: Field) -> Reader:
        """A reader of what the field means here. `QueryError` if there is no such name.

        A column hides a field of the same name. A column that holds a structure hides the fields
        whose names continue its own.
        """
        names = [Field(field.parts[:length]).name for length in range(1, len(field.parts) + 1)]
        if len(names) > 1 and names[0] == self.prefix and not any(map(self._is_known, names)):
            return self.read(Field(field.parts[1:], field.span))
        for length in range(len(names), 0, -1):
            place = self._known(names[length - 1])
            if place is not None:
                return self._part(field, place, field.parts[length:])
        return self._front_reader(field)

    def read_if_there(self, field: Field) -> Reader:
        """As `read`, but what there is no such name for is missing."""
        try:
            return self.read(field)
        except QueryError:
            return missing

    def _known(self, name: str) -> int | None:
        """The place of a column; of a field of the event only if `stats` made it a column."""
        if name in self._computed:
            return self._computed[name]
        return None if self._open else self._places.get(name)

    def _is_known(self, name: str) -> bool:
        return self._known(name) is not None

    def _part(self, field: Field, place: int, parts: tuple[str | int, ...]) -> Reader:
        if not parts:
            return at(place)
        otherwise = self._front_reader(field) if self._open else missing

        def read(batch: Batch) -> Column:
            return [
                part_of(value, parts) if isinstance(value, list | dict) else other
                for value, other in zip(batch.column(place), otherwise(batch), strict=True)
            ]

        return read

    def _front_reader(self, field: Field) -> Reader:
        if not self._open:
            raise QueryError(f"There is no column {quoted(field.name)} here.", field.span)
        if not all(isinstance(part, str) for part in field.parts):
            return missing  # a position in a structure, and no field of an event holds one
        name = field.name
        if name not in self._places:
            self._places[name] = len(self.front)
            self.front.append(name)
        return at(self._places[name])


def missing(batch: Batch) -> Column:
    """A reader of what no row has."""
    return [None] * batch.size
