"""The real Bolt app, the real workspace on loopback, and the ports of the use cases in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.app.answering import job_handlers
from bot.app.desk import Desk
from bot.local.slack_http import PATH, slack_application
from bot.slack.listeners import build_app
from bot.slack.notifier import SlackNotifier
from tests.fakes import (
    NOW,
    RULES,
    SOURCES,
    ListJobs,
    MemoryStore,
    RecordingMeter,
    ScriptedSearch,
    SetClock,
    a_state,
    some_rows,
)
from tests.local.workspace.driving import SECRET, TOKEN, Local, start


@dataclass
class Slack:
    """A workspace with the bot in it, and what a test does there."""

    local: Local
    desk: Desk
    search: ScriptedSearch
    app: App

    def command(
        self, text: str, user: str = "responder-1", channel: str = "siem"
    ) -> dict[str, Any]:
        return self.local.command(f"/siem {text}", user, channel)

    def work(self, most: int = 100) -> None:
        """Run what waits, and what that makes wait, without waiting."""
        handlers = job_handlers(self.desk, self.search)
        jobs = self.desk.jobs
        assert isinstance(jobs, ListJobs)
        while jobs.waiting and most:
            job = jobs.take()
            handlers[job.kind](job)
            most -= 1

    def messages(self, channel: str = "siem", user: str = "responder-1", **more: str) -> list[Any]:
        return self.local.messages(channel, user, **more)

    def last(self, channel: str = "siem", user: str = "responder-1", **more: str) -> dict[str, Any]:
        return self.messages(channel, user, **more)[-1]

    def told(self, words: str, channel: str = "siem", user: str = "responder-1") -> dict[str, Any]:
        """The message with these words, which a listener sends after it has acknowledged."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            for message in self.messages(channel, user):
                if words in words_of(message):
                    assert message["ephemeral"]
                    return message
            time.sleep(0.01)  # the listener's thread tells nobody that it is done
        raise AssertionError(f"nobody was told {words!r}")

    def click(
        self, message: dict[str, Any], text: str, user: str = "responder-1"
    ) -> dict[str, Any]:
        return self.local.click(message, user, text=text)

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [call for call in self.local.journal()["calls"] if call["method"] == method]


def block(message: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(block for block in message["blocks"] if block["type"] == kind)


def words_of(value: Any) -> str:
    """All text in a message, in order."""
    if isinstance(value, list):
        return "\n".join(words_of(item) for item in value)
    if isinstance(value, dict):
        inner = [value["text"]] if isinstance(value.get("text"), str) else []
        inner += [
            words_of(v) for k, v in value.items() if isinstance(v, dict | list) and k != "style"
        ]
        return "\n".join(inner)
    return ""


@pytest.fixture
def slack() -> Iterator[Slack]:
    local = start()
    client = WebClient(TOKEN, base_url=f"{local.url}/api/")
    desk = Desk(
        rules=RULES,
        sources=SOURCES,
        store=MemoryStore(),
        jobs=ListJobs(),
        notifier=SlackNotifier(client),
        clock=SetClock(NOW),
        meter=RecordingMeter(),
    )
    app = build_app(client, SECRET, desk)
    local.workspace.app_url = local.loop.serve(slack_application(app)) + PATH
    yield Slack(local, desk, ScriptedSearch(a_state(some_rows(3))), app)
    local.loop.stop()
