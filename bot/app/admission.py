"""Admission to AWS's quotas for queries: who may search now, and who comes back; people first.

AWS lets an account and region run 100 queries at once, dashboards and scheduled queries included, and
make 10 calls of StartQuery and of GetQueryResults a second, none of it adjustable (CloudWatch Logs
user guide, "CloudWatch Logs quotas"). All workers of the bot share its part through the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, TypeVar

from bot.app import documents
from bot.app.documents import Kind
from bot.app.ports import Clock, LogSearch, Search, SearchState, Store
from bot.app.running import PATIENCE
from bot.errors import LaterError

T = TypeVar("T")

By: TypeAlias = Literal["person", "rule"]

LONGEST = timedelta(seconds=PATIENCE) + timedelta(minutes=5)
"""A place that nobody gave back is free again after this: whoever had it is gone."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """What the bot allows itself; the rest is for dashboards and for people in AWS's console.

    `kept` places and `kept_calls` of each second's calls are for people only.
    """

    queries: int = 50
    kept: int = 10
    starts: int = 8
    polls: int = 8
    kept_calls: int = 2


@dataclass(frozen=True, slots=True)
class Place:
    """One query that runs. `id` is its id, or while it is started a name of our own."""

    id: str
    by: By
    until: datetime


@dataclass(frozen=True, slots=True)
class Running:
    """All queries of the bot in one region."""

    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one operation in one second."""

    second: datetime
    made: int = 0


RUNNING = Kind("running-queries", Running)
CALLS = Kind("calls", Calls)


class AdmittedSearch:
    """The LogSearch port over another one, with a place for each query and a rate for its calls.

    Where there is none, `LaterError` says when to come back. Safe to use from many threads and
    processes. A search costs four writes in the store, and one for each look at it.
    """

    def __init__(
        self,
        search: LogSearch,
        store: Store,
        clock: Clock,
        region: str,
        quotas: Quotas | None = None,
    ) -> None:
        """`region` names what is shared: one account and region."""
        self._search = search
        self._store = store
        self._clock = clock
        self._region = region
        self._quotas = quotas or Quotas()

    def start(self, search: Search) -> str:
        """Start a search if there is a place; its id."""
        now = self._clock()
        name = _name(search, now)
        self._call("StartQuery", self._quotas.starts, search.by, name)
        self._take(Place(name, search.by, now + LONGEST))
        try:
            search_id = self._search.start(search)
        except BaseException:
            self._give_back(name)
            raise
        self._change(lambda running: _renamed(running, name, search_id))
        return search_id

    def poll(self, search_id: str) -> SearchState:
        """Where the search stands. One that has ended gives its place back."""
        running = documents.read(self._store, RUNNING, self._region) or Running()
        place = next((one for one in running.places if one.id == search_id), None)
        # A search that has no place any more was a person's, or it is looked at again.
        by: By = place.by if place is not None else "person"
        self._call("GetQueryResults", self._quotas.polls, by, search_id)
        state = self._search.poll(search_id)
        if state.status.ended and place is not None:
            self._give_back(search_id)
        return state

    def stop(self, search_id: str) -> None:
        """Ask the search to end, and give its place back."""
        self._search.stop(search_id)
        self._give_back(search_id)

    def link(self, search: Search) -> str | None:
        """As the other says."""
        return self._search.link(search)

    def _take(self, place: Place) -> None:
        """Take a place. `LaterError` where all are taken that this one may have."""
        quotas, now = self._quotas, self._clock()
        most = quotas.queries if place.by == "person" else quotas.queries - quotas.kept
        full: list[bool] = []

        def with_place(running: Running) -> Running:
            alive = tuple(one for one in running.places if one.until > now)
            full[:] = [len(alive) >= most]
            return running if full[0] else Running((*alive, place))

        self._change(with_place)
        if full[0]:
            wait = 2.0 if place.by == "person" else 10.0
            raise LaterError(
                f"all {most} places for queries in {self._region} are taken",
                wait + _spread(place.id),
            )

    def _give_back(self, ident: str) -> None:
        self._change(
            lambda running: Running(tuple(one for one in running.places if one.id != ident))
        )

    def _call(self, operation: str, most: int, by: By, name: str) -> None:
        """Count a call. `LaterError` where this second has no more for whoever asks."""
        second = self._clock().replace(microsecond=0)
        if by == "rule":
            most -= self._quotas.kept_calls
        full: list[bool] = []

        def counted(calls: Calls) -> Calls:
            # A clock of another machine may be ahead: what it counted is this second's too.
            made = calls.made if calls.second >= second else 0
            full[:] = [made >= most]
            return calls if full[0] else Calls(max(second, calls.second), made + 1)

        self._busy(CALLS, f"{self._region}:{operation}", Calls(second), counted)
        if full[0]:
            raise LaterError(
                f"{operation} is called {most} times a second in {self._region} already",
                1.0 + _spread(name),
            )

    def _change(self, how: Callable[[Running], Running]) -> None:
        self._busy(RUNNING, self._region, Running(), how)

    def _busy(self, kind: Kind[T], ident: str, blank: T, how: Callable[[T], T]) -> None:
        """Change what all share, which is `blank` at first."""
        try:
            while documents.change(self._store, kind, ident, how) is None:
                documents.create(self._store, kind, ident, blank)
        except RuntimeError as error:  # so many at once that nobody gets through
            raise LaterError("too many workers want a place at once", 1.0) from error


def _renamed(running: Running, name: str, search_id: str) -> Running:
    return Running(
        tuple(replace(one, id=search_id) if one.id == name else one for one in running.places)
    )


def _name(search: Search, now: datetime) -> str:
    """A name for a search that has no id yet. Two that are the same at the same moment share it."""
    said = f"{search.query} {search.groups} {search.window} {now.isoformat()}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:20]


def _spread(name: str) -> float:
    """Up to a second, by name: so that those who wait do not all come back at once."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:4], 16) / 0x10000
