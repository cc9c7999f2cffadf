"""The bot as it runs, a local Slack and a local CloudWatch, and a time that passes when a test says.

Everything is real but three things: queries run at once, in this process; seconds are counted by a
clock that jumps to whatever is due next; and nobody waits long for a call.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

import bot.local.jobs as jobs_module
from bot.alerts.model import Alert
from bot.app.admission import AdmittedSearch
from bot.app.documents import each, read
from bot.app.kept import ALERTS, CHANGED, WATERMARKS
from bot.app.ports import Job
from bot.aws import logs_insights
from bot.aws.logs_insights import connect
from bot.cli import demo_desk
from bot.cli.demo_desk import start_bot
from bot.cli.installed import installed
from bot.engine.scan import Progress, Scanned, ScanRequest, scan
from bot.errors import BotError
from bot.local.cloudwatch import CloudWatch
from bot.local.slack_http import PATH, slack_application
from bot.slack import notifier, posting
from bot.slack.listeners import build_app
from tests.local.workspace.driving import SECRET, TOKEN, Local, start
from tests.slack.conftest import words_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HURRY = 0.4
"""Seconds that the bot waits for an answer to a call; loopback takes a hundredth, on a busy machine too."""

ROOT = "arn:aws:iam::111122223333:root"

TICK = Job("tick", "tick", {})
"""What makes the bot look which rules are due."""

Found = TypeVar("Found")


def moment(seconds: float) -> datetime:
    """The date of so many seconds since the epoch, and a little more: what is due then is due."""
    return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=1)


class Clock:
    """The time of all parts; it passes when it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def time(self) -> float:
        return self.now.timestamp()


@dataclass
class Done:
    """A query that has run."""

    scanned: Scanned | None
    problem: BotError | None

    def progress(self) -> Progress | None:
        return None

    def result(self) -> Scanned | None:
        return self.scanned

    def error(self) -> BotError | None:
        return self.problem

    def cancel(self) -> None:
        pass


class HereWorkers:
    """Runs each query at once, so that no test waits for a process."""

    def submit(self, request: ScanRequest) -> Done:
        try:
            return Done(scan(request), None)
        except BotError as error:
            return Done(None, error)


