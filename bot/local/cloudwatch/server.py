"""The local CloudWatch Logs as an object: what the demo, the tests and `python -m bot local` hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from aiohttp import web

from bot.engine.sources import LogFile
from bot.engine.workers import Workers
from bot.local.cloudwatch.clock import MovableClock
from bot.local.cloudwatch.control import Control
from bot.local.cloudwatch.definitions import Definitions
from bot.local.cloudwatch.door import Door
from bot.local.cloudwatch.faults import Faults
from bot.local.cloudwatch.groups import Groups
from bot.local.cloudwatch.here import Here
from bot.local.cloudwatch.journal import Journal
from bot.local.cloudwatch.listings import Listings
from bot.local.cloudwatch.lookup_store import LookupTables
from bot.local.cloudwatch.operations import OPERATIONS
from bot.local.cloudwatch.plan import Plan
from bot.local.cloudwatch.queries import Queries, Query
from bot.local.cloudwatch.unread import Unread

TABLES = "lookup-tables"
DEFINITIONS = "saved-queries"
"""Where they lie in the folder; no group is called so on disk."""

BATCH = 10_000
"""Events that `put` writes at a time, so that it needs little memory however many there are."""


class CloudWatch:
    """CloudWatch Logs for one account and region, with its data in a folder.

    It has no access control, so `application` answers only callers on this machine, and never a
    web page: a foreign `Host` or any foreign `Origin` is refused.
    """

    def __init__(
        self,
        folder: Path,
        workers: Workers,
        clock: Callable[[], datetime],
        account: str = "111122223333",
        region: str = "eu-west-1",
    ) -> None:
        """Open or make `folder`. `clock` gives ingestion times and what queries call now.

        Requests to `/_cloudwatch/clock` move it for this service, and for nobody else.
        """
        movable = MovableClock(clock)
        faults, unread = Faults(Plan(), movable), Unread()
        self._groups = Groups(folder, account, region)
        self._queries = Queries(workers, faults, lambda: self._here.now(), unread)
        self._here = Here(
            self._groups,
            self._queries,
            LookupTables(folder / TABLES, account, region),
            Definitions(folder / DEFINITIONS),
            Listings(lambda: Workers(1), unread),
            faults,
            movable,
            account,
        )
        self._control = Control(movable, faults, Journal(), OPERATIONS)

    @property
    def queries(self) -> list[Query]:
        """The queries that were started, oldest first, with their text exactly as received."""
        return self._queries.all()

    def create_group(self, name: str) -> None:
        """Make a log group; nothing happens if there is one.

        Unlike one of CreateLogGroup it also has events that are older than itself.
        """
        self._groups.ensure(name, self._here.now())

    def put(self, group: str, stream: str, events: Iterable[tuple[int, str]]) -> None:
        """Add events (time in epoch ms, message), making group and stream where they are missing.

        For the demo's own logs: unlike PutLogEvents it takes any number, age and order.
        """
        now = self._here.now()
        self._groups.ensure(group, now)
        self._groups.ensure_stream(group, stream, now)
        waiting = iter(events)
        while batch := list(islice(waiting, BATCH)):
            self._groups.append(group, stream, batch, now, self._here.faults.lag(group, stream))

    def newest(self, group: str, stream: str) -> tuple[int, frozenset[str]] | None:
        """Time (ms) of the stream's last event, and the messages at its end with that time.

        None where there is no such stream, or nothing in it.
        """
        return self._groups.newest(group, stream)

    def mount(self, group: str, files: Sequence[LogFile]) -> None:
        """Serve files where they are as a log group, until the process ends."""
        now = self._here.now()
        self._groups.ensure(group, now)
        self._groups.change(group, begins=None)  # files are older than whoever serves them
        self._groups.mount(group, files)

    def application(self) -> web.Application:
        """The API as an aiohttp application, to be bound to a loopback address."""
        return Door(self._here, self._control).application()

    def use_plan(self, plan: Plan) -> None:
        """Let requests, queries and events fare as the plan says, from now on."""
        self._control.faults.use(plan)
