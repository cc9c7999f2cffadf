"""Jobs on threads: once, later, again after a failure, and after a restart."""

from __future__ import annotations

import io
import itertools
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import telemetry
from bot.app.ports import Job
from bot.errors import BotError, LaterError
from bot.local.jobs import ATTEMPTS, ThreadJobs
from bot.local.sqlite_store import SqliteStore
from tests.fakes import RecordingMeter

WAIT = 10.0


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.sqlite"


@pytest.fixture
def jobs(path: Path) -> Iterator[ThreadJobs]:
    made = ThreadJobs(path, threads=2, backoff=lambda _: 0.0)
    yield made
    made.stop()


def test_a_job_runs_once_with_its_payload(jobs: ThreadJobs) -> None:
    seen: list[Job] = []
    jobs.put(Job("ask", "1", {"rule": "s3-writes"}))
    jobs.start({"ask": seen.append})

    until(lambda: len(seen) > 0)
    time.sleep(0.05)

    assert seen == [Job("ask", "1", {"rule": "s3-writes"})]


def test_the_same_job_put_twice_while_it_waits_runs_once(jobs: ThreadJobs) -> None:
    seen: list[Job] = []
    jobs.put(Job("ask", "1", {}))
    jobs.put(Job("ask", "1", {}))
    jobs.put(Job("ask", "2", {}))
    jobs.start({"ask": seen.append})

    until(lambda: len(seen) >= 2)
    time.sleep(0.05)

    assert sorted(job.id for job in seen) == ["1", "2"]


def test_a_delayed_job_waits(jobs: ThreadJobs) -> None:
    at: dict[str, float] = {}
    jobs.start({"ask": lambda job: at.setdefault(job.id, time.monotonic())})
    began = time.monotonic()
    jobs.put(Job("ask", "later", {}), delay=0.3)
    jobs.put(Job("ask", "now", {}))

    until(lambda: len(at) == 2)

    assert at["now"] - began < 0.25
    assert at["later"] - began >= 0.3


def test_a_job_that_queues_itself_runs_again(jobs: ThreadJobs) -> None:
    runs: list[int] = []

    def follow(job: Job) -> None:
        runs.append(job.payload["n"])
        if job.payload["n"] < 3:
            jobs.put(Job("follow", job.id, {"n": job.payload["n"] + 1}))

    jobs.start({"follow": follow})
    jobs.put(Job("follow", "1", {"n": 1}))

    until(lambda: len(runs) == 3)

    assert runs == [1, 2, 3]


def test_a_job_never_runs_beside_itself(jobs: ThreadJobs) -> None:
    inside = 0
    most = 0
    runs = 0
    lock = threading.Lock()

    def handler(_: Job) -> None:
        nonlocal inside, most, runs
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.05)
        with lock:
            inside -= 1
            runs += 1

    jobs.start({"ask": handler})
    jobs.put(Job("ask", "1", {}))
    until(lambda: inside == 1)
    jobs.put(Job("ask", "1", {}))

    until(lambda: runs == 2)

    assert most == 1


def test_a_failing_job_is_tried_again(jobs: ThreadJobs) -> None:
    tries: list[str] = []

    def handler(job: Job) -> None:
        tries.append(job.id)
        if len(tries) < 3:
            raise RuntimeError("not yet")

    jobs.start({"ask": handler})
    jobs.put(Job("ask", "1", {}))

    until(lambda: len(tries) == 3)
    time.sleep(0.05)

    assert len(tries) == 3


def test_a_job_that_always_fails_is_set_aside_and_told(path: Path) -> None:
    told: list[tuple[Job, Exception]] = []
    jobs = ThreadJobs(path, threads=1, backoff=lambda _: 0.0)
    tries: list[Job] = []

    def handler(job: Job) -> None:
        tries.append(job)
        raise RuntimeError("broken for good")

    jobs.start({"ask": handler}, on_dead=lambda j, e: told.append((j, e)))
    jobs.put(Job("ask", "1", {"a": 1}))
    until(lambda: len(told) == 1)
    jobs.stop()

    assert len(tries) == ATTEMPTS
    assert told[0][0] == Job("ask", "1", {"a": 1})
    rows = sqlite3.connect(path).execute("select kind, id, error from dead_jobs").fetchall()
    assert rows == [("ask", "1", "RuntimeError: broken for good")]


def test_an_unknown_kind_is_told_too(path: Path) -> None:
    told: list[str] = []
    jobs = ThreadJobs(path, threads=1, backoff=lambda _: 0.0)
    jobs.start({}, on_dead=lambda j, _: told.append(j.kind))
    jobs.put(Job("nobody", "1", {}))

    until(lambda: told == ["nobody"])
    jobs.stop()


def test_other_jobs_run_when_nobody_can_be_told(path: Path) -> None:
    done: list[Job] = []
    jobs = ThreadJobs(path, threads=1, backoff=lambda _: 0.0)

    def broken(job: Job, error: Exception) -> None:
        raise ConnectionError("Slack is down")

    jobs.start({"ask": done.append}, on_dead=broken)
    jobs.put(Job("nobody", "1", {}))
    jobs.put(Job("ask", "2", {}), delay=0.1)

    until(lambda: len(done) == 1)
    jobs.stop()


