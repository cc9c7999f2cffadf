"""Where rows end up: in an order with a limit, without repetitions, or in groups.

A collector takes batches and can say at any time what it has, so that partial results cost
nothing extra. Memory is bounded by the limit, and otherwise by the number of groups. What a
collector has can be added to another that has seen the rows before.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Protocol, TypeAlias

from bot.query.columns.batch import Batch, Column, Facts, Pointer, Reader
from bot.query.values import Timestamp, Value, order_key

SortKey: TypeAlias = tuple[Any, ...]
Ranker: TypeAlias = Callable[[Batch], Sequence[SortKey]]
Distinct: TypeAlias = Callable[[Batch], Sequence[tuple[str, ...] | None]]
_Entry: TypeAlias = tuple[SortKey, tuple[str, ...] | None, tuple[Value, ...], Pointer]


class Collector(Protocol):
    """What a part of a query gathers."""

    @property
    def enough(self) -> bool:
        """Whether no further row can change what there is."""
        ...

    def add(self, batch: Batch, /) -> None:
        """Take in the rows of a batch, of which there is one at least."""
        ...

    def rows(self) -> Batch:
        """What there is so far, in order."""
        ...

    def dump(self) -> Any:
        """What there is so far, for `absorb`; made of what `pickle` takes."""
        ...

    def absorb(self, dumped: Any, /) -> None:
        """Take in what a collector of the same query gathered of the rows behind those seen here."""
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
    `kept` are the places whose columns somebody will ask for.
    """

    def __init__(
        self,
        key: Ranker | None,
        limit: float,
        kept: Sequence[int],
        facts: Facts,
        distinct: Distinct | None = None,
    ) -> None:
        self._key = key
        self._limit = limit
        self._kept = kept
        self._facts = facts
        self._distinct = distinct
        self._entries: list[_Entry] = []
        self._worst: SortKey | None = None
        self._room = 2 * limit + 1000

    @property
    def enough(self) -> bool:
        """See `Collector`: there are all the rows that the limit allows, and any will do."""
        return self._key is None and self._distinct is None and len(self._entries) >= self._limit

    def add(self, batch: Batch) -> None:
        """See `Collector`."""
        keys: Iterable[SortKey] = itertools.repeat(())
        if self._key is not None:
            keys = self._key(batch)
            if (worst := self._worst) is not None:
                better = [key < worst for key in keys]
                batch, keys = batch.select(better), itertools.compress(keys, better)
        if not batch.size:
            return
        distinct = self._distinct(batch) if self._distinct else itertools.repeat(None)
        columns = [batch.column(place) for place in self._kept]
        rows = zip(*columns, strict=True) if columns else itertools.repeat(())
        self._take(zip(keys, distinct, rows, batch.pointers(), strict=False))

    def rows(self) -> Batch:
        """See `Collector`."""
        self._cut()
        rows = [entry[2] for entry in self._entries]
        columns = zip(*rows, strict=True) if rows else [()] * len(self._kept)
        return Batch(
            len(rows),
            dict(zip(self._kept, columns, strict=False)),
            self._facts,
            pointers=[entry[3] for entry in self._entries],
        )

    def dump(self) -> list[_Entry]:
        """See `Collector`."""
        self._cut()
        return self._entries

    def absorb(self, dumped: list[_Entry]) -> None:
        """See `Collector`."""
        self._take(dumped)

    def _take(self, entries: Iterable[_Entry]) -> None:
        self._entries.extend(entries)
        if len(self._entries) >= self._room:
            self._cut()

    def _cut(self) -> None:
        """Put the rows in order and forget those that can no longer be wanted.

        The order is stable, and what was kept stands before what came later.
        """
        entries = self._entries
        if self._key is not None:
            entries.sort(key=itemgetter(0))
        if self._distinct is not None:
            entries[:] = _without_repetitions(entries)
        if len(entries) >= self._limit:
            del entries[int(self._limit) :]
            self._worst = entries[-1][0]
        self._room = max(2 * len(entries), self._limit) + 1000


def _without_repetitions(entries: Sequence[_Entry]) -> list[_Entry]:
    seen: set[tuple[str, ...]] = set()
    kept = []
    for entry in entries:
        values = entry[1]
        if values is None or values not in seen:
            kept.append(entry)
        if values is not None:
            seen.add(values)
    return kept


def ranks(column: Column, *, descending: bool, missing_last: bool) -> list[SortKey]:
    """The keys of a column for `sort`. Whole numbers and moments, the usual case, take a short way."""
    key = partial(sort_key, descending=descending, missing_last=missing_last)
    if descending:
        return [(-1, -v) if v.__class__ in _WHOLE else key(v) for v in column]
    return [(1, v) if v.__class__ in _WHOLE else key(v) for v in column]


_WHOLE = frozenset((int, Timestamp))


def ranker(
    readers: Sequence[Reader], ranks: Sequence[Callable[[Column], Sequence[SortKey]]]
) -> Ranker:
    """The sort keys of a batch's rows, from a reader and the keys of its column for each part."""
    if len(readers) == 1:
        (reader,), (keys,) = readers, ranks
        return lambda batch: keys(reader(batch))
    return lambda batch: list(
        zip(*[keys(read(batch)) for read, keys in zip(readers, ranks, strict=True)], strict=True)
    )


def best(
    batch: Batch,
    readers: Sequence[Reader],
    ranks: Sequence[Callable[[Column], Sequence[SortKey]]],
    limit: int,
) -> Batch:
    """The rows that stand first, at most `limit`, in the order in which they came.

    Each part of the order is looked at only for the rows which those before it leave equal: most
    rows of many groups need no second key, and none of its own.
    """
    chosen: list[int] = []
    left = list(range(batch.size))
    for reader, keys_of in zip(readers, ranks, strict=True):
        if len(left) <= limit - len(chosen):
            break
        keys = keys_of(reader(batch.take(left)))
        worst = heapq.nsmallest(limit - len(chosen), keys)[-1]
        chosen += [row for row, key in zip(left, keys, strict=True) if key < worst]
        left = [row for row, key in zip(left, keys, strict=True) if key == worst]
    chosen += left[: limit - len(chosen)]
    return batch.take(sorted(chosen))
