"""What was asked of the local CloudWatch, and what came of it: the newest thousand requests."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Any

import msgspec

MOST = 1_000
"""Requests that are remembered."""

_LONGEST = 2_000  # characters of a text, items of a list


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request. `fault` names the row of the plan that it met; `status` is 0 if nobody was told."""

    at: datetime
    operation: str
    request: Any
    status: int
    seconds: float
    error: str | None = None
    fault: str | None = None


class Journal:
    """The newest requests, oldest first. Used from one thread."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._entries: deque[Entry] = deque(maxlen=MOST)

    def add(self, entry: Entry) -> None:
        """Remember one more."""
        self._entries.append(entry)

    def all(self) -> list[Entry]:
        """Those that are remembered."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget them."""
        self._entries.clear()


def shown(body: bytes) -> Any:
    """A request's JSON, with events as their number and what is very long left out."""
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"{len(body)} bytes that are no JSON object"
    return {name: _short(bytes(raw)) for name, raw in members.items()}


def _short(raw: bytes) -> Any:
    if len(raw) > _LONGEST:
        return f"{len(raw)} bytes"
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return raw.decode("utf-8", "replace")
