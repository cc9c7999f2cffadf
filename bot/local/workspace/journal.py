"""What has happened: calls by the bot, deliveries to it, and news for pages that are open."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
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
    """What the bot answered; `error` is Slack's word for what went wrong, or empty."""

    status: int
    body: str = ""
    error: str = ""


@dataclass(slots=True)
class Journal:
    """The last calls and deliveries, oldest first. It never holds a token."""

    calls: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))
    deliveries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def call(self, method: str, arguments: dict[str, Any], answer: dict[str, Any]) -> None:
        """The bot called the Web API, or a response_url (`response_url`)."""
        self.calls.append(
            {
                "method": method,
                "args": _bounded(arguments),
                "ok": answer.get("ok", False),
                "error": answer.get("error"),
                "messages": answer.get("response_metadata", {}).get("messages", []),
            }
        )

    def delivery(
        self, kind: str, payload: dict[str, Any], answer: Answer, ms: int, via: str
    ) -> None:
        """Something was sent to the bot over `via`, and this came back (status 0: nothing)."""
        self.deliveries.append(
            {
                "kind": kind,
                "via": via,
                "status": answer.status,
                "error": answer.error or None,
                "ack": answer.body[:ACK],
                "ms": ms,
                "payload": _bounded(payload),
            }
        )


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
