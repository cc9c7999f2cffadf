"""Posting, editing and deleting messages (https://docs.slack.dev/reference/methods)."""

from __future__ import annotations

from typing import Any

from bot.local.workspace import events
from bot.local.workspace.blockkit.payload import TEXT_EDITED
from bot.local.workspace.content import ApiError, from_bot, read_content, read_metadata
from bot.local.workspace.methods.finding import (
    TS,
    channel_of,
    joined,
    living,
    own_message,
    postable,
)
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import Channel, Somebody


def post_message(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.postMessage."""
    channel = postable(parts, channel_of(parts, arguments["channel"], names=True, people=True))
    one_kind_of_text(arguments)
    body = from_bot(parts.directory, read_content(arguments, text_required=parts.text_required))
    metadata = read_metadata(arguments.get("metadata"))
    if metadata:
        body["metadata"] = metadata
    thread = thread_of(parts, channel, arguments.get("thread_ts"))
    if thread is not None and arguments.get("reply_broadcast"):
        body["subtype"] = "thread_broadcast"
    message = parts.messages.post(channel.id, body, thread=thread)
    events.message_posted(parts, channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_slack()}


def post_ephemeral(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral; metadata is ignored."""
    channel = postable(parts, channel_of(parts, arguments["channel"], names=True))
    person = _member(parts, channel, arguments["user"])
    one_kind_of_text(arguments)
    content = read_content(arguments, most=TEXT_EDITED, text_required=parts.text_required)
    thread = thread_of(parts, channel, arguments.get("thread_ts"))
    body = from_bot(parts.directory, content)
    return {"message_ts": parts.messages.post(channel.id, body, to=person.id, thread=thread).ts}


def update(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.update, with its rules of what is kept.

    Blocks are kept only if neither `text` nor `blocks` is given; attachments and metadata are kept
    unless they are given. The bot's edits are not marked as edited.
    """
    channel = joined(parts, living(channel_of(parts, arguments["channel"])))
    one_kind_of_text(arguments)
    given = {name: value for name, value in arguments.items() if name in _EDITABLE}
    if not given:
        raise ApiError("no_text")
    new = bool({"text", "blocks", "markdown_text"} & {*given})
    content = read_content(
        given if new else {"text": "kept", **given},
        most=TEXT_EDITED, text_required=parts.text_required,
    )  # fmt: skip
    metadata = read_metadata(arguments.get("metadata"))
    message = own_message(parts, channel, arguments["ts"], "cant_update_message")
    before = message.as_slack()
    dropped = {*given, "text", "blocks"} if new else {*given}
    body = {name: value for name, value in message.body.items() if name not in dropped}
    body |= content if new else {n: v for n, v in content.items() if n != "text"}
    if metadata:
        body["metadata"] = metadata
    if arguments.get("reply_broadcast") and message.thread is not None:
        body["subtype"] = "thread_broadcast"
    parts.messages.change(message, body)
    events.message_changed(parts, channel, before, message)
    answer = {"channel": channel.id, "ts": message.ts, "text": body["text"]}
    return answer | {"message": message.as_slack()}


_EDITABLE = ("text", "blocks", "attachments", "metadata", "markdown_text")


def delete(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.delete."""
    channel = joined(parts, channel_of(parts, arguments["channel"]))
    message = own_message(parts, channel, arguments["ts"], "cant_delete_message")
    before = message.as_slack()
    parts.messages.delete(message)
    events.message_deleted(parts, channel, before)
    return {"channel": channel.id, "ts": arguments["ts"]}


def get_permalink(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.getPermalink; the link opens the local page."""
    channel = channel_of(parts, arguments["channel"])
    if parts.messages.find(channel.id, arguments["message_ts"]) is None:
        raise ApiError("message_not_found")
    link = f"{parts.base_url}/#/{channel.id}/{arguments['message_ts']}"
    return {"channel": channel.id, "permalink": link}


def unfurl(_: Parts, __: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/chat.unfurl: nothing unfurls here, so it is refused."""
    raise ApiError(
        "cannot_unfurl_url",
        ("[ERROR] this local workspace does not unfurl links and sends no link_shared",),
    )


def one_kind_of_text(arguments: dict[str, Any]) -> None:
    """`markdown_text` stands alone."""
    if "markdown_text" in arguments and ("text" in arguments or "blocks" in arguments):
        raise ApiError("markdown_text_conflict")


def thread_of(parts: Parts, channel: Channel, ts: str | None) -> str | None:
    """The parent to reply to. Where it is gone, Slack posts into the channel and the answer has no `thread_ts`."""
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


def _member(parts: Parts, channel: Channel, text: str) -> Somebody:
    person = parts.directory.people.get(text)
    if person is None or person.bot:
        raise ApiError("user_not_found")
    if person.id not in channel.members:
        raise ApiError("user_not_in_channel")
    return person
