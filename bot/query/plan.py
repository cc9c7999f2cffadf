"""A compiled query: which fields of an event it needs, and an evaluation that takes their values.

A plan is made once and may run many times. Whoever reads events, from files, from AWS or from a
test, feeds an `Evaluation` with the values of `Plan.reads`; so there is one meaning for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from bot.query.ast import Call, Node, Query, Source
from bot.query.columns.batch import NO_FACTS, Batch, Events, Facts, Pointer, Probe, Reader
from bot.query.columns.segments import Ranking, Run, Segment, run_rest, set_kept
from bot.query.compiling.frame import Tables
from bot.query.compiling.needs import Need, Table
from bot.query.compiling.pipeline import compile_commands
from bot.query.functions import FUNCTIONS
from bot.query.readings import CHOSEN, Readings
from bot.query.values import render
from bot.query.walk import walk

MOST_ROWS = (
    10_000  # "If you omit limit, the default is 10,000": CloudWatch Logs user guide, `limit`
)


class Context(msgspec.Struct, frozen=True):
    """What a run knows of its surroundings: moments in milliseconds since the epoch."""

    now: int
    start: int | None = None
    end: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the functions of the context give: `now()` in seconds, the others in milliseconds."""
        known = self.start is not None and self.end is not None
        length = self.end - self.start if known else None  # type: ignore[operator]
        return {"now": self.now // 1000, "start": self.start, "end": self.end, "range": length}


class Result(msgspec.Struct, frozen=True):
    """Rows as CloudWatch gives them: texts, without the fields that are missing.

    `pointers` has one for each row: that of the event for which the row stands, or None.
    """

    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    pointers: list[Pointer]


class Plan(msgspec.Struct, frozen=True):
    """A query, ready to run.

    `reads` are the flattened names of the fields that an event must be asked for; `Events.column`
    takes a place in it. `early` are the places there that are needed of every event, as the first
    filters look at them; the others are needed of those that pass. `columns` are those of the result, in order. `sources` say
    where to search. Each of `needs` must have run before this one starts. A `contextual` plan asks
    for the moment or the window of its run.
    """

    query: Query
    readings: Readings
    reads: tuple[str, ...]
    early: tuple[int, ...]
    columns: tuple[str, ...]
    segments: tuple[Segment, ...]
    readers: Mapping[str, Reader]
    sources: tuple[Source, ...] = ()
    needs: tuple[Need, ...] = ()
    tables: Tables = msgspec.field(default_factory=dict)
    time: Reader | None = None
    contextual: bool = True

    def start(
        self, context: Context, limit: int = MOST_ROWS, given: Mapping[str, Table] | None = None
    ) -> Evaluation:
        """A new evaluation that gives at most `limit` rows, or fewer if the query says so.

        `given` has for the key of each of `needs` the rows that it came to.
        """
        if not (self.contextual or self.needs):
            return Evaluation(self, NO_FACTS, limit)
        facts = context.facts
        for need in self.needs:
            facts[need.key] = need.prepare((given or {})[need.key])
        return Evaluation(self, facts, limit)


class Evaluation:
    """One run of a plan over events that come some at a time."""

    def __init__(self, plan: Plan, facts: Facts, limit: int) -> None:
        self._plan = plan
        self._facts = facts
        self._limit = limit
        first, *self._rest = plan.segments
        self._run = Run(first, self._facts, limit if not self._rest else float("inf"))

    @property
    def matched(self) -> int:
        """How many events have passed the filters that stand before any `stats`, `limit`, `dedup`."""
        return self._run.passed

    @property
    def enough(self) -> bool:
        """Whether no further event can change the result."""
        return not self._run.idle and self._run.collector.enough

    def feed(self, events: Events) -> None:
        """Take in events."""
        self._run.feed(events)

    def dump(self) -> tuple[int, Any]:
        """What the events so far came to, for `absorb`; it can be pickled."""
        return self._run.passed, self._run.collector.dump()

    def absorb(self, dumped: tuple[int, Any]) -> None:
        """Take in what an evaluation of the same plan made of the events behind those seen here."""
        passed, collected = dumped
        self._run.passed += passed
        self._run.collector.absorb(collected)

    def table(self) -> Table:
        """The rows so far, as values that are not printed yet."""
        batch = self._rows()
        columns = {name: read(batch) for name, read in self._plan.readers.items()}
        return Table(columns, batch.size)

    def _rows(self) -> Batch:
        return run_rest(self._rest, self._run.collector.rows(), self._facts, self._limit)

    def result(self) -> Result:
        """The rows so far. More events may follow."""
        if self._run.idle and not self._rest and isinstance(self._plan.segments[0].end, Ranking):
            return Result(self._plan.columns, [], [])  # what most rules come to
        return _printed(self._plan, self._rows())


def rows_of(plan: Plan, batch: Batch, facts: Facts, limit: int) -> Result:
    """The rows that the plan makes of what its first segment gathered."""
    return _printed(plan, run_rest(plan.segments[1:], batch, facts, limit))


def _printed(plan: Plan, batch: Batch) -> Result:
    rows: list[dict[str, str]] = [{} for _ in range(batch.size)]
    for name, read in plan.readers.items():
        for row, value in zip(rows, read(batch), strict=True):
            text = render(value)
            if text is not None:
                row[name] = text
    return Result(plan.columns, rows, list(batch.pointers()))


def compile_query(
    query: Query,
    readings: Readings = CHOSEN,
    tables: Tables | None = None,
    *,
    timed: bool = False,
) -> Plan:
    """The plan of a parsed query. `QueryError` for what cannot run, such as an unbound parameter.

    `tables` are the lookup tables by name. A `timed` plan has a reader of its events' time.
    """
    tables = {} if tables is None else tables

    def columns_of(other: Query) -> tuple[str, ...]:
        return compile_query(other, readings, tables).columns

    frame = compile_commands(query, readings, tables, columns_of)
    readers = frame.columns
    probe = Probe()
    for read in readers.values():
        read(probe)
    time = frame.events.field("@timestamp") if timed else None
    set_kept(frame.segments, probe.asked)
    early = frame.segments[0].asks_first()
    return Plan(
        query,
        readings,
        tuple(frame.events.front),
        tuple(range(len(frame.events.front))) if early is None else early,
        tuple(readers),
        tuple(frame.segments),
        readers,
        tuple(frame.sources),
        tuple(frame.needs),
        tables,
        time,
        any(_asks_context(node) for node in walk(query)),
    )


def _asks_context(node: Node) -> bool:
    return isinstance(node, Call) and bool(FUNCTIONS[node.name.lower()].context)
