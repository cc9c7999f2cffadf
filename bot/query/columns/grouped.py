"""The groups of a `stats`: which rows belong together, and what their aggregates have gathered.

Each group has a number, in the order of appearance. Aggregates take whole columns beside a column
of group numbers, so that the usual ones never touch a single row in a function of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import msgspec

from bot.query.aggregates import CountDistinct, State
from bot.query.columns.batch import Batch, Column, Facts, Reader
from bot.query.values import Timestamp, Value, identity, render_time

Name: TypeAlias = str | tuple[str | None, ...] | None
"""What tells groups apart: how the key prints, or how the keys do."""


class Gathered(msgspec.Struct, frozen=True):
    """One aggregate of a `stats`: its state for a new group, what it takes of rows, its place.

    Where it has no state it counts the rows that have the value, or all if it takes none.
    """

    place: int
    read: Reader | None = None
    state: Callable[[], State] | None = None


class _Numbers(dict[Name, int]):
    """The number of each group; a new one gets the next."""

    def __missing__(self, name: Name) -> int:
        number = self[name] = len(self)
        return number


class _Times(dict[int, str | None]):
    """How moments print, each worked out once: one bin has many events."""

    def __missing__(self, moment: int) -> str | None:
        text = self[moment] = render_time(moment)
        return text


_STRUCTURES = (list, dict)


def _picked(column: Column, rows: Sequence[int]) -> list[Value]:
    return [column[row] for row in rows]


class _Counted:
    """A counting aggregate at work: how many for each group number."""

    def __init__(self, read: Reader | None) -> None:
        self._read = read
        self._counts: Counter[int] = Counter()

    def add(self, numbers: Sequence[int], batch: Batch, _groups: int) -> None:
        if self._read is None:
            self._counts.update(numbers)
        else:
            pairs = zip(numbers, self._read(batch), strict=True)
            self._counts.update([number for number, value in pairs if value is not None])

    def values(self, groups: int) -> list[Value]:
        return [self._counts[number] for number in range(groups)]

    def dump(self, groups: int) -> list[Any]:
        return self.values(groups)

    def absorb(self, numbers: Sequence[int], dumped: Sequence[Any], _groups: int) -> None:
        for number, count in zip(numbers, dumped, strict=True):
            self._counts[number] += count


class _Gathering:
    """Any other aggregate at work: a state for each group number."""

    def __init__(self, read: Reader, make: Callable[[], State]) -> None:
        self._read = read
        self._make = make
        self._states: list[State] = []

    def add(self, numbers: Sequence[int], batch: Batch, groups: int) -> None:
        states = self._grown(groups)
        for number, value in zip(numbers, self._read(batch), strict=True):
            if value is not None:
                states[number].add(value)

    def _grown(self, groups: int) -> list[State]:
        states = self._states
        states.extend(self._make() for _ in range(groups - len(states)))
        return states

    def values(self, groups: int) -> list[Value]:
        return [state.value() for state in self._grown(groups)]

    def dump(self, groups: int) -> list[Any]:
        return [state.dump() for state in self._grown(groups)]

    def absorb(self, numbers: Sequence[int], dumped: Sequence[Any], groups: int) -> None:
        before, make = len(self._states), self._make
        states = self._grown(groups)
        for number, other in zip(numbers, dumped, strict=True):
            if number < before:
                states[number].merge(make().load(other))
            else:
                states[number].load(other)


class _Distinct:
    """`count_distinct` at work. Most groups have one value, so a set is made only for a second."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._firsts: list[str | None] = []
        self._sets: dict[int, set[str]] = {}

    def add(self, numbers: Sequence[int], batch: Batch, groups: int) -> None:
        firsts, sets = self._grown(groups), self._sets
        for number, value in zip(numbers, self._read(batch), strict=True):
            text = value if value.__class__ is str else identity(value)
            first = firsts[number]
            if first == text or text is None:
                continue
            if first is None:
                firsts[number] = text
            elif number in sets:
                sets[number].add(text)
            else:
                sets[number] = {first, text}

    def _grown(self, groups: int) -> list[str | None]:
        firsts = self._firsts
        firsts.extend([None] * (groups - len(firsts)))
        return firsts

    def values(self, groups: int) -> list[Value]:
        counts: list[Value] = [int(first is not None) for first in self._grown(groups)]
        for number, several in self._sets.items():
            counts[number] = len(several)
        return counts

    def dump(self, groups: int) -> Any:
        return self._grown(groups), self._sets

    def absorb(self, numbers: Sequence[int], dumped: Any, groups: int) -> None:
        others, sets = dumped
        firsts, mine = self._grown(groups), self._sets
        for row, (number, text) in enumerate(zip(numbers, others, strict=True)):
            first = firsts[number]
            if first is None:
                firsts[number] = text
                if row in sets:
                    mine[number] = sets[row]
            elif row in sets or (text is not None and text != first):
                mine[number] = mine.get(number, {first}) | sets.get(row, {text})


