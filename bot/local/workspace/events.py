"""The Events API: what happened in the workspace, told to the bot, and told again if need be.

https://docs.slack.dev/apis/events-api
"""

from __future__ import annotations

import asyncio
from typing import Any

from bot.local.workspace.deliver import Parcel
from bot.local.workspace.directory import new_id
from bot.local.workspace.installation import EVENT_SCOPES
from bot.local.workspace.messages import Message
from bot.local.workspace.parts import Parts
from bot.local.workspace.payloads import VERIFICATION_TOKEN
from bot.local.workspace.people import Channel

RETRIES = (0.0, 60.0, 300.0)
"""Seconds after each failure that an event is sent again."""

_TYPES = {"channels": "channel", "groups": "group", "im": "im", "mpim": "mpim"}
"""The `channel_type` of a message event."""


def happened(
    parts: Parts, name: str, event: dict[str, Any], channel: Channel | None = None
) -> list[asyncio.Event]:
    """Tell the bot of an event in the background, if it hears events of this name.

    `name` is a row of EVENT_SCOPES. Returns what is set once the first attempt is over; none if
    nothing is sent. What happens in a channel that the bot is not in, it never hears.
    """
    if not parts.app.hears(name) or parts.app.state == "inactive":
        return []
    if channel is not None and not parts.directory.joined(channel):
        return []
    payload = _wrapped(parts, event, channel)
    first = asyncio.Event()

    async def send() -> None:
        try:
            await _attempt(parts, payload, 0, "")
        finally:
            first.set()

    parts.alarms.soon(send)
    return [first]


async def _attempt(parts: Parts, payload: dict[str, Any], attempt: int, reason: str) -> None:
    answer = await parts.deliveries.send(Parcel("event", payload, attempt=attempt, reason=reason))
    if not answer.error or answer.final or attempt >= len(RETRIES):
        return

    async def again() -> None:
        await _attempt(parts, payload, attempt + 1, answer.reason)

    parts.alarms.after(RETRIES[attempt], again)


def _wrapped(parts: Parts, event: dict[str, Any], channel: Channel | None) -> dict[str, Any]:
    """The envelope of an event (https://docs.slack.dev/apis/events-api#callback-field)."""
    team = parts.directory.team.id
    now = parts.clock.now().timestamp()
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": parts.app.app_id,
        "event": {"event_ts": f"{now:.6f}"} | event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": parts.app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": channel is not None and channel.shared,
        "event_context": f"4-{new_id('E')}",
    }


def message_posted(parts: Parts, channel: Channel, message: Message) -> list[asyncio.Event]:
    """A message everybody sees: `message.*`, and `app_mention` if it names the bot."""
    if message.to is not None:
        return []
    shown = message.as_slack() | {"channel": channel.id, "event_ts": message.ts}
    names = f"<@{parts.app.bot_user}>" in str(message.body.get("text"))
    told = happened(parts, f"message.{channel.kind}", _typed(shown, channel), channel)
    if names and not parts.own(message) and not channel.im:
        mention = {name: value for name, value in shown.items() if name != "subtype"}
        told += happened(parts, "app_mention", mention | {"type": "app_mention"}, channel)
    return told


def message_changed(
    parts: Parts, channel: Channel, before: dict[str, Any], message: Message
) -> list[asyncio.Event]:
    """A message was edited (https://docs.slack.dev/reference/events/message/message_changed)."""
    event = {
        "type": "message",
        "subtype": "message_changed",
        "message": message.as_slack(),
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
        "ts": parts.messages.next_ts(),
    }
    return happened(parts, f"message.{channel.kind}", _typed(event, channel), channel)


def message_deleted(parts: Parts, channel: Channel, before: dict[str, Any]) -> list[asyncio.Event]:
    """A message is gone (https://docs.slack.dev/reference/events/message/message_deleted)."""
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": before["ts"],
        "ts": parts.messages.next_ts(),
    }
    return happened(parts, f"message.{channel.kind}", _typed(event, channel), channel)


def _typed(event: dict[str, Any], channel: Channel) -> dict[str, Any]:
    return event | {"channel_type": _TYPES[channel.kind]}


def reacted(
    parts: Parts, user: str, name: str, message: Message, *, removed: bool = False
) -> list[asyncio.Event]:
    """A reaction was put to a message or taken off it."""
    kind = "reaction_removed" if removed else "reaction_added"
    event = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.body.get("user"),
    }
    return happened(parts, kind, event, parts.directory.channels.get(message.channel))


def membership(
    parts: Parts, channel: Channel, user: str, *, left: bool = False
) -> list[asyncio.Event]:
    """Somebody came into a channel or left it."""
    kind = "member_left_channel" if left else "member_joined_channel"
    event = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": parts.directory.team.id,
    }
    return happened(parts, kind, event, channel)


def about_channel(parts: Parts, kind: str, channel: Channel, user: str) -> list[asyncio.Event]:
    """A channel was made, renamed, archived or brought back."""
    whole = {"id": channel.id, "name": channel.name, "created": channel.created}
    made = kind in ("channel_created", "channel_rename")
    event = {"type": kind, "channel": whole if made else channel.id, "user": user}
    if channel.private or kind not in EVENT_SCOPES:
        return []
    return happened(parts, kind, event)


async def first_attempts(told: list[asyncio.Event]) -> None:
    """Wait until the bot was told once, whatever came of it."""
    for each in told:
        await each.wait()
