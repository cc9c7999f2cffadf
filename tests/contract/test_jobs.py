"""What every Jobs must do, whatever it is made of: threads over SQLite, or SQS with the worker's runner."""

from __future__ import annotations

import functools
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app import lease
from bot.app.dead import GAVE_UP
from bot.app.ports import Job, Jobs
from bot.aws.clients import make_client
from bot.aws.events import messages_in
from bot.aws.job_runner import ATTEMPTS, JobRunner
from bot.aws.sqs_jobs import KINDS, SqsJobs
from bot.errors import FailedError, LaterError
from bot.local.jobs import ThreadJobs
from tests import stand_ins
from tests.fakes import MemoryStore

WAIT = 20.0

Handler = Callable[[Job], None]


def until(true: Callable[[], bool], seconds: float = WAIT) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@functools.cache
def sqs_client() -> Any:
    """A client of the stand-in, made once for all tests: that takes longer than most of them."""
    return make_client("sqs", "eu-west-1", endpoint_url=stand_ins.aws(), connections=30)


class Threads:
    """ThreadJobs as this process runs them."""

    def __init__(self, folder: Path) -> None:
        self.made = ThreadJobs(folder / "jobs.db", threads=3, backoff=lambda _: 0.0)
        self.jobs: Jobs = self.made

    def start(self, handlers: Mapping[str, Handler]) -> list[tuple[Job, str]]:
        told: list[tuple[Job, str]] = []
        self.made.start(handlers, lambda job, error: told.append((job, type(error).__name__)))
        return told

    def close(self) -> None:
        self.made.stop()


class Queues:
    """Two queues in a stand-in, and three workers that receive as Lambda's poller does."""

    def __init__(self, _: Path, visibility: int = 30) -> None:
        self.sqs = sqs_client()
        self.names = ("jobs", "background")
        self.dead = {name: self.queue(f"{name}-dead") for name in self.names}
        self.urls = {
            name: self.queue(
                name,
                VisibilityTimeout=str(visibility),
                RedrivePolicy=json.dumps(
                    {"deadLetterTargetArn": self.arn(self.dead[name]), "maxReceiveCount": 6}
                ),
            )
            for name in self.names
        }
        self.made = SqsJobs(self.sqs, self.urls["jobs"], self.urls["background"])
        self.jobs: Jobs = self.made
        self.store = MemoryStore(lambda: datetime.now(UTC))
        self.left = 120.0
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(3)
        self._working: list[Any] = []

    def queue(self, name: str, **attributes: str) -> str:
        made = self.sqs.create_queue(QueueName=f"{name}-{uuid.uuid4()}", Attributes=attributes)
        return str(made["QueueUrl"])

    def arn(self, url: str) -> str:
        asked = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(asked["Attributes"]["QueueArn"])

    def start(
        self, handlers: Mapping[str, Handler], backoff: Callable[[int], int] = lambda _: 0
    ) -> list[tuple[Job, str]]:
        told: list[tuple[Job, str]] = []

        def gave_up(job: Job) -> None:
            told.append((Job(**job.payload["job"]), job.payload["error"]))

        runner = JobRunner(
            self.made,
            self.store,
            {**handlers, GAVE_UP: gave_up},
            lambda: datetime.now(UTC),
            backoff,
        )
        self._working = [
            self._pool.submit(self._poll, runner, name) for name in (*self.names, "jobs")
        ]
        return told

    def _poll(self, runner: JobRunner, name: str) -> None:
        while not self._stop.is_set():
            if not self.receive(runner, name):
                self._stop.wait(0.02)

    def receive(self, runner: JobRunner, name: str, most: int = 1) -> int:
        """Receive once, run what came, and delete what is done with."""
        url = self.urls[name]
        came = self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=most,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        event = {"Records": [self.record(message, url) for message in came]}
        for message in messages_in(event, self.made.address) or ():
            if runner.run(message, lambda: self.left):
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message.receipt)
        return len(came)

    def record(self, message: Mapping[str, Any], url: str) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {
                name: {"stringValue": one["StringValue"], "dataType": one["DataType"]}
                for name, one in message.get("MessageAttributes", {}).items()
            },
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:eu-west-1:111122223333:{url.rpartition('/')[2]}",
        }

    def count(self, url: str) -> int:
        names = [f"ApproximateNumberOfMessages{state}" for state in ("", "NotVisible", "Delayed")]
        asked = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(asked[name]) for name in names)

    def quiet(self) -> bool:
        return not any(self.count(url) for url in self.urls.values())

    def bodies(self, name: str) -> list[str]:
        """What is in the queue of the dead, which keeps it."""
        found = []
        while came := self.sqs.receive_message(QueueUrl=self.dead[name]).get("Messages"):
            found += [message["Body"] for message in came]
        return found

    def close(self) -> None:
        self._stop.set()
        self._pool.shutdown()
        for work in self._working:
            work.result()


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stand_ins.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=[Threads, Queues])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    made = request.param(tmp_path)
    yield made
    made.close()


