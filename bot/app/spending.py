"""What searching has read, hour by hour: what the digest calls cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.alerts.digest import Spent
from bot.app import documents
from bot.app.ports import Statistics, Store

PREFIX = "spent:"


@dataclass(frozen=True, slots=True)
class _Hour:
    """Searches and bytes of the hour that begins at `start`."""

    start: datetime
    searches: int
    bytes: int


def spend(store: Store, now: datetime, statistics: Statistics) -> None:
    """Count one search that ended at `now`. A job that runs again may count it twice: it is *about*."""
    start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    key = f"{PREFIX}{start:%Y-%m-%dT%H}"
    first = _Hour(start, 1, statistics.bytes_scanned)
    if not documents.create(store, key, first):
        documents.change(
            store,
            key,
            _Hour,
            lambda hour: _Hour(start, hour.searches + 1, hour.bytes + statistics.bytes_scanned),
        )


def spent_between(store: Store, start: datetime, end: datetime) -> Spent:
    """What was spent in the hours that begin in [start, end), both widened to whole hours."""
    start = start.replace(minute=0, second=0, microsecond=0)
    hours = [h for h in documents.each(store, PREFIX, _Hour) if start <= h.start < end]
    return Spent(sum(hour.searches for hour in hours), sum(hour.bytes for hour in hours))
