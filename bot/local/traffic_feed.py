"""Feeds the demo's traffic into the local log group: a day at once, then live and late."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.local.traffic import events

HISTORY = timedelta(hours=25)
"""What the demo starts with: a day, and what of the hour before it was delivered late."""

_EVERY = 2.0  # seconds between two looks at what has been delivered since


class Feed:
    """Puts each event of the generator into the log when it would have been delivered.

    The time of an event in the log is its delivery, as CloudTrail's is in CloudWatch Logs; when it
    happened stands inside, as `eventTime`.
    """

    def __init__(
        self,
        seed: int,
        clock: Callable[[], datetime],
        put: Callable[[Iterable[tuple[int, str]]], None],
    ) -> None:
        """`put` takes (time in epoch ms, message) pairs. Nothing happens before `fill`."""
        self._seed = seed
        self._clock = clock
        self._put = put
        self._made: datetime | None = None
        self._waiting: list[tuple[int, int, str]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)

    def fill(self) -> None:
        """Put in what has been delivered so far: a day on the first call, then what is new."""
        now = self._clock()
        begin = self._made or now - HISTORY
        for event in events(self._seed, begin, now):
            heapq.heappush(self._waiting, (event.delivered, event.happened, event.message))
        self._made = now
        instant = int(now.timestamp() * 1000)
        arrived = []
        while self._waiting and self._waiting[0][0] <= instant:
            delivered, _, message = heapq.heappop(self._waiting)
            arrived.append((delivered, message))
        if arrived:
            self._put(arrived)

    def start(self) -> None:
        """Go on by itself, on a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait until nothing is being written."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_EVERY):
            self.fill()
