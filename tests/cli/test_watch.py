"""`python -m bot tick`: one round of detection over files, and a process that is killed in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app.documents import each
from bot.app.kept import ALERTS, CHANGED
from bot.cli import main
from bot.local.sqlite_store import SqliteStore
from tests.cli.alerting_rule import write_log, write_rules

NOW = "2026-11-02T10:00:00Z"

# A tick whose process is killed at its n-th write, before or after it.
KILLED = """
import os, signal, sys
from bot.cli import main
from bot.local.sqlite_store import SqliteStore

left, before, put = int(sys.argv[1]), sys.argv[2] == "before", SqliteStore.put

def dying(self, key, value, expected, **how):
    global left
    left -= 1
    if left == 0 and before:
        os.kill(os.getpid(), signal.SIGKILL)
    done = put(self, key, value, expected, **how)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

SqliteStore.put = dying
sys.exit(main(sys.argv[3:]))
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SIEM_RULES", str(write_rules(tmp_path / "rules")))
    monkeypatch.setenv("SIEM_DATA", str(tmp_path / "data"))
    write_log(tmp_path / "trail.jsonl")
    return tmp_path


def command(place, state=None):
    arguments = ["tick", "--logs", str(place / "trail.jsonl"), "--now", NOW]
    return arguments + (["--state", str(state)] if state else [])


def kept(path):
    store = SqliteStore(path)
    try:
        return list(each(store, ALERTS, CHANGED))
    finally:
        store.close()


def test_a_tick_tells_what_is_new_and_the_next_one_nothing(place, capsys):
    assert main(command(place)) == 0
    assert "Root was used" in capsys.readouterr().out
    assert {a.rule: a.count for a in kept(place / "data" / "state.db")} == {
        "root-used": 5,
        "many-calls": 1,
    }
    assert main(command(place)) == 0
    assert capsys.readouterr().out == ""


def test_a_new_file_with_older_events_is_found_by_the_next_tick(place, capsys):
    main(command(place))
    line = {"eventTime": "2026-11-02T08:00:00Z", "eventName": "X", "userIdentity": {"type": "Root", "arn": "b\u202e"}}  # fmt: skip
    (place / "late.jsonl").write_text(json.dumps(line) + "\n")
    capsys.readouterr()
    arguments = ["tick", "--logs", str(place / "late.jsonl"), "--now", "2026-11-02T10:05:00Z"]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert out.startswith("new")
    assert "\u202e" not in out


def test_a_rule_that_cannot_run_is_named(place, capsys):
    (place / "rules" / "config.yml").write_text(
        "sources:\n  cloudtrail: {groups: [a], event_time: a.b}\n"
    )
    rule = place / "rules" / "root-used.yml"
    rule.write_text(rule.read_text().replace("eventName as operation", "eventName as a"))
    assert main(command(place)) in (0, 1)
    assert "Traceback" not in capsys.readouterr().err


def test_a_state_that_cannot_be_written_is_refused(place, capsys):
    (place / "file").write_text("")
    assert main(command(place, place / "file" / "state.db")) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("write", [2, 4, 6])
def test_a_tick_that_is_killed_loses_nothing_and_counts_nothing_twice(place, capsys, write, when):
    state = place / "state.db"
    script = place / "killed.py"
    script.write_text(KILLED)
    died = subprocess.run(
        [sys.executable, str(script), str(write), when, *command(place, state)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert main(command(place, state)) == 0
    alerts = kept(state)
    assert {a.rule: a.count for a in alerts} == {"root-used": 5, "many-calls": 1}
    assert all(a.told.revision == a.revision for a in alerts)
    told = died.stdout.decode() + capsys.readouterr().out
    assert all(f"  {alert.id}  " in told for alert in alerts)
