"""Web API: posting, editing and deleting messages (https://docs.slack.dev/reference/methods)."""

from __future__ import annotations

import re
from typing import Any

from bot.local.workspace.blockkit.payload import TEXT_EDITED
from bot.local.workspace.content import ApiError, from_bot, read_content, read_metadata
from bot.local.workspace.messages import Message
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import (
    BOT_USER,
    Channel,
    Somebody,
    direct_message,
    find_channel,
    find_person,
)

TS = re.compile(r"\d{1,12}\.\d{6}", re.ASCII)
"""How a time stamp looks; one that lost its last zeros as a number is none."""


def channel_of(text: str, *, people: bool = False) -> Channel:
    """The channel that an argument means; `people`: a user id means the direct message with them."""
    channel = find_channel(text)
    if channel is None and people:
        person = find_person(text)
        if person is not None and person.id == text and not person.bot:
            channel = direct_message(person)
    if channel is None:
        raise ApiError("channel_not_found")
    return channel


def joined(channel: Channel) -> Channel:
    """The channel, if the bot is in it. `chat:write.public` is not granted here."""
    if not channel.joined:
        raise ApiError("not_in_channel")
    return channel


def post_message(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.postMessage."""
    channel = joined(channel_of(arguments["channel"], people=True))
    _one_kind_of_text(arguments)
    body = from_bot(read_content(arguments))
    metadata = read_metadata(arguments.get("metadata"))
    if metadata:
        body["metadata"] = metadata
    thread = _thread(parts, channel, arguments.get("thread_ts"))
    if thread is not None and arguments.get("reply_broadcast"):
        body["subtype"] = "thread_broadcast"
    message = parts.messages.post(channel.id, body, thread=thread)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_slack()}


def post_ephemeral(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral; metadata is ignored."""
    channel = joined(channel_of(arguments["channel"]))
    person = _member(channel, arguments["user"])
    _one_kind_of_text(arguments)
    body = from_bot(read_content(arguments, most=TEXT_EDITED))
    thread = _thread(parts, channel, arguments.get("thread_ts"))
    return {"message_ts": parts.messages.post(channel.id, body, to=person.id, thread=thread).ts}


def update(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.update, with its rules of what is kept.

    Blocks are kept only if neither `text` nor `blocks` is given; attachments and metadata are kept
    unless they are given. The bot's edits are not marked as edited.
    """
    channel = joined(channel_of(arguments["channel"]))
    _one_kind_of_text(arguments)
    given = {name: value for name, value in arguments.items() if name in _EDITABLE}
    if not given:
        raise ApiError("no_text")
    new = "text" in given or "blocks" in given
    content = read_content(given if new else {"text": "kept", **given}, most=TEXT_EDITED)
    metadata = read_metadata(arguments.get("metadata"))
    message = _own(parts, channel, arguments["ts"], "cant_update_message")
    dropped = {*given, "text", "blocks"} if new else {*given}
    body = {name: value for name, value in message.body.items() if name not in dropped}
    body |= content if new else {n: v for n, v in content.items() if n != "text"}
    if metadata:
        body["metadata"] = metadata
    if arguments.get("reply_broadcast") and message.thread is not None:
        body["subtype"] = "thread_broadcast"
    parts.messages.change(message, body)
    answer = {"channel": channel.id, "ts": message.ts, "text": body["text"]}
    return answer | {"message": message.as_slack()}


_EDITABLE = ("text", "blocks", "attachments", "metadata")


def delete(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.delete."""
    channel = joined(channel_of(arguments["channel"]))
    message = _own(parts, channel, arguments["ts"], "cant_delete_message")
    parts.messages.delete(message)
    return {"channel": channel.id, "ts": arguments["ts"]}


def get_permalink(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.getPermalink; the link opens the local page."""
    channel = channel_of(arguments["channel"])
    if parts.messages.find(channel.id, arguments["message_ts"]) is None:
        raise ApiError("message_not_found")
    link = f"{parts.base_url}/#/{channel.id}/{arguments['message_ts']}"
    return {"channel": channel.id, "permalink": link}


def _one_kind_of_text(arguments: dict[str, Any]) -> None:
    if "markdown_text" not in arguments:
        return
    if "text" in arguments or "blocks" in arguments:
        raise ApiError("markdown_text_conflict")
    why = "[ERROR] this local workspace takes text and blocks [json-pointer:/markdown_text]"
    raise ApiError("invalid_arguments", (why,))


def _thread(parts: Parts, channel: Channel, ts: str | None) -> str | None:
    """The parent to reply to. Where it is gone, Slack posts into the channel (slack.md § 8, 15)."""
    if ts is None or ts == "":
        return None
    if not TS.fullmatch(ts):
        raise ApiError("invalid_thread_ts")
    parent = parts.messages.find(channel.id, ts)
    if parent is None:
        return None
    if parent.thread is not None:
        raise ApiError("cannot_reply_to_message")
    return ts


def _member(channel: Channel, text: str) -> Somebody:
    person = find_person(text)
    if person is None or person.id != text or person.id == BOT_USER:
        raise ApiError("user_not_found")
    if person.id not in channel.members:
        raise ApiError("user_not_in_channel")
    return person


def _own(parts: Parts, channel: Channel, ts: str, otherwise: str) -> Message:
    message = parts.messages.find(channel.id, ts)
    if message is None or message.body.get("subtype") == "tombstone":
        raise ApiError("message_not_found")
    if not message.by_bot:
        raise ApiError(otherwise)
    return message
