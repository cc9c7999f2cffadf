"""What the worker counts of its jobs: faults that nobody expected, and what was set aside."""

from __future__ import annotations

import json
from collections import Counter
from typing import cast

import pytest

from bot.app.ports import Job
from bot.aws.job_runner import ATTEMPTS, JobRunner
from bot.aws.sqs_jobs import Message, SqsJobs
from bot.errors import BotError, LaterError
from tests.fakes import ListJobs, MemoryStore, SetClock


class Sender(ListJobs):
    """Stands in for the queues: what is sent is in a list, and hiding a message does nothing."""

    def send(self, job: Job, delay: int = 0, attempts: int = 0, waits: str = "") -> None:
        self.put(job, delay)

    def hide(self, message: Message, seconds: int) -> None:
        pass


class Counted(Counter[str]):
    """The Meter port."""

    def add(self, name: str, value: float = 1) -> None:
        self[name] += int(value)


def ran(failure: Exception | None, received: int = 1, kind: str = "ask") -> Counted:
    def handler(_: Job) -> None:
        if failure is not None:
            raise failure

    clock, meter = SetClock(), Counted()
    jobs = cast(SqsJobs, Sender())
    runner = JobRunner(jobs, MemoryStore(clock), {"ask": handler}, clock, meter=meter)
    body = json.dumps({"kind": kind, "id": "1", "payload": {}})
    runner.run(Message("m", "r", body, "https://sqs/jobs", received), lambda: 120.0)
    return meter


@pytest.mark.parametrize(
    ("failure", "counted"),
    [
        (None, {}),
        (BotError("refused"), {}),
        (LaterError("busy", 1), {}),
        (ValueError("a bug"), {"job_errors": 1}),
    ],
)
def test_only_what_nobody_expected_is_an_error(failure, counted):
    assert dict(ran(failure)) == counted


def test_what_is_set_aside_is_counted():
    assert dict(ran(None, kind="nobody")) == {"dead_jobs": 1}
    assert dict(ran(ValueError("a bug"), received=ATTEMPTS)) == {"job_errors": 1, "dead_jobs": 1}
