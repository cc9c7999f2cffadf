"""Runs queries over files: the events in a window, through the plans, to rows.

Large files are read by several processes. Each gathers what it can of its share, and what they
gathered is put together in the order of the files, so the rows do not depend on their number.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
from msgspec.structs import replace

from bot.engine.events import Asked
from bot.engine.files import file_reader
from bot.engine.opening import nothing
from bot.engine.passes import Asking, Pass, Task, compiled
from bot.engine.pointers import Place, write_pointer
from bot.engine.record import read_event
from bot.engine.shares import processes_for, shares
from bot.engine.sources import LogFile
from bot.engine.troubles import Trouble, Troubles
from bot.query.ast import Source
from bot.query.compiling.needs import Need, Table
from bot.query.compiling.sources import chosen, refuse_sources, window_of
from bot.query.errors import QueryError, quoted
from bot.query.plan import MOST_ROWS, Evaluation, Plan, Result
from bot.query.readings import CHOSEN, Readings
from bot.query.scans.bucketed import Bucketed

if TYPE_CHECKING:
    from bot.engine.partner import Partner
    from bot.query.tables.lookups import LookupTable

__all__ = [
    "Progress", "ScanRequest", "Scanned", "Trouble", "newest_time", "read_event", "scan",
]  # fmt: skip

PAUSE = 0.1
"""Seconds between two reports of progress, at least."""

SHOWN = 1_000
"""Rows in a report of progress, at most."""

_SHARE = 0.1  # of the time, at most, goes into reports


class ScanRequest(msgspec.Struct, frozen=True):
    """A query to run over files; times in epoch ms, `start` and `end` a half-open window.

    `now` is what the query's `now()` says. `limit` bounds the rows, besides the query's own.
    `elsewhere` are files beside `files` that a subquery may name by their log group, and `tables`
    the lookup tables by name. At most `processes` read the files, or as many as there are cores.
    `plain` turns off whatever makes reading fast; it changes no row.
    """

    query: str
    files: tuple[LogFile, ...]
    start: int | None
    end: int | None
    now: int
    limit: int = MOST_ROWS
    readings: Readings = CHOSEN
    elsewhere: tuple[LogFile, ...] = ()
    tables: Mapping[str, LookupTable] = msgspec.field(default_factory=dict)
    processes: int | None = None
    plain: bool = False


class Progress(msgspec.Struct, frozen=True):
    """How far a scan is: rows so far (the first thousand), and the `fraction` of bytes read.

    `matched` and `scanned` count events, `bytes` their messages in UTF-8. As with CloudWatch, what
    lies outside the window is not scanned, whatever it cost to find that out.
    """

    matched: int
    scanned: int
    bytes: int
    rows: list[dict[str, str]]
    pointers: list[str | None]
    fraction: float


class Scanned(msgspec.Struct, frozen=True):
    """What a scan found, what it touched (see `Progress`), and what it could not read."""

    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    pointers: list[str | None]
    matched: int
    scanned: int
    bytes: int
    troubles: tuple[Trouble, ...]


def scan(request: ScanRequest, on_progress: Callable[[Progress], None] | None = None) -> Scanned:
    """Run the query over the files.

    `on_progress` is called at the start, and then about ten times a second; what it raises ends
    the scan. Files and events that cannot be read are among the troubles. Raises `QueryError` for
    a query that cannot run, with its text.
    """
    task = Task(
        (Asking(request.query),), request.files, request.start, request.end, request.now,
        request.limit, request.readings, request.tables, request.plain,
    )  # fmt: skip
    task = _resolved(task, request)
    with _without_collection():
        run = _Run(task, request.processes, on_progress)
        run.read()
        return run.finish()


def scan_many(
    task: Task,
    processes: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[list[list[tuple[int | None, int | None, Scanned]]], tuple[Trouble, ...]]:
    """Run many queries in one pass: for each its results, each with the window that it is of.

    A query with buckets has a result for each bucket that gives rows. `on_progress` and errors as
    in `scan`; its rows are those of the first query.
    """
    with _without_collection():
        run = _Run(task, processes, on_progress)
        run.read()
        return [run.results(taker) for taker in run.takers], run.troubles()


def newest_time(files: Iterable[LogFile]) -> int | None:
    """When the latest of all events happened; epoch ms, None if no event has a time."""
    read, troubles = file_reader(Asked(("@timestamp",))), Troubles()
    times = (
        time
        for file in files
        for events in read(file, troubles, nothing)
        for time in events.content.times(None)
    )
    return max((int(time) for time in times if time is not None), default=None)


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for cycles: events come and go in great numbers, and none refers to itself."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# ------------------------------------------------------------------------------------- subqueries
def _resolved(task: Task, request: ScanRequest) -> Task:
    """The task with the files and the window that its query names, and with what it needs run."""
    (asking,) = task.asking
    plan = compiled(asking, task)
    refuse_sources(plan.sources, request.query)
    if plan.sources:
        files = _named(task.files, plan, plan.sources)
        start, end = window_of(plan.sources, (task.start, task.end), task.now)
        task = replace(task, files=files, start=start, end=end)
    given = {need.key: _table(need, plan, request) for need in plan.needs}
    return replace(task, asking=(replace(asking, given=given),))


def _named(files: Sequence[LogFile], plan: Plan, sources: Sequence[Source]) -> tuple[LogFile, ...]:
    """The files of the log groups that are named; all, where no file belongs to a log group."""
    groups = dict.fromkeys(file.log for file in files if file.log)
    found = tuple(file for file in files if file.log and chosen(sources, file.log))
    if found or not groups:
        return found or tuple(files)
    there = ", ".join(map(quoted, list(groups)[:10]))
    words = f"There is no such log group here; there are: {there}."
    raise QueryError(words, sources[0].span, plan.query.text)


def _table(need: Need, plan: Plan, request: ScanRequest) -> Table:
    """The rows of a query that another needs."""
    refuse_sources(need.sources, request.query)
    start, end = window_of(need.sources, (request.start, request.end), request.now)
    task = Task(
        (Asking(str(need.query)),),
        _named(tuple(dict.fromkeys((*request.files, *request.elsewhere))), plan, need.sources),
        start, end, request.now, MOST_ROWS, request.readings, request.tables, request.plain,
    )  # fmt: skip
    run = _Run(task, request.processes, None)
    run.read()
    return cast(Evaluation, run.takers[0]).table()


# ------------------------------------------------------------------------------------ the reading
class _Run:
    """One scan at work, and what it counts."""

    def __init__(
        self,
        task: Task,
        processes: int | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        count = processes_for(task.files, processes)
        own, *others = shares(task.files, count) if count > 1 else [task.files]
        self._pass = Pass(replace(task, files=own))
        self._others = [replace(task, files=share) for share in others]
        self._limit = task.limit
        self._partners: Sequence[Partner] = ()
        self._on_progress = on_progress
        self._next = 0.0
        self._size = sum(map(_size, task.files)) if on_progress else 0
        self._read = 0

    @property
    def takers(self) -> Sequence[Evaluation | Bucketed]:
        """What takes in the events of each query."""
        return self._pass.takers

    def troubles(self) -> tuple[Trouble, ...]:
        """What could not be read."""
        return self._pass.troubles.all()

    def read(self) -> None:
        """Read all files, with the help of other processes where that pays."""
        self._report()
        try:
            self._partners = _started(self._others)
            self._pass.run(self._tick)
            for partner in self._partners:
                if not self._enough():
                    while not partner.wait(PAUSE):
                        self._tick(0)
                    self._pass.absorb(partner.result())
        finally:
            for partner in self._partners:
                partner.end()

    def _enough(self) -> bool:
        return all(taker.enough for taker in self.takers)

    def _tick(self, size: int) -> None:
        """Note that so many bytes were read; report when it is time."""
        self._read += size
        if self._on_progress and time.monotonic() >= self._next:
            self._report()

    def _report(self) -> None:
        """Tell how far the scan is, and rest so that telling never takes most of the time."""
        if self._on_progress is None:
            return
        began = time.monotonic()
        taker = self.takers[0]
        result = taker.result() if isinstance(taker, Evaluation) else Result((), [], [])
        shown = Result(result.columns, result.rows[:SHOWN], result.pointers[:SHOWN])
        read = self._read + sum(partner.read for partner in self._partners)
        self._on_progress(
            Progress(
                taker.matched if isinstance(taker, Evaluation) else 0,
                self._pass.scanned,
                self._pass.bytes,
                shown.rows,
                _pointers(shown),
                min(read / self._size, 1.0) if self._size else 1.0,
            )
        )
        now = time.monotonic()
        self._next = now + max(PAUSE, (now - began) / _SHARE)

    def finish(self) -> Scanned:
        """The result of a single query."""
        ((_, _, scanned),) = self.results(self.takers[0])
        return scanned

    def results(self, taker: Evaluation | Bucketed) -> list[tuple[int | None, int | None, Scanned]]:
        """The results of one query, each with the window that it is of."""
        if isinstance(taker, Bucketed):
            return [
                (start, end, self._scanned(result, 0))
                for start, end, result in taker.results(self._limit)
                if result.rows
            ]
        return [(None, None, self._scanned(taker.result(), taker.matched))]

    def _scanned(self, result: Result, matched: int) -> Scanned:
        return Scanned(
            result.columns,
            result.rows,
            _pointers(result),
            matched,
            self._pass.scanned,
            self._pass.bytes,
            self.troubles(),
        )


def _started(tasks: Sequence[Task]) -> Sequence[Partner]:
    if not tasks:
        return ()
    from bot.engine.partner import Partner  # only here: most scans need nobody's help

    return [Partner(task) for task in tasks]


def _pointers(result: Result) -> list[str | None]:
    return [
        None if place is None else write_pointer(cast(Place, place)) for place in result.pointers
    ]


def _size(file: LogFile) -> int:
    try:
        return Path(file.path).stat().st_size
    except (OSError, ValueError):
        return 0
