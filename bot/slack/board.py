"""The AlertBoard port over Slack's Web API: one message for each alert, with its thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from slack_sdk import WebClient

from bot.alerts.model import Alert
from bot.slack.alert_view import alert_message
from bot.slack.posting import Poster, Rendering, once
from bot.slack.refusals import in_words
from bot.slack.rule_view import plain_message

EVENT = "siem_alert"


class SlackBoard:
    """Shows alerts in Slack. Safe to use from many threads, as Slack's client is."""

    def __init__(self, client: WebClient) -> None:
        """Use the token and address of `client`."""
        # A post is not tried again by the client: the job looks first whether it was taken.
        self._once = once(client)
        self._poster = Poster(client, EVENT)

    def post(self, channel: str, alert: Alert) -> str:
        """Post the alert and return the message's ts."""
        return self._poster.post(channel, alert.id, _renderings(alert))

    def find(self, channel: str, alert: Alert) -> str | None:
        """The ts of the alert's message, if it is among the newest; `UnseenError` as the port says."""
        return self._poster.find(channel, alert.id)

    def edit(self, alert: Alert) -> bool:
        """Show the alert as it is now; False if its message cannot be edited any more."""
        return self._poster.edit(alert.told.channel, alert.told.ts, alert.id, _renderings(alert))

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


def _renderings(alert: Alert) -> Sequence[Rendering]:
    return partial(alert_message, alert), partial(alert_message, alert, table=False)
