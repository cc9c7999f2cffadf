"""Scans in processes of their own: they start, end, are stopped, die, and leave nothing behind."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bot
from bot.engine import workers as module
from bot.engine.field_shares import FieldsRequest
from bot.engine.listing import ListRequest
from bot.engine.scan import ScanRequest, scan
from bot.engine.sources import LogFile, find_files
from bot.engine.workers import Workers
from bot.errors import BotError
from bot.query.errors import QueryError, Span

ROOT = Path(bot.__file__).parent.parent


@pytest.fixture(scope="module")
def shared():
    workers = Workers(2)
    yield workers
    workers.close()


@pytest.fixture
def one():
    """A single worker, for what happens to it."""
    workers = Workers(1)
    yield workers
    workers.close()


@pytest.fixture
def small(tmp_path):
    (tmp_path / "small").write_text('{"timestamp": 1795435200, "n": 1}\n{"n": "half \\ud83d"}\n')
    return tuple(find_files([tmp_path / "small"]))


@pytest.fixture
def endless(tmp_path):
    """Files that take minutes to read."""
    line = json.dumps({"timestamp": 1795435200, "n": "x" * 200}) + "\n"
    (tmp_path / "big").write_text(line * 1_000)
    return tuple(find_files([tmp_path / "big"])) * 20_000


def request(files, query="fields n", limit=100) -> ScanRequest:
    return ScanRequest(query, tuple(files), None, None, 0, limit)


def pids(workers: Workers) -> list[int]:
    return [hand._ready()._process.pid for hand in workers._hands]


def until(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        # A zombie that nobody has collected yet is gone, too.
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


def test_a_worker_finds_what_a_scan_finds(shared, small):
    running = shared.submit(request(small))

    assert running.wait(20)
    assert running.done
    assert running.error() is None
    assert running.result() == scan(request(small))
    assert running.result().rows[1] == {"n": "half \ud83d"}
    assert len(running.result().troubles) == 1
    assert running.progress() is not None


def test_a_query_that_cannot_run_is_an_error_that_crosses_whole(shared):
    running = shared.submit(request((), "fields a | nonsense"))

    assert running.wait(20)
    error = running.error()
    assert isinstance(error, QueryError)
    assert (error.span, error.text) == (Span(11, 19), "fields a | nonsense")
    assert running.result() is None


def test_a_small_query_is_answered_at_once(shared, small):
    shared.submit(request(small)).wait(20)

    times = []
    for _ in range(20):
        began = time.perf_counter()
        assert shared.submit(request(small)).wait(20)
        times.append(time.perf_counter() - began)

    assert sorted(times)[10] < 0.05


def test_progress_is_seen_on_the_way_and_the_run_can_be_cancelled(one, endless, small):
    running = one.submit(request(endless))
    until(lambda: running.progress() and running.progress().scanned > 5_000)
    assert not running.done
    assert len(running.progress().rows) == 100
    (pid,) = pids(one)

    running.cancel()
    running.cancel()

    assert running.done
    assert running.result() is None
    assert "stopped" in str(running.error())
    after = one.submit(request(small))
    assert after.wait(20)
    assert after.result() is not None
    assert pids(one) == [pid]  # it was asked, not killed


def test_a_run_that_waits_can_be_cancelled_and_never_starts(one, endless, small):
    first, second, third = (one.submit(request(files)) for files in (endless, endless, small))
    second.cancel()
    assert second.done
    assert second.progress() is None

    first.cancel()

    assert third.wait(20)
    assert third.result() is not None
    assert second.progress() is None


def test_two_runs_go_on_side_by_side(shared, endless, small):
    long, short = shared.submit(request(endless)), shared.submit(request(small))

    assert short.wait(20)
    assert not long.done
    long.cancel()


def test_a_worker_that_does_not_listen_is_killed_and_replaced(one, endless, small, monkeypatch):
    monkeypatch.setattr(module, "GRACE", 0.1)
    running = one.submit(request(endless))
    until(lambda: running.progress())
    (pid,) = pids(one)
    os.kill(pid, signal.SIGSTOP)

    running.cancel()

    until(lambda: gone(pid))
    after = one.submit(request(small))
    assert after.wait(20)
    assert after.result() is not None
    assert "stopped" in str(running.error())


def test_a_crash_is_an_error_of_its_run_and_others_go_on(one, endless, small, caplog):
    running, waiting = one.submit(request(endless)), one.submit(request(small))
    until(lambda: running.progress())
    (pid,) = pids(one)

    os.kill(pid, signal.SIGKILL)

    assert running.wait(20)
    assert isinstance(running.error(), BotError)
    assert "exit status -9" in str(running.error())
    assert "died" in str(running.error())
    assert waiting.wait(20)
    assert waiting.result() is not None
    assert "ended with -9" in caplog.text


def test_a_worker_that_died_while_idle_is_replaced(one, small, caplog):
    (pid,) = pids(one)
    os.kill(pid, signal.SIGKILL)
    until(lambda: gone(pid))

    running = one.submit(request(small))

    assert running.wait(20)
    assert running.result() is not None
    assert "-9 while it was idle" in caplog.text


def test_a_fault_of_ours_is_logged_and_told_in_few_words(one, small, caplog):
    running = one.submit(request(small, limit="many"))

    assert running.wait(20)
    assert "Its log says more" in str(running.error())
    assert "failed in its worker" in caplog.text
    about = caplog.records[0].our_fields["error"]
    assert about["type"] == "TypeError"
    assert any("bot/engine/scan.py" in frame for frame in about["frames"])
    assert caplog.records[0].levelno == logging.ERROR
    after = one.submit(request(small))
    assert after.wait(20)
    assert after.result() is not None


def test_when_no_process_can_be_started_the_run_says_so(small, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    workers = Workers(1)

    running = workers.submit(request(small))

    assert running.wait(20)
    assert "No process could be started" in str(running.error())
    workers.close()


def test_closing_ends_all_runs_and_leaves_no_process(endless):
    workers = Workers(2)
    runs = [workers.submit(request(endless)) for _ in range(5)]
    until(lambda: runs[0].progress() and runs[1].progress())
    processes = pids(workers)

    began = time.monotonic()
    workers.close()
    workers.close()

    assert time.monotonic() - began < 5
    assert all(run.done for run in runs)
    assert {str(run.error()) for run in runs} == {
        "The query was stopped, because the bot is shutting down."
    }
    assert all(map(gone, processes))
    with pytest.raises(BotError, match="closed"):
        workers.submit(request(()))


def test_closing_at_once_is_fine():
    for _ in range(3):
        Workers(2).close()


PARENT = """
import sys, time
from bot.engine.scan import ScanRequest
from bot.engine.sources import find_files
from bot.engine.workers import Workers
workers = Workers(2)
files = tuple(find_files([sys.argv[1]])) * 20_000
run = workers.submit(ScanRequest("fields n", files, None, None, 0, 10))
while run.progress() is None:
    time.sleep(0.01)
