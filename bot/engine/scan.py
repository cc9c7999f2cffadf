"""Runs one query over files: the events in a window, through the plan, to rows."""

from __future__ import annotations

import collections
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bot.engine.events import Asked, Events
from bot.engine.files import file_reader
from bot.engine.opening import nothing
from bot.engine.pointers import Place, write_pointer
from bot.engine.record import read_event
from bot.engine.sources import LogFile
from bot.engine.troubles import Trouble, Troubles
from bot.query.errors import QueryError
from bot.query.parser import parse
from bot.query.plan import Context, Evaluation, Plan, Result, compile_query
from bot.query.required import required

__all__ = [
    "Progress", "ScanRequest", "Scanned", "Trouble", "newest_time", "read_event", "scan",
]  # fmt: skip

PAUSE = 0.1
"""Seconds between two reports of progress, at least."""

SHOWN = 1_000
"""Rows in a report of progress, at most."""

_SHARE = 0.1  # of the time, at most, goes into reports


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """A query to run over files; times in epoch ms, `start` and `end` a half-open window.

    `now` is what the query's `now()` says. `limit` bounds the rows, besides the query's own.
    """

    query: str
    files: tuple[LogFile, ...]
    start: int | None
    end: int | None
    now: int
    limit: int = 10_000


@dataclass(frozen=True, slots=True)
class Progress:
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


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found, what it touched (see `Progress`), and what it could not read."""

    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    pointers: list[str | None]
    matched: int
    scanned: int
    bytes: int
    troubles: tuple[Trouble, ...]


def scan(request: ScanRequest, on_progress: Callable[[Progress], None] | None = None) -> Scanned:
    """Run the query over the files, one after the other.

    `on_progress` is called at the start, and then about ten times a second; what it raises ends
    the scan. Files and events that cannot be read are among the troubles. Raises `QueryError` for
    a query that cannot run, with its text.
    """
    plan = _compile(request.query)
    context = Context(request.now, request.start, request.end)
    run = _Run(request, plan.start(context, request.limit), on_progress)
    run.report()
    needs = required(plan.query)
    read = file_reader(Asked(plan.reads, request.start, request.end, required=needs))
    for file in request.files:
        for events in read(file, run.troubles, run.tick):
            run.feed(events, len(plan.reads))
    return run.finish()


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


def _compile(text: str) -> Plan:
    try:
        return compile_query(parse(text))
    except QueryError as error:
        raise error.within(text) from error


class _Run:
    """What one scan counts while it runs."""

    def __init__(
        self,
        request: ScanRequest,
        evaluation: Evaluation,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.troubles = Troubles()
        self._evaluation = evaluation
        self._on_progress = on_progress
        self._next = 0.0
        self._size = sum(map(_size, request.files)) if on_progress else 0
        self._read = self._scanned = self._bytes = 0

    def feed(self, events: Events, width: int) -> None:
        """Evaluate some events, with as many columns."""
        pointers = map(events.pointer, range(events.size))
        columns = [events.column(place, None) for place in range(width)]
        rows = zip(*columns, strict=True) if columns else ((),) * events.size
        # A tuple serves as well as a list: who takes a row reads it, and copies it to add to it.
        collections.deque(map(self._evaluation.feed, cast(Any, rows), pointers), maxlen=0)
        self._scanned += events.content.scanned
        self._bytes += events.content.bytes
        self.tick(0)

    def tick(self, size: int) -> None:
        """Note that so many bytes were read; report when it is time."""
        self._read += size
        if self._on_progress and time.monotonic() >= self._next:
            self.report()

    def report(self) -> None:
        """Tell how far the scan is, and rest so that telling never takes most of the time."""
        if self._on_progress is None:
            return
        began = time.monotonic()
        result = self._evaluation.result()
        shown = Result(result.columns, result.rows[:SHOWN], result.pointers[:SHOWN])
        fraction = min(self._read / self._size, 1.0) if self._size else 1.0
        self._on_progress(
            Progress(
                self._evaluation.matched,
                self._scanned,
                self._bytes,
                shown.rows,
                _pointers(shown),
                fraction,
            )
        )
        now = time.monotonic()
        self._next = now + max(PAUSE, (now - began) / _SHARE)

    def finish(self) -> Scanned:
        """The result."""
        result = self._evaluation.result()
        return Scanned(
            result.columns,
            result.rows,
            _pointers(result),
            self._evaluation.matched,
            self._scanned,
            self._bytes,
            self.troubles.all(),
        )


def _pointers(result: Result) -> list[str | None]:
    return [
        None if place is None else write_pointer(cast(Place, place)) for place in result.pointers
    ]


def _size(file: LogFile) -> int:
    try:
        return Path(file.path).stat().st_size
    except (OSError, ValueError):
        return 0
