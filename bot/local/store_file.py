"""Opens the file of the store, brings what an older version left up to date, and keeps it small."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.app.kinds import relist
from bot.app.ports import Clock, Job
from bot.local.sqlite_store import SqliteStore

log = logging.getLogger(__name__)

SWEEP = "sweep"
"""The kind of job that removes what has expired. Whoever ticks puts it."""


def open_store(path: Path, clock: Clock, *, durable: bool = False) -> SqliteStore:
    """The store in the file at `path`, made if need be; every document stands in its lists.

    `durable` as in `SqliteStore`.

    A stop in the middle begins anew at the next start, and several processes may do it at once.
    """
    store = SqliteStore(path, clock, durable=durable)
    written = relist(store, store.unlisted())
    store.all_listed()
    if written:
        log.info("%s: %d documents of an older version are written anew", path, written)
    return store


def upkeep(store: SqliteStore) -> Mapping[str, Callable[[Job], None]]:
    """The handler of the job that keeps the store small."""

    def sweep(_: Job) -> None:
        store.sweep()

    return {SWEEP: sweep}