@dataclass
class World:
    """All of it, what a test does to it and what people see."""

    folder: Path
    clock: Clock
    local: Local
    cloudwatch: CloudWatch
    aws: str
    bots: list[Bot] = field(default_factory=list)
    at_end: list[Callable[[], None]] = field(default_factory=list)
    number: int = 0

    # ---- the bot
    @property
    def bot(self) -> Bot:
        return self.bots[-1]

    def start_bot(self) -> None:
        """Another process of the bot begins, on what the last one left."""
        stack = AsyncExitStack()
        search = connect("eu-west-1", self.aws)
        stack.callback(search.close)
        # The client's own retry would hide a lost connection now and then.
        client = WebClient(
            TOKEN, base_url=f"{self.local.url}/api/", timeout=HURRY, retry_handlers=[]
        )
        rules = installed(self.folder / "rules")
        assert not rules.faults, [str(fault) for fault in rules.faults]
        watch, jobs = start_bot(stack, rules, self.clock, self.folder, client, search)
        app = build_app(client, SECRET, watch.desk)
        self.local.workspace.app_url = self.local.loop.serve(slack_application(app)) + PATH
        self.bots.append(Bot(watch, jobs, app, stack))

    # ---- faults
    def slack(self, *faults: Mapping[str, Any]) -> None:
        """Let this go wrong with Slack from now on; nothing, if there is nothing."""
        plan = json.dumps({"faults": faults}).encode()
        status, said = self.local.http("PUT", "/_workspace/faults", plan)
        assert status == 200, said

    def cloud(self, *faults: Mapping[str, Any], **plan: Any) -> None:
        """Let this go wrong with CloudWatch from now on."""
        given = json.dumps({"faults": faults, **plan}).encode()
        status, said = self.local.http("PUT", f"{self.aws}/_cloudwatch/plan", given)
        assert status == 200, said

    # ---- time
    def settle(self) -> None:
        """Wait until the bot has done all that is due by now."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            row = self._jobs(
                "select count(*) from jobs where running or due <= ?", self.clock.time()
            )
            if row[0] == 0:
                return
            time.sleep(0.002)
        raise AssertionError(f"the bot goes on and on: {self.waiting()}")

    def waiting(self) -> list[tuple[str, str]]:
        """Kind and id of the jobs that wait."""
        with sqlite3.connect(self.folder / "jobs.db") as kept:
            found = kept.execute("select kind, id from jobs order by due").fetchall()
        kept.close()
        return found

    def dead(self) -> list[str]:
        """The kinds of the jobs that were given up."""
        with sqlite3.connect(self.folder / "jobs.db") as kept:
            found = kept.execute("select kind from dead_jobs").fetchall()
        kept.close()
        return [kind for (kind,) in found]

    def pass_time(self, seconds: float) -> None:
        """Let time pass; what comes due on the way is done when it is due."""
        end = self.clock.now + timedelta(seconds=seconds)
        self.settle()
        while (due := self.next_due()) is not None and due <= end.timestamp():
            self._move(moment(due))
        self._move(end)

    def until(self, found: Callable[[], Found], most: float = 1_800.0) -> Found:
        """Let time pass until there is something; what there is."""
        end = self.clock.time() + most
        self.settle()
        while not (there := found()):
            due = self.next_due()
            assert due is not None, f"waited in vain, and nothing is due; {self.waiting()}"
            assert due <= end, f"waited in vain for {most} s; {self.waiting()}"
            self._move(moment(due))
        return there

    def rest(self) -> None:
        """Let time pass until the bot has nothing left to do."""
        self.until(lambda: not self.waiting())

    def tick(self) -> None:
        """A second goes by, the bot looks what is due, and has a few seconds for it."""
        self._move(self.clock.now + timedelta(seconds=1))
        self.bot.jobs.put(TICK)
        self.bot.jobs.put(Job("digests", "digests", {}))
        self.pass_time(3)

    def next_due(self) -> float | None:
        """When the next job is due, in seconds since the epoch."""
        due = self._jobs("select min(due) from jobs where not running")[0]
        return None if due is None else float(due)

    def _jobs(self, statement: str, *given: Any) -> Any:
        kept = sqlite3.connect(self.folder / "jobs.db", timeout=10)
        try:
            return kept.execute(statement, given).fetchone()
        finally:
            kept.close()

    def _move(self, to: datetime) -> None:
        to = max(to, self.clock.now)
        self.local.seconds += (to - self.clock.now).total_seconds()
        self.clock.now = to
        self.bot.wake()
        self.settle()

    # ---- what happens in AWS
    def happens(self, name: str, ago: float = 5.0, who: str = ROOT) -> str:
        """Somebody calls `name` in AWS, and the log has it; the event's id."""
        self.number += 1
        at = self.clock.now - timedelta(seconds=ago)
        ident = f"00000000-0000-0000-0000-{self.number:012d}"
        event = {
            "eventID": ident,
            "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "eventName": name,
            "eventSource": "iam.amazonaws.com",
            "userIdentity": {"arn": who},
        }
        self.cloudwatch.put("cloudtrail", "s", [(int(at.timestamp() * 1000), json.dumps(event))])
        return ident

    # ---- what people do and see
    def command(
        self, text: str, user: str = "responder-1", channel: str = "siem"
    ) -> dict[str, Any]:
        return self.local.command(f"/siem {text}", user, channel)

    def messages(self, channel: str = "siem", user: str = "responder-1", **more: str) -> list[Any]:
        return self.local.messages(channel, user, **more)

    def texts(self, channel: str = "siem", user: str = "responder-1", **more: str) -> list[str]:
        """What stands in a channel, as a notification would say it."""
        return [message["text"] for message in self.messages(channel, user, **more)]

    def public(self, channel: str = "siem", **more: str) -> list[str]:
        """What everybody sees in a channel."""
        return [m["text"] for m in self.messages(channel, **more) if not m.get("ephemeral")]

    def told(self, text: str, channel: str = "siem", user: str = "responder-1") -> dict[str, Any]:
        """The message with these words, which may come a moment after an acknowledgement."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            for message in self.messages(channel, user):
                if text in message["text"] or text in words_of(message):
                    return message
            time.sleep(0.005)
        raise AssertionError(f"nobody was told {text!r}, but {self.texts(channel, user)}")

    def click(
        self, message: dict[str, Any], text: str, user: str = "responder-1"
    ) -> dict[str, Any]:
        return self.local.click(message, user, text=text)

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The calls of a method that the local Slack has seen."""
        return [call for call in self.local.journal()["calls"] if call["method"] == method]

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """The requests of an operation that the local CloudWatch has seen."""
        _, said = self.local.http("GET", f"{self.aws}/_cloudwatch/journal")
        return [one for one in json.loads(said)["requests"] if one["operation"] == operation]

    def deliver(self, kind: str, payload: dict[str, Any]) -> tuple[int, str]:
        """What Slack delivers again, or a client with an old message sends: status and body."""
        form = payload if kind == "command" else {"payload": json.dumps(payload)}
        body, stamp = urlencode(form), str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": str(signature),
        }
        answer = self.bot.app.dispatch(BoltRequest(body=body, headers=headers))
        return answer.status, str(answer.body)

    # ---- what is kept
    def alerts(self) -> list[Alert]:
        return list(each(self.bot.watch.desk.store, ALERTS, CHANGED))

    def mark(self, rule: str) -> Any:
        """How far a rule is, and how it fares."""
        return read(self.bot.watch.desk.store, WATERMARKS, rule)

    def document(self, prefix: str) -> dict[str, Any]:
        """The one document whose key begins so."""
        kept = sqlite3.connect(self.folder / "store.db", timeout=10)
        try:
            (row,) = kept.execute(
                "select value from documents where key like ?", (f"{prefix}:%",)
            ).fetchall()
        finally:
            kept.close()
        return json.loads(row[0])


