"""`python -m bot rules try`: what detection would raise, per rule and key."""

from __future__ import annotations

import json

import pytest

from bot.cli import main
from tests.cli.alerting_rule import ROOT, write_log, write_rules


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setenv("SIEM_RULES", str(write_rules(tmp_path / "rules")))
    return str(write_log(tmp_path / "trail.jsonl"))


def tried(capsys, *arguments):
    assert main(["rules", "try", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)["findings"]


def test_each_rule_and_key_has_its_count_its_times_and_its_rows(log, capsys):
    grouped, rows = tried(capsys, "--all", "--logs", log)
    assert {k: v for k, v in rows.items() if k != "rows"} == {
        "rule": "root-used",
        "key": {"who": ROOT},
        "count": 5,
        "first": "2026-11-02T09:00:01.000Z",
        "last": "2026-11-02T09:30:00.000Z",
    }
    assert rows["rows"][0] == {"operation": "Call4", "who": ROOT}
    assert (grouped["rule"], grouped["count"]) == ("many-calls", 1)
    assert grouped["rows"] == [{"calls": "4", "who": ROOT}]


def test_one_rule_and_a_span(log, capsys):
    (one,) = tried(capsys, "root-used", "--logs", log, "--start", "2026-11-02T09:10:00Z", "--end", "2026-11-03")  # fmt: skip
    assert one["count"] == 1
    assert tried(capsys, "many-calls", "--logs", log, "--start", "2026-11-03") == []


def test_a_folder_of_rules_and_a_number_of_processes(log, capsys, monkeypatch, tmp_path):
    folder = str(tmp_path / "rules")
    expected = tried(capsys, "--logs", log)
    monkeypatch.setenv("SIEM_RULES", str(tmp_path / "gone"))
    assert tried(capsys, "--logs", log, "--rules", folder, "--processes", "1") == expected != []


def test_what_cannot_be_read_is_named(log, capsys, tmp_path):
    (tmp_path / "packed.zip").write_bytes(b"PK\x03\x04")
    assert main(["rules", "try", "--logs", log, str(tmp_path / "packed.zip")]) == 0
    assert "packed.zip: is a zip file" in capsys.readouterr().err


def test_a_table_for_people(log, capsys):
    assert main(["rules", "try", "--logs", log]) == 0
    out = capsys.readouterr().out
    assert "root-used" in out
    assert "2 alerts from 2 rules." in out
    assert main(["rules", "try", "root-used", "--logs", log, "--start", "2026-11-03"]) == 0
    assert "No findings from 1 rule." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["root-used", "--all"], "not both"),
        (["root-usd"], "root-used"),
        (["--start", "2026-11-03", "--end", "2026-11-01"], "--end is not after"),
    ],
)
def test_what_makes_no_sense_is_refused(log, capsys, arguments, words):
    assert main(["rules", "try", *arguments, "--logs", log]) == 2
    assert words in capsys.readouterr().err
