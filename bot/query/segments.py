"""A compiled part of a query: steps for single rows, and what gathers the rows that pass them.

Within a *segment* rows pass one at a time through steps: a filter stops them, the others compute.
A segment ends where all rows must be known before the next command can begin: at `stats`, `limit`
and `dedup`, and at the end. `sort` ends none; it decides in which order its segment's rows are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.query.collect import Collector, Found, Gathered, Grouped, Pointer, Ranked, SortKey
from bot.query.layout import Layout, Reader, Row
from bot.query.values import Value

Step: TypeAlias = Callable[[Row], object]
"""Works on a row; the row goes on if the result is true."""

Facts: TypeAlias = Mapping[str, Value]
"""What is the same for a whole run: `now`, `start`, `end`, `range`."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The end of a segment at `limit`, at `dedup`, or at the end of the query."""

    order: tuple[Callable[[Row], SortKey], ...] = ()
    limit: float = math.inf
    distinct: Callable[[Row], tuple[str, ...] | None] | None = None

    def start(self, _facts: Facts, most: float) -> Collector:
        """A collector for one run, of at most so many rows."""
        return Ranked(self._key(), min(self.limit, most), self.distinct)

    def _key(self) -> Callable[[Row], SortKey]:
        if len(self.order) == 1:
            return self.order[0]
        return lambda row: tuple([key(row) for key in self.order])


@dataclass(frozen=True, slots=True)
class Grouping:
    """The end of a segment at `stats`. `layout` is that of the rows for the groups."""

    layout: Layout
    keys: tuple[Reader, ...]
    gathered: tuple[Gathered, ...]
    always: bool

    def start(self, facts: Facts, _most: float) -> Collector:
        """A collector for one run. All groups are needed, so it takes no limit."""
        return Grouped(
            self.keys,
            self.gathered,
            self.layout.tail(facts),
            always=self.always,
        )


@dataclass(slots=True)
class Segment:
    """Steps and an end. `guards` are the filters that need only what a row came with."""

    layout: Layout
    guards: list[Step] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    end: Ranking | Grouping = field(default_factory=Ranking)

    @property
    def empty(self) -> bool:
        """Whether every row passes as it is."""
        return not self.guards and not self.steps

    def add_filter(self, test: Step) -> None:
        """Add a filter, which was compiled for this segment's layout."""
        early = not self.steps and not self.layout.back
        (self.guards if early else self.steps).append(test)

    def assign(self, reader: Callable[[Row], Any]) -> int:
        """Add a step that computes a value; its place in the row."""
        place = self.layout.reserve()

        def step(row: Row) -> bool:
            row[place] = reader(row)
            return True

        self.steps.append(step)
        return place


class Run:
    """One segment at work on the rows of one run."""

    def __init__(self, segment: Segment, facts: Facts, most: float) -> None:
        self.passed = 0
        self._guards = tuple(segment.guards)
        self._steps = tuple(segment.steps)
        self._tail = segment.layout.tail(facts)
        self._collector = segment.end.start(facts, most)
        self._add = self._collector.add

    def feed(self, values: Row, pointer: Pointer = None) -> None:
        """Take in a row as it came: the front of the layout.

        The run may keep it and never changes it, so a tuple will do; nor may the caller change it.
        """
        for guard in self._guards:
            if not guard(values):
                return
        row = [*values, *self._tail] if self._tail else values
        for step in self._steps:
            if not step(row):
                return
        self.passed += 1
        self._add(row, pointer)

    def feed_row(self, row: Row, pointer: Pointer) -> None:
        """Take in a row with its back: one that an earlier segment gathered."""
        if all(guard(row) for guard in self._guards):
            row = list(row)
            if all(step(row) for step in self._steps):
                self._add(row, pointer)

    def rows(self) -> list[Found]:
        """The rows so far."""
        return self._collector.rows()


def run_rest(
    segments: Sequence[Segment], rows: list[Found], facts: Facts, most: int
) -> list[Found]:
    """The rows of the first segment after the others; `most` is how many the last may give."""
    for segment in segments:
        run = Run(segment, facts, most if segment is segments[-1] else math.inf)
        for row, pointer in rows:
            run.feed_row(row, pointer)
        rows = run.rows()
    return rows
