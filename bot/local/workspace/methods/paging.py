"""Lists in pages, with cursors (https://docs.slack.dev/apis/web-api/pagination)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bot.local.workspace.content import ApiError

T = TypeVar("T")

PAGE = 100
LONGEST_PAGE = 999


def page(
    name: str, items: Sequence[T], arguments: dict[str, Any], shown: Callable[[T], Any]
) -> dict[str, Any]:
    """One page of a list, and the cursor of the next."""
    limit = arguments.get("limit", PAGE)
    if not 0 <= limit <= LONGEST_PAGE:
        raise ApiError("invalid_limit")
    start = _position(arguments.get("cursor", ""))
    end = start + (limit or PAGE)
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return {
        name: [shown(item) for item in items[start:end]],
        "response_metadata": {"next_cursor": cursor},
    }


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next" and position.isascii() and position.isdecimal() and len(position) < 10:
            return int(position)
    except ValueError as error:
        raise ApiError("invalid_cursor") from error
    raise ApiError("invalid_cursor")
