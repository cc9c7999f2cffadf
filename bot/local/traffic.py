"""The demo's traffic: believable CloudTrail events of one account, made from a seed.

The same seed gives the same events, on every machine and for every way to split a span of time.
Events are delivered minutes late and in batches, as CloudTrail delivers: "typically … within an
average of about 5 minutes" (CloudTrail user guide, "How CloudTrail works").
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.local.traffic_calls import record
from bot.local.traffic_draw import Draw, digest
from bot.local.traffic_machines import machines
from bot.local.traffic_people import people
from bot.local.traffic_step import REACH

LATEST = timedelta(minutes=15)
"""No event is delivered later than this after it happened."""

_EARLIEST = 60_000
_BATCH = 60_000
_MINUTE = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Delivered:
    """One event: when the log gets it, when it happened (ms since the epoch), and its JSON."""

    delivered: int
    happened: int
    message: str


def events(seed: int, start: datetime, end: datetime) -> Iterator[Delivered]:
    """The events that happened in [start, end), both aware, in the order of their delivery.

    Splitting the span gives the same events, so that a caller can go on where it stopped. Some of
    the last are delivered after `end`, at most `LATEST` after they happened.
    """
    first, last = _milliseconds(start), _milliseconds(end)
    waiting: list[Delivered] = []
    for slot in range(first // _MINUTE - REACH, -(-last // _MINUTE)):
        for event in _begun(seed, slot):
            if first <= event.happened < last:
                heapq.heappush(waiting, event)
        # Whatever later minutes begin is delivered after they have begun.
        while waiting and waiting[0].delivered <= (slot + 1) * _MINUTE:
            yield heapq.heappop(waiting)
    while waiting:
        yield heapq.heappop(waiting)


def _begun(seed: int, slot: int) -> Iterator[Delivered]:
    """The events of all work that begins in one minute, counted from the epoch."""
    now = _EPOCH + timedelta(minutes=slot)
    draw = Draw(f"{seed}:{slot}")
    steps = [*machines(seed, now, draw), *people(seed, now, draw)]
    for i, step in enumerate(steps):
        happened = slot * _MINUTE + step.second * 1000
        at = now + timedelta(seconds=step.second)
        message = record(step.caller, step.call, at, f"{seed}:{slot}:{i}")
        yield Delivered(_delivery(seed, happened, data=step.call.data), happened, message)


def _delivery(seed: int, happened: int, *, data: bool) -> int:
    """When the batch arrives that an event is in: data events travel apart from the others."""
    batch = happened // _BATCH + 1
    share = int(digest("batch", seed, batch, data)[:8], 16) / 0xFFFFFFFF
    latest = LATEST // timedelta(milliseconds=1)
    spread = latest - _EARLIEST - _BATCH
    return batch * _BATCH + _EARLIEST + int(spread * share**2)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
