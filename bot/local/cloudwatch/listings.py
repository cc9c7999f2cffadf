"""Pages of raw events, and the tokens that lead from one to the next.

A page is made by reading all files in its window. So that somebody who goes through a large group
does not have it read for each page, a worker lists many events at once, and what the page does not
need is kept for the page after it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from bot.engine.listing import Key, Listed, ListedEvent, ListRequest, page_of
from bot.engine.workers import Running, Workers
from bot.errors import BotError
from bot.local.cloudwatch.protocol import ApiError, invalid, read_token, token_for
from bot.local.cloudwatch.unread import Unread

PAGE = 10_000
"""Events of a page at most (FilterLogEvents, GetLogEvents)."""

PAGE_BYTES = 1_048_576
"""Bytes of the messages of a page at most."""

AHEAD = 32
"""Pages that are listed at once, from the second page on."""

KEPT = 8
"""Lists of which what is left is kept."""

BEFORE_ALL: Key = (-1, 0, b"", 0, 0)
"""A place before every event."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What follows an event in a list, and whether there is more behind that."""

    events: list[ListedEvent]
    more: bool


class Listings:
    """Lists events in a worker process of its own, which starts when it is first needed.

    Queries have theirs: nobody who looks at raw events waits behind a long query. Safe to use from
    many threads.
    """

    def __init__(self, workers: Callable[[], Workers], unread: Unread) -> None:
        """`workers` makes the process; `unread` is told what cannot be read."""
        self._make = workers
        self._unread = unread
        self._workers: Workers | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._left: OrderedDict[tuple[str, Key], _Left] = OrderedDict()

    def workers(self) -> Workers:
        """Where to submit. ServiceUnavailableException when all is about to end."""
        with self._lock:
            if self._closed:
                raise ApiError("ServiceUnavailableException", "This server is stopping.", 503)
            if self._workers is None:
                self._workers = self._make()
            return self._workers

    def close(self) -> None:
        """End the process, if there is one. Twice is fine."""
        with self._lock:
            self._closed, workers = True, self._workers
        if workers is not None:
            workers.close()

    def kept(self, about: str, request: ListRequest) -> Listed | None:
        """The page if it is left from an earlier list about the same."""
        if request.after is None:
            return None
        with self._lock:
            left = self._left.pop((about, request.after), None)
        return None if left is None else self._page(about, request, left)

    def start(self, about: str, request: ListRequest) -> tuple[Running[Listed], ListRequest]:
        """Have the page listed, and pages after it unless it is the first."""
        asked = request
        if request.after is not None and about:
            asked = replace(request, most=AHEAD * PAGE, size=AHEAD * PAGE_BYTES)
        return self.workers().submit(asked), request

    def finish(self, about: str, request: ListRequest, running: Running[Listed]) -> Listed:
        """The page, once it is listed; what is behind it is kept. `BotError` where that failed."""
        listed = running.result()
        if listed is None:
            raise running.error() or BotError("The events could not be listed.")
        self._unread.tell(listed.troubles)
        return self._page(about, request, _Left(listed.events, listed.more))

    def _page(self, about: str, request: ListRequest, left: _Left) -> Listed:
        count = page_of(left.events, request.most, request.size)
        page, rest = left.events[:count], left.events[count:]
        if rest and about:
            with self._lock:
                self._left[about, page[-1].key] = _Left(rest, left.more)
                while len(self._left) > KEPT:
                    self._left.popitem(last=False)
        return Listed(page, bool(rest) or left.more)


def place_token(about: str, key: Key, now: int) -> str:
    """A token for the place of an event in a list about something."""
    time, ingested, identity, offset, number = key
    return token_for(about, now, time, ingested, identity.hex(), offset, number)


def read_place(token: str, about: str, now: int, life: int) -> Key:
    """The place that a token stands for. InvalidParameterException for another list's, or an old one."""
    of, made, *parts = read_token(token, str, int, int, int, str, int, int)
    time, ingested, identity, offset, number = parts
    try:
        place = bytes.fromhex(identity)
    except ValueError as error:
        raise invalid("The specified nextToken is invalid.") from error
    if of != about or now - made > life:
        raise invalid("The specified nextToken is invalid.")
    return time, ingested, place, offset, number
