"""One pass over all events that gives the result of a query for each of many spans of time.

The spans lie on a grid: every `every` milliseconds one ends, and each is `over` long, so they may
overlap. What stands before the first `stats` looks at each event once, however many spans hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.query.ast import Call, Stats
from bot.query.batch import Batch, Events
from bot.query.collect import Collector
from bot.query.errors import QueryError
from bot.query.functions import FUNCTIONS
from bot.query.plan import Context, Plan, Result, rows_of
from bot.query.values import number_of
from bot.query.walk import walk


class Bucketed:
    """The evaluations of a plan with a `stats` for every span that has an event, `feed` by `feed`."""

    def __init__(self, plan: Plan, every: int, over: int, context: Context) -> None:
        """`QueryError` for a plan without `stats`, or that looks at its own window before it."""
        _check(plan)
        self._plan = plan
        self._every = every
        self._over = over
        self._now = context.now
        self._facts = context.facts
        self._first = plan.segments[0]
        self._collectors: dict[int, Collector] = {}

    @property
    def enough(self) -> bool:
        """See `Evaluation`: another event always counts."""
        return False

    def feed(self, events: Events) -> None:
        """Take in events. The plan must have been compiled `timed`."""
        assert self._plan.time is not None  # noqa: S101 - it was compiled so
        batch = self._first.through(Batch(events.size, {}, self._facts, events))
        if not batch.size:
            return
        rows: dict[int, list[int]] = {}
        for row, moment in enumerate(self._plan.time(batch)):
            for end in self._ends(moment):
                rows.setdefault(end, []).append(row)
        for end, some in rows.items():
            part = batch if len(some) == batch.size else batch.take(some)
            self._collector(end).add(part)

    def _ends(self, moment: Any) -> Iterable[int]:
        """The ends of the spans that hold the moment."""
        number = number_of(moment)
        if number is None:
            return ()
        first = int(number) // self._every * self._every + self._every
        return range(first, int(number) + self._over + 1, self._every)

    def _collector(self, end: int) -> Collector:
        if end not in self._collectors:
            facts = Context(self._now, end - self._over, end).facts
            self._collectors[end] = self._first.end.start(facts, float("inf"), self._first.kept)
        return self._collectors[end]

    def dump(self) -> Mapping[int, Any]:
        """See `Evaluation`."""
        return {end: collector.dump() for end, collector in self._collectors.items()}

    def absorb(self, dumped: Mapping[int, Any]) -> None:
        """See `Evaluation`."""
        for end, collected in dumped.items():
            self._collector(end).absorb(collected)

    def results(self, limit: int) -> Iterator[tuple[int, int, Result]]:
        """Start and end of each span that holds an event, in order, and its rows."""
        for end in sorted(self._collectors):
            start = end - self._over
            facts = Context(self._now, start, end).facts
            batch = self._collectors[end].rows()
            yield start, end, rows_of(self._plan, batch, facts, limit)


def _check(plan: Plan) -> None:
    commands = plan.query.commands
    first = next((at for at, one in enumerate(commands) if isinstance(one, Stats)), None)
    if first is None:
        raise QueryError(
            "Only a query with `stats` has buckets.", commands[0].span, plan.query.text
        )
    for command in commands[: first + 1]:
        for node in walk(command):
            if isinstance(node, Call) and FUNCTIONS[node.name.lower()].context in _OWN_WINDOW:
                message = f"`{node.name}` may not stand before the end of the first `stats` here."
                raise QueryError(message, node.span, plan.query.text)


_OWN_WINDOW = ("start", "end", "range")
