"""One pass over files for one or many queries: what a single process does of a scan.

What it gathers can be put together with what others gathered of the files behind its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from bot.engine.events import Asked
from bot.engine.files import file_reader
from bot.engine.opening import Ticker
from bot.engine.sources import LogFile
from bot.engine.troubles import Trouble, Troubles
from bot.query.compiling.needs import Table
from bot.query.errors import QueryError
from bot.query.parser import parse
from bot.query.plan import Context, Evaluation, Plan, compile_query
from bot.query.readings import CHOSEN, Readings
from bot.query.scans.bucketed import Bucketed
from bot.query.scans.many import Many
from bot.query.scans.required import required

if TYPE_CHECKING:
    from bot.query.tables.lookups import LookupTable

Taker: TypeAlias = Evaluation | Bucketed


class Asking(msgspec.Struct, frozen=True):
    """One query of a pass. `given` are the rows of the queries that it needs.

    With `every` and `over`, in milliseconds, it is evaluated for each bucket of that grid that
    has an event in `counted`, a half-open window: see `bot.query.scans.bucketed`.
    """

    query: str
    given: Mapping[str, Table] = msgspec.field(default_factory=dict)
    every: int | None = None
    over: int | None = None
    counted: tuple[int | None, int | None] = (None, None)


class Task(msgspec.Struct, frozen=True):
    """What a pass reads, and what for. Times in epoch ms, `start` and `end` a half-open window.

    `plain` turns off whatever makes it faster; its rows are the same.
    """

    asking: tuple[Asking, ...]
    files: tuple[LogFile, ...]
    start: int | None
    end: int | None
    now: int
    limit: int
    readings: Readings = CHOSEN
    tables: Mapping[str, LookupTable] = msgspec.field(default_factory=dict)
    plain: bool = False


class Gathered(msgspec.Struct, frozen=True):
    """What a pass came to, to be put together with others'."""

    takers: tuple[Any, ...]
    scanned: int
    bytes: int
    troubles: tuple[Trouble, ...]


class Pass:
    """A pass at work."""

    def __init__(self, task: Task) -> None:
        """Raises `QueryError` for a query that cannot run, with its text."""
        self.scanned = self.bytes = 0
        self.troubles = Troubles()
        self._task = task
        self._many = Many([compiled(one, task) for one in task.asking], plain=task.plain)
        context = Context(task.now, task.start, task.end)
        self.takers: list[Taker] = [
            _taker(plan, one, context, task.limit)
            for plan, one in zip(self._many.plans, task.asking, strict=True)
        ]

    def run(self, tick: Ticker) -> None:
        """Read the files, one after the other, until no event can matter any more."""
        task = self._task
        only = self.takers[0] if len(self.takers) == 1 else None
        early = self._many.plans[0].early if only else self._many.early
        asked = Asked(
            self._many.reads,
            task.start,
            task.end,
            early=None if task.plain else early,
            plain=task.plain,
            required=required(self._many.plans[0].query) if only else (),
        )
        read = file_reader(asked)
        for file in task.files:
            for events in read(file, self.troubles, tick):
                if only is not None:
                    only.feed(events)
                else:
                    self._many.feed(events, self.takers)
                self.scanned += events.content.scanned
                self.bytes += events.content.bytes
                tick(0)
                if all(taker.enough for taker in self.takers):
                    return

    def gathered(self) -> Gathered:
        """What it came to."""
        takers = tuple(taker.dump() for taker in self.takers)
        return Gathered(takers, self.scanned, self.bytes, self.troubles.all())

    def absorb(self, other: Gathered) -> None:
        """Take in what a pass over the files behind these came to."""
        for taker, dumped in zip(self.takers, other.takers, strict=True):
            taker.absorb(dumped)
        self.scanned += other.scanned
        self.bytes += other.bytes
        for trouble in other.troubles:
            self.troubles.add(trouble.path, trouble.why, trouble.line, trouble.count)


def compiled(one: Asking, task: Task) -> Plan:
    """The plan of a query of the task. Raises `QueryError` with its text."""
    try:
        return compile_query(
            parse(one.query), task.readings, task.tables, timed=one.every is not None
        )
    except QueryError as error:
        raise error.within(one.query) from error


def _taker(plan: Plan, one: Asking, context: Context, limit: int) -> Taker:
    if one.every is None:
        return plan.start(context, limit, one.given)
    return Bucketed(plan, one.every, one.over or one.every, one.counted)
