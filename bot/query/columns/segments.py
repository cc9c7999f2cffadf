"""A compiled part of a query: steps for rows, and what gathers the rows that pass them.

Within a *segment* rows pass through steps: a filter drops some, others add columns. A segment ends
where all rows must be known before the next command can begin: at `stats`, `limit` and `dedup`,
and at the end. `sort` ends none; it decides in which order its segment's rows are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from bot.query.columns.batch import Batch, Column, Events, Facts, Probe, Reader
from bot.query.columns.collect import Collector, Distinct, Ranked, Ranker, SortKey, best, ranker
from bot.query.columns.grouped import Gathered, Grouped
from bot.query.columns.layout import Layout

_FEW = 10_000  # rows for which it is not worth looking twice

Step: TypeAlias = Callable[[Batch], Batch]
"""Works on a batch; what it returns goes on."""

Order: TypeAlias = tuple[Reader, Callable[[Column], Sequence[SortKey]]]
"""A part of an order: what to look at, and where each value of its column stands."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The end of a segment at `limit`, at `dedup`, or at the end of the query.

    `any`: the first rows that come will do.
    """

    order: tuple[Order, ...] = ()
    limit: float = math.inf
    distinct: Distinct | None = None
    any: bool = False
    ranker: Ranker | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        key = ranker(*zip(*self.order, strict=True)) if self.order else None
        object.__setattr__(self, "ranker", key)  # once for all runs

    def start(self, facts: Facts, most: float, kept: Sequence[int]) -> Collector:
        """A collector for one run, of at most so many rows."""
        return Ranked(self.ranker, min(self.limit, most), kept, facts, self.distinct)

    def narrowed(self, batch: Batch, most: float) -> Batch:
        """The batch, without rows that a collector would only take in to forget them again."""
        limit = min(self.limit, most)
        if self.distinct or not self.order or batch.size <= _FEW + 4 * limit:
            return batch
        readers, ranks = zip(*self.order, strict=True)
        return best(batch, readers, ranks, int(limit))

    def look(self, batch: Batch) -> None:
        """Ask for the columns that a collector asks for."""
        for reader, _ in self.order:
            reader(batch)
        if self.distinct:
            self.distinct(batch)


class Grouping(msgspec.Struct, frozen=True):
    """The end of a segment at `stats`. `layout` is that of the rows for the groups."""

    layout: Layout
    keys: tuple[Reader, ...]
    gathered: tuple[Gathered, ...]
    always: bool

    def start(self, facts: Facts, _most: float, _kept: Sequence[int]) -> Collector:
        """A collector for one run. All groups are needed, so it takes no limit."""
        return Grouped(self.keys, self.gathered, facts, always=self.always)

    def look(self, batch: Batch) -> None:
        """Ask for the columns that a collector asks for."""
        for reader in self.keys:
            reader(batch)
        for one in self.gathered:
            if one.read:
                one.read(batch)


@dataclass(slots=True)
class Segment:
    """Steps and an end. `kept` are the places of the columns that somebody behind it asks for.

    `filters` is how many steps stand up to the last filter.
    """

    layout: Layout
    steps: list[Step] = field(default_factory=list)
    end: Ranking | Grouping = field(default_factory=Ranking)
    kept: tuple[int, ...] = ()
    filters: int = 0

    def add_filter(self, test: Reader) -> None:
        """Add a filter, which was compiled for this segment's layout."""
        self.steps.append(lambda batch: batch.select(test(batch)))
        self.filters = len(self.steps)

    def assign(self, reader: Reader) -> int:
        """Add a column that is computed once it is asked for; its place."""
        place = self.layout.reserve()

        def step(batch: Batch) -> Batch:
            batch.put_later(place, reader)
            return batch

        self.steps.append(step)
        return place

    def through(self, batch: Batch) -> Batch:
        """What the steps leave of a batch."""
        for step in self.steps:
            if not batch.size:
                break
            batch = step(batch)
        return batch

    def asks(self) -> tuple[int, ...]:
        """The places of the columns that must come with its rows, for itself and what is behind."""
        probe = Probe()
        for step in self.steps:
            step(probe)
        self.end.look(probe)
        if not isinstance(self.end, Grouping):
            for place in self.kept:
                probe.column(place)
        return probe.asked

    def asks_first(self) -> tuple[int, ...] | None:
        """The places of the columns that are needed of every row; None if that is all of them.

        These are what the filters look at. Without filters they are what decides which rows stay.
        """
        probe = Probe()
        for step in self.steps[: self.filters]:
            step(probe)
        if not self.filters:
            if isinstance(self.end, Grouping) or self.end.limit == math.inf:
                return None
            for step in self.steps:
                step(probe)
            self.end.look(probe)
        return probe.asked


class Run:
    """One segment at work on the rows of one run."""

    def __init__(self, segment: Segment, facts: Facts, most: float) -> None:
        self.passed = 0
        self._segment = segment
        self._facts = facts
        self._most = most
        self._collector: Collector | None = None

    @property
    def collector(self) -> Collector:
        """What gathers the rows. It is made when there is something to gather."""
        if self._collector is None:
            segment = self._segment
            self._collector = segment.end.start(self._facts, self._most, segment.kept)
        return self._collector

    @property
    def idle(self) -> bool:
        """Whether no row has come through so far."""
        return self._collector is None

    def feed(self, events: Events) -> None:
        """Take in events."""
        self.feed_batch(Batch(events.size, {}, self._facts, events))

    def feed_batch(self, batch: Batch) -> None:
        """Take in rows."""
        batch = self._segment.through(batch)
        if batch.size:
            self.passed += batch.size
            if isinstance(self._segment.end, Ranking):
                batch = self._segment.end.narrowed(batch, self._most)
            self.collector.add(batch)


def run_rest(segments: Sequence[Segment], batch: Batch, facts: Facts, most: float) -> Batch:
    """The rows of the first segment after the others; `most` is how many the last may give."""
    for segment in segments:
        run = Run(segment, facts, most if segment is segments[-1] else math.inf)
        run.feed_batch(batch)
        batch = run.collector.rows()
    return batch


def set_kept(segments: Sequence[Segment], asked: tuple[int, ...]) -> None:
    """Tell each segment which of its columns will be asked for; `asked` are the result's."""
    for segment in reversed(segments):
        segment.kept = asked
        asked = segment.asks()