@pytest.fixture
def queues(tmp_path: Path) -> Iterator[Queues]:
    made = Queues(tmp_path)
    yield made
    made.close()


# ------------------------------------------------------------------------ what both must do
def test_a_job_runs_with_its_payload(bench: Any) -> None:
    seen: list[Job] = []
    job = Job("ask", "1\u2028é", {"rule": "s3-writes", "n": [1, None], "odd": "\x00\ud800😀"})
    bench.jobs.put(job)
    bench.jobs.put(Job("tick", "tick", {}))
    bench.start({"ask": seen.append, "tick": seen.append})

    until(lambda: len(seen) == 2)

    assert sorted(seen, key=lambda one: one.kind) == [job, Job("tick", "tick", {})]


def test_a_delayed_job_waits(bench: Any) -> None:
    at: dict[str, float] = {}
    bench.start({"ask": lambda job: at.setdefault(job.id, time.monotonic())})
    began = time.monotonic()
    bench.jobs.put(Job("ask", "later", {}), delay=1.0)
    bench.jobs.put(Job("ask", "now", {}))

    until(lambda: len(at) == 2)

    assert at["now"] - began < 0.95
    assert at["later"] - began >= 0.95


def test_a_job_that_queues_itself_goes_on(bench: Any) -> None:
    runs: list[int] = []

    def follow(job: Job) -> None:
        runs.append(job.payload["n"])
        if job.payload["n"] < 3:
            bench.jobs.put(Job("follow", job.id, {"n": job.payload["n"] + 1}), 0.3)

    bench.start({"follow": follow})
    bench.jobs.put(Job("follow", "1", {"n": 1}))

    until(lambda: len(runs) == 3)

    assert runs == [1, 2, 3]


def test_put_while_it_runs_it_runs_again_and_never_beside_itself(bench: Any) -> None:
    lock = threading.Lock()
    inside, most, runs = 0, 0, 0
    both: set[str] = set()

    def handler(job: Job) -> None:
        nonlocal inside, most, runs
        with lock:
            inside += 1
            both.add(job.id)
            most = max(most, inside)
        time.sleep(0.3)
        with lock:
            inside -= 1
            runs += 1

    bench.start({"ask": handler})
    bench.jobs.put(Job("ask", "1", {}))
    until(lambda: inside == 1)
    bench.jobs.put(Job("ask", "1", {}))

    until(lambda: runs == 2)

    assert most == 1


def test_different_jobs_run_side_by_side(bench: Any) -> None:
    gate = threading.Barrier(2, timeout=WAIT)
    done: list[str] = []

    def handler(job: Job) -> None:
        gate.wait()
        done.append(job.id)

    bench.start({"ask": handler})
    bench.jobs.put(Job("ask", "1", {}))
    bench.jobs.put(Job("ask", "2", {}))

    until(lambda: len(done) == 2)


def test_a_failing_job_is_tried_again(bench: Any) -> None:
    tries: list[str] = []

    def handler(job: Job) -> None:
        tries.append(job.id)
        if len(tries) < 3:
            raise RuntimeError("not yet")

    told = bench.start({"ask": handler})
    bench.jobs.put(Job("ask", "1", {}))

    until(lambda: len(tries) == 3)
    time.sleep(0.2)

    assert len(tries) == 3
    assert told == []


def test_a_job_that_always_fails_is_set_aside_and_told_once(bench: Any) -> None:
    tries: list[Job] = []
    job = Job("ask", "1", {"a": 1})

    def handler(job: Job) -> None:
        tries.append(job)
        raise RuntimeError("broken for good")

    told = bench.start({"ask": handler})
    bench.jobs.put(job)
    until(lambda: len(told) >= 1)
    time.sleep(0.5)

    assert len(tries) == ATTEMPTS
    assert told == [(job, "RuntimeError")]


