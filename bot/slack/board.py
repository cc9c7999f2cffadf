"""The AlertBoard port over Slack's Web API: one message for each alert, with its thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.alerts.model import Alert
from bot.slack.alert_view import AlertMessage, alert_message
from bot.slack.posting import GONE, TOO_MUCH, find_posted, in_words, once, why
from bot.slack.rule_view import plain_message

log = logging.getLogger(__name__)

EVENT = "siem_alert"
"""The kind of metadata on an alert's message; it holds the alert's id and nothing else."""

# Slack says this of a message whose attachments it does not take.
_TOO_MUCH = TOO_MUCH | {"invalid_attachments"}

_Sent = TypeVar("_Sent")


class SlackBoard:
    """Shows alerts in Slack. Safe to use from many threads, as Slack's client is."""

    def __init__(self, client: WebClient) -> None:
        """Use the token and address of `client`."""
        self._client = client
        # A post is not tried again by the client: the job looks first whether it was taken.
        self._once = once(client)

    def post(self, channel: str, alert: Alert) -> str:
        """Post the alert and return the message's ts."""

        def send(shown: AlertMessage) -> str:
            sent = self._once.chat_postMessage(
                channel=channel,
                text=shown.text,
                blocks=shown.blocks,
                attachments=shown.attachments,
                metadata={"event_type": EVENT, "event_payload": {"id": alert.id}},
                unfurl_links=False,
                unfurl_media=False,
            )
            return str(sent["ts"])

        with in_words():
            return _as_much_as_fits(alert, send)

    def find(self, channel: str, alert: Alert) -> str | None:
        """The ts of the alert's message, if it is among the newest and the bot may read them."""
        return find_posted(self._client, channel, alert.id)

    def edit(self, alert: Alert) -> bool:
        """Show the alert as it is now; False if its message cannot be edited any more."""

        def send(shown: AlertMessage) -> bool:
            try:
                self._client.chat_update(
                    channel=alert.told.channel,
                    ts=alert.told.ts,
                    text=shown.text,
                    blocks=shown.blocks,
                    attachments=shown.attachments,
                )
            except SlackApiError as error:
                if why(error) not in GONE:
                    raise
                log.info("the message of alert %s is gone: %s", alert.id, why(error))
                return False
            return True

        with in_words():
            return _as_much_as_fits(alert, send)

    def note(self, alert: Alert, text: str, loud: bool = False) -> None:
        """Say something in the alert's thread; `loud`: to everybody in the channel as well."""
        shown = plain_message(text)
        with in_words():
            self._once.chat_postMessage(
                channel=alert.told.channel,
                thread_ts=alert.told.ts or None,
                reply_broadcast=loud,
                text=shown.text,
                blocks=shown.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )


def _as_much_as_fits(alert: Alert, send: Callable[[AlertMessage], _Sent]) -> _Sent:
    """Send the message; without its table, if Slack takes no such table. No alert is lost for it."""
    try:
        return send(alert_message(alert))
    except SlackApiError as error:
        if why(error) not in _TOO_MUCH:
            raise
        log.warning("Slack refused alert %s: %s", alert.id, error.response.data)
    return send(alert_message(alert, table=False))
