"""Puts the jobs that look for what is due: when there is something new to search, and now and then.

In the account a schedule does this.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from bot.app.ports import Job, Jobs

EVERY = 15.0
"""Seconds from one tick to the next where nothing is new."""

SOON = 1.1
"""Seconds from news to the tick: windows end on a whole second, and the news must be before it."""


class Ticker:
    """A thread that puts a job of each kind, such as `tick`. One that still waits stays one job."""

    def __init__(
        self, jobs: Jobs, kinds: Sequence[str], every: float = EVERY, soon: float = SOON
    ) -> None:
        """Nothing happens before `start`."""
        self._jobs = jobs
        self._kinds = kinds
        self._every = every
        self._soon = soon
        self._news = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Put the first one now, and go on."""
        self._thread.start()

    def wake(self) -> None:
        """There is something new to search."""
        self._news.set()

    def stop(self) -> None:
        """Stop, and wait until nothing more is put."""
        self._stop.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            for kind in self._kinds:
                self._jobs.put(Job(kind, kind, {}))
            if self._news.wait(self._every):
                self._news.clear()
                self._stop.wait(self._soon)
