"""How the bot posts a message and edits it: once, findable after a crash, and as rich as Slack takes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.app.ports import UnseenError
from bot.errors import BotError
from bot.slack.blocks import Message, section
from bot.slack.refusals import FAULTS, GONE, TOO_MUCH, in_words, why

log = logging.getLogger(__name__)

TIMEOUT = 10
"""Seconds for one call."""

_FOUND_AMONG = 50
"""Messages that are looked through for one that was posted before a crash."""

_FAULTS_OF_ONE = 3
"""Faults of Slack's own that a rendering may have met until the next one is sent instead."""

_MOST_STUMBLING = 1_000

Rendering: TypeAlias = Callable[[], Message]

_Sent = TypeVar("_Sent")


def once(client: WebClient, timeout: int = TIMEOUT) -> WebClient:
    """The same client, but each call is made once, and waits no longer than that: after a lost
    connection nobody knows whether a message was posted, so whoever posts looks first."""
    return WebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=min(client.timeout, timeout),
        ssl=client.ssl,
        proxy=client.proxy,
        retry_handlers=[],
    )


class Poster:
    """Posts and edits one kind of message. Safe to use from many threads, as Slack's client is.

    A message has several renderings, the richest first; where Slack refuses one as too much or
    malformed, the next is sent, and plain words at last: one odd row loses nothing. So it is where
    Slack has had faults of its own with a rendering, in this process. Failures are those of
    `refusals.in_words`.
    """

    def __init__(self, client: WebClient, event: str) -> None:
        """Use the token and address of `client`. `event` is the kind of metadata on the messages;
        it holds an id and nothing else, since anybody in the workspace can read it."""
        self._client = client
        self._once = once(client)
        self._event = event
        self._stumbled: dict[str, int] = {}

    def post(
        self, channel: str, ident: str, renderings: Sequence[Rendering], thread: str = ""
    ) -> str:
        """Post a new message, in the thread under `thread` if there is one; its ts."""

        def send(shown: Message) -> str:
            sent = self._once.chat_postMessage(
                channel=channel,
                thread_ts=thread or None,
                metadata={"event_type": self._event, "event_payload": {"id": ident}},
                unfurl_links=False,
                unfurl_media=False,
                **_content(shown),
            )
            return str(sent["ts"])

        with in_words():
            return self._send(ident, renderings, send)

    def edit(self, channel: str, ts: str, ident: str, renderings: Sequence[Rendering]) -> bool:
        """Make the message show something else; False if it cannot be edited any more."""

        def send(shown: Message) -> bool:
            self._client.chat_update(channel=channel, ts=ts, **_content(shown))
            return True

        with in_words():
            try:
                return self._send(ident, renderings, send)
            except SlackApiError as error:
                if why(error) not in GONE:
                    raise
                log.info("the message of %s is gone: %s", ident, why(error))
                return False

    def find(self, channel: str, ident: str, thread: str = "") -> str | None:
        """The ts of the message whose metadata has this id, if it is among the newest of the channel
        or of the thread. `UnseenError` where the bot may not read them."""
        how: dict[str, Any] = {
            "channel": channel,
            "limit": _FOUND_AMONG,
            "include_all_metadata": True,
        }
        try:
            with in_words():
                if thread:
                    read = self._client.conversations_replies(ts=thread, **how)
                else:
                    read = self._client.conversations_history(**how)
        except BotError as error:
            # The scope for it is one that installations may leave out.
            raise UnseenError(str(error)) from error
        for message in read["messages"]:
            metadata = message.get("metadata") or {}
            if metadata.get("event_payload", {}).get("id") == ident:
                return str(message["ts"])
        return None

    def _send(
        self, ident: str, renderings: Sequence[Rendering], send: Callable[[Message], _Sent]
    ) -> _Sent:
        """As `as_much_as_fits`; what Slack has had faults of its own with, is left out."""
        stumbled = self._stumbled.get(ident, 0)
        try:
            sent = as_much_as_fits(ident, renderings, send, leave_out=stumbled // _FAULTS_OF_ONE)
        except SlackApiError as error:
            if why(error) in FAULTS:
                if len(self._stumbled) >= _MOST_STUMBLING:
                    self._stumbled.clear()
                self._stumbled[ident] = stumbled + 1
            raise
        self._stumbled.pop(ident, None)
        return sent


def as_much_as_fits(
    ident: str,
    renderings: Sequence[Rendering],
    send: Callable[[Message], _Sent],
    leave_out: int = 0,
) -> _Sent:
    """Send the first rendering that Slack takes; if it takes none, the words of the last alone.

    The first `leave_out` are not tried.
    """
    for rendering in renderings[leave_out:]:
        try:
            return send(rendering())
        except SlackApiError as error:
            if why(error) not in TOO_MUCH:
                raise
            log.warning("Slack refused a rendering of %s: %s", ident, why(error))
    return send(_plain(renderings[-1]()))


def _plain(shown: Message) -> Message:
    said = shown.text
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        said = said.replace(name, character)  # a plain text is not parsed, so it needs no escaping
    return Message(shown.text, (section(said),), None if shown.attachments is None else ())


def _content(shown: Message) -> dict[str, Any]:
    content: dict[str, Any] = {"text": shown.text, "blocks": list(shown.blocks)}
    if shown.attachments is not None:
        content["attachments"] = list(shown.attachments)
    return content
