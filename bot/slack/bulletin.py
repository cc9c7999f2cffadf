"""The Bulletin port over Slack's Web API: renders digests and delivers them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.alerts.digest import Digest
from bot.slack.blocks import Message
from bot.slack.digest_view import digest_message
from bot.slack.posting import GONE, TOO_MUCH, find_posted, in_words, once, why

log = logging.getLogger(__name__)

EVENT = "siem_digest"
"""The kind of metadata on a digest's message; it holds the digest's id and nothing else."""

_Sent = TypeVar("_Sent")


class SlackBulletin:
    """Shows digests in Slack. Safe to use from many threads, as Slack's client is."""

    def __init__(self, client: WebClient) -> None:
        """Use the token and address of `client`."""
        self._client = client
        # The client would post again by itself after a lost connection; the job looks first.
        self._once = once(client)

    def post(self, channel: str, digest: Digest) -> str:
        """Post the digest and return the message's ts."""
        metadata = {"event_type": EVENT, "event_payload": {"id": digest.id}}

        def send(shown: Message) -> str:
            sent = self._once.chat_postMessage(
                channel=channel,
                text=shown.text,
                blocks=shown.blocks,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            )
            return str(sent["ts"])

        with in_words():
            return _as_much_as_fits(digest, send)

    def find(self, channel: str, digest: Digest) -> str | None:
        """The ts of the digest's message, if it is among the newest and the bot may read them."""
        return find_posted(self._client, channel, digest.id)

    def edit(self, channel: str, ts: str, digest: Digest) -> None:
        """Show the digest as it is now; nothing happens if the message cannot be edited any more."""

        def send(shown: Message) -> Any:
            return self._client.chat_update(
                channel=channel, ts=ts, text=shown.text, blocks=shown.blocks
            )

        with in_words():
            try:
                _as_much_as_fits(digest, send)
            except SlackApiError as error:
                if why(error) not in GONE:
                    raise
                log.info("the message of digest %s is gone: %s", digest.id, why(error))

    def link(self, channel: str, ts: str) -> str:
        """The address of a message; empty if Slack gives none."""
        try:
            return str(self._client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"])
        except (SlackClientError, OSError) as error:
            log.info("no link to a message: %s", error)
            return ""


def _as_much_as_fits(digest: Digest, send: Callable[[Message], _Sent]) -> _Sent:
    """Send the message; without its chart, if Slack takes no such chart."""
    try:
        return send(digest_message(digest))
    except SlackApiError as error:
        if why(error) not in TOO_MUCH:
            raise
        log.warning("Slack refused digest %s: %s", digest.id, error.response.data)
    return send(digest_message(digest, chart=False))
