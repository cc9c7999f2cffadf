"""The life of a query: Scheduled → Running → Complete, or Failed, or Cancelled.

Nothing is stepped by a clock: a query is what its run in a worker process is at the moment it is
asked for.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.engine.scan import Progress, Scanned, ScanRequest
from bot.engine.workers import Running, Workers
from bot.errors import BotError
from bot.local.cloudwatch.protocol import ApiError, invalid, not_found

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Queries that may run at the same time (CloudWatch Logs quotas)."""

KEPT = 1_000
"""Queries that are remembered; older ones are forgotten first, as AWS does after seven days."""

KEPT_ROWS = 150_000
"""Rows of all remembered queries together, before older ones are forgotten."""

ACTIVE = ("Scheduled", "Running")


@dataclass(frozen=True, slots=True)
class View:
    """What a query has to show at one moment. Its counts are None until a worker has begun."""

    status: str
    rows: Sequence[dict[str, str]] = ()
    pointers: Sequence[str | None] = ()
    matched: int | None = None
    scanned: int | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What one StartQuery asked for, exactly as it came."""

    text: str
    groups: tuple[str, ...]
    start: int
    """Epoch seconds, inclusive."""
    end: int
    """Epoch seconds, inclusive."""
    limit: int | None
    created: int
    """Epoch milliseconds."""


class Query:
    """A query that was started: its id, what was asked, and its run. Safe to use from many threads."""

    def __init__(self, asked: Asked, running: Running) -> None:
        """Follow a run that was started for `asked`."""
        self.id = str(uuid.uuid4())
        self.asked = asked
        self._lock = threading.Lock()
        self._running: Running | None = running  # None once the query has ended
        self._view = View("Scheduled")

    @property
    def text(self) -> str:
        """The query string as it was received."""
        return self.asked.text

    @property
    def status(self) -> str:
        """Scheduled, Running, Complete, Failed or Cancelled."""
        return self.view().status

    def view(self) -> View:
        """Where the query stands now. Once it has ended this never changes."""
        with self._lock:
            return self._look()

    def stop(self) -> bool:
        """Cancel the run, keeping the rows so far. False if it has ended already."""
        with self._lock:
            self._look()
            running, self._running = self._running, None
            if running is not None:
                self._view = replace(self._view, status="Cancelled")
        if running is not None:
            running.cancel()
        return running is not None

    def _look(self) -> View:
        if self._running is not None:
            self._view = _look_at(self._running)
            if self._view.status not in ACTIVE:
                self._running = None
        return self._view


def _look_at(running: Running) -> View:
    error = running.error()
    if error is not None:
        log.warning("a query failed: %s", error)
        return _view("Failed", running.progress())
    scanned = running.result()
    if scanned is not None:
        return _view("Complete", scanned)
    progress = running.progress()
    return View("Scheduled") if progress is None else _view("Running", progress)


def _view(status: str, seen: Progress | Scanned | None) -> View:
    if seen is None:
        return View(status)
    return View(status, seen.rows, seen.pointers, seen.matched, seen.scanned, seen.bytes)


class Queries:
    """The queries of one account and region, oldest first. Safe to use from many threads."""

    def __init__(self, workers: Workers) -> None:
        """Queries run in `workers`, which the caller closes."""
        self._workers = workers
        self._lock = threading.Lock()
        self._queries: dict[str, Query] = {}

    def start(self, asked: Asked, request: ScanRequest) -> Query:
        """Run `request` for what was asked.

        LimitExceededException when a hundred are running, ServiceUnavailableException at the end.
        """
        with self._lock:
            if sum(query.status in ACTIVE for query in self._queries.values()) >= AT_ONCE:
                raise ApiError(
                    "LimitExceededException",
                    f"Account maximum query concurrency limit of [{AT_ONCE}] reached.",
                )
            self._forget()
            try:
                running = self._workers.submit(request)
            except BotError as error:  # they are closed: everything here is about to end
                raise ApiError("ServiceUnavailableException", str(error), 503) from error
            query = Query(asked, running)
            self._queries[query.id] = query
            return query

    def get(self, query_id: str) -> Query:
        """The query. Raises ResourceNotFoundException."""
        query = self._queries.get(query_id)
        if query is None:
            raise not_found(f"The specified query does not exist: {query_id}")
        return query

    def stop(self, query_id: str) -> None:
        """End a query. Raises InvalidParameterException if it has ended."""
        if not self.get(query_id).stop():
            raise invalid(f"The specified query is not running: {query_id}")

    def all(self) -> list[Query]:
        """All remembered queries, oldest first."""
        with self._lock:
            return list(self._queries.values())

    def _forget(self) -> None:
        """Drop the oldest that have ended while there are too many queries or rows."""
        rows = sum(len(query.view().rows) for query in self._queries.values())
        for query in list(self._queries.values()):
            if len(self._queries) < KEPT and rows <= KEPT_ROWS:
                return
            if query.status not in ACTIVE:
                rows -= len(query.view().rows)
                del self._queries[query.id]
