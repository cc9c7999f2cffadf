"""What SqsJobs sends, and what the runner does when SQS or the store does not answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from bot.app.ports import Job
from bot.aws.job_runner import ATTEMPTS, BACKOFF, SLICE, JobRunner
from bot.aws.sqs_jobs import LONGEST_DELAY, MOST_BYTES, Message, SqsJobs, whole_seconds
from bot.errors import BotError, LaterError
from tests.fakes import MemoryStore, SetClock

JOBS = "https://sqs.eu-west-1.amazonaws.com/111122223333/siem-dev-jobs"
BACKGROUND = "https://sqs.eu-west-1.amazonaws.com/111122223333/siem-dev-background"
ARN = "arn:aws:sqs:eu-west-1:111122223333:siem-dev-jobs"
BODY = json.dumps({"kind": "ask", "id": "1", "payload": {}})


@dataclass
class Sqs:
    """A client that remembers its calls and fails where it was told to."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    def send_message(self, **given: Any) -> None:
        self._fail("send")
        self.sent.append(given)

    def change_message_visibility(self, **given: Any) -> None:
        self._fail("hide")
        self.hidden.append(given["VisibilityTimeout"])

    def _fail(self, name: str) -> None:
        if name in self.failing:
            raise EndpointConnectionError(endpoint_url=JOBS)


@pytest.fixture
def sqs() -> Sqs:
    return Sqs()


@pytest.fixture
def jobs(sqs: Sqs) -> SqsJobs:
    return SqsJobs(sqs, JOBS, BACKGROUND)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(SetClock())


def message(**others: Any) -> Message:
    return Message(**({"id": "m", "receipt": "r", "body": BODY, "queue": JOBS} | others))


def runner(jobs: SqsJobs, store: MemoryStore, handler: Callable[[Job], None]) -> JobRunner:
    return JobRunner(jobs, store, {"ask": handler}, store.clock)


def fails(_: Job) -> None:
    raise RuntimeError("no")


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [(0.0, 0), (0.3, 0), (0.7, 1), (1.5, 2), (2.0, 2), (-1.0, 0), (900.0, 900)],
)
def test_a_delay_is_the_nearest_whole_second(
    sqs: Sqs, jobs: SqsJobs, delay: float, seconds: int
) -> None:
    jobs.put(Job("ask", "1", {}), delay)
    assert sqs.sent[0]["DelaySeconds"] == seconds


def test_a_delay_that_sqs_does_not_have_is_refused(jobs: SqsJobs) -> None:
    with pytest.raises(ValueError, match="900"):
        jobs.put(Job("ask", "1", {}), LONGEST_DELAY + 1)


@pytest.mark.parametrize(
    ("seconds", "whole"), [(0.0, 0), (0.2, 1), (60.0, 60), (1e9, LONGEST_DELAY), (-3.0, 0)]
)
def test_who_wants_us_to_wait_is_not_called_before(seconds: float, whole: int) -> None:
    assert whole_seconds(seconds) == whole


