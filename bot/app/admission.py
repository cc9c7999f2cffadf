"""Admission to AWS's quotas for queries: who may search now, and who comes back; people first.

AWS lets an account and region run 100 queries at once (StartQuery, API reference; 30 in older pages),
dashboards and scheduled queries included, and make 10 calls of StartQuery and of GetQueryResults a
second, not adjustable (CloudWatch Logs user guide, *CloudWatch Logs quotas*). All workers of the bot
share its part through the store: one document holds the queries that run, one for each operation
the calls of this second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Literal, TypeAlias, TypeVar, cast, get_args

from bot.app import documents
from bot.app.documents import Kind
from bot.app.ports import Clock, LogSearch, Search, SearchState, Store
from bot.app.running import PATIENCE
from bot.errors import BotError, LaterError
from bot.query.errors import quoted

T = TypeVar("T")

By: TypeAlias = Literal["person", "rule"]

PERSON_WAITS, RULE_WAITS, NEXT_WAITS = 2.0, 10.0, 2.0
"""Seconds until a place is sought again, and up to one more. A rule that stands in the queue comes back
sooner, since the places that become free are held for it."""

MOST_WAITING = 20
"""Rules in the queue. More come back until they find an end to stand at."""

_HELD = timedelta(seconds=15)
"""A rule that has not come back for so long has left the queue."""

_CLOCKS_DIFFER = timedelta(seconds=5)

_AT = "@"

LONGEST = timedelta(seconds=PATIENCE) + timedelta(minutes=5)
"""A place that nobody gave back is free again after this: whoever had it is gone."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """What the bot allows itself; the rest is for dashboards and for people in AWS's console.

    `queries` at once, `starts` and `polls` a second. `kept` places and `kept_calls` of each second's
    calls are for people only.
    """

    queries: int = 30
    kept: int = 5
    starts: int = 5
    polls: int = 5
    kept_calls: int = 2

    def __post_init__(self) -> None:
        """Raise `BotError` where nobody, or no rule, could ever search."""
        for name, kept in (("queries", "kept"), ("starts", "kept_calls"), ("polls", "kept_calls")):
            if not 0 <= getattr(self, kept) < getattr(self, name):
                raise BotError(
                    f"The quotas leave nothing to rules: `{kept}` of `{name}` are for people, which "
                    f"is 0 at least, and less than `{name}`: {getattr(self, kept)} of "
                    f"{getattr(self, name)} is not."
                )


def read_quotas(text: str) -> Quotas:
    """Quotas as in `queries=30 starts=5`; what is not named stays as it is. `BotError` says why not."""
    given: dict[str, int] = {}
    for part in text.replace(",", " ").split():
        name, _, number = part.partition("=")
        if name not in _NAMES or not number.isdecimal():
            raise BotError(
                f"{quoted(part)} is no quota: write a name and a number, as in `queries=30`. There "
                f"are {', '.join(_NAMES)}."
            )
        given[name] = int(number[:9])
    return Quotas(**given)


_NAMES = tuple(one.name for one in fields(Quotas))


@dataclass(frozen=True, slots=True)
class Place:
    """One query that runs, under a name of our own: AWS's id is not known before it runs."""

    id: str
    by: By
    until: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A rule that waits. `search` is the same each time that it comes back."""

    search: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Running:
    """All queries of the bot in one region, and the rules that wait, who came first before others."""

    places: tuple[Place, ...] = ()
    waiting: tuple[Ticket, ...] = ()


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
    processes. In the store, a search costs three reads and writes of small documents, and one more
    for each look at it; one that finds no place costs one read, and a rule's one write. Ids of
    searches name the place too.
    Not counted are the further pages of a result, nor StopQuery, of which AWS names no quota.
    """

    def __init__(
        self,
        search: LogSearch,
        store: Store,
        clock: Clock,
        region: str,
        quotas: Quotas | None = None,
    ) -> None:
        """`region` names what is shared: one account and region. `clock` must not stand still."""
        self._search = search
        self._store = store
        self._clock = clock
        self._region = region
        self._quotas = quotas or Quotas()

    def start(self, search: Search) -> str:
        """Start a search if there is a place; its id."""
        place = self._take(search)
        try:
            self._call("StartQuery", self._quotas.starts, search.by, place)
            search_id = self._search.start(search)
        except BaseException:
            with suppress(LaterError):  # the place ends by itself; what went wrong is more
                self._give_back(place)
            raise
        return f"{search_id}{_AT}{search.by}{_AT}{place}"

    def poll(self, search_id: str) -> SearchState:
        """Where the search stands. One that has ended, or is lost, gives its place back."""
        ident, by, place = _parts(search_id)
        self._call("GetQueryResults", self._quotas.polls, by, search_id)
        try:
            state = self._search.poll(ident)
        except BotError:
            self._give_back(place)  # nobody looks at it again
            raise
        if state.status.ended:
            self._give_back(place)
        return state

    def stop(self, search_id: str) -> None:
        """Ask the search to end, and give its place back."""
        ident, _, place = _parts(search_id)
        try:
            self._search.stop(ident)
        except BotError:
            self._give_back(place)
            raise
        self._give_back(place)

    def link(self, search: Search) -> str | None:
        """As the other says."""
        return self._search.link(search)

    def _take(self, search: Search) -> str:
        """Take a place; its name. `LaterError` where all are taken that this search may have.

        Rules take them in the order in which they came; people do not stand in that queue.
        """
        quotas, now = self._quotas, self._clock()
        most = quotas.queries if search.by == "person" else quotas.queries - quotas.kept
        said, again = _name(search, now.isoformat()), _name(search, "")
        taken: list[str] = []
        queued: list[bool] = []

        def with_place(running: Running) -> Running:
            taken.clear()
            alive = tuple(one for one in running.places if one.until > now)
            line = [one for one in running.waiting if one.until > now]
            ahead = [one.search for one in line]
            turn = ahead.index(again) if again in ahead else len(line)
            if len(alive) + (turn if search.by == "rule" else 0) >= most:
                queued[:] = [search.by == "rule" and turn < MOST_WAITING]
                if not queued[0]:
                    return running
                line[turn : turn + 1] = [Ticket(again, now + _HELD)]
                return Running(alive, tuple(line))
            names = {one.id for one in alive}  # somebody may ask the same at the same moment
            name = next(name for n in count() if (name := f"{said}-{n}") not in names)
            taken.append(name)
            place = Place(name, search.by, now + LONGEST)
            return Running((*alive, place), tuple(one for one in line if one.search != again))

        self._change(with_place)
        if not taken:
            wait = PERSON_WAITS if search.by == "person" else RULE_WAITS
            if queued[0]:
                wait = NEXT_WAITS
            raise LaterError(
                f"all {most} places for queries in {self._region} are taken", wait + _spread(said)
            )
        return taken[0]

    def _give_back(self, place: str) -> None:
        if place:
            self._change(
                lambda running: replace(
                    running, places=tuple(one for one in running.places if one.id != place)
                )
            )

    def _call(self, operation: str, most: int, by: By, name: str) -> None:
        """Count a call. `LaterError` where this second has no more for whoever asks."""
        second = self._clock().replace(microsecond=0)
        if by == "rule":
            most -= self._quotas.kept_calls
        full: list[bool] = []

        def counted(calls: Calls) -> Calls:
            # A clock of another machine may be a little ahead: its second is this one. One that is
            # far ahead is wrong, and nobody waits for it.
            same = second <= calls.second <= second + _CLOCKS_DIFFER
            made = calls.made if same else 0
            full[:] = [made >= most]
            return calls if full[0] else Calls(calls.second if same else second, made + 1)

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


def _parts(search_id: str) -> tuple[str, By, str]:
    """The other's id, who searches, and the place; no place for what was started without one."""
    ident, by, place = (*search_id.rsplit(_AT, 2), "", "")[:3]
    if by not in get_args(By) or not place:
        return search_id, "person", ""
    return ident, cast(By, by), place


def _name(search: Search, moment: str) -> str:
    """What to call a search that has no id yet. Its window may move while it waits, and is not in it."""
    said = f"{search.by} {search.query} {search.groups} {moment}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:20]


def _spread(name: str) -> float:
    """Up to a second, by name: so that those who wait do not all come back at once."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:4], 16) / 0x10000
