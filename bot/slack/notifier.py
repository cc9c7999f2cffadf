"""The Notifier port over Slack's Web API and reply addresses: renders answers and delivers them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.app.answer import Answer
from bot.app.ports import Reply
from bot.errors import BotError, LaterError
from bot.slack import words
from bot.slack.blocks import Message
from bot.slack.posting import TIMEOUT, Poster, Rendering, as_much_as_fits, once
from bot.slack.refusals import OUTAGE, TOO_MUCH, in_words, meant, seconds_of, why
from bot.slack.result_view import answer_message
from bot.slack.rule_view import plain_message

log = logging.getLogger(__name__)

EVENT = "siem_answer"


class SlackNotifier:
    """Shows answers in Slack. Safe to use from many threads, as Slack's client is."""

    def __init__(self, client: WebClient) -> None:
        """Use the token and address of `client`."""
        self._client = client
        # After a lost connection nobody knows whether a message was posted. The client would post
        # it again by itself; here the job finds out first (`find`).
        self._once = once(client)
        self._poster = Poster(client, EVENT)

    def post(self, channel: str, answer: Answer, thread: str = "") -> str:
        """Post the answer, under the message `thread` if there is one, and return its ts."""
        return self._poster.post(channel, answer.id, _renderings(answer), thread)

    def find(self, channel: str, answer: Answer, thread: str = "") -> str | None:
        """The ts of the answer's message, if it is among the newest; `UnseenError` as the port says."""
        return self._poster.find(channel, answer.id, thread)

    def edit(self, channel: str, ts: str, answer: Answer) -> None:
        """Show the answer as it is now; nothing happens if the message cannot be edited any more."""
        self._poster.edit(channel, ts, answer.id, _renderings(answer))

    def whisper(self, reply: Reply, answer: Answer) -> None:
        """Show the answer to one person, in place of what the reply address showed before."""
        for shown in (answer_message(answer), answer_message(answer, table=False)):
            if _respond(reply, shown, response_type="ephemeral", replace_original=True):
                return
        # The address is used up or too old, so the answer stands below what it should replace.
        with in_words():
            as_much_as_fits(answer.id, _renderings(answer), partial(self._to_one, reply))

    def share(self, reply: Reply, answer: Answer) -> None:
        """Show a private answer to all, and take the private one away."""
        public = replace(answer, private=False)
        for shown in (answer_message(public), answer_message(public, table=False)):
            if _respond(reply, shown, response_type="in_channel", replace_original=False):
                _respond(reply, None, delete_original=True)
                return
        raise BotError(words.SHARE_EXPIRED)

    def upload(self, channel: str, thread: str | None, name: str, title: str, text: str) -> None:
        """Upload a text file into the channel or thread."""
        with in_words():
            self._client.files_upload_v2(
                channel=channel, thread_ts=thread, filename=name, title=title, content=text
            )

    def direct(self, user: str) -> str:
        """The channel of the direct messages with this person."""
        with in_words():
            return str(self._client.conversations_open(users=user)["channel"]["id"])

    def tell(self, reply: Reply, words: str) -> None:
        """Say something to one person."""
        shown = plain_message(words)
        if not _respond(reply, shown, response_type="ephemeral", replace_original=False):
            with in_words():
                self._to_one(reply, shown)

    def _to_one(self, reply: Reply, shown: Message) -> None:
        """An ephemeral message; where the bot cannot post one, a direct message."""
        try:
            self._client.chat_postEphemeral(
                channel=reply.channel, user=reply.user, text=shown.text, blocks=shown.blocks
            )
        except SlackApiError as error:
            if why(error) in TOO_MUCH or not isinstance(meant(error), BotError):
                raise
            self._once.chat_postMessage(
                channel=self.direct(reply.user), text=shown.text, blocks=shown.blocks
            )


def _renderings(answer: Answer) -> Sequence[Rendering]:
    return partial(answer_message, answer), partial(answer_message, answer, table=False)


def _respond(reply: Reply, shown: Message | None, **how: Any) -> bool:
    """Post to the reply address, which lives for 30 minutes and five uses; False if it is no more."""
    if not reply.response_url:
        return False
    body = dict(how)
    if shown is not None:
        body |= {"text": shown.text, "blocks": list(shown.blocks)}
    with in_words():
        answered = WebhookClient(reply.response_url, timeout=TIMEOUT).send_dict(body)
    if answered.status_code == 429:
        wait = {name.lower(): value for name, value in answered.headers.items()}
        raise LaterError(
            "Slack gets more replies than it allows", seconds_of(wait.get("retry-after"))
        )
    if answered.status_code >= 500:
        raise LaterError(f"Slack is not there ({answered.status_code})", OUTAGE)
    if answered.status_code != 200:
        log.info("a reply was not taken: %s", answered.status_code)
    return answered.status_code == 200