@dataclass
class Bot:
    """One process of the bot."""

    watch: Any
    jobs: Any
    app: Any
    stack: AsyncExitStack

    def wake(self) -> None:
        """The clock was moved: let the pool of jobs look at it."""
        with self.jobs._wake:
            self.jobs._wake.notify_all()

    def stop(self) -> None:
        asyncio.run(self.stack.aclose())


def _admitted(clock: Clock, search: Any, store: Any, _: Any, region: str, quotas: Any) -> Any:
    return AdmittedSearch(search, store, clock, region, quotas)


@contextmanager
def world(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world whose bot has just started, at noon."""
    from tests.faults.rules import write_rules

    clock = Clock()
    patch.setattr(
        jobs_module, "time", types.SimpleNamespace(time=clock.time, monotonic=time.monotonic)
    )
    # By this clock, or all its polls would fall into one second of the wall's.
    patch.setattr(demo_desk, "AdmittedSearch", partial(_admitted, clock))
    patch.setattr(logs_insights, "_PAUSE", 0.0)
    patch.setattr(logs_insights, "READ_SECONDS", HURRY)
    patch.setattr(notifier, "TIMEOUT", HURRY)
    patch.setattr(posting, "TIMEOUT", HURRY)
    write_rules(folder / "rules")
    local = start(clock=clock)
    cloudwatch = CloudWatch(folder / "logs", HereWorkers(), clock)  # type: ignore[arg-type]
    cloudwatch.create_group("cloudtrail")
    made = World(folder, clock, local, cloudwatch, "")
    made.aws = local.loop.serve(cloudwatch.application())
    try:
        made.start_bot()
        yield made
    finally:
        for free in made.at_end:
            free()
        for bot in made.bots:
            bot.stop()
        local.loop.stop()
