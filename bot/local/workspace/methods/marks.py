"""Marks on messages: pins.* and reactions.* (https://docs.slack.dev/reference/methods)."""

from __future__ import annotations

import re
from typing import Any

from bot.local.workspace import events
from bot.local.workspace.content import ApiError
from bot.local.workspace.messages import Message
from bot.local.workspace.methods.finding import channel_of, joined, living, message_of
from bot.local.workspace.parts import Parts

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?", re.ASCII)

MOST_EMOJI = 23
"""Different reactions on one message (`too_many_emoji`)."""

MOST_PINS = 100


def add_pin(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/pins.add."""
    channel = joined(parts, living(channel_of(parts, arguments["channel"])))
    message = message_of(parts, channel, arguments["timestamp"])
    if any(pin["ts"] == message.ts for pin in channel.pins):
        raise ApiError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise ApiError("too_many_pins")
    now = int(parts.clock.now().timestamp())
    channel.pins.append({"ts": message.ts, "created": now, "by": parts.app.bot_user})
    parts.directory.keep(channel)
    event = {"type": "pin_added", "user": parts.app.bot_user, "channel_id": channel.id}
    events.happened(parts, "pin_added", event | {"item": _item(message)}, channel)
    return {}


def remove_pin(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/pins.remove."""
    channel = joined(parts, living(channel_of(parts, arguments["channel"])))
    message = message_of(parts, channel, arguments["timestamp"])
    kept = [pin for pin in channel.pins if pin["ts"] != message.ts]
    if len(kept) == len(channel.pins):
        raise ApiError("no_pin")
    channel.pins[:] = kept
    parts.directory.keep(channel)
    event = {"type": "pin_removed", "user": parts.app.bot_user, "channel_id": channel.id}
    events.happened(parts, "pin_removed", event | {"item": _item(message)}, channel)
    return {}


def list_pins(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/pins.list, the newest first."""
    channel = joined(parts, channel_of(parts, arguments["channel"]))
    items = []
    for pin in reversed(channel.pins):
        message = parts.messages.find(channel.id, pin["ts"])
        if message is not None:
            items.append(_item(message) | {"created": pin["created"], "created_by": pin["by"]})
    return {"items": items}


def _item(message: Message) -> dict[str, Any]:
    return {"type": "message", "channel": message.channel, "message": message.as_slack()}


def _reaction_target(parts: Parts, arguments: dict[str, Any]) -> Message:
    channel = living(channel_of(parts, arguments["channel"]))
    joined(parts, channel)
    return message_of(parts, channel, arguments["timestamp"])


def add_reaction(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/reactions.add."""
    message = _reaction_target(parts, arguments)
    react(parts, message, parts.app.bot_user, arguments["name"])
    return {}


def remove_reaction(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/reactions.remove."""
    message = _reaction_target(parts, arguments)
    unreact(parts, message, parts.app.bot_user, arguments["name"])
    return {}


def react(parts: Parts, message: Message, user: str, given: str) -> list[Any]:
    """Somebody puts an emoji to a message; ApiError as reactions.add names it."""
    name = given.strip(":")
    if not EMOJI.fullmatch(name):
        raise ApiError("invalid_name")
    reactions = [dict(each) for each in message.body.get("reactions", ())]
    there = next((each for each in reactions if each["name"] == name), None)
    if there is None:
        if len(reactions) >= MOST_EMOJI:
            raise ApiError("too_many_emoji")
        there = {"name": name, "users": [], "count": 0}
        reactions.append(there)
    if user in there["users"]:
        raise ApiError("already_reacted")
    there["users"] = [*there["users"], user]
    there["count"] = len(there["users"])
    parts.messages.change(message, message.body | {"reactions": reactions})
    return events.reacted(parts, user, name, message)


def unreact(parts: Parts, message: Message, user: str, given: str) -> list[Any]:
    """Somebody takes an emoji off again; ApiError as reactions.remove names it."""
    name = given.strip(":")
    reactions = [dict(each) for each in message.body.get("reactions", ())]
    there = next((each for each in reactions if each["name"] == name), None)
    if there is None or user not in there["users"]:
        raise ApiError("no_reaction")
    there["users"] = [each for each in there["users"] if each != user]
    there["count"] = len(there["users"])
    body = {key: value for key, value in message.body.items() if key != "reactions"}
    left = [each for each in reactions if each["users"]]
    parts.messages.change(message, body | ({"reactions": left} if left else {}))
    return events.reacted(parts, user, name, message, removed=True)


def get_reactions(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/reactions.get."""
    channel = joined(parts, channel_of(parts, arguments["channel"]))
    return _item(message_of(parts, channel, arguments["timestamp"]))