def test_a_job_that_must_wait_is_never_set_aside(bench: Any) -> None:
    times: list[float] = []

    def run(_: Job) -> None:
        times.append(time.monotonic())
        if len(times) == 3:
            raise LaterError("all places are taken", 1.2)
        if len(times) < 2 * ATTEMPTS:
            raise LaterError("all places are taken", 0.0)

    told = bench.start({"ask": run})
    bench.jobs.put(Job("ask", "1", {}))
    until(lambda: len(times) == 2 * ATTEMPTS)
    time.sleep(0.2)

    assert times[3] - times[2] >= 1.15
    assert len(times) == 2 * ATTEMPTS
    assert told == []


def test_put_again_while_its_like_waits_it_is_the_same_job(bench: Any) -> None:
    runs: list[Job] = []

    def run(job: Job) -> None:
        runs.append(job)
        if len(runs) == 1:
            raise LaterError("Slack is down", 3.0)

    told = bench.start({"tell": run})
    bench.jobs.put(Job("tell", "1", {}))
    until(lambda: len(runs) == 1)
    time.sleep(0.2)
    for _ in range(3):
        bench.jobs.put(Job("tell", "1", {}), 0.6)
    until(lambda: len(runs) == 2)
    time.sleep(0.5)

    assert len(runs) == 2
    assert told == []


def test_failures_count_though_the_job_had_to_wait_in_between(bench: Any) -> None:
    tries: list[str] = []

    def run(_: Job) -> None:
        tries.append("later" if len(tries) % 2 else "fails")
        if tries[-1] == "later":
            raise LaterError("not now", 0.0)
        raise RuntimeError("broken for good")

    told = bench.start({"ask": run})
    bench.jobs.put(Job("ask", "1", {}))
    until(lambda: len(told) == 1)
    time.sleep(0.2)

    assert tries.count("fails") == ATTEMPTS


def test_what_nobody_can_do_is_told_and_others_go_on(bench: Any) -> None:
    seen: list[str] = []
    told = bench.start({"ask": lambda job: seen.append(job.id)})
    bench.jobs.put(Job("nobody", "1", {}))
    bench.jobs.put(Job("ask", "2", {}))

    until(lambda: seen == ["2"] and len(told) == 1)

    assert told[0][0] == Job("nobody", "1", {})


# ------------------------------------------------------------------------------ what SQS adds
def test_each_kind_has_its_queue(queues: Queues) -> None:
    for kind in (*KINDS, "ask"):
        queues.jobs.put(Job(kind, "1", {}))

    assert queues.count(queues.urls["background"]) == len(KINDS) >= 4
    assert queues.count(queues.urls["jobs"]) == 1


def test_a_poisonous_message_ends_among_the_dead_and_others_go_on(queues: Queues) -> None:
    poison = [
        "no json",
        "[]",
        '{"kind": "ask", "id": "1", "payload": [1]}',
        '{"kind": 1}',
        "[" * 9_999,
    ]
    for body in poison:
        queues.sqs.send_message(QueueUrl=queues.urls["jobs"], MessageBody=body)
    queues.jobs.put(Job("ask", "2", {}))
    seen: list[str] = []
    told = queues.start({"ask": lambda job: seen.append(job.id)})

    until(lambda: queues.count(queues.dead["jobs"]) == len(poison) and queues.quiet())

    assert sorted(queues.bodies("jobs")) == sorted(poison)
    assert seen == ["2"]
    assert [job.kind for job, _ in told] == ["unreadable"] * len(poison)
    assert {why for _, why in told} == {"NoJobError"}


def test_what_is_set_aside_lies_in_the_queue_of_the_dead(queues: Queues) -> None:
    def broken(_: Job) -> None:
        raise RuntimeError("broken")

    told = queues.start({"ask": broken, "detect": broken})
    queues.jobs.put(Job("ask", "1", {}))
    queues.jobs.put(Job("detect", "root-used", {}))

    until(lambda: len(told) == 2 and queues.quiet())

    assert [json.loads(body)["id"] for body in queues.bodies("jobs")] == ["1"]
    assert [json.loads(body)["id"] for body in queues.bodies("background")] == ["root-used"]


def test_a_failed_job_waits_longer_each_time(queues: Queues) -> None:
    asked: list[int] = []
    told = queues.start({"ask": _broken}, lambda attempt: asked.append(attempt) or 0)
    queues.jobs.put(Job("ask", "1", {}))
    until(lambda: len(told) == 1)

    assert asked == [1, 2, 3, 4]


