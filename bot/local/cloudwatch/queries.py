"""The life of a query: Scheduled → Running → Complete, or Failed, Timeout, or Cancelled.

A query is what its run in a worker process is at the moment it is asked for. Where the plan gives it
a course, it shows no more than the clock allows: nothing while it is Scheduled, then a growing part.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.engine.scan import Progress, Scanned, ScanRequest
from bot.engine.workers import Running, Workers
from bot.errors import BotError
from bot.local.cloudwatch.faults import Faults
from bot.local.cloudwatch.plan import Course
from bot.local.cloudwatch.protocol import ApiError, invalid, not_found
from bot.local.cloudwatch.unread import Unread

log = logging.getLogger(__name__)

KEPT_FOR = 7 * 24 * 3_600_000
"""How long a query is remembered, in ms (CloudWatch Logs quotas, "Query results")."""

KEPT = 1_000
"""Queries that are remembered at most; older ones are forgotten first. AWS has no such bound."""

LONGEST = 60 * 60_000
"""How long a query runs before it ends as Timeout, in ms (CloudWatch Logs quotas)."""

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

    def __init__(
        self,
        asked: Asked,
        running: Running[Scanned],
        course: Course,
        now: Callable[[], int],
        unread: Unread,
    ) -> None:
        """Follow a run that was started for `asked`; `now` gives the time in ms."""
        self.id = str(uuid.uuid4())
        self.asked = asked
        self._lock = threading.Lock()
        self._running: Running[Scanned] | None = running  # None once the query has ended
        self._course = course
        self._now = now
        self._unread = unread
        self._view = View("Scheduled")
        self._ended: int | None = None

    @property
    def text(self) -> str:
        """The query string as it was received."""
        return self.asked.text

    @property
    def status(self) -> str:
        """Scheduled, Running, Complete, Failed, Timeout or Cancelled."""
        return self.view().status

    @property
    def duration(self) -> int:
        """How long it has run, in ms."""
        return max(0, (self._now() if self._ended is None else self._ended) - self.asked.created)

    def view(self) -> View:
        """Where the query stands now. Once it has ended this never changes."""
        with self._lock:
            return self._look()

    def stop(self) -> bool:
        """Cancel the run, keeping the rows so far. False if it has ended already."""
        with self._lock:
            self._look()
            running = self._running
            if running is not None:
                self._end(replace(self._view, status="Cancelled"))
        if running is not None:
            running.cancel()
        return running is not None

    def _look(self) -> View:
        running = self._running
        if running is not None:
            view = _staged(_look_at(running), self._course, self.duration)
            if view.status in ACTIVE:
                self._view = view
            else:
                self._end(view)
                scanned = running.result()
                if scanned is not None:
                    self._unread.tell(scanned.troubles)
                running.cancel()  # its course may have ended before the run; nothing else is changed
        return self._view

    def _end(self, view: View) -> None:
        self._view, self._running, self._ended = view, None, self._now()


def _look_at(running: Running[Scanned]) -> View:
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


def _staged(view: View, course: Course, age: int) -> View:
    """What is shown of a query `age` ms after its start."""
    scheduled, running = course.scheduled * 1000, course.running * 1000
    if age < scheduled:
        return View("Scheduled")
    if age < scheduled + running:
        return _partly(view, (age - scheduled) / running)
    if course.ends != "Complete":
        return replace(view, status=course.ends)
    if view.status in ACTIVE and age >= LONGEST:
        return replace(view, status="Timeout")
    return view


def _partly(view: View, share: float) -> View:
    """What a query shows that is to run for longer than it needs."""
    rows = int(len(view.rows) * share)
    counts = (view.matched, view.scanned, view.bytes)
    matched, scanned, size = (int((count or 0) * share) for count in counts)
    return View("Running", view.rows[:rows], view.pointers[:rows], matched, scanned, size)


class Queries:
    """The queries of one account and region, oldest first. Safe to use from many threads."""

    def __init__(
        self, workers: Workers, faults: Faults, now: Callable[[], int], unread: Unread
    ) -> None:
        """Queries run in `workers`, which the caller closes, and as the plan says."""
        self._unread = unread
        self._workers = workers
        self._faults = faults
        self._now = now
        self._lock = threading.Lock()
        self._queries: dict[str, Query] = {}

    def start(self, asked: Asked, request: ScanRequest) -> Query:
        """Run `request` for what was asked.

        LimitExceededException when as many run as may, ServiceUnavailableException at the end.
        """
        with self._lock:
            most = self._faults.plan.concurrent_queries
            if sum(query.status in ACTIVE for query in self._queries.values()) >= most:
                raise ApiError(
                    "LimitExceededException",
                    f"Account maximum query concurrency limit of [{most}] reached.",
                )
            self._forget()
            try:
                running = self._workers.submit(request)
            except BotError as error:  # they are closed: everything here is about to end
                raise ApiError("ServiceUnavailableException", str(error), 503) from error
            course = self._faults.course(asked.text)
            query = Query(asked, running, course, self._now, self._unread)
            self._queries[query.id] = query
            return query

    def get(self, query_id: str) -> Query:
        """The query. Raises ResourceNotFoundException, also when its results have expired."""
        query = self._queries.get(query_id)
        if query is None or self._has_expired(query):
            raise not_found(f"The specified query does not exist: {query_id}")
        return query

    def stop(self, query_id: str) -> None:
        """End a query. Raises InvalidParameterException if it has ended."""
        if not self.get(query_id).stop():
            raise invalid(f"The specified query is not running: {query_id}")

    def all(self) -> list[Query]:
        """All remembered queries, oldest first."""
        with self._lock:
            return [query for query in self._queries.values() if not self._has_expired(query)]

    def _has_expired(self, query: Query) -> bool:
        return self._now() - query.asked.created >= KEPT_FOR

    def _forget(self) -> None:
        """Drop what has expired, and the oldest that have ended while there are too many."""
        rows = sum(len(query.view().rows) for query in self._queries.values())
        for query in list(self._queries.values()):
            too_many = len(self._queries) >= KEPT or rows > KEPT_ROWS
            if query.status not in ACTIVE and (too_many or self._has_expired(query)):
                rows -= len(query.view().rows)
                del self._queries[query.id]
