"""The OpsBoard port over Slack's Web API: alarms, and trouble of the bot's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from slack_sdk import WebClient

from bot.app.alarms import Ringing
from bot.app.ops import Notice
from bot.app.trouble import Trouble
from bot.slack.ops_view import alarm_message, alarm_note, trouble_message
from bot.slack.posting import Poster, Rendering, once
from bot.slack.refusals import in_words

EVENT = "siem_ops"


class SlackOpsBoard:
    """Shows notices in Slack. Safe to use from many threads, as Slack's client is."""

    def __init__(self, client: WebClient) -> None:
        """Use the token and address of `client`."""
        self._once = once(client)
        self._poster = Poster(client, EVENT)

    def post(self, channel: str, notice: Notice) -> str:
        """Post the notice and return the message's ts."""
        return self._poster.post(channel, notice.id, _renderings(notice))

    def find(self, channel: str, notice: Notice) -> str | None:
        """The ts of the notice's message, if it is among the newest and the bot may read them."""
        return self._poster.find(channel, notice.id)

    def edit(self, channel: str, ts: str, notice: Notice) -> bool:
        """Show the notice as it is now; False if its message cannot be edited any more."""
        return self._poster.edit(channel, ts, notice.id, _renderings(notice))

    def note(self, channel: str, ts: str, notice: Notice) -> None:
        """Say in the thread what is new: of an alarm its latest change. Of trouble nothing is."""
        if not isinstance(notice, Ringing):
            return
        shown = alarm_note(notice)
        with in_words():
            self._once.chat_postMessage(
                channel=channel,
                thread_ts=ts,
                text=shown.text,
                blocks=shown.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )


def _renderings(notice: Notice) -> Sequence[Rendering]:
    if isinstance(notice, Ringing):
        return (partial(alarm_message, notice),)
    if isinstance(notice, Trouble):
        return (partial(trouble_message, notice),)
    raise TypeError(f"there is no message for a {type(notice).__name__}")
