"""A process that helps to read: what it found comes back, and so does what ended it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from bot.engine import partner as module
from bot.engine import scan as scan_module
from bot.engine import shares
from bot.engine.partner import Partner
from bot.engine.passes import Asking, Gathered, Pass, Task
from bot.engine.pipes import receive
from bot.engine.scan import ScanRequest, scan
from bot.engine.sources import LogFile
from bot.query.errors import QueryError

TEXTS = [json.dumps({"eventTime": "2026-11-23T12:00:00Z", "n": n}) + "\n" for n in range(200)]


@pytest.fixture
def file(tmp_path):
    (tmp_path / "log").write_text("".join(TEXTS))
    return LogFile(str(tmp_path / "log"))


def task_of(*files, query="stats count(*) as c, sum(n) as s"):
    return Task((Asking(query),), files, None, None, 0, 10_000)


def ended(partner):
    """Wait for the end of a partner; its process must be gone."""
    try:
        assert partner.wait(20)
        return partner.result()
    finally:
        partner.end()
        assert partner._process.poll() is not None


def test_what_it_gathered_is_what_a_pass_here_gathers(file):
    one = Pass(task_of(file))
    one.run(lambda _size: None)

    assert ended(Partner(task_of(file))) == one.gathered()


def test_it_tells_how_far_it_is(file):
    partner = Partner(task_of(file))
    ended(partner)

    assert 0 <= partner.read <= sum(map(len, TEXTS))


def test_an_error_of_the_query_comes_through():
    with pytest.raises(QueryError) as caught:
        ended(Partner(task_of(query="fields a | nonsense")))

    assert caught.value.text == "fields a | nonsense"


def test_an_error_of_ours_comes_through_in_words(file):
    with pytest.raises(RuntimeError, match="helped to read the logs failed: Traceback"):
        ended(Partner(Task((Asking("fields a"),), (file, 7), None, None, 0, 1)))


def test_a_process_that_dies_is_an_error_and_no_hang(tmp_path):
    os.mkfifo(tmp_path / "never")
    partner = Partner(task_of(LogFile(str(tmp_path / "never"), stored=True)))
    os.kill(partner._process.pid, signal.SIGKILL)

    with pytest.raises(RuntimeError, match="it ended with status"):
        ended(partner)


def test_it_ends_when_nobody_is_there_any_more():
    process = subprocess.Popen(
        [sys.executable, "-c", module._CHILD, module._FOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    output, _ = process.communicate(b"", timeout=20)

    assert (output, process.returncode) == (b"", 0)


def test_its_progress_is_sent_now_and_then(file):
    answers = io.BytesIO()

    gathered = module._gather(task_of(file), answers)

    answers.seek(0)
    assert isinstance(receive(answers), int)
    assert isinstance(gathered, Gathered)
    assert isinstance(module._gather(task_of(query="stats"), answers), QueryError)
    assert "Traceback" in module._gather(task_of(7), answers)


def test_who_stops_a_scan_leaves_no_process_behind(file, monkeypatch):
    monkeypatch.setattr(shares, "WORTH", 1)
    monkeypatch.setattr(shares, "_HEAD", 64)
    monkeypatch.setattr(scan_module, "PAUSE", 0)
    started = []
    monkeypatch.setattr(
        "bot.engine.partner.Partner", lambda task: started.append(Partner(task)) or started[-1]
    )

    def stop(progress):
        if progress.scanned:
            raise KeyError

    before = time.monotonic()
    with pytest.raises(KeyError):
        scan(ScanRequest("fields n", (file,), None, None, 0, processes=3), stop)

    assert time.monotonic() - before < 10
    assert len(started) == 2
    assert all(partner._process.poll() is not None for partner in started)
