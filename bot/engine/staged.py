"""The values of some events, decoded in stages: most fields only of the events they are asked of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.engine.decoding import Buffer
from bot.engine.events import Numbers, Values, picked
from bot.engine.fields import LONG, NOT_USUAL, Reader, may_be_cut
from bot.query.columns.batch import Column


class Staged:
    """The values of events, by their numbers.

    What was decoded is kept, so that a second look at an event costs little. An event that is not
    usual is read by `patiently`, all of its fields at once. So is one that may have more fields
    than are found.
    """

    __slots__ = ("_all", "_cut", "_items", "_odd", "_patiently", "_reader", "_some")

    def __init__(
        self,
        reader: Reader,
        items: Sequence[Buffer],
        patiently: Callable[[int], Values],
        objects: Sequence[Any] | None = None,
    ) -> None:
        """`objects` are those of the reader's first stage, if they are there already."""
        self._reader = reader
        self._items = items
        self._patiently = patiently
        self._all: dict[int, Sequence[Any]] = {} if objects is None else {0: objects}
        self._some: dict[int, dict[int, Any]] = {}
        self._odd: dict[int, Values] = {}
        self._cut: set[int] | None = None

    def column(self, place: int, numbers: Numbers) -> Column:
        """The values of the field at this place of the reader's names."""
        at, stage = self._reader.stage_of(place)
        values = stage.getters[place](self._objects(at, numbers))
        self._read_cut(numbers)
        if self._odd:
            for row, number in enumerate(range(len(self._items)) if numbers is None else numbers):
                if number in self._odd:
                    values[row] = self._odd[number][place]
        return values

    def _read_cut(self, numbers: Numbers) -> None:
        """Read those that may have too many fields."""
        if self._cut is None:
            items = self._items
            long = [item for item in items if len(item) >= LONG]
            self._cut = {at for at, item in enumerate(items) if may_be_cut(item)} if long else set()
        if self._cut:
            for number in self._cut if numbers is None else self._cut.intersection(numbers):
                if number not in self._odd:
                    self._odd[number] = self._patiently(number)

    def _objects(self, at: int, numbers: Numbers) -> Sequence[Any]:
        """The decoded objects of one stage."""
        if at in self._all:
            return picked(self._all[at], numbers)
        if numbers is None:
            found = self._decoded(at, range(len(self._items)))
            self._all[at] = found
            return found
        some = self._some.setdefault(at, {})
        missing = [number for number in dict.fromkeys(numbers) if number not in some]
        some.update(zip(missing, self._decoded(at, missing), strict=True))
        return list(map(some.__getitem__, numbers))

    def _decoded(self, at: int, numbers: Sequence[int]) -> list[Any]:
        decode, items = self._reader.stages[at].decode, self._items
        try:
            return list(map(decode, map(items.__getitem__, numbers)))
        except NOT_USUAL:
            return [self._decoded_one(at, number) for number in numbers]

    def _decoded_one(self, at: int, number: int) -> Any:
        """The object; a blank one for an event that is not usual, whose values are kept."""
        stage = self._reader.stages[at]
        if number not in self._odd:
            try:
                return stage.decode(self._items[number])
            except NOT_USUAL:
                self._odd[number] = self._patiently(number)
        return stage.blank
