"""The Jobs port over SQLite and threads: work that waits, runs after the acknowledgement, survives.

A job is a row until its handler has returned. What was running when the process stopped runs again
at the next start, so handlers must be safe to repeat. A job that keeps failing is set aside with its
error, and `on_dead` is told.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot import telemetry
from bot.app.ports import Job, Meter, Silent
from bot.errors import LaterError

log = logging.getLogger(__name__)

Handler = Callable[[Job], None]

_BUSY = 1.0
"""Seconds until a job that could not be put is put again."""

ATTEMPTS = 5
"""Tries before a job is set aside."""

_TABLES = """
create table if not exists jobs (
    kind text not null,
    id text not null,
    payload text not null,
    due real not null,
    generation integer not null default 1,
    attempts integer not null default 0,
    running integer not null default 0,
    primary key (kind, id)
) without rowid;
create index if not exists jobs_due on jobs (running, due);
create table if not exists dead_jobs (kind text, id text, payload text, error text, at real);
update jobs set running = 0;
"""


@dataclass(frozen=True, slots=True)
class _Claim:
    job: Job
    generation: int
    attempts: int


class ThreadJobs:
    """Runs jobs on a few threads of its own, never on those that acknowledge."""

    def __init__(
        self,
        path: Path,
        *,
        threads: int = 4,
        meter: Meter | None = None,
        durable: bool = False,
        backoff: Callable[[int], float] = lambda attempt: min(0.5 * 2.0**attempt, 30.0),
    ) -> None:
        """Open or create the file at `path`. Nothing runs before `start`.

        With `durable`, what was put is on the disk before `put` returns, so that it survives a
        machine that loses power; without, it survives the process only.
        """
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
        self._connection.execute("pragma busy_timeout = 5000")
        self._connection.executescript(_TABLES)
        self._wake = threading.Condition()
        self._stopping = False
        self._handlers: Mapping[str, Handler] = {}
        self._threads: list[threading.Thread] = []
        self._size = threads
        self._on_dead: Callable[[Job, Exception], None] | None = None
        self._backoff = backoff
        self._meter = meter or Silent()

    def put(self, job: Job, delay: float = 0.0) -> None:
        """Queue a job to run after `delay` seconds.

        The same kind and id while one waits is still one job, due at the earlier time. Put while
        its own handler runs, it runs once more afterwards. `LaterError` while another process holds
        the file.
        """
        due = time.time() + delay
        with self._wake:
            try:
                self._connection.execute(
                    "insert into jobs (kind, id, payload, due) values (?, ?, ?, ?) "
                    "on conflict (kind, id) do update set payload = excluded.payload, "
                    "due = case when running then excluded.due else min(due, excluded.due) end, "
                    "generation = generation + 1",
                    (job.kind, job.id, json.dumps(job.payload), due),
                )
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    raise
                raise LaterError("the queue of jobs is busy", _BUSY) from error
            self._wake.notify()

    def start(
        self,
        handlers: Mapping[str, Handler],
        on_dead: Callable[[Job, Exception], None] | None = None,
    ) -> None:
        """Begin to run jobs with one handler for each kind; `on_dead` is told of what is set aside."""
        self._handlers = handlers
        self._on_dead = on_dead
        for number in range(self._size):
            thread = threading.Thread(target=self._work, name=f"job-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """Let running jobs finish, at most so long, start no more, and close; whether all finished.

        What waits, waits for the next start; what has not finished will run again then.
        """
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        finished = not any(thread.is_alive() for thread in self._threads)
        if finished:
            with self._wake:
                self._connection.close()
        return finished

    @property
    def alive(self) -> bool:
        """Whether every thread that was started still works."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while (claim := self._claim()) is not None:
            try:
                self._run(claim)
            except LaterError as later:
                self._again(claim, later.seconds)
            except Exception as error:  # noqa: BLE001 - the line of the log has it
                # The outermost edge of a job: whatever went wrong, the job is tried again or told.
                self._failed(claim, error)
            else:
                self._finished(claim)

    def _run(self, claim: _Claim) -> None:
        """Run the handler, within the job's line of the log."""
        job = claim.job
        broke = partial(self._meter.add, "job_errors")
        with telemetry.job_line(job.kind, job.id, claim.attempts + 1, broke):
            self._handlers[job.kind](job)

    def _claim(self) -> _Claim | None:
        """Wait for the next job that is due; None when the pool is stopping."""
        with self._wake:
            while not self._stopping:
                row = self._surely(
                    "select kind, id, payload, generation, attempts, due from jobs "
                    "where running = 0 order by due limit 1"
                ).fetchone()
                now = time.time()
                if row is not None and row[5] <= now:
                    kind, key, payload, generation, attempts, _ = row
                    self._surely(
                        "update jobs set running = 1 where kind = ? and id = ?", (kind, key)
                    )
                    # Another thread has to wait for the next one that is due, now that this one works.
                    self._wake.notify()
                    return _Claim(Job(kind, key, json.loads(payload)), generation, attempts)
                self._wake.wait(None if row is None else row[5] - now)
        return None

    def _surely(self, statement: str, arguments: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run it; while another process holds the file, again: a thread that gave up would be missed,
        and a job whose end is not noted would hang."""
        while True:
            try:
                return self._connection.execute(statement, arguments)
            except sqlite3.OperationalError as error:
                if self._stopping or not _is_busy(error):
                    raise
                log.warning("the queue of jobs is held by another process")

    def _finished(self, claim: _Claim) -> None:
        key = (claim.job.kind, claim.job.id)
        with self._wake:
            gone = self._surely(
                "delete from jobs where kind = ? and id = ? and generation = ?",
                (*key, claim.generation),
            ).rowcount
            if not gone:  # put again while it ran
                self._surely(
                    "update jobs set running = 0, attempts = 0 where kind = ? and id = ?", key
                )
            self._wake.notify()

    def _again(self, claim: _Claim, seconds: float) -> None:
        """Put it back as it was; what was put meanwhile is due when it said."""
        with self._wake:
            self._surely(
                "update jobs set running = 0, due = case when generation = ? then ? "
                "else min(due, ?) end where kind = ? and id = ?",
                (claim.generation, *[time.time() + seconds] * 2, claim.job.kind, claim.job.id),
            )
            self._wake.notify()

    def _failed(self, claim: _Claim, error: Exception) -> None:
        attempts = claim.attempts + 1
        key = (claim.job.kind, claim.job.id)
        with self._wake:
            if attempts < ATTEMPTS:
                self._surely(
                    "update jobs set running = 0, attempts = ?, due = ? where kind = ? and id = ?",
                    (attempts, time.time() + self._backoff(attempts), *key),
                )
            else:
                payload = json.dumps(claim.job.payload)
                with self._connection:
                    self._surely("begin immediate")
                    self._connection.execute(
                        "insert into dead_jobs values (?, ?, ?, ?, ?)",
                        (*key, payload, f"{type(error).__name__}: {error}", time.time()),
                    )
                    self._connection.execute("delete from jobs where kind = ? and id = ?", key)
            self._wake.notify()
        if attempts < ATTEMPTS:
            return
        self._meter.add("dead_jobs")
        if self._on_dead is not None:
            try:
                self._on_dead(claim.job, error)
            except Exception:
                # The last edge: who is told may be as broken as what failed, and others must run.
                log.exception("nobody could be told that job %s failed", claim.job.id)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another process holds the file: the lowest byte of the code (sqlite.org/rescode.html)."""
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