def test_a_job_that_is_too_large_is_refused_in_words(sqs: Sqs, jobs: SqsJobs) -> None:
    jobs.put(Job("ask", "1", {"text": "x" * (MOST_BYTES - 400)}))
    with pytest.raises(BotError, match=r"ask 1 takes 1,0\d\d,\d+ bytes.*carries ids"):
        jobs.put(Job("ask", "1", {"text": "x" * MOST_BYTES}))
    with pytest.raises(BotError, match="carries ids"):
        jobs.put(
            Job("ask", "1", {"text": "é" * (MOST_BYTES // 5)})
        )  # six bytes each, as it is sent

    assert len(sqs.sent) == 1


def test_a_queue_is_known_by_its_arn(jobs: SqsJobs) -> None:
    assert jobs.address(ARN) == JOBS
    assert jobs.address(f"{ARN}-dead") == ""
    assert jobs.address("") == ""


def test_each_failure_hides_the_message_for_longer(
    sqs: Sqs, jobs: SqsJobs, store: MemoryStore
) -> None:
    for received in range(1, ATTEMPTS):
        assert not runner(jobs, store, fails).run(message(received=received), lambda: 120.0)
    assert tuple(sqs.hidden) == BACKOFF
    assert sqs.sent == []


def test_a_message_of_another_queue_comes_when_that_says(
    sqs: Sqs, jobs: SqsJobs, store: MemoryStore
) -> None:
    assert not runner(jobs, store, fails).run(message(queue=""), lambda: 120.0)
    assert sqs.hidden == []


def test_what_cannot_be_sent_again_stays(sqs: Sqs, jobs: SqsJobs, store: MemoryStore) -> None:
    def later(_: Job) -> None:
        raise LaterError("not now", 3.0)

    sqs.failing = {"send"}
    assert not runner(jobs, store, later).run(message(), lambda: 120.0)
    sqs.failing = set()
    assert runner(jobs, store, later).run(message(received=3, attempts=1), lambda: 120.0)
    assert sqs.sent[0]["DelaySeconds"] == 3
    given = sqs.sent[0]["MessageAttributes"]
    assert (given["attempts"]["StringValue"], given["waits"]["StringValue"]) == ("3", "m")


def test_only_one_of_those_that_ask_for_the_same_waits(
    sqs: Sqs, jobs: SqsJobs, store: MemoryStore
) -> None:
    ran: list[Job] = []

    def later(job: Job) -> None:
        ran.append(job)
        raise LaterError("not now", 60.0)

    run = runner(jobs, store, later).run
    assert run(message(), lambda: 120.0)
    assert run(message(id="another"), lambda: 120.0)  # one too many: dropped
    other = BODY.replace("{}", '{"turn": 2}')
    assert run(message(id="other", body=other), lambda: 120.0)  # it asks for something else
    assert len(ran) == 1
    assert [sent["DelaySeconds"] for sent in sqs.sent] == [60, 2]
    assert run(message(id="new", waits="m"), lambda: 120.0)
    assert len(ran) == 2
    clock: Any = store.clock
    clock.move(seconds=80)
    assert run(message(id="another"), lambda: 120.0)
    assert len(ran) == 3


def test_what_cannot_be_hidden_comes_later(sqs: Sqs, jobs: SqsJobs, store: MemoryStore) -> None:
    sqs.failing = {"hide"}
    assert not runner(jobs, store, fails).run(message(), lambda: 120.0)


def test_an_end_that_could_not_be_told_is_told_by_the_next_delivery(
    sqs: Sqs, jobs: SqsJobs, store: MemoryStore
) -> None:
    run = runner(jobs, store, fails).run
    sqs.failing = {"send"}
    with pytest.raises(EndpointConnectionError):
        run(message(received=ATTEMPTS), lambda: 120.0)
    sqs.failing = set()
    assert not run(message(received=ATTEMPTS + 1), lambda: 120.0)
    assert not run(message(received=ATTEMPTS + 1), lambda: 120.0)

    assert [json.loads(sent["MessageBody"])["payload"]["error"] for sent in sqs.sent] == [
        "StoppedError"
    ]
    assert sqs.hidden == [0, 0]


def test_a_store_that_does_not_answer_is_no_attempt(
    sqs: Sqs, jobs: SqsJobs, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> int:
        raise LaterError("the table is away", 2.0)

    ran: list[Job] = []
    monkeypatch.setattr(store, "put", away)
    assert runner(jobs, store, ran.append).run(message(received=2), lambda: 120.0)
    assert (ran, sqs.sent[0]["DelaySeconds"]) == ([], 2)

    monkeypatch.undo()

    def then_away(job: Job) -> None:
        ran.append(job)
        monkeypatch.setattr(store, "put", away)

    assert runner(jobs, store, then_away).run(message(), lambda: 120.0)  # it is done all the same
    assert len(ran) == 1
    assert len(sqs.sent) == 1


def test_a_lease_outlives_the_function_and_no_more(
    sqs: Sqs, jobs: SqsJobs, store: MemoryStore
) -> None:
    clock: Any = store.clock

    def look(_: Job) -> None:
        (held,) = (one for key, one in store.documents.items() if key == "lease:job:ask:1")
        assert held[3] is not None
        assert timedelta(seconds=120) < held[3] - clock() < timedelta(seconds=180)

    assert runner(jobs, store, look).run(message(), lambda: 120.0)
    assert store.get("lease:job:ask:1") is None


def test_too_little_time_begins_nothing(sqs: Sqs, jobs: SqsJobs, store: MemoryStore) -> None:
    ran: list[Job] = []
    assert runner(jobs, store, ran.append).run(message(received=2), lambda: SLICE - 1)
    assert ran == []
    assert sqs.sent[0]["DelaySeconds"] == 0
    assert sqs.sent[0]["MessageAttributes"]["attempts"]["StringValue"] == "1"


def test_aws_that_refuses_is_no_end(sqs: Sqs, jobs: SqsJobs, store: MemoryStore) -> None:
    def refused(_: Job) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "SendMessage")

    assert not runner(jobs, store, refused).run(message(), lambda: 120.0)
    assert sqs.hidden == [BACKOFF[0]]
