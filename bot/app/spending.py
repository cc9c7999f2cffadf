"""What searching has read, hour by hour: what the digest calls cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.alerts.digest import Spent
from bot.app import documents
from bot.app.documents import Kind
from bot.app.kept import sortable
from bot.app.ports import FrontDesk, Listing, Statistics, Store

LIST = "spent"

_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class _Hour:
    """Searches and bytes of the hour that begins at `start`."""

    start: datetime
    searches: int
    bytes: int


HOURS = Kind(
    "spent",
    _Hour,
    lists=lambda hour: (Listing(LIST, sortable(hour.start)),),
    expires=lambda hour: hour.start + _KEPT,
)


def spend(desk: FrontDesk, statistics: Statistics) -> None:
    """Count one search that has ended. A job that runs again may count it twice: it is *about*."""
    store = desk.store
    desk.meter.add("bytes", statistics.bytes_scanned)
    start = desk.clock().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hour = sortable(start)
    first = _Hour(start, 1, statistics.bytes_scanned)
    if not documents.create(store, HOURS, hour, first):
        documents.change(
            store,
            HOURS,
            hour,
            lambda hour: _Hour(start, hour.searches + 1, hour.bytes + statistics.bytes_scanned),
        )


def spent_between(store: Store, start: datetime, end: datetime) -> Spent:
    """What was spent in the hours that begin in [start, end), both widened to whole hours."""
    start = start.replace(minute=0, second=0, microsecond=0)
    hours = list(documents.each(store, HOURS, LIST, sortable(start), sortable(end)))
    return Spent(sum(hour.searches for hour in hours), sum(hour.bytes for hour in hours))
