"""A workspace with an alert in it, the bot that watches, and what people do there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from slack_bolt import BoltRequest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.alerts.model import Alert
from bot.app import documents, triage
from bot.app.answering import job_handlers
from bot.app.desk import Desk, Watch
from bot.app.kept import ALERTS
from bot.app.ports import Job
from bot.app.tell import tell
from bot.local.slack_http import PATH, slack_application
from bot.slack.board import SlackBoard
from bot.slack.listeners import build_app
from bot.slack.notifier import SlackNotifier
from tests.alerts.alert_samples import ID, WATCHED, an_alert
from tests.fakes import SOURCES, ListJobs, MemoryStore, ScriptedSearch, SetClock, a_state, some_rows
from tests.local.workspace.driving import SECRET, TOKEN, start
from tests.slack.conftest import Slack

ONE, TWO = "responder-1", "responder-2"


@dataclass
class Room(Slack):
    """The workspace, with an alert in #alerts."""

    watch: Watch

    def work(self, most: int = 100) -> None:
        handlers = {
            **job_handlers(self.desk, self.search),
            **triage.handlers(self.watch.desk),
            "tell": partial(tell, self.watch),
        }
        jobs = self.desk.jobs
        assert isinstance(jobs, ListJobs)
        while jobs.waiting and most:
            job = jobs.take()
            handlers[job.kind](job)
            most -= 1

    def raised(self, alert: Alert) -> None:
        assert documents.create(self.desk.store, ALERTS, alert.id, alert)
        self.desk.jobs.put(Job("tell", alert.id, {}))
        self.work()

    def alert(self) -> Alert:
        found = documents.read(self.desk.store, ALERTS, ID)
        assert found is not None
        return found

    def message(self, user: str = ONE) -> dict[str, Any]:
        """The alert's own message."""
        return next(m for m in self.messages("alerts", user) if m.get("attachments"))

    def press(self, text: str, user: str = ONE, message: Any = None, **more: Any) -> dict[str, Any]:
        """Press what has this written on it, and let the bot work."""
        done = self.local.click(message or self.message(user), user, text=text, **more)
        self.work()
        return done

    def view(self, user: str = ONE) -> dict[str, Any]:
        return self.local.get("/_workspace/views", user=user)["views"][-1]

    def send(self, user: str = ONE, **values: Any) -> dict[str, Any]:
        about = {"view_id": self.view(user)["id"], "user": user, "values": values}
        _, answer = self.local.send("/_workspace/submit", **about)
        self.work()
        return answer

    def deliver(self, payload: dict[str, Any], secret: str = SECRET) -> int:
        """What a client of Slack's sends that shows something old, or somebody else made up."""
        body = urlencode({"payload": json.dumps(payload)})
        stamp = str(int(time.time()))
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": str(signature),
        }
        return self.app.dispatch(BoltRequest(body=body, headers=headers)).status

    def restart(self) -> None:
        """The bot's process ends; another one begins, on the same store and jobs."""
        self.app = build_app(self.local.client, SECRET, self.desk)
        self.local.workspace.app_url = self.local.loop.serve(slack_application(self.app)) + PATH


@contextmanager
def room(alert: Alert | None = None) -> Iterator[Room]:
    local = start()
    client = WebClient(TOKEN, base_url=f"{local.url}/api/")
    desk = Desk(
        rules=WATCHED,
        sources=SOURCES,
        store=MemoryStore(),
        jobs=ListJobs(),
        notifier=SlackNotifier(client),
        clock=SetClock(),
    )
    search = ScriptedSearch(a_state(some_rows(3)))
    watch = Watch(desk, SlackBoard(client), search, {"default": "C0ALERTS"})
    app = build_app(client, SECRET, desk)
    local.workspace.app_url = local.loop.serve(slack_application(app)) + PATH
    try:
        made = Room(local, desk, search, app, watch)
        made.raised(alert or an_alert())
        yield made
    finally:
        local.loop.stop()
