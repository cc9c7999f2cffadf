"""Changing channels: making, joining, leaving, archiving, naming them."""

from __future__ import annotations

import re
from typing import Any

from bot.local.workspace import events
from bot.local.workspace.content import ApiError
from bot.local.workspace.directory import new_id
from bot.local.workspace.messages import written_by
from bot.local.workspace.methods.finding import (
    TS,
    channel_of,
    joined,
    living,
    missing_scope,
    person_of,
)
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import Channel

NAME = re.compile(r"[^\W_A-Z]([\w-]{0,79})?", re.UNICODE)
"""A channel's name: up to 80 letters, digits, `-` and `_`, no capitals."""

LONGEST_ABOUT = 250
"""Characters of a topic or purpose."""


def _manageable(parts: Parts, channel: Channel, *others: str) -> Channel:
    """The channel, if the app may change it: `channels:manage`, `groups:write` and their like."""
    needed = "channels:manage" if channel.kind == "channels" else f"{channel.kind}:write"
    if not {needed, *(f"{channel.kind}:{other}" for other in others)} & {*parts.app.scopes}:
        raise missing_scope(parts, needed)
    return channel


def _no_direct_message(channel: Channel) -> Channel:
    if channel.im or channel.mpim:
        raise ApiError("method_not_supported_for_channel_type")
    return channel


def _tell(parts: Parts, channel: Channel) -> None:
    parts.directory.keep(channel)
    parts.tell("state")


def _note(parts: Parts, channel: Channel, subtype: str, text: str, **more: Any) -> None:
    """What stands in the channel about it: somebody joined, the topic was set."""
    body = written_by(parts.app.bot_user, text, subtype=subtype, **more)
    message = parts.messages.post(channel.id, body)
    events.message_posted(parts, channel, message)


def create(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.create."""
    private = arguments.get("is_private", False)
    needed = "groups:write" if private else "channels:manage"
    if needed not in parts.app.scopes:
        raise missing_scope(parts, needed)
    name = _named(parts, arguments["name"])
    now = int(parts.clock.now().timestamp())
    bot = parts.app.bot_user
    channel = parts.directory.add(
        Channel(new_id("C"), name, [bot], private=private, creator=bot, created=now)
    )
    parts.tell("state")
    events.about_channel(parts, "channel_created", channel, bot)
    return {"channel": parts.directory.channel_object(channel)}


def _named(parts: Parts, given: str) -> str:
    name = given.removeprefix("#")
    if len(name) > 80:
        raise ApiError("invalid_name_maxlength")
    if not NAME.fullmatch(name):
        raise ApiError("invalid_name_specials" if name else "invalid_name_required")
    if parts.directory.channel(name) is not None:
        raise ApiError("name_taken")
    return name


def rename(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.rename."""
    channel = _manageable(parts, _no_direct_message(channel_of(parts, arguments["channel"])))
    joined(parts, living(channel))
    channel.name = _named(parts, arguments["name"])
    _tell(parts, channel)
    events.about_channel(parts, "channel_rename", channel, parts.app.bot_user)
    return {"channel": parts.directory.channel_object(channel)}


def invite(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.invite."""
    channel = _no_direct_message(channel_of(parts, arguments["channel"]))
    joined(parts, living(_manageable(parts, channel, "write.invites")))
    people = [person_of(parts, user) for user in arguments["users"].split(",") if user]
    if not people:
        raise ApiError("no_user")
    for person in people:
        if person.id == parts.app.bot_user:
            raise ApiError("cant_invite_self")
        if person.deleted:
            raise ApiError("user_is_restricted")
        if person.id in channel.members:
            raise ApiError("already_in_channel")
    for person in people:
        channel.members.append(person.id)
        events.membership(parts, channel, person.id)
    _tell(parts, channel)
    return {"channel": parts.directory.channel_object(channel)}


def kick(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.kick."""
    channel = _manageable(parts, _no_direct_message(channel_of(parts, arguments["channel"])))
    joined(parts, channel)
    person = person_of(parts, arguments["user"])
    if person.id == parts.app.bot_user:
        raise ApiError("cant_kick_self")
    if channel.name == "general":
        raise ApiError("cant_kick_from_general")
    if person.id not in channel.members:
        raise ApiError("not_in_channel")
    channel.members.remove(person.id)
    events.membership(parts, channel, person.id, left=True)
    _tell(parts, channel)
    return {}


def join(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.join: public channels only."""
    channel = channel_of(parts, arguments["channel"])
    if channel.kind != "channels":
        raise ApiError("method_not_supported_for_channel_type")
    living(channel)
    if parts.directory.joined(channel):
        shown = parts.directory.channel_object(channel)
        warnings = {"response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": shown, "warning": "already_in_channel", **warnings}
    channel.members.append(parts.app.bot_user)
    _tell(parts, channel)
    _note(parts, channel, "channel_join", f"<@{parts.app.bot_user}> has joined the channel")
    events.membership(parts, channel, parts.app.bot_user)
    return {"channel": parts.directory.channel_object(channel)}


def leave(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.leave."""
    channel = _manageable(parts, _no_direct_message(channel_of(parts, arguments["channel"])))
    living(channel)
    if channel.name == "general":
        raise ApiError("cant_leave_general")
    if not parts.directory.joined(channel):
        return {"not_in_channel": True}
    events.membership(parts, channel, parts.app.bot_user, left=True)
    channel.members.remove(parts.app.bot_user)
    _tell(parts, channel)
    return {}


def archive(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.archive."""
    channel = _manageable(parts, _no_direct_message(channel_of(parts, arguments["channel"])))
    joined(parts, channel)
    if channel.archived:
        raise ApiError("already_archived")
    if channel.name == "general":
        raise ApiError("cant_archive_general")
    _note(parts, channel, "channel_archive", "archived the channel")
    channel.archived = True
    _tell(parts, channel)
    events.about_channel(parts, "channel_archive", channel, parts.app.bot_user)
    return {}


def unarchive(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.unarchive."""
    channel = _manageable(parts, _no_direct_message(channel_of(parts, arguments["channel"])))
    if not channel.archived:
        raise ApiError("not_archived")
    channel.archived = False
    _tell(parts, channel)
    events.about_channel(parts, "channel_unarchive", channel, parts.app.bot_user)
    return {}


def set_topic(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.setTopic."""
    channel = _about(parts, arguments["channel"], arguments["topic"])
    channel.topic = arguments["topic"]
    _tell(parts, channel)
    words = f"set the channel topic: {channel.topic}"
    _note(parts, channel, "channel_topic", words, topic=channel.topic)
    return {"channel": parts.directory.channel_object(channel)}


def set_purpose(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.setPurpose."""
    channel = _about(parts, arguments["channel"], arguments["purpose"])
    channel.purpose = arguments["purpose"]
    _tell(parts, channel)
    words = f"set the channel description: {channel.purpose}"
    _note(parts, channel, "channel_purpose", words, purpose=channel.purpose)
    return {"purpose": channel.purpose}


def _about(parts: Parts, given: str, text: str) -> Channel:
    channel = channel_of(parts, given)
    if channel.im:
        raise ApiError("method_not_supported_for_channel_type")
    joined(parts, living(_manageable(parts, channel, "write.topic")))
    if len(text) > LONGEST_ABOUT:
        raise ApiError("too_long")
    return channel


def mark(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.mark."""
    channel = joined(parts, _manageable(parts, channel_of(parts, arguments["channel"])))
    if not TS.fullmatch(arguments["ts"]):
        raise ApiError("invalid_timestamp")
    parts.messages.read[channel.id, parts.app.bot_user] = arguments["ts"]
    return {}
