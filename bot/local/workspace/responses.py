"""Answers to a command or click: what the acknowledgement holds, and posts to a response_url.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import json
from typing import Any

from bot.local.workspace import events
from bot.local.workspace.blockkit.payload import TEXT_EDITED
from bot.local.workspace.content import ApiError, from_bot, read_content
from bot.local.workspace.messages import Message, from_slackbot, written_by
from bot.local.workspace.parts import Parts
from bot.local.workspace.tickets import Response

_KNOWN = frozenset(
    {"text", "blocks", "attachments", "response_type", "replace_original", "delete_original"}
    | {"thread_ts", "mrkdwn", "unfurl_links", "unfurl_media", "metadata", "link_names", "parse"}
)


def acknowledged(parts: Parts, key: str, typed: str, body: str) -> None:
    """Show what came back with the acknowledgement of a command; nothing if it is empty.

    `key` is the command's response address and `typed` what the person wrote.
    """
    response = parts.tickets.responses[key]
    if not body.strip():
        return
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = {"text": body}
    if not isinstance(given, dict):
        given = {"text": body}
    if given.get("response_type") == "in_channel":
        _told(parts, parts.messages.post(response.channel, written_by(response.user, typed)))
    if not any(given.get(name) for name in ("text", "blocks", "attachments")):
        return
    try:
        _post(parts, response, given)
    except ApiError as refused:
        failed(parts, response.channel, response.user, typed.split()[0], refused.error)


def failed(parts: Parts, channel: str, user: str, command: str, error: str) -> None:
    """Tell the person, as Slack does, that their command did not work."""
    text = f'{command} failed with the error "{error}"'
    parts.messages.post(channel, from_slackbot(text), to=user)


def respond(parts: Parts, key: str, given: Any) -> tuple[int, dict[str, Any]]:
    """A post to a response_url: the status and body of the answer."""
    response = parts.tickets.use_response(key)
    if isinstance(response, str):
        return 404, {"ok": False, "error": response}
    try:
        _answer(parts, response, given)
    except ApiError as refused:
        return 400, refused.answer()
    return 200, {"ok": True}


def _answer(parts: Parts, response: Response, given: Any) -> None:
    if not isinstance(given, dict):
        raise ApiError("invalid_payload")
    unknown = sorted(name for name in given if name not in _KNOWN)
    if unknown:
        raise ApiError("invalid_arguments", (f"[ERROR] unknown field: {unknown[0][:100]}",))
    original = _original(parts, response)
    if given.get("delete_original"):
        if original is None:
            raise ApiError("message_not_found")
        parts.messages.delete(original)
        response.original = None
    elif given.get("replace_original") and original is not None:
        parts.messages.change(original, _body(parts, given, original.to is not None))
    else:
        _post(parts, response, given)


def _original(parts: Parts, response: Response) -> Message | None:
    if response.original is None:
        return None
    return parts.messages.find_for(response.channel, response.original, response.user)


def _post(parts: Parts, response: Response, given: dict[str, Any]) -> None:
    private = given.get("response_type", "ephemeral") != "in_channel"
    body = _body(parts, given, private)
    thread = given.get("thread_ts")
    if thread is not None and parts.messages.find(response.channel, str(thread)) is None:
        thread = None
    to = response.user if private else None
    message = parts.messages.post(response.channel, body, to=to, thread=thread)
    _told(parts, message)
    if not response.of_click:
        response.original = message.ts


def _told(parts: Parts, message: Message) -> None:
    events.message_posted(parts, parts.directory.channels[message.channel], message)


def _body(parts: Parts, given: dict[str, Any], private: bool) -> dict[str, Any]:
    content = read_content(
        given, most=TEXT_EDITED if private else None, text_required=parts.text_required
    )
    return from_bot(parts.directory, content)
