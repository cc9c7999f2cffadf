"""Begins a search, and counts those that find no place."""

from __future__ import annotations

from bot.app.ports import FrontDesk, LogSearch, Search
from bot.errors import LaterError


def begin(desk: FrontDesk, logs: LogSearch, search: Search) -> str:
    """Start the search and return its id; fails as `LogSearch.start` does."""
    try:
        return logs.start(search)
    except LaterError:
        desk.meter.add("places_waited")
        raise
