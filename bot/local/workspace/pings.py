"""What in a message would notify people, so that a test can see log data that calls a channel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_LIVE = re.compile(r"<(?:!(?:here|channel|everyone)|!subteam\^|@)[^<>]*>")
"""Mentions in mrkdwn (https://docs.slack.dev/messaging/formatting-message-text)."""

_NAMED = re.compile(r"(?<![\w.<!@])@(?:here|channel|everyone)\b")
"""What Slack makes live by itself in a mrkdwn object that is not `verbatim`."""

_PARSED = frozenset({"mrkdwn", "markdown"})
_LITERAL = frozenset({"plain_text", "raw_text", "raw_number", "text"})
"""Objects whose `text` is drawn as it is and never parsed."""

_ATTACHMENT_TEXT = ("pretext", "text")
"""Fields of an attachment outside blocks that Slack reads as mrkdwn."""


def pings_of(body: Mapping[str, Any]) -> Iterator[str]:
    """Each mention in a message that would notify, in the words that cause it, outside in.

    Counted are the message's `text`, everything that is mrkdwn or markdown in blocks and
    attachments, and mentions built into rich text; never plain_text, raw_text or rich text itself.
    """
    yield from _LIVE.findall(str(body.get("text") or ""))
    for block in body.get("blocks") or ():
        yield from _in_block(block)
    for attachment in body.get("attachments") or ():
        yield from _in_attachment(attachment)


def _in_attachment(attachment: Mapping[str, Any]) -> Iterator[str]:
    texts = [attachment.get(name) for name in _ATTACHMENT_TEXT]
    texts += [part.get("value") for part in attachment.get("fields") or ()]
    for text in texts:
        yield from _in_mrkdwn(str(text or ""))
    for block in attachment.get("blocks") or ():
        yield from _in_block(block)


def _in_block(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _in_block(item)
    elif isinstance(value, dict):
        yield from _in_object(value)


def _in_object(value: dict[str, Any]) -> Iterator[str]:
    kind = value.get("type")
    if kind in _PARSED:
        text = str(value.get("text") or "")
        yield from _LIVE.findall(text) if value.get("verbatim") else _in_mrkdwn(text)
    elif kind == "user":
        yield f"<@{value.get('user_id')}>"
    elif kind == "usergroup":
        yield f"<!subteam^{value.get('usergroup_id')}>"
    elif kind == "broadcast":
        yield f"<!{value.get('range')}>"
    elif kind not in _LITERAL:
        for item in value.values():
            yield from _in_block(item)


def _in_mrkdwn(text: str) -> Iterator[str]:
    yield from _LIVE.findall(text)
    yield from _NAMED.findall(text)
