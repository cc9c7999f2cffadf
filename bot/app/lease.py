"""Leases: one holder at a time, until it lets go or its time is over.

A lease is a document that expires. Its version is what a holder shows: whoever takes the lease over
has a later one, and the former holder can neither extend nor release it any more. Versions go on
counting when a lease is let go: it is not deleted but ends there and then. A store forgets what has
expired after a day or so, so nobody may hold on to a lease for longer than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as its holder has it, until `until`; None where that is not known."""

    name: str
    holder: str
    until: datetime | None
    version: int


def take(store: Store, name: str, holder: str, now: datetime, seconds: float) -> Lease | None:
    """The lease for so many seconds, or None if somebody holds it: another, or this holder itself.

    `holder` says who it is, for people who look into the store.
    """
    return _written(store, name, holder, now + timedelta(seconds=seconds), 0)


def look(store: Store, name: str) -> Lease | None:
    """The lease as somebody holds it now, without an end; None if nobody does."""
    stored = store.get(f"lease:{name}")
    if stored is None:
        return None
    return Lease(name, str(stored.value["holder"]), None, stored.version)


def extend(store: Store, lease: Lease, now: datetime, seconds: float) -> Lease | None:
    """The same lease until `seconds` after now; None if it is over, and perhaps somebody else's."""
    until = now + timedelta(seconds=seconds)
    return _written(store, lease.name, lease.holder, until, lease.version)


def release(store: Store, lease: Lease, now: datetime) -> bool:
    """Let go, so that others can take it. False if it was over before; then nothing happens."""
    return _written(store, lease.name, lease.holder, now, lease.version) is not None


@contextmanager
def held(
    store: Store, name: str, holder: str, clock: Clock, seconds: float
) -> Iterator[Lease | None]:
    """The lease while the block runs, or None if somebody else holds it.

    It is let go at the end, as it was taken: a block that extends its lease releases it itself.
    """
    lease = take(store, name, holder, clock(), seconds)
    try:
        yield lease
    finally:
        if lease is not None:
            release(store, lease, clock())


def _written(store: Store, name: str, holder: str, until: datetime, expected: int) -> Lease | None:
    version = store.put(f"lease:{name}", {"holder": holder}, expected, expires=until)
    return Lease(name, holder, until, version) if version else None
