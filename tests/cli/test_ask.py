"""`python -m bot ask` with the shipped rules."""

from __future__ import annotations

import json

import pytest

from bot.cli import main


def write_event(second, bucket, key, name="PutObject"):
    return {
        "eventTime": f"2026-11-01T10:00:{second:02d}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": name,
        "sourceIPAddress": "192.0.2.7",
        "userIdentity": {"arn": "arn:aws:iam::111122223333:user/responder-1"},
        "requestParameters": {"bucketName": bucket, "key": key},
    }


@pytest.fixture
def logs(tmp_path, monkeypatch):
    monkeypatch.delenv("SIEM_RULES", raising=False)
    events = [write_event(n, "my-bucket", f"k{n}") for n in range(3)]
    events += [write_event(5, "other-bucket", "x"), write_event(6, "my-bucket", "k0", "GetObject")]
    path = tmp_path / "trail.json"
    path.write_text(json.dumps({"Records": events}))
    return path


def test_a_question_is_answered_as_in_slack(logs, capsys):
    status = main(
        [
            "ask",
            "s3-writes my-bucket 24h",
            "--logs",
            str(logs),
            "--now",
            "2026-11-01T12:00:00Z",
            "--format",
            "json",
        ]
    )
    answer = json.loads(capsys.readouterr().out)
    assert status == 0
    assert answer["columns"] == ["time", "operation", "key", "who", "address"]
    assert [row["key"] for row in answer["rows"]] == ["k2", "k1", "k0"]
    assert answer["statistics"]["recordsMatched"] == 3
    assert answer["statistics"]["recordsScanned"] == 5


def test_now_is_exclusive(logs, capsys):
    main(
        [
            "ask",
            "s3-writes my-bucket 24h",
            "--logs",
            str(logs),
            "--now",
            "2026-11-01T10:00:02Z",
            "--format",
            "csv",
        ]
    )
    assert [line.split(",")[2] for line in capsys.readouterr().out.splitlines()] == [
        "key",
        "k1",
        "k0",
    ]


def test_a_table_says_which_window_and_zone(logs, capsys):
    main(
        [
            "ask",
            "s3-writes",
            "my-bucket",
            "2026-11-01",
            "--logs",
            str(logs),
            "--zone",
            "Europe/Berlin",
        ]
    )
    out = capsys.readouterr().out
    assert "2026-11-01 00:00:00 to 2026-11-02 00:00:00 (Europe/Berlin)" in out
    assert "responder-1" in out


def test_an_empty_answer_says_what_must_be_logged(logs, capsys):
    assert (
        main(
            [
                "ask",
                "s3-writes no-such-bucket 24h",
                "--logs",
                str(logs),
                "--now",
                "2026-11-01T12:00Z",
            ]
        )
        == 0
    )
    captured = capsys.readouterr()
    assert "No rows." in captured.out
    assert "s3-data-events" in captured.err


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("s3-write my-bucket", "s3-writes"),
        ("s3-writes", "bucket"),
        ("s3-writes my-bucket 24x", "24x"),
        ("s3-writes 'my-bucket", "quote"),
        ("", "rule"),
    ],
)
def test_a_question_that_cannot_be_read_is_status_2(logs, capsys, question, words):
    assert main(["ask", question, "--logs", str(logs)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err


def test_no_argument_leaves_its_quotes(logs, capsys):
    hostile = "s3-writes 'my-bucket\" | fields @message | filter 1=1 #' 24h"
    status = main(
        ["ask", hostile, "--logs", str(logs), "--now", "2026-11-01T12:00Z", "--format", "json"]
    )
    captured = capsys.readouterr()
    assert status == 2 or json.loads(captured.out)["rows"] == []
