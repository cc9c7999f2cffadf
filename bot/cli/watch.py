"""`python -m bot tick`: one round of detection over log files, told on the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from bot.alerts.model import Alert
from bot.app.answer import visible
from bot.app.desk import Desk, Watch
from bot.app.detect import RUNNING, RUNS, handlers, watch_rules, watermark
from bot.app.documents import each, remove
from bot.app.ports import Clock, Job, Notifier, Search, Store
from bot.app.tell import AUTO
from bot.cli.installed import installed
from bot.cli.moments import read_moment, read_zone
from bot.config import Settings
from bot.engine.file_search import FileSearch
from bot.engine.sources import find_files
from bot.errors import BotError
from bot.local.sqlite_store import SqliteStore
from bot.local.store_file import open_store

STATE = "state.db"
FOUND = 1
SINCE = datetime(1970, 1, 1, tzinfo=UTC)


class TerminalBoard:
    """The AlertBoard port for a terminal: each alert is a line, printed when it is new or grew."""

    def post(self, channel: str, alert: Alert) -> str:
        """Print the alert; its id is its place."""
        return self._print("new", alert)

    def find(self, channel: str, alert: Alert) -> str | None:
        """None: what a terminal has shown cannot be looked up."""
        return None

    def edit(self, alert: Alert) -> bool:
        """Print the alert as it is now."""
        self._print("now", alert)
        return True

    def note(self, alert: Alert, text: str, loud: bool = False) -> None:
        """Print a line about the alert."""
        print(f"      {alert.id}  {visible(text)}", flush=True)

    def _print(self, word: str, alert: Alert) -> str:
        key = ", ".join(map(visible, alert.key))
        noun = "finding" if alert.count == 1 else "findings"
        print(
            f"{word}  {alert.id}  {alert.severity}  {visible(alert.title)}"
            + (f": {key}" if key else "")
            + f"  ({alert.count:,} {noun}, {alert.first:%Y-%m-%d %H:%M:%S} to "
            f"{alert.last:%Y-%m-%d %H:%M:%S} UTC)",
            flush=True,
        )
        return alert.id


class Queue:
    """The Jobs port for one process that works until nothing is left: delays mean nothing."""

    def __init__(self) -> None:
        self._waiting: deque[Job] = deque()

    def put(self, job: Job, delay: float = 0.0) -> None:
        """Queue a job, once."""
        if not any((other.kind, other.id) == (job.kind, job.id) for other in self._waiting):
            self._waiting.append(job)

    def work(self, handlers: Mapping[str, Callable[[Job], None]]) -> None:
        """Run what waits, and what that puts, until nothing is left."""
        while self._waiting:
            job = self._waiting.popleft()
            handlers[job.kind](job)


class PatientSearch(FileSearch):
    """A search over files that waits for its end, since nobody does anything else meanwhile."""

    def start(self, search: Search) -> str:
        """Start a search, wait for its end, and return its id."""
        search_id = super().start(search)
        self.wait(search_id)
        return search_id


def tick(options: argparse.Namespace) -> int:
    """Run every rule over the files once and print what it tells; 1 if a rule could not run."""
    settings = Settings.from_environ(os.environ)
    found = installed(settings.rules)
    for fault in found.faults:
        print(f"{fault}\n", file=sys.stderr)
    now = read_moment(options.now, read_zone(None))
    files = find_files(options.logs)
    store = _open(options.state or settings.data / STATE, lambda: now)
    try:
        return run_tick(
            Desk(
                # Nothing here answers questions, so nobody is there to show answers.
                found.rules,
                found.sources,
                store,
                Queue(),
                cast(Notifier, None),
                lambda: now,
            ),
            PatientSearch(files, lambda: now),
        )
    finally:
        store.sweep()
        store.close()


def run_tick(desk: Desk, search: FileSearch) -> int:
    """One tick and everything that follows from it. `desk.jobs` is a `Queue`."""
    # Files are complete: what is in them may be searched to the end, and a day again, since a
    # file that is new may hold older events.
    watch = Watch(
        desk, TerminalBoard(), search, {}, settle=timedelta(0), overlap=timedelta(days=1),
        since=SINCE, compressed=True,
    )  # fmt: skip
    _forget_searches(desk.store)  # they ended with the process that made them
    queue = cast(Queue, desk.jobs)
    queue.put(Job("tick", "tick", {}))
    # Checklists are for people: where nobody looks, nothing of them runs by itself.
    queue.work({**handlers(watch), AUTO: lambda _: None})
    status = 0
    for rule in watch_rules(watch):
        mark = watermark(watch, rule.id)
        if mark.problem:
            print(f"{rule.id}: {mark.problem}", file=sys.stderr)
            status = FOUND
    return status


def _forget_searches(store: Store) -> None:
    for run in list(each(store, RUNS, RUNNING)):
        remove(store, RUNS, run.rule)


def _open(path: Path, clock: Clock) -> SqliteStore:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open_store(path, clock)
    except OSError as error:
        raise BotError(f"{path} cannot be written: {error.strerror}.") from error
