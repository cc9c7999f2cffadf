"""Compiles the commands that must see all rows, or decide about their order.

CloudWatch Logs user guide, pages of the commands. `sort` decides the order in which the commands
behind it see the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.query.ast import (
    Call,
    CountFrequent,
    Dedup,
    Field,
    Item,
    Limit,
    Number,
    Parameter,
    Sort,
    SortKey,
    Star,
    Stats,
    Tail,
)
from bot.query.columns.batch import Batch
from bot.query.columns.collect import ranks
from bot.query.columns.segments import Order, Ranking
from bot.query.compiling.compute import compute
from bot.query.compiling.frame import Frame
from bot.query.compiling.grouping import compile_stats
from bot.query.errors import quoted
from bot.query.values import identity

_COUNT = "_approxcount"


def add_sort(frame: Frame, command: Sort) -> None:
    """`sort`: a later one decides, an earlier one where that leaves rows equal.

    AWS samples sort by `@timestamp` behind a `stats`: a name that is not there orders nothing.
    """
    frame.order = [*(_order(frame, key) for key in command.keys), *frame.order]


def _order(frame: Frame, key: SortKey) -> Order:
    descending = key.descending
    if descending is None:
        descending = frame.readings.sort_direction == "descending"
    missing_last = frame.readings.sort_missing == "last"
    keys = partial(ranks, descending=descending, missing_last=missing_last)
    if isinstance(key.expression, Field):
        return frame.layout.read_if_there(key.expression), keys
    return compute(frame.place, key.expression), keys


def add_limit(frame: Frame, command: Limit) -> None:
    """`limit` and `limit any`: no more rows than that."""
    frame.rank(Ranking(limit=_count(frame, command.count), any=command.any))


def add_tail(frame: Frame, command: Tail) -> None:
    """`tail`: the last rows."""
    count = _count(frame, command.count)
    frame.gather()
    frame.add_step(lambda batch: batch.take(range(max(batch.size - count, 0), batch.size)))


def _count(frame: Frame, count: Number | Parameter) -> int:
    if isinstance(count, Number):
        return int(count.value)
    raise frame.error(f"The parameter {quoted(count.name)} has no value.", count.span)


def add_dedup(frame: Frame, command: Dedup) -> None:
    """`dedup`: the first row for each combination of values."""
    readers = [compute(frame.place, key) for key in command.keys]

    def distinct(batch: Batch) -> Sequence[tuple[str, ...] | None]:
        rows = zip(*[map(identity, reader(batch)) for reader in readers], strict=True)
        return [None if None in row else row for row in rows]

    frame.rank(Ranking(distinct=distinct))


def add_stats(frame: Frame, command: Stats) -> None:
    """`stats`: a row for each group."""
    frame.segment.end, after, frame.shown = compile_stats(frame.place, command)
    frame.displayed = None
    frame.begin(after)


def add_count_frequent(frame: Frame, command: CountFrequent) -> None:
    """`countFrequent`: how often each combination of values comes, the most frequent first."""
    count = Item(Call("count", (Star(),)), _COUNT, "count(*)")
    keys = tuple(Item(field, None, str(field)) for field in command.fields)
    add_stats(frame, Stats((count,), keys, span=command.span))
    add_sort(frame, Sort((SortKey(Field((_COUNT,)), descending=True),)))
