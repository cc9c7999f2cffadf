"""Feeds the demo's traffic and incidents into the local log group: a day at once, then live and late.

What has been delivered is read from the log itself, so a crash at any moment loses no event and
delivers none twice.
"""

from __future__ import annotations

import heapq
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from bot.errors import BotError
from bot.local.cloudwatch import CloudWatch
from bot.local.traffic import LATEST, Delivered, events

log = logging.getLogger(__name__)

HISTORY = timedelta(hours=25)
"""What the demo starts with: a day, and what of the hour before it was delivered late."""

STREAM = "111122223333_CloudTrail_eu-west-1"

_EVERY = 1.0  # seconds between two looks at what has been delivered since

_SHOWN = timedelta(seconds=20)  # an incident counts as unfolding a while after its last event


class Incident(Protocol):
    """Something bad that can be made to happen in the demo."""

    @property
    def id(self) -> str:
        """What it is started by."""
        ...

    @property
    def title(self) -> str:
        """What happens, in a few words."""
        ...

    @property
    def story(self) -> str:
        """What happens, in a sentence."""
        ...

    def events(self, start: datetime, seed: int) -> Iterable[Delivered]:
        """Its events when it begins at `start`: the same for the same arguments."""
        ...


class Begun(msgspec.Struct, frozen=True):
    """An incident that was started and may not be over: kept in a file, in case of a crash."""

    id: str
    start: datetime


@dataclass(slots=True)
class _Lane:
    """One log stream, and what is still to be delivered to it; the earliest comes first."""

    stream: str
    waiting: list[Delivered]

    def due(self, instant: int) -> list[Delivered]:
        """Take out what has been delivered at `instant` (ms), in order."""
        arrived = []
        while self.waiting and self.waiting[0].delivered <= instant:
            arrived.append(heapq.heappop(self.waiting))
        return arrived


class Feed:
    """Puts each event of the generator into the log when it would have been delivered.

    The time of an event in the log is its delivery, as CloudTrail's is in CloudWatch Logs; when it
    happened stands inside, as `eventTime`. Each stream is written in the order of (delivered,
    happened, message), so its last event tells how far it is. An incident has a stream of its own.
    """

    def __init__(
        self,
        cloudwatch: CloudWatch,
        group: str,
        folder: Path,
        clock: Callable[[], datetime],
        seed: int = 1,
        incidents: Iterable[Incident] = (),
    ) -> None:
        """`folder` keeps which incidents are unfolding. Nothing happens before `fill`."""
        self._cloudwatch = cloudwatch
        self._group = group
        self._path = folder / "incidents.json"
        self._clock = clock
        self._seed = seed
        self._incidents = {incident.id: incident for incident in incidents}
        self._lock = threading.Lock()
        self._base: _Lane | None = None
        self._made: datetime | None = None
        self._found: tuple[int, frozenset[str]] | None = None
        self._unfolding: list[tuple[Begun, _Lane, int]] = []
        self._told: tuple[str, ...] = ()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)
        self.on_delivery: Callable[[], None] = lambda: None
        """Told whenever events were put into the log."""
        self.on_change: Callable[[tuple[str, ...]], None] = lambda _: None
        """Told the ids of the incidents that unfold, whenever that changes."""

    def fill(self) -> None:
        """Put in what has been delivered so far: at most a day at first, then what is new."""
        with self._lock:
            now = self._clock()
            if self._base is None:
                self._base = _Lane(STREAM, [])
                self._unfolding = [self._lane(begun) for begun in self._kept()]
            self._make(self._base, now)
            instant = int(now.timestamp() * 1000)
            for lane in (self._base, *(lane for _, lane, _ in self._unfolding)):
                self._deliver(lane, instant)
            over = [
                entry for entry in self._unfolding if not entry[1].waiting and instant > entry[2]
            ]
            if over:
                self._unfolding = [entry for entry in self._unfolding if entry not in over]
                self._keep()
            unfolding = tuple(begun.id for begun, _, _ in self._unfolding)
        if unfolding != self._told:
            self._told = unfolding
            self.on_change(unfolding)

    def begin(self, incident_id: str) -> None:
        """Start an incident now. `BotError` if there is no such incident, or if it is unfolding."""
        if incident_id not in self._incidents:
            names = ", ".join(self._incidents) or "none"
            raise BotError(f"There is no such incident. There are: {names}.")
        with self._lock:
            if any(begun.id == incident_id for begun, _, _ in self._unfolding):
                raise BotError("This incident is unfolding already.")
            entry = self._lane(Begun(incident_id, self._clock()))
            self._unfolding.append(entry)
            self._keep()
        self.fill()

    @property
    def unfolding(self) -> tuple[str, ...]:
        """The ids of the incidents that unfold."""
        return self._told

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
            try:
                self.fill()
            except (OSError, BotError):
                # A disk that is full now may not be so in a second; the traffic must not just end.
                log.exception("the demo's traffic could not be written")

    def _deliver(self, lane: _Lane, instant: int) -> None:
        arrived = lane.due(instant)
        if not arrived:
            return
        lines = [(event.delivered, event.message) for event in arrived]
        try:
            self._cloudwatch.put(self._group, lane.stream, lines)
        except OSError:
            for event in arrived:
                heapq.heappush(lane.waiting, event)
            raise
        self.on_delivery()

    def _make(self, lane: _Lane, now: datetime) -> None:
        """Make the traffic up to now that is not in the log yet."""
        if self._made is None:
            self._found = self._cloudwatch.newest(self._group, lane.stream)
            self._made = now - HISTORY
            if self._found is not None:
                # Whatever happened before this was delivered before the newest event was.
                newest = datetime.fromtimestamp(self._found[0] / 1000, UTC)
                self._made = max(self._made, newest - LATEST)
        for event in _after(self._found, events(self._seed, self._made, now)):
            heapq.heappush(lane.waiting, event)
        self._made = max(self._made, now)

    def _lane(self, begun: Begun) -> tuple[Begun, _Lane, int]:
        """An incident with the rest of its events, and until when (ms) it counts as unfolding."""
        stream = f"{STREAM}_{begun.start:%Y%m%dT%H%M%S}_{begun.id}"
        made = sorted(self._incidents[begun.id].events(begun.start, self._seed))
        last = made[-1].delivered if made else 0
        rest = list(_after(self._cloudwatch.newest(self._group, stream), made))
        heapq.heapify(rest)
        return begun, _Lane(stream, rest), last + _SHOWN // timedelta(milliseconds=1)

    def _kept(self) -> list[Begun]:
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=list[Begun])
        except FileNotFoundError:
            return []
        except msgspec.DecodeError:
            log.warning("%s is damaged: incidents that were unfolding are forgotten", self._path)
            return []
        return [begun for begun in kept if begun.id in self._incidents]

    def _keep(self) -> None:
        part = self._path.with_suffix(".part")
        part.write_bytes(msgspec.json.encode([begun for begun, _, _ in self._unfolding]))
        part.replace(self._path)


def _after(
    newest: tuple[int, frozenset[str]] | None, made: Iterable[Delivered]
) -> Iterable[Delivered]:
    """Those that the stream does not hold, which ends with `newest`."""
    if newest is None:
        return made
    time, messages = newest
    return (
        event
        for event in made
        if event.delivered > time or (event.delivered == time and event.message not in messages)
    )
