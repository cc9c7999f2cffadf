"""What has happened: calls by the bot, deliveries to it, and news for pages that are open."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEPT = 500
"""Calls and deliveries remembered of each."""

LARGEST = 50_000
"""Characters of one entry; a larger one is remembered by its size alone."""

ACK = 10_000
"""Characters of an acknowledgement that are remembered."""

WAITING = 500
"""News that a page may have waiting; one that falls behind is told to look at everything."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered; `error` is Slack's word for what went wrong, or empty.

    `reason` is why an event is repeated; `final` is whether the bot wants no repetition.
    """

    status: int
    body: str = ""
    error: str = ""
    reason: str = ""
    final: bool = False


@dataclass(slots=True)
class Journal:
    """The last calls and deliveries, oldest first. It never holds a token."""

    now: Callable[[], datetime]
    calls: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))
    deliveries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def call(
        self, method: str, arguments: dict[str, Any], answer: dict[str, Any], **more: Any
    ) -> None:
        """The bot called the Web API, or a response_url (`response_url`).

        `more`: the kind of `token` (bot, app or none), `status`, and `fault` if one was planned.
        """
        self.calls.append(
            {
                "time": self.now().isoformat(),
                "method": method,
                "args": _bounded(arguments),
                "ok": answer.get("ok", False),
                "error": answer.get("error"),
                "messages": answer.get("response_metadata", {}).get("messages", []),
                **more,
            }
        )

    def delivery(
        self, kind: str, payload: dict[str, Any], answer: Answer, ms: int, **more: Any
    ) -> None:
        """Something was sent to the bot, and this came back (status 0: nothing).

        `more`: `via` http or socket, which `attempt` it is, and whether a `fault` was planned.
        """
        self.deliveries.append(
            {
                "time": self.now().isoformat(),
                "kind": kind,
                "status": answer.status,
                "error": answer.error or None,
                "ack": answer.body[:ACK],
                "ms": ms,
                **more,
                "payload": _bounded(payload),
            }
        )

    def forget(self) -> None:
        """Start anew."""
        self.calls.clear()
        self.deliveries.clear()


def _bounded(value: dict[str, Any]) -> dict[str, Any]:
    size = len(json.dumps(value))
    return value if size <= LARGEST else {"too_large_for_the_journal": size}


@dataclass(slots=True, eq=False)
class Listener:
    """A page that is open, and the person who looks at it."""

    user: str
    news: asyncio.Queue[dict[str, Any]] = field(default_factory=lambda: asyncio.Queue(WAITING))

    def tell(self, event: dict[str, Any]) -> None:
        """Queue an event; if too many wait, they all become one."""
        if self.news.full():
            while not self.news.empty():
                self.news.get_nowait()
            event = {"kind": "state"}
        self.news.put_nowait(event)


@dataclass(slots=True)
class News:
    """Who wants to know, and telling them. Used on the event loop only."""

    listeners: set[Listener] = field(default_factory=set)

    def tell(self, event: dict[str, Any], to: str | None = None) -> None:
        """Tell everybody, or the pages of one person."""
        for listener in self.listeners:
            if to is None or listener.user == to:
                listener.tell(event)

    def close(self) -> None:
        """End every listener: there will be no more news."""
        for listener in self.listeners:
            listener.tell({"kind": "end"})