print(*[hand._ready()._process.pid for hand in workers._hands], flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_bot_is_killed_its_workers_go_too(endless, sent):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, endless[0].path],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    ) as parent:
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
        parent.send_signal(sent)
        parent.wait(20)

    until(lambda: all(map(gone, children)))


def test_a_main_module_without_a_guard_is_not_run_again(tmp_path, small):
    script = tmp_path / "main.py"
    script.write_text(
        "import sys\n"
        "print('main', flush=True)\n"
        "from bot.engine.scan import ScanRequest\n"
        "from bot.engine.sources import LogFile\n"
        "from bot.engine.workers import Workers\n"
        "workers = Workers(2)\n"
        "run = workers.submit(ScanRequest('fields n', (LogFile(sys.argv[1]),), None, None, 0, 10))\n"
        "run.wait(20)\n"
        "print(len(run.result().rows), flush=True)\n"
        "workers.close()\n"
    )

    done = subprocess.run(
        [sys.executable, str(script), small[0].path],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert (done.stdout, done.stderr) == ("main\n2\n", "")


def test_a_worker_imports_the_engine_and_little_else():
    code = "import sys, bot.engine.worker; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {
        "aiohttp",
        "asyncio",
        "boto3",
        "slack_bolt",
        "slack_sdk",
        "sqlite3",
        "yaml",
    }
    rooms = {name.split(".")[1] for name in done.stdout.split() if name.startswith("bot.")}
    assert rooms <= {"engine", "query", "errors", "telemetry"}


def test_paths_of_any_bytes_cross_to_a_worker(shared, tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff\nname")
    Path(path).write_text('{"n": 1}')

    running = shared.submit(request([LogFile(path)]))

    assert running.wait(20)
    assert running.result().rows == [{"n": "1"}]


# -------------------------------------------------------------------------- lists, and waiting
def test_raw_events_are_listed_and_fields_counted_by_workers_too(shared, small):
    listing = shared.submit(ListRequest(small, 0, None))
    counting = shared.submit(FieldsRequest(small, 0, 1 << 60))
    wrong = shared.submit(ListRequest(small, 0, None, pattern="{"))

    assert all(run.wait(10) for run in (listing, counting, wrong))
    assert [event.message for event in listing.result().events] == [
        '{"timestamp": 1795435200, "n": 1}'
    ]
    assert ("n", 100) in counting.result().shares
    assert str(wrong.error()).startswith("Invalid filter pattern")


def test_a_list_can_be_stopped(one, endless, small):
    run = one.submit(ListRequest(endless, 0, None))
    time.sleep(0.3)
    run.cancel()
    after = one.submit(ListRequest(small, 0, None))

    assert run.wait(1)
    assert after.wait(5)
    assert len(after.result().events) == 1


def test_whoever_waits_is_called_once_at_the_end_however_it_comes(one, small, endless):
    called = []
    for end in ("whole", "stopped"):
        run = one.submit(request(small if end == "whole" else endless))
        run.when_done(lambda end=end: called.append(end))
        if end == "stopped":
            run.cancel()
        assert run.wait(10)
    run.when_done(lambda: called.append("late"))
    deadline = time.monotonic() + 5
    while len(called) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)

    assert sorted(called) == ["late", "stopped", "whole"]
