"""One pass over all events that gives the result of a query for each of many spans of time.

The spans lie on a grid: every `every` milliseconds one ends, and each is `over` long, so they may
overlap. What stands before the first `stats` looks at each event once, however many spans hold it.
The result for a span is that of the query over this span alone, asked at its end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.query.ast import Call, Stats
from bot.query.columns.batch import NO_FACTS, Batch, Events, Facts
from bot.query.columns.collect import Collector
from bot.query.columns.segments import Grouping
from bot.query.errors import QueryError
from bot.query.functions import FUNCTIONS
from bot.query.plan import Context, Plan, Result, rows_of
from bot.query.values import Timestamp, number_of
from bot.query.walk import walk


class Bucketed:
    """The evaluations of a plan with a `stats` for every span that has an event, `feed` by `feed`."""

    def __init__(
        self,
        plan: Plan,
        every: int,
        over: int,
        counted: tuple[int | None, int | None] = (None, None),
    ) -> None:
        """Times in milliseconds. Only spans with an event in `counted`, half-open, have a result.

        `QueryError` for a plan that `check_buckets` refuses. It must have been compiled `timed`.
        """
        check_buckets(plan)
        self._plan = plan
        self._every = every
        self._over = over
        self._counted = counted
        self._first = plan.segments[0]
        self._collectors: dict[int, Collector] = {}
        self._held: set[int] = set()

    @property
    def enough(self) -> bool:
        """See `Evaluation`: another event always counts."""
        return False

    def feed(self, events: Events) -> None:
        """Take in events."""
        assert self._plan.time is not None  # noqa: S101 - it was compiled so
        batch = self._first.through(Batch(events.size, {}, NO_FACTS, events))
        if not batch.size:
            return
        together: dict[tuple[int, int, bool], list[int]] = {}
        for row, moment in enumerate(self._plan.time(batch)):
            number = moment if moment.__class__ is Timestamp else number_of(moment)
            if number is not None:
                together.setdefault(self._spans(int(number)), []).append(row)
        self._first.end.look(batch)  # so that what is taken of it has the columns already
        for end, some in self._by_end(together).items():
            part = batch if len(some) == batch.size else batch.take(some)
            self._collector(end).add(part)

    def _spans(self, moment: int) -> tuple[int, int, bool]:
        """The numbers of the first and last span on the grid that hold the moment; if it counts."""
        begin, stop = self._counted
        counts = (begin is None or moment >= begin) and (stop is None or moment < stop)
        return moment // self._every + 1, (moment + self._over) // self._every, counts

    def _by_end(
        self, together: Mapping[tuple[int, int, bool], list[int]]
    ) -> Mapping[int, Sequence[int]]:
        """The rows of each span, in order, by its end."""
        found: dict[int, list[list[int]]] = {}
        for (first, last, counts), rows in together.items():
            ends = range(first * self._every, last * self._every + 1, self._every)
            for end in ends:
                found.setdefault(end, []).append(rows)
            if counts:
                self._held.update(ends)
        return {
            end: lists[0] if len(lists) == 1 else sorted(row for some in lists for row in some)
            for end, lists in found.items()
        }

    def _collector(self, end: int) -> Collector:
        if end not in self._collectors:
            facts = self._facts(end)
            self._collectors[end] = self._first.end.start(facts, math.inf, self._first.kept)
        return self._collectors[end]

    def _facts(self, end: int) -> Facts:
        return Context(end, end - self._over, end).facts

    def dump(self) -> tuple[Mapping[int, Any], set[int]]:
        """See `Evaluation`."""
        return {end: one.dump() for end, one in self._collectors.items()}, self._held

    def absorb(self, dumped: tuple[Mapping[int, Any], set[int]]) -> None:
        """See `Evaluation`."""
        collected, held = dumped
        self._held |= held
        for end, one in collected.items():
            self._collector(end).absorb(one)

    def results(self, limit: int) -> Iterator[tuple[int, int, Result]]:
        """Start and end of each span that holds an event that counts, in order, and its rows."""
        for end in sorted(self._held):
            batch = self._collectors[end].rows()
            yield end - self._over, end, rows_of(self._plan, batch, self._facts(end), limit)


def check_buckets(plan: Plan) -> None:
    """Whether spans of the plan can be worked out together: `QueryError` says why they cannot."""
    commands = plan.query.commands
    first = next((at for at, one in enumerate(commands) if isinstance(one, Stats)), None)
    span = commands[0].span
    if first is None:
        raise QueryError("Only a query with `stats` has buckets.", span, plan.query.text)
    if plan.sources or plan.needs:
        message = "A query with `SOURCE` or with another query inside has no buckets."
        raise QueryError(message, span, plan.query.text)
    if not isinstance(plan.segments[0].end, Grouping):
        message = "What needs all events may not stand before the first `stats` here."
        raise QueryError(message, commands[first].span, plan.query.text)
    for command in commands[: first + 1]:
        for node in walk(command):
            if isinstance(node, Call) and FUNCTIONS[node.name.lower()].context:
                message = f"`{node.name}` may not stand before the end of the first `stats` here."
                raise QueryError(message, node.span, plan.query.text)
