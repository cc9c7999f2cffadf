"""Messages for later: chat.scheduleMessage and what goes with it."""

from __future__ import annotations

from typing import Any

from bot.local.workspace import events
from bot.local.workspace.content import ApiError, from_bot, read_content, read_metadata
from bot.local.workspace.directory import new_id
from bot.local.workspace.methods.chat import one_kind_of_text, thread_of
from bot.local.workspace.methods.finding import channel_of, postable
from bot.local.workspace.methods.paging import page
from bot.local.workspace.parts import Parts
from bot.local.workspace.scheduled import LATEST, Later


def schedule(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.scheduleMessage.

    A message with metadata is taken and never posted: Slack's page warns of this fault.
    """
    channel = postable(parts, channel_of(parts, arguments["channel"], names=True, people=True))
    now = int(parts.clock.now().timestamp())
    post_at = arguments["post_at"]
    if post_at <= now:
        raise ApiError("time_in_past")
    if post_at > now + LATEST:
        raise ApiError("time_too_far")
    one_kind_of_text(arguments)
    content = read_content(arguments, text_required=parts.text_required)
    broken = bool(read_metadata(arguments.get("metadata")))
    thread = thread_of(parts, channel, arguments.get("thread_ts"))
    if parts.scheduled.crowded(channel.id, post_at):
        raise ApiError("restricted_too_many")
    body = from_bot(parts.directory, content)
    later = Later(new_id("Q"), channel.id, post_at, now, body, thread, broken)
    parts.scheduled.add(later)
    set_alarm(parts, later)
    return {
        "channel": channel.id,
        "scheduled_message_id": later.id,
        "post_at": post_at,
        "message": {"type": "delayed_message", **body},
    }


def set_alarm(parts: Parts, later: Later) -> None:
    """Post it when its time has come, if it was not deleted and the bot still may."""

    async def post() -> None:
        if parts.scheduled.take(later.id) is None or later.broken:
            return
        channel = parts.directory.channels[later.channel]
        if channel.archived or parts.app.state != "active":
            return
        message = parts.messages.post(channel.id, later.body, thread=later.thread)
        events.message_posted(parts, channel, message)

    parts.alarms.after(later.post_at - parts.clock.now().timestamp(), post)


def delete(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.deleteScheduledMessage."""
    channel = channel_of(parts, arguments["channel"])
    later = parts.scheduled.waiting.get(arguments["scheduled_message_id"])
    if later is None or later.channel != channel.id:
        raise ApiError("invalid_scheduled_message_id")
    parts.scheduled.take(later.id)
    return {}


def listing(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.scheduledMessages.list, soonest first."""
    waiting = sorted(parts.scheduled.waiting.values(), key=lambda later: later.post_at)
    if "channel" in arguments:
        channel = channel_of(parts, arguments["channel"]).id
        waiting = [later for later in waiting if later.channel == channel]
    oldest, latest = _time(arguments, "oldest", 0.0), _time(arguments, "latest", 1e12)
    waiting = [later for later in waiting if oldest <= later.post_at <= latest]
    return page("scheduled_messages", waiting, arguments, _shown)


def _time(arguments: dict[str, Any], name: str, otherwise: float) -> float:
    try:
        return float(arguments.get(name, otherwise))
    except ValueError as error:
        raise ApiError(f"invalid_ts_{name}") from error


def _shown(later: Later) -> dict[str, Any]:
    return {
        "id": later.id,
        "channel_id": later.channel,
        "post_at": later.post_at,
        "date_created": later.created,
        "text": later.body["text"],
    }