class Grouped:
    """The groups of a `stats`, in the order in which they appeared.

    A missing key is a value of its own. Without keys there is one group: with `always`, even of
    no rows.
    """

    enough = False

    def __init__(
        self, keys: Sequence[Reader], gathered: Sequence[Gathered], facts: Facts, *, always: bool
    ) -> None:
        self._keys = keys
        self._facts = facts
        self._places = [aggregate.place for aggregate in gathered]
        self._at_work = [_at_work(one) for one in gathered]
        self._numbers = _Numbers()
        self._times = _Times()
        self._shown: list[list[Value]] = [[] for _ in keys]
        if always and not keys:
            self._numbers[()] = 0

    def add(self, batch: Batch) -> None:
        """See `Collector`."""
        columns = [key(batch) for key in self._keys]
        numbers = self._numbered(columns, batch.size)
        for aggregate in self._at_work:
            aggregate.add(numbers, batch, len(self._numbers))

    def _numbered(self, columns: Sequence[Column], size: int) -> list[int]:
        """The group of each row; new groups keep the values of their first row."""
        before = len(self._numbers)
        named = [self._names(column) for column in columns]
        names: Any = named[0] if len(named) == 1 else zip(*named, strict=True)
        numbers = list(map(self._numbers.__getitem__, names)) if named else self._only(size)
        if len(self._numbers) > before:
            self._show(columns, numbers, before)
        return numbers

    def _only(self, size: int) -> list[int]:
        return [self._numbers[()]] * size

    def _show(self, columns: Sequence[Column], numbers: Sequence[int], new: int) -> None:
        # Of rows with the same number the first one counts, so it is put in last.
        rows = dict(zip(reversed(numbers), range(len(numbers) - 1, -1, -1), strict=True))
        firsts = [rows[number] for number in range(new, len(self._numbers))]
        for shown, column in zip(self._shown, columns, strict=True):
            shown += [
                v if v.__class__ not in _STRUCTURES else None for v in _picked(column, firsts)
            ]

    def _names(self, column: Column) -> list[str | None]:
        times = self._times
        return [
            value
            if value.__class__ is str
            else times[value]
            if value.__class__ is Timestamp
            else identity(value)
            for value in column
        ]

    def rows(self) -> Batch:
        """One row for each group, with its keys and the values of its aggregates so far."""
        groups = len(self._numbers)
        columns: dict[int, Column] = dict(enumerate(self._shown))
        for place, aggregate in zip(self._places, self._at_work, strict=True):
            columns[place] = aggregate.values(groups)
        return Batch(groups, columns, self._facts)

    def dump(self) -> Any:
        """See `Collector`."""
        groups = len(self._numbers)
        shown = [_packed(column) for column in self._shown]
        return groups, shown, [aggregate.dump(groups) for aggregate in self._at_work]

    def absorb(self, dumped: Any) -> None:
        """See `Collector`."""
        size, packed, gathered = dumped
        if not size:
            return
        shown = [list(map(kind, column)) if kind else column for kind, column in packed]
        numbers = self._numbered(shown, size)
        for aggregate, dump in zip(self._at_work, gathered, strict=True):
            aggregate.absorb(numbers, dump, len(self._numbers))


def _at_work(one: Gathered) -> _Counted | _Distinct | _Gathering:
    if one.state is None or one.read is None:
        return _Counted(one.read)
    return _Distinct(one.read) if one.state is CountDistinct else _Gathering(one.read, one.state)


def _packed(column: Column) -> tuple[type[Timestamp] | None, Column]:
    """A column that travels fast: moments as plain numbers, with the type that they are to get."""
    if column and all(value.__class__ is Timestamp for value in column):
        return Timestamp, list(map(int, column))  # type: ignore[arg-type]
    return None, column
