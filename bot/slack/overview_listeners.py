"""`/siem status`, `/siem alerts` and `/siem digest`."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.alerts.digest import Waiting
from bot.app.ask import zone_of
from bot.app.overview import alerts_of, status_of
from bot.app.ports import FrontDesk
from bot.app.reported import ask_for_digest
from bot.slack import words
from bot.slack.blocks import Message
from bot.slack.callers import Admitted
from bot.slack.directory import PATIENCE
from bot.slack.overview_view import alerts_message, status_message
from bot.slack.posting import once
from bot.slack.rule_view import plain_message

log = logging.getLogger(__name__)


def status_command(desk: FrontDesk, by: Admitted) -> Message:
    """How the rules fare."""
    return status_message(status_of(desk), zone_of(by.person))


def alerts_command(client: WebClient, desk: FrontDesk, text: str, by: Admitted) -> Message:
    """Which alerts wait."""
    listing = alerts_of(desk, text, by.person)
    return alerts_message(listing, _links(client, listing.waiting))


def digest_command(desk: FrontDesk, text: str, by: Admitted) -> Message | None:
    """Queue the digest of a window; where the bot cannot post, it goes to direct messages."""
    private = not by.place.joined
    ask_for_digest(desk, text, by.person, by.caller.reply, by.caller.trigger, private)
    return plain_message(words.DIGEST_ELSEWHERE) if private else None


def _links(client: WebClient, alerts: Sequence[Waiting]) -> dict[str, str]:
    """Links to the messages of alerts, by alert id.

    There is time for one call in a listener. So Slack is asked for one link, and those of the
    others are made like it: links name the channel and the ts, with or without its dot
    (docs.slack.dev/reference/methods/chat.getPermalink).
    """
    told = [alert for alert in alerts if alert.ts]
    if not told:
        return {}
    first = told[0]
    try:
        answer = once(client, PATIENCE).chat_getPermalink(
            channel=first.channel, message_ts=first.ts
        )
    except (SlackClientError, OSError) as error:
        log.info("no link to a message: %s", error)
        return {}
    link = str(answer["permalink"])
    return {alert.alert: _like(link, first, alert) for alert in told}


def _like(link: str, first: Waiting, other: Waiting) -> str:
    """The link to another message, made of the link to the first."""
    for written in (str, _without_dot):
        link = link.replace(written(first.ts), written(other.ts))
    return link.replace(first.channel, other.channel)


def _without_dot(ts: str) -> str:
    return ts.replace(".", "")
