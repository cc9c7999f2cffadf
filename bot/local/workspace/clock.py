"""The workspace's clock, which tests can move: time stamps, expiry and retries all go by it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LONGEST = 400 * 86_400.0
"""Seconds that the clock can be moved at once."""


@dataclass(slots=True)
class Clock:
    """Two scales that move together: `base` gives a date, `timer` seconds that only ever rise.

    They differ where a demo's date stands still: what expires must expire there too.
    """

    base: Callable[[], datetime]
    timer: Callable[[], float]
    moved: Callable[[], None] = lambda: None
    """Told of each move."""
    _ahead: float = 0.0
    _date_ahead: timedelta = timedelta()
    _held: tuple[datetime, float] | None = None

    @property
    def stopped(self) -> bool:
        """Whether it stands still."""
        return self._held is not None

    def now(self) -> datetime:
        """The date, with its zone."""
        then = self._held[0] if self._held else self.base()
        return then + self._date_ahead

    def seconds(self) -> float:
        """Seconds on a scale of its own."""
        return (self._held[1] if self._held else self.timer()) + self._ahead

    def go_by(self, timer: Callable[[], float]) -> None:
        """Count seconds by another timer from here on; what is due stays as far away as it is."""
        self._ahead += self.timer() - timer()
        self.timer = timer

    def advance(self, seconds: float) -> None:
        """Move it forward. What is due by then happens."""
        self._ahead += seconds
        self._date_ahead += timedelta(seconds=seconds)
        self.moved()

    def stop(self) -> None:
        """Let it stand still: from here on it only moves when somebody moves it."""
        if self._held is None:
            self._held = (self.base(), self.timer())

    def go(self) -> None:
        """Let it run again from where it stands."""
        if self._held is not None:
            self._date_ahead -= self.base() - self._held[0]
            self._ahead -= self.timer() - self._held[1]
            self._held = None
            self.moved()


Task = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Alarms:
    """What happens at a time of the clock: scheduled messages, retries. Runs on the event loop."""

    clock: Clock
    _due: list[tuple[float, int, Task]] = field(default_factory=list)
    _number: itertools.count[int] = field(default_factory=itertools.count)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _running: set[asyncio.Future[None]] = field(default_factory=set)

    def after(self, seconds: float, task: Task) -> None:
        """Do it so many seconds from now, by the clock."""
        due = self.clock.seconds() + seconds
        heapq.heappush(self._due, (due, next(self._number), task))
        self._moved.set()

    def soon(self, task: Task) -> None:
        """Do it beside whatever goes on, without waiting for it."""
        running = asyncio.ensure_future(task())
        self._running.add(running)
        running.add_done_callback(self._running.discard)

    def wake(self) -> None:
        """The clock was moved: look what is due."""
        self._moved.set()

    async def due(self) -> None:
        """Do all that is due by now, and wait until it is done."""
        self._begin()
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)
            self._begin()

    def _begin(self) -> None:
        while self._due and self._due[0][0] <= self.clock.seconds():
            self.soon(heapq.heappop(self._due)[2])

    async def run(self) -> None:
        """Do what is due, until cancelled."""
        while True:
            self._moved.clear()
            self._begin()
            wait = self._due[0][0] - self.clock.seconds() if self._due else None
            try:
                await asyncio.wait_for(self._moved.wait(), wait)
            except TimeoutError:
                continue

    async def stop(self) -> None:
        """Give up what is under way: the workspace stops."""
        running = [*self._running]
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
