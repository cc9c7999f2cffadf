"""The Notifier of a process that is frozen once it has answered: what it tells people, a job says."""

from __future__ import annotations

from slack_sdk import WebClient

from bot.app.ports import Jobs, Reply
from bot.app.saying import to_say
from bot.slack.notifier import SlackNotifier


class QueueingNotifier(SlackNotifier):
    """As `SlackNotifier`, but a slow Slack does not keep an acknowledgement that is already decided."""

    def __init__(self, client: WebClient, jobs: Jobs) -> None:
        """Use the token and address of `client`; `jobs` gets the words."""
        super().__init__(client)
        self._jobs = jobs

    def tell(self, reply: Reply, words: str) -> None:
        """Queue the words for one person."""
        self._jobs.put(to_say(reply, words))
