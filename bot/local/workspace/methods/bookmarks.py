"""Links at the top of a channel: bookmarks.* (https://docs.slack.dev/reference/methods)."""

from __future__ import annotations

from typing import Any

from bot.local.workspace.content import ApiError
from bot.local.workspace.directory import new_id
from bot.local.workspace.methods.finding import channel_of, joined, living
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import Channel

MOST = 100


def _place(parts: Parts, arguments: dict[str, Any]) -> Channel:
    return joined(parts, living(channel_of(parts, arguments["channel_id"])))


def add(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/bookmarks.add: links only."""
    channel = _place(parts, arguments)
    if arguments["type"] != "link":
        raise ApiError("invalid_bookmark_type")
    if not _is_link(arguments.get("link", "")):
        raise ApiError("invalid_link")
    if len(channel.bookmarks) >= MOST:
        raise ApiError("too_many_bookmarks")
    now = int(parts.clock.now().timestamp())
    bookmark = {
        "id": new_id("Bk"),
        "channel_id": channel.id,
        "title": arguments["title"],
        "link": arguments["link"],
        "emoji": arguments.get("emoji", ""),
        "type": "link",
        "date_created": now,
        "date_updated": 0,
        "last_updated_by_user_id": parts.app.bot_user,
        "app_id": parts.app.app_id,
    }
    channel.bookmarks.append(bookmark)
    parts.directory.keep(channel)
    return {"bookmark": bookmark}


def edit(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/bookmarks.edit."""
    channel = _place(parts, arguments)
    bookmark = _found(channel, arguments["bookmark_id"])
    if "link" in arguments and not _is_link(arguments["link"]):
        raise ApiError("invalid_link")
    now = int(parts.clock.now().timestamp())
    changed = {name: arguments[name] for name in ("title", "link", "emoji") if name in arguments}
    bookmark |= changed | {"date_updated": now}
    parts.directory.keep(channel)
    return {"bookmark": bookmark}


def remove(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/bookmarks.remove."""
    channel = _place(parts, arguments)
    channel.bookmarks.remove(_found(channel, arguments["bookmark_id"]))
    parts.directory.keep(channel)
    return {}


def listing(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/bookmarks.list."""
    channel = joined(parts, channel_of(parts, arguments["channel_id"]))
    return {"bookmarks": channel.bookmarks}


def _found(channel: Channel, key: str) -> dict[str, Any]:
    for bookmark in channel.bookmarks:
        if bookmark["id"] == key:
            return bookmark
    raise ApiError("not_found")


def _is_link(text: str) -> bool:
    return text.startswith(("https://", "http://")) and len(text) <= 3000
