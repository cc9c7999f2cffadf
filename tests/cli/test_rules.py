"""`python -m bot rules` over folders of rules, the shipped one among them."""

from __future__ import annotations

import pytest

from bot.cli import main

CONFIG = """
sources:
  cloudtrail: {groups: [/aws/cloudtrail], event_time: eventTime}
"""

GOOD = """
id: calls
title: Calls by name
purpose: Know which calls were made.
severity: info
status: live
log: cloudtrail
query: |
  stats count(*) as n by eventName
tests:
  - name: two calls are counted
    rows: 1
    events:
      - {eventTime: "2026-11-01T10:00:00Z", eventName: PutObject}
      - {eventTime: "2026-11-01T10:00:01Z", eventName: PutObject}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "config.yml").write_text(CONFIG)
    (tmp_path / "cloudtrail").mkdir()
    (tmp_path / "cloudtrail/calls.yml").write_text(GOOD)
    monkeypatch.setenv("SIEM_RULES", str(tmp_path))
    return tmp_path / "cloudtrail"


def test_the_shipped_rules_are_in_order(capsys, monkeypatch):
    monkeypatch.delenv("SIEM_RULES", raising=False)
    assert main(["rules", "check"]) == 0
    assert main(["rules", "test"]) == 0
    assert main(["rules", "list"]) == 0
    out = capsys.readouterr().out
    for rule in (
        "event-sources",
        "s3-writes",
        "principal-activity",
        "address-activity",
        "access-key-activity",
    ):
        assert rule in out
    assert " 0 failed" in out


def test_list_names_each_rule(folder, capsys):
    assert main(["rules", "list"]) == 0
    assert capsys.readouterr().out == "calls  Calls by name\n"


def test_check_shows_every_fault_and_the_good_rule_still_counts(folder, capsys):
    (folder / "bad.yml").write_text("id: bad\ntitle: [")
    (folder / "worse.yml").write_text(
        GOOD.replace("purpose:", "porpoise:").replace("id: calls", "id: worse")
    )
    assert main(["rules", "check"]) == 1
    out = capsys.readouterr().out
    assert "bad.yml" in out
    assert "worse.yml" in out
    assert "porpoise" in out
    assert main(["rules", "list"]) == 1
    assert "calls" in capsys.readouterr().out
    assert main(["rules", "check", "calls"]) == 0
    assert main(["rules", "check", "worse"]) == 1
    assert main(["rules", "test", "worse"]) == 2


def test_a_failing_test_is_shown_with_what_came_instead(folder, capsys):
    (folder / "calls.yml").write_text(GOOD.replace("rows: 1", "rows: 2"))
    assert main(["rules", "test"]) == 1
    out = capsys.readouterr().out
    assert "FAIL  calls: two calls are counted" in out
    assert "0 passed, 1 failed" in out


def test_an_unknown_rule_is_refused_with_a_near_one(folder, capsys):
    assert main(["rules", "test", "call"]) == 2
    assert "Did you mean calls?" in capsys.readouterr().err


def test_a_missing_folder_or_config_is_bad_input(folder, tmp_path, monkeypatch, capsys):
    (tmp_path / "config.yml").unlink()
    assert main(["rules", "list"]) == 2
    assert "config.yml" in capsys.readouterr().err
    monkeypatch.setenv("SIEM_RULES", str(tmp_path / "nowhere"))
    assert main(["rules", "list"]) == 2
    assert "SIEM_RULES" in capsys.readouterr().err


def test_a_warning_is_shown_with_its_line_and_fails_nothing(folder, capsys):
    (folder / "calls.yml").write_text(GOOD.replace("by eventName\n", "by eventName | sort n\n"))
    assert main(["rules", "check"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"warning: {folder / 'calls.yml'}:9: query: Q003: ")
    assert out.endswith("1 rule is in order. 1 warning.\n")
    (folder / "bad.yml").write_text("id: bad\ntitle: [")
    assert main(["rules", "check"]) == 1
    assert capsys.readouterr().out.endswith("\n1 fault. 1 warning.\n")
    assert main(["rules", "check", "bad"]) == 1
    assert capsys.readouterr().out.endswith("\n1 fault.\n")
    assert main(["rules", "test"]) == 1
