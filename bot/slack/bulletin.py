"""The Bulletin port over Slack's Web API: renders digests and delivers them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.alerts.digest import Digest
from bot.slack.digest_view import digest_message
from bot.slack.posting import Poster, Rendering

log = logging.getLogger(__name__)

EVENT = "siem_digest"


class SlackBulletin:
    """Shows digests in Slack. Safe to use from many threads, as Slack's client is."""

    def __init__(self, client: WebClient) -> None:
        """Use the token and address of `client`."""
        self._client = client
        self._poster = Poster(client, EVENT)

    def post(self, channel: str, digest: Digest) -> str:
        """Post the digest and return the message's ts."""
        return self._poster.post(channel, digest.id, _renderings(digest))

    def find(self, channel: str, digest: Digest) -> str | None:
        """The ts of the digest's message, if it is among the newest; `UnseenError` as the port says."""
        return self._poster.find(channel, digest.id)

    def edit(self, channel: str, ts: str, digest: Digest) -> None:
        """Show the digest as it is now; nothing happens if the message cannot be edited any more."""
        self._poster.edit(channel, ts, digest.id, _renderings(digest))

    def link(self, channel: str, ts: str) -> str:
        """The address of a message; empty if Slack gives none."""
        try:
            return str(self._client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"])
        except (SlackClientError, OSError) as error:
            log.info("no link to a message: %s", type(error).__name__)
            return ""


def _renderings(digest: Digest) -> Sequence[Rendering]:
    return partial(digest_message, digest), partial(digest_message, digest, chart=False)
