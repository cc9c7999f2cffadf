"""`python -m bot digest` with the shipped rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import main


def an_event(second: int, source: str, name: str, **others: object) -> dict[str, object]:
    return {
        "eventID": f"00000000-0000-4000-8000-0000000000{second:02d}",
        "eventTime": f"2026-11-01T10:00:{second:02d}Z",
        "eventSource": source,
        "eventName": name,
        "sourceIPAddress": "192.0.2.7",
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:iam::111122223333:role/r"},
        **others,
    }


ROOT = {"type": "Root", "arn": "arn:aws:iam::111122223333:root", "accountId": "111122223333"}


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SIEM_RULES", raising=False)
    events = [an_event(n, "s3.amazonaws.com", "GetObject") for n in range(5)]
    events += [an_event(9, "iam.amazonaws.com", "ListUsers", userIdentity=ROOT)]
    path = tmp_path / "trail.json"
    path.write_text(json.dumps({"Records": events}))
    return path


def test_it_counts_what_is_there_up_to_the_newest_event(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["digest", "--logs", str(logs), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["end"] == "2026-11-01T10:00:10+00:00"
    assert told["events"] == {
        "total": 6,
        "sources": {"s3.amazonaws.com": 5, "iam.amazonaws.com": 1},
    }
    assert told["alerts"]["rules"] == [
        {"rule": "root-used", "severity": "high", "alerts": 1, "findings": 1}
    ]
    assert told["bytes"] > 0


def test_a_window_and_the_time_may_be_given(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digest", "9s", "--logs", str(logs), "--now", "2026-11-01T10:00:09Z"]) == 0
    said = capsys.readouterr().out

    assert "Digest of 2026-11-01 10:00:00 to 2026-11-01 10:00:09 UTC" in said
    assert "A quiet time" in said
    assert "Events: 5 from 1 service" in said


def test_the_text_names_the_rules(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digest", "2026-11-01", "--zone", "UTC", "--logs", str(logs)]) == 0
    said = capsys.readouterr().out

    assert "Alerts that the live rules would have raised: 1" in said
    assert "root-used" in said


def test_without_times_it_asks_for_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.log"
    path.write_text("hello\n")
    assert main(["digest", "--logs", str(path)]) == 2
    assert "Say what time it is with --now." in capsys.readouterr().err
