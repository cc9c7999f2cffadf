"""What tests of alarms and trouble share: news of an alarm, and a board that remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app import alarms, trouble
from bot.app.alarms import Change, News, State
from bot.app.ops import Notice, Ops
from bot.app.ports import ChannelError, Job
from tests.fakes import ListJobs, MemoryStore, SetClock

NOON = datetime(2026, 11, 24, 12, 0, 0, 123_000, tzinfo=UTC)
ARN = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:siem-dev-health-ticks-missing"


def news(
    state: State = "ALARM", minutes: float = 0, reason: str = "Threshold Crossed", **others: Any
) -> News:
    change = Change(NOON + timedelta(minutes=minutes), state, reason)
    given = {
        "arn": ARN,
        "name": "siem-dev-health-ticks-missing",
        "region": "eu-west-1",
        "account": "111122223333",
        "about": "No tick has ended for five minutes, so nothing watches.",
        "link": "https://eu-west-1.console.aws.amazon.com/cloudwatch/home",
    }
    return News(change=change, **(given | others))


@dataclass
class MemoryOpsBoard:
    """The OpsBoard port: what is shown, by channel and ts; and what threads say."""

    shown: dict[tuple[str, str], Notice] = field(default_factory=dict)
    notes: list[tuple[str, Any]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    failure: Exception | None = None
    after: Callable[[], None] = lambda: None
    """Called when something was posted: to fail there, or to do something meanwhile."""

    def post(self, channel: str, notice: Notice) -> str:
        if self.failure is not None:
            raise self.failure
        if channel in self.closed:
            raise ChannelError("archived")
        ts = f"1.{len(self.shown) + 1}"
        self.shown[channel, ts] = notice
        self.after()
        return ts

    def find(self, channel: str, notice: Notice) -> str | None:
        places = (
            ts for (at, ts), one in self.shown.items() if at == channel and one.id == notice.id
        )
        return next(places, None)

    def edit(self, channel: str, ts: str, notice: Notice) -> bool:
        if channel in self.closed:
            raise ChannelError("archived")
        if (channel, ts) not in self.shown:
            return False
        self.shown[channel, ts] = notice
        return True

    def note(self, channel: str, ts: str, notice: Notice) -> None:
        if self.failure is not None:
            raise self.failure
        self.notes.append((ts, notice))


def an_ops(**others: Any) -> Ops:
    clock = others.pop("clock", None) or SetClock(NOON)
    given: dict[str, Any] = {
        "store": MemoryStore(clock),
        "jobs": ListJobs(),
        "clock": clock,
        "board": MemoryOpsBoard(),
        "channels": {"ops": "C0OPS", "default": "C0ALERTS"},
    }
    return Ops(**(given | others))


def work(ops: Ops, *jobs: Job) -> None:
    """Do these jobs and all that follow."""
    by_kind = {**alarms.handlers(ops), **trouble.handlers(ops)}
    for job in jobs:
        ops.jobs.put(job)
    for _ in range(100):
        if not ops.jobs.waiting:
            return
        job = ops.jobs.take()
        by_kind[job.kind](job)
    raise AssertionError("the jobs go on for ever")


def hear(ops: Ops, *heard: News) -> None:
    """Take in news one after another, each wholly shown before the next."""
    for one in heard:
        work(ops, alarms.job_of(one))
