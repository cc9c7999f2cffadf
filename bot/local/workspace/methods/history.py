"""Reading back: conversations.history and conversations.replies."""

from __future__ import annotations

import re
from typing import Any

from bot.local.workspace.content import ApiError
from bot.local.workspace.messages import Message
from bot.local.workspace.methods.finding import channel_of, granted, joined
from bot.local.workspace.methods.paging import page
from bot.local.workspace.parts import Parts


def history(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.history: newest first."""
    channel = channel_of(parts, arguments["channel"])
    joined(parts, granted(parts, channel, "history"))
    found = _between(parts.messages.in_channel(channel.id), arguments)
    return _messages(found[::-1], arguments) | {"pin_count": len(channel.pins)}


def replies(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.replies: the parent, then replies."""
    channel = channel_of(parts, arguments["channel"])
    joined(parts, granted(parts, channel, "history"))
    parent = parts.messages.find(channel.id, arguments["ts"])
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.thread is not None:
        parent = parts.messages.find(channel.id, parent.thread) or parent
    return _messages([parent, *_between(parent.replies, arguments)], arguments)


def _between(messages: list[Message], arguments: dict[str, Any]) -> list[Message]:
    """Those after `oldest` and before `latest`, or at them if `inclusive`."""
    oldest = _microseconds(arguments, "oldest", 0)
    latest = _microseconds(arguments, "latest", 10**18)
    if arguments.get("inclusive"):
        oldest, latest = oldest - 1, latest + 1
    return [m for m in messages if oldest < int(m.ts.replace(".", "")) < latest]


def _microseconds(arguments: dict[str, Any], name: str, otherwise: int) -> int:
    if name not in arguments:
        return otherwise
    match = re.fullmatch(r"(\d{1,12})(?:\.(\d{1,6}))?", arguments[name], re.ASCII)
    if match is None:
        raise ApiError(f"invalid_ts_{name}")
    return int(match[1] + (match[2] or "").ljust(6, "0"))


def _messages(found: list[Message], arguments: dict[str, Any]) -> dict[str, Any]:
    whole = arguments.get("include_all_metadata", False)

    def shown(message: Message) -> dict[str, Any]:
        slack = message.as_slack()
        if not whole and "metadata" in slack:
            slack["metadata"] = {"event_type": slack["metadata"]["event_type"]}
        return slack

    one_page = page("messages", found, arguments, shown)
    return one_page | {"has_more": bool(one_page["response_metadata"]["next_cursor"])}
