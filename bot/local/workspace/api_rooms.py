"""Web API: who and where, and reading back (https://docs.slack.dev/reference/methods)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bot.local.workspace.api_chat import channel_of, joined
from bot.local.workspace.content import ApiError
from bot.local.workspace.messages import Message
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import (
    APP_ID,
    BOT,
    BOT_ID,
    BOT_NAME,
    BOT_USER,
    CHANNELS,
    PEOPLE,
    TEAM,
    TEAM_NAME,
    Somebody,
    channel_object,
    direct_message,
    find_person,
    user_object,
)

T = TypeVar("T")

PAGE = 100
LONGEST_PAGE = 999


def api_test(_: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/api.test."""
    if "error" in arguments:
        raise ApiError(arguments["error"], args=arguments)
    return {"args": arguments}


def auth_test(parts: Parts, _: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/auth.test."""
    return {
        "url": f"{parts.base_url}/",
        "team": TEAM_NAME,
        "team_id": TEAM,
        "user": BOT_NAME,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def connections_open(parts: Parts, _: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/apps.connections.open."""
    host = parts.base_url.replace("http", "ws", 1)
    ticket = parts.deliveries.sockets.ticket()
    return {"url": f"{host}/_socket?ticket={ticket}&app_id={APP_ID}"}


def user_info(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.info."""
    return {"user": user_object(_person(arguments["user"]), parts.clock())}


def users_list(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.list: the team's people, and the bot."""
    ours = [person for person in (*PEOPLE, BOT) if person.team == TEAM]
    now = parts.clock()
    return _page("members", ours, arguments, lambda person: user_object(person, now))


def conversation_info(_: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.info."""
    return {"channel": channel_object(channel_of(arguments["channel"]))}


def conversations_list(_: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.list."""
    types = arguments.get("types", "public_channel").replace(" ", "").split(",")
    if not {*types} <= {"public_channel", "private_channel", "mpim", "im"}:
        raise ApiError("invalid_types")
    wanted = [c for c in CHANNELS if ("im" if c.im else "public_channel") in types]
    return _page("channels", wanted, arguments, channel_object)


def members(_: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.members."""
    channel = channel_of(arguments["channel"])
    return _page("members", channel.members, arguments, lambda member: member)


def conversations_open(_: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.open: with one person."""
    if "channel" in arguments:
        channel = channel_of(arguments["channel"])
        if not channel.im:
            raise ApiError("method_not_supported_for_channel_type")
    else:
        users = [user for user in arguments.get("users", "").split(",") if user]
        if len(users) != 1:
            raise ApiError("users_list_not_supplied" if not users else "too_many_users")
        person = _person(users[0])
        if person.bot:
            raise ApiError("cannot_dm_bot")
        channel = direct_message(person)
    whole = channel_object(channel) if arguments.get("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": whole}


def history(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.history: newest first."""
    channel = joined(channel_of(arguments["channel"]))
    found = _between(parts.messages.in_channel(channel.id), arguments)
    return _messages(found[::-1], arguments)


def replies(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.replies: the parent, then replies."""
    channel = joined(channel_of(arguments["channel"]))
    parent = parts.messages.find(channel.id, arguments["ts"])
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.thread is not None:
        parent = parts.messages.find(channel.id, parent.thread) or parent
    found = [parent, *_between(parent.replies, arguments)]
    return _messages(found, arguments)


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

    page = _page("messages", found, arguments, shown)
    more = bool(page["response_metadata"]["next_cursor"])
    return page | {"has_more": more, "pin_count": 0}


def _page(
    name: str, items: Sequence[T], arguments: dict[str, Any], shown: Callable[[T], Any]
) -> dict[str, Any]:
    """One page of a list, and the cursor of the next (https://docs.slack.dev/apis/web-api/pagination)."""
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


def _person(text: str) -> Somebody:
    person = find_person(text)
    if person is None or person.id != text:
        raise ApiError("user_not_found")
    return person