def test_a_job_that_is_busy_is_not_tried_and_comes_later(queues: Queues) -> None:
    seen: list[str] = []
    runner = a_runner(queues, {"ask": lambda job: seen.append(job.id)})
    held = lease.take(queues.store, "job:ask:1", "another", datetime.now(UTC), 60)
    assert held is not None
    queues.jobs.put(Job("ask", "1", {}))

    assert queues.receive(runner, "jobs") == 1
    assert seen == []
    assert queues.count(queues.urls["jobs"]) == 1
    assert queues.receive(runner, "jobs") == 0  # it is delayed
    assert lease.release(queues.store, held, datetime.now(UTC))
    until(lambda: bool(queues.receive(runner, "jobs")))

    assert seen == ["1"]
    assert queues.quiet()


def test_another_payload_is_no_reason_to_drop_a_job_while_its_like_waits(queues: Queues) -> None:
    runs: list[int] = []

    def run(job: Job) -> None:
        runs.append(job.payload["turn"])
        if len(runs) == 1:
            raise LaterError("not now", 1.0)

    queues.start({"follow": run})
    queues.jobs.put(Job("follow", "1", {"turn": 1}))
    until(lambda: len(runs) == 1)
    queues.jobs.put(Job("follow", "1", {"turn": 2}))
    until(lambda: len(runs) == 3 and queues.quiet())

    assert sorted(runs) == [1, 1, 2]


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    queues = Queues(tmp_path, visibility=1)
    seen: list[str] = []
    queues.jobs.put(Job("ask", "1", {}))
    # As a killed function leaves it: received, never deleted, the lease still held for a moment.
    assert queues.sqs.receive_message(QueueUrl=queues.urls["jobs"])["Messages"]
    assert lease.take(queues.store, "job:ask:1", "killed", datetime.now(UTC), 0.5)
    queues.start({"ask": lambda job: seen.append(job.id)})

    until(lambda: len(seen) == 1 and queues.quiet())
    queues.close()

    assert seen == ["1"]


def test_a_job_that_is_killed_each_time_is_told_too(queues: Queues) -> None:
    queues.jobs.put(Job("ask", "1", {}))
    for _ in range(ATTEMPTS):
        came = queues.sqs.receive_message(QueueUrl=queues.urls["jobs"], VisibilityTimeout=0)
        assert came["Messages"]
    tries: list[Job] = []
    told = queues.start({"ask": tries.append})

    until(lambda: len(told) == 1)
    until(queues.quiet)

    assert len(queues.bodies("jobs")) == 1
    assert tries == []
    assert told == [(Job("ask", "1", {}), "StoppedError")]


def test_no_job_is_begun_when_there_is_too_little_time(queues: Queues) -> None:
    seen: list[str] = []
    runner = a_runner(queues, {"ask": lambda job: seen.append(job.id)})
    for number in range(2):
        queues.jobs.put(Job("ask", str(number), {}))
    queues.left = 10.0
    while len(seen) < 1:
        assert queues.receive(runner, "jobs", most=10)
        assert seen == []
        assert queues.count(queues.urls["jobs"]) == 2
        queues.left = 120.0
        queues.receive(runner, "jobs", most=10)

    until(lambda: bool(queues.receive(runner, "jobs", most=10)) or len(seen) == 2)
    assert sorted(seen) == ["0", "1"]


def test_a_message_that_came_twice_runs_twice_and_harms_nobody(queues: Queues) -> None:
    seen: list[str] = []
    queues.jobs.put(Job("ask", "1", {}))
    queues.jobs.put(Job("ask", "1", {}))
    queues.start({"ask": lambda job: seen.append(job.id)})

    until(lambda: len(seen) == 2 and queues.quiet())


def test_nobody_is_told_that_telling_failed(queues: Queues) -> None:
    tries: list[str] = []

    def broken(job: Job) -> None:
        tries.append(job.id)
        raise FailedError("even this")

    runner = a_runner(queues, {GAVE_UP: broken})
    queues.jobs.put(Job(GAVE_UP, "1", {}))
    until(lambda: not queues.receive(runner, "jobs") and queues.quiet())

    assert len(tries) == ATTEMPTS
    assert len(queues.bodies("jobs")) == 1


def a_runner(queues: Queues, handlers: Mapping[str, Handler]) -> JobRunner:
    return JobRunner(
        queues.made, queues.store, handlers, lambda: datetime.now(UTC), backoff=lambda _: 0
    )


def _broken(_: Job) -> None:
    raise RuntimeError("broken")