def test_what_waited_runs_after_a_restart(path: Path) -> None:
    first = ThreadJobs(path)
    first.put(Job("ask", "1", {"n": 1}))
    first.stop()
    seen: list[Job] = []

    second = ThreadJobs(path)
    second.start({"ask": seen.append})
    until(lambda: len(seen) == 1)
    second.stop()

    assert seen == [Job("ask", "1", {"n": 1})]


def test_what_was_running_when_the_process_died_runs_again(path: Path) -> None:
    first = ThreadJobs(path)
    first.put(Job("ask", "1", {}))
    # As a killed process leaves it: claimed, never finished.
    crashed = sqlite3.connect(path, isolation_level=None)
    crashed.execute("update jobs set running = 1")
    crashed.close()
    first.stop()
    seen: list[Job] = []

    second = ThreadJobs(path)
    second.start({"ask": seen.append})
    until(lambda: len(seen) == 1)
    second.stop()


def test_a_job_that_must_wait_comes_back_as_often_as_it_says_and_is_never_set_aside(
    jobs: ThreadJobs, path: Path
) -> None:
    times: list[float] = []
    dead: list[Job] = []

    def run(_: Job) -> None:
        times.append(time.monotonic())
        if len(times) < 2 * ATTEMPTS:
            raise LaterError("all places are taken", 0.02)

    jobs.put(Job("ask", "1", {}))
    jobs.start({"ask": run}, lambda job, _: dead.append(job))
    until(lambda: len(times) == 2 * ATTEMPTS)

    until(lambda: sqlite3.connect(path).execute("select count(*) from jobs").fetchone() == (0,))
    assert not dead
    assert all(after - before >= 0.015 for before, after in itertools.pairwise(times))


# ---------------------------------------------------------------------------------------- the log
MARKER = "MARKER <!channel> s3cret"


def test_each_run_of_a_job_is_one_line_without_data(path: Path, out: io.StringIO) -> None:
    endings: list[Exception | None] = [
        LaterError(MARKER, 0), BotError(MARKER), ValueError(MARKER), None, None,
    ]  # fmt: skip
    meter = RecordingMeter()

    def handler(job: Job) -> None:
        error = endings.pop(0)
        telemetry.note(verb="again")
        if error is not None:
            raise error

    jobs = ThreadJobs(path, threads=1, backoff=lambda _: 0.0, meter=meter)
    jobs.put(Job("ask", "0a1b", {"text": MARKER}))
    jobs.start({"ask": handler, "tick": handler})
    until(lambda: len(endings) == 1)
    jobs.put(Job("tick", "tick", {}))
    until(lambda: not endings)
    jobs.stop()
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(each["event"], each["kind"], each["attempt"], each["outcome"]) for each in told] == [
        ("job", "ask", 1, "later"),
        ("job", "ask", 1, "refused"),
        ("job", "ask", 2, "failed"),
        ("job", "ask", 3, "ok"),
        ("tick", "tick", 1, "ok"),
    ]
    assert all(each["verb"] == "again" for each in told)
    assert told[2]["error"]["type"] == "ValueError"
    assert meter.sums() == {"job_errors": 1}
    assert "MARKER" not in out.getvalue()


def test_a_job_that_is_set_aside_is_counted(path: Path, out: io.StringIO) -> None:
    meter, dead = RecordingMeter(), []

    def broken(_: object) -> None:
        raise ValueError(MARKER)

    def told(job: Job, _: Exception) -> None:
        dead.append(job.id)
        raise RuntimeError(MARKER)

    jobs = ThreadJobs(path, threads=1, backoff=lambda _: 0.0, meter=meter)
    jobs.put(Job("ask", "0a1b", {}))
    jobs.start({"ask": broken}, told)
    until(lambda: bool(dead))
    jobs.stop()
    assert meter.sums() == {"job_errors": ATTEMPTS, "dead_jobs": 1}
    assert "nobody could be told that job 0a1b failed" in out.getvalue()
    assert "MARKER" not in out.getvalue()


def test_what_must_outlast_a_loss_of_power_is_on_the_disk_before_put_returns(
    tmp_path: Path,
) -> None:
    levels = {}
    for durable in (False, True):
        jobs = ThreadJobs(tmp_path / f"{durable}.db", durable=durable)
        store = SqliteStore(tmp_path / f"{durable}-store.db", durable=durable)
        levels[durable] = [
            each._connection.execute("pragma synchronous").fetchone()[0] for each in (jobs, store)
        ]
        jobs.stop()
        store.close()
    assert levels == {False: [1, 1], True: [2, 2]}  # sqlite.org/pragma.html: 1 normal, 2 full


def test_what_does_not_finish_in_time_is_left_for_the_next_start(path: Path) -> None:
    hold, begun = threading.Event(), threading.Event()

    def slow(_: Job) -> None:
        begun.set()
        hold.wait(5)

    jobs = ThreadJobs(path, threads=2)
    assert not jobs.alive
    jobs.put(Job("ask", "1", {}))
    jobs.start({"ask": slow})
    assert jobs.alive
    assert begun.wait(5)
    began = time.monotonic()
    assert jobs.stop(0.1) is False
    assert time.monotonic() - began < 2
    assert not jobs.alive
    seen: list[str] = []
    again = ThreadJobs(path, threads=1)
    again.start({"ask": lambda job: seen.append(job.id)})
    until(lambda: seen == ["1"])
    again.stop()
    hold.set()
    assert jobs.stop(5) is True
