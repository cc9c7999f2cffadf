"""Where rows end up: in an order with a limit, without repetitions, or in groups.

A collector takes rows one at a time and can say at any time what it has, so that partial results
cost nothing extra. Memory is bounded by the limit, and otherwise by the number of groups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Protocol, TypeAlias

from bot.query.aggregates import State
from bot.query.layout import Reader, Row
from bot.query.values import Value, identity, order_key

Pointer: TypeAlias = object
Found: TypeAlias = tuple[Row, Pointer]
"""A row and the pointer of its event; None if it stands for no single event."""

SortKey: TypeAlias = tuple[Any, ...]
_Entry: TypeAlias = tuple[SortKey, Row, Pointer]


class Collector(Protocol):
    """What a part of a query gathers."""

    def add(self, row: Row, pointer: Pointer, /) -> None:
        """Take in one row. It belongs to the collector from now on."""
        ...

    def rows(self) -> list[Found]:
        """What there is so far, in order. Its rows are not to be changed."""
        ...


class Down:
    """A text in an order turned round."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __lt__(self, other: Down) -> bool:
        return other.text < self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Down) and self.text == other.text

    __hash__ = None  # type: ignore[assignment]  # a key only ever sorts


def sort_key(value: Value, *, descending: bool, missing_last: bool) -> SortKey:
    """The key of one value for `sort`. Missing values come last, or count as the smallest."""
    key = order_key(value)
    if key is None:
        return (2,) if missing_last or descending else (-2,)
    kind, ordinal = key
    if not descending:
        return key
    return (-kind, -ordinal if kind else Down(ordinal))


class Ranked:
    """The first rows by a key, at most `limit`; of equal ones, those that came first.

    With `distinct`, of the rows for which it gives equal texts only the first stays; rows for
    which it gives None all stay. Once there are `limit` rows, a row behind them can never come
    back, because what is before it only gets better; so what lies behind them is forgotten.
    """

    def __init__(
        self,
        key: Callable[[Row], SortKey],
        limit: float,
        distinct: Callable[[Row], tuple[str, ...] | None] | None = None,
    ) -> None:
        self._key = key
        self._limit = limit
        self._distinct = distinct
        self._entries: list[_Entry] = []
        self._worst: SortKey | None = None
        self._room = 2 * limit + 1000

    def add(self, row: Row, pointer: Pointer) -> None:
        """Take in one row."""
        key = self._key(row)
        if self._worst is not None and not key < self._worst:
            return
        self._entries.append((key, row, pointer))
        if len(self._entries) >= self._room:
            self._cut()

    def rows(self) -> list[Found]:
        """The rows so far, in order."""
        self._cut()
        return [(row, pointer) for _, row, pointer in self._entries]

    def _cut(self) -> None:
        """Put the rows in order and forget those that can no longer be wanted.

        The order is stable, and what was kept stands before what came later.
        """
        entries = self._entries
        entries.sort(key=itemgetter(0))
        if self._distinct is not None:
            entries[:] = _without_repetitions(entries, self._distinct)
        if len(entries) >= self._limit:
            del entries[int(self._limit) :]
            self._worst = entries[-1][0]
        self._room = max(2 * len(entries), self._limit) + 1000


def _without_repetitions(
    entries: Sequence[_Entry], distinct: Callable[[Row], tuple[str, ...] | None]
) -> list[_Entry]:
    seen: set[tuple[str, ...]] = set()
    kept = []
    for entry in entries:
        values = distinct(entry[1])
        if values is None or values not in seen:
            kept.append(entry)
        if values is not None:
            seen.add(values)
    return kept


@dataclass(frozen=True, slots=True)
class Gathered:
    """One aggregate of a `stats`: its state for a new group, what it takes of a row, its place.

    Where it takes nothing it counts rows, and has no state.
    """

    place: int
    read: Callable[[Row], Any] | None = None
    state: Callable[[], State] | None = None


@dataclass(slots=True)
class _Group:
    """The keys of a group as they print, its states, and how many rows it has."""

    keys: list[Value]
    states: list[State]
    rows: int = 0


class Grouped:
    """The groups of a `stats`, in the order in which they appeared.

    `tail` is what stands behind the keys in the row of a group. A missing key is a value of its
    own. Without keys there is one group: with `always`, even of no rows.
    """

    def __init__(
        self, keys: Sequence[Reader], gathered: Sequence[Gathered], tail: Row, *, always: bool
    ) -> None:
        self._keys = keys
        self._name: Callable[[Row], object] = _one_text(keys[0]) if len(keys) == 1 else _texts(keys)
        self._tail = tail
        self._counts = [counted.place for counted in gathered if counted.state is None]
        stateful = [aggregate for aggregate in gathered if aggregate.state is not None]
        self._makers = [aggregate.state for aggregate in stateful if aggregate.state is not None]
        self._reads = [aggregate.read for aggregate in stateful if aggregate.read is not None]
        self._places = [aggregate.place for aggregate in stateful]
        self._groups: dict[object, _Group] = {}
        if always and not keys:
            self._begin((), [])

    def add(self, row: Row, _pointer: Pointer) -> None:
        """Take in one row."""
        name = self._name(row)
        group = self._groups.get(name) or self._begin(name, row)
        group.rows += 1
        for read, state in zip(self._reads, group.states, strict=True):
            value = read(row)
            if value is not None:
                state.add(value)

    def _begin(self, name: object, row: Row) -> _Group:
        values = [key(row) for key in self._keys]
        shown = [None if identity(value) is None else value for value in values]
        group = self._groups[name] = _Group(shown, [make() for make in self._makers])
        return group

    def rows(self) -> list[Found]:
        """One row for each group, with its keys and the values of its aggregates so far."""
        return [(self._row(group), None) for group in self._groups.values()]

    def _row(self, group: _Group) -> Row:
        row = [*group.keys, *self._tail]
        for place in self._counts:
            row[place] = group.rows
        for place, state in zip(self._places, group.states, strict=True):
            row[place] = state.value()
        return row


def _one_text(key: Reader) -> Callable[[Row], str | None]:
    """What tells groups with one key apart. Most keys are texts, so they take a short way."""

    def text(row: Row) -> str | None:
        value = key(row)
        return value if isinstance(value, str) else identity(value)

    return text


def _texts(keys: Sequence[Reader]) -> Callable[[Row], tuple[str | None, ...]]:
    """What tells groups with several keys, or none, apart."""
    return lambda row: tuple([identity(key(row)) for key in keys])
