"""The doctor as an operator runs it: what it prints, and its exit status."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.engine.workers import Workers
from bot.local.cloudwatch import CloudWatch
from bot.slack.manifest import SCOPES
from tests import stand_ins
from tests.fakes import NOW
from tests.local.cloudwatch.serving import serving
from tests.slack.answering import Answering, answering

CONFIG = """
sources:
  cloudtrail: {groups: [cloudtrail], event_time: eventTime}
channels: {default: C0ALERTS}
"""


@pytest.fixture
def slack() -> Iterator[Answering]:
    with answering() as made:
        made.headers = {"x-oauth-scopes": ",".join(scope.name for scope in SCOPES)}
        made.answer("auth.test", {"ok": True, "user": "siem", "team": "Example"})
        room = {"id": "C0ALERTS", "name": "alerts", "is_member": True}
        made.answer("conversations.info", {"ok": True, "channel": room})
        yield made


@pytest.fixture
def surroundings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slack: Answering
) -> Iterator[None]:
    (tmp_path / "config.yml").write_text(CONFIG)
    workers = Workers()
    cloudwatch = CloudWatch(tmp_path / "logs", workers, lambda: NOW)
    cloudwatch.create_group("cloudtrail")
    with serving(cloudwatch.application()) as url:
        given = {
            **stand_ins.ENVIRONMENT,
            "SIEM_RULES": str(tmp_path),
            "AWS_ENDPOINT_URL": stand_ins.aws(),
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": url,
            "SLACK_API_URL": f"{slack.url}/",
            "SLACK_BOT_TOKEN": "xoxb-made-up",
            "SLACK_SIGNING_SECRET": "0123456789abcdef" * 2,
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("SLACK_APP_TOKEN", raising=False)
        monkeypatch.delenv("SIEM_TABLE", raising=False)
        yield
    workers.close()


@pytest.mark.usefixtures("surroundings")
def test_a_bot_that_has_what_it_needs(capsys):
    assert main(["doctor", "--search"]) == 0
    said = capsys.readouterr().out
    assert "ok       AWS credentials: account 111122223333" in said
    assert "ok       Channel C0ALERTS (default): #alerts, and the bot is in it" in said
    assert "warning  Log group cloudtrail: Nothing was ever logged there." in said
    assert said.endswith("The bot has what it needs.\n")


@pytest.mark.usefixtures("surroundings")
def test_what_is_wrong_comes_with_its_fix_and_a_status(capsys, tmp_path, monkeypatch):
    (tmp_path / "config.yml").write_text(CONFIG.replace("[cloudtrail]", "[elsewhere]"))
    (tmp_path / "broken.yml").write_text("id: broken")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "FAILED   Rule " in said
    assert "FAILED   Slack token" in said
    assert "FAILED   Slack token: There is none.\n         → Set SLACK_BOT_TOKEN" in said
    assert "FAILED   Slack to the bot" in said
    assert "FAILED   Log group elsewhere: There is none of that name in eu-west-1." in said
    assert said.endswith("Something has to be mended.\n")


@pytest.mark.usefixtures("surroundings")
def test_a_config_that_cannot_be_read_is_one_of_the_findings(capsys, tmp_path):
    (tmp_path / "config.yml").write_text("sources: [")
    assert main(["doctor", "--format", "json"]) == 1
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert checks[0]["subject"] == "Rules"
    assert checks[0]["state"] == "failed"
    assert "config.yml" in checks[0]["says"]


@pytest.mark.usefixtures("surroundings")
def test_a_stage_that_was_never_deployed(capsys):
    assert main(["doctor", "--stage", "nowhere"]) == 1
    assert "FAILED   Stack siem-nowhere" in capsys.readouterr().out


def test_the_manifest_is_printed_to_be_pasted(capsys):
    assert main(["slack", "manifest", "--url", "https://example.com/", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["display_information"]["name"] == "siem"
    assert main(["slack", "manifest"]) == 0
    out, err = capsys.readouterr()
    assert "socket_mode_enabled: true" in out
    assert "# optional: files:write" in err
    assert main(["slack", "manifest", "--url", "http://example.com/"]) == 2


@pytest.mark.usefixtures("surroundings")
def test_alerts_that_have_nowhere_to_go_are_a_failure(capsys, tmp_path, monkeypatch):
    rules = Path(__file__).parents[2] / "rules"
    shutil.copytree(rules / "cloudtrail", tmp_path / "cloudtrail")
    (tmp_path / "config.yml").write_text(CONFIG.replace("channels: {default: C0ALERTS}", ""))
    (tmp_path / "token").write_text("xoxb-made-up")
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "FAILED   Channels: Alerts of the rule `access-key-created` and 5 more have" in said
    assert "→ Name a channel in rules/config.yml" in said
    assert "ok       Slack token" in said


def test_nothing_is_deployed_whose_alerts_have_nowhere_to_go(capsys, tmp_path):
    assert main(["package", "--deployable", "--out", str(tmp_path)]) == 2
    assert "have nowhere to go" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
