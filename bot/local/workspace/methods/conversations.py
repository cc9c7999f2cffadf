"""Looking at channels: conversations.info, list, members and open (https://docs.slack.dev/reference/methods)."""

from __future__ import annotations

from typing import Any

from bot.local.workspace.content import ApiError
from bot.local.workspace.methods.finding import (
    channel_of,
    granted,
    missing_scope,
    person_of,
)
from bot.local.workspace.methods.paging import page
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import Channel

_KINDS = {"public_channel": "channels", "private_channel": "groups", "mpim": "mpim", "im": "im"}

MOST_IN_GROUP = 8
"""People in a direct message of several."""


def info(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.info."""
    channel = granted(parts, channel_of(parts, arguments["channel"]), "read")
    shown = parts.directory.channel_object(channel)
    if not arguments.get("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def listing(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.list: what the bot can see."""
    wanted = [
        channel
        for channel in _of_types(parts, arguments)
        if channel.kind == "channels" or parts.directory.joined(channel)
    ]
    return page("channels", wanted, arguments, parts.directory.channel_object)


def of_user(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.conversations: where somebody is a member.

    Of others, the bot sees private channels only where it is too.
    """
    person = person_of(parts, arguments.get("user") or parts.app.bot_user)
    wanted = [
        channel
        for channel in _of_types(parts, arguments)
        if person.id in channel.members
        and (channel.kind == "channels" or parts.directory.joined(channel))
    ]
    return page("channels", wanted, arguments, parts.directory.channel_object)


def _of_types(parts: Parts, arguments: dict[str, Any]) -> list[Channel]:
    types = arguments.get("types", "public_channel").replace(" ", "").split(",")
    if not {*types} <= {*_KINDS}:
        raise ApiError("invalid_types")
    needed = [f"{_KINDS[each]}:read" for each in types]
    missing = [scope for scope in needed if scope not in parts.app.scopes]
    if missing:
        raise missing_scope(parts, ",".join(missing))
    archived = not arguments.get("exclude_archived", False)
    return [
        channel
        for channel in parts.directory.channels.values()
        if channel.type in types and (archived or not channel.archived)
    ]


def members(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.members."""
    channel = granted(parts, channel_of(parts, arguments["channel"]), "read")
    return page("members", channel.members, arguments, lambda member: member)


def open_conversation(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.open: with one person or several."""
    before = {*parts.directory.channels}
    if "channel" in arguments:
        channel = channel_of(parts, arguments["channel"])
        if not channel.im and not channel.mpim:
            raise ApiError("method_not_supported_for_channel_type")
    else:
        channel = _with(parts, [user for user in arguments.get("users", "").split(",") if user])
    granted(parts, channel, "write")
    known = channel.id in before
    shown = {"id": channel.id}
    if arguments.get("return_im"):
        shown = parts.directory.channel_object(channel)
    return {**({"no_op": True, "already_open": True} if known else {}), "channel": shown}


def _with(parts: Parts, users: list[str]) -> Channel:
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > MOST_IN_GROUP:
        raise ApiError("too_many_users")
    people = [person_of(parts, user) for user in users]
    if any(person.deleted for person in people):
        raise ApiError("user_disabled")
    if any(person.bot for person in people):
        raise ApiError("cannot_dm_bot")
    if len(people) == 1:
        return parts.directory.direct_message(people[0])
    if "mpim:write" not in parts.app.scopes:
        raise missing_scope(parts, "mpim:write")
    now = int(parts.clock.now().timestamp())
    return parts.directory.group_message([person.id for person in people], now)
