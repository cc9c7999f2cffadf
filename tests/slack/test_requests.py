"""Each request is one line of the log, and no line holds what people or Slack wrote."""

from __future__ import annotations

import io
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.slack.requests import LoggedApp
from tests.fakes import ListJobs, MemoryStore, RecordingMeter
from tests.local.workspace.driving import SECRET
from tests.slack.conftest import Slack

MARKER = "MARKER"


def requests(out: io.StringIO) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    return [each for each in told if each.get("event") == "request"]


def dispatched(slack: Slack, body: dict[str, Any], **headers: str) -> BoltResponse:
    text = urlencode({"payload": json.dumps(body)} if "type" in body else body)
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=text)
    signed = {"x-slack-request-timestamp": timestamp, "x-slack-signature": str(signature)}
    form = {"content-type": "application/x-www-form-urlencoded"}
    return slack.app.dispatch(BoltRequest(body=text, headers=form | signed | headers))


def test_a_command_is_one_line_with_its_verb_and_the_time_slack_waited(
    slack: Slack, out: io.StringIO
) -> None:
    slack.command("s3-writes my-bucket 24h")
    (told,) = requests(out)
    assert (told["kind"], told["verb"], told["outcome"], told["status"]) == (
        "command", "ask", "ok", 200,
    )  # fmt: skip
    assert len(told["id"]) == 8
    assert told["level"] == "info"
    assert 0 < told["ms"] < 3_000
    assert "my-bucket" not in out.getvalue()
    assert isinstance(slack.desk.meter, RecordingMeter)
    assert slack.desk.meter.values["ack"] == [pytest.approx(told["ms"], abs=50)]


def test_a_refusal_says_where_and_never_what_was_typed(slack: Slack, out: io.StringIO) -> None:
    slack.command(f"s3-writes '{MARKER}")
    slack.command(MARKER, user="guest-1")
    first, second = requests(out)
    assert (first["outcome"], first["verb"]) == ("refused", "ask")
    assert first["why"].startswith("bot/app/")
    assert second["why"].startswith("bot/slack/callers.py:")
    assert MARKER not in out.getvalue()


def test_a_click_names_its_button_and_a_retry_its_number(slack: Slack, out: io.StringIO) -> None:
    slack.command("s3-writes my-bucket 24h")
    slack.work()
    slack.click(slack.last(), "Again")
    assert (requests(out)[-1]["kind"], requests(out)[-1]["action"]) == (
        "block_actions",
        "ask_again",
    )
    event = {"type": "event_callback", "event": {"type": "app_home_opened", "user": MARKER}}
    body = json.dumps(event)
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body)
    headers = {
        "content-type": "application/json", "x-slack-retry-num": "2",
        "x-slack-request-timestamp": timestamp, "x-slack-signature": str(signature),
    }  # fmt: skip
    slack.app.dispatch(BoltRequest(body=body, headers=headers))
    told = requests(out)[-1]
    assert (told["kind"], told["retry"]) == ("app_home_opened", "2")
    assert MARKER not in out.getvalue()


def test_a_view_is_named_by_its_callback(slack: Slack, out: io.StringIO) -> None:
    dispatched(
        slack,
        {"type": "view_closed", "view": {"callback_id": "pick", "private_metadata": MARKER}},
    )
    assert requests(out)[-1]["kind"] == "view_closed"
    assert requests(out)[-1]["action"] == "pick"
    assert requests(out)[-1]["outcome"] == "refused"
    assert MARKER not in out.getvalue()


def test_what_nobody_signed_is_counted_and_not_read(slack: Slack, out: io.StringIO) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    text = urlencode({"command": "/siem", "text": MARKER, "trigger_id": MARKER})
    assert slack.app.dispatch(BoltRequest(body=text, headers=form)).status == 401
    (told,) = requests(out)
    assert (told["kind"], told["outcome"]) == ("unverified", "refused")
    assert "id" not in told
    assert MARKER not in out.getvalue()


@pytest.mark.parametrize("body", [{"ssl_check": "1"}, {"type": MARKER}, {"odd": MARKER}])
def test_odd_requests_are_lines_too(slack: Slack, out: io.StringIO, body: dict[str, Any]) -> None:
    dispatched(slack, body)
    assert len(requests(out)) == 1
    assert f"{MARKER} " not in out.getvalue()


def test_a_bug_is_an_error_with_frames_and_no_data(
    slack: Slack, out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> int:
        raise RuntimeError(f"{MARKER} in the store")

    monkeypatch.setattr(MemoryStore, "put", broken)
    slack.command("s3-writes my-bucket 24h")
    told = requests(out)[-1]
    assert (told["outcome"], told["level"]) == ("failed", "error")
    assert '"type":"RuntimeError"' in out.getvalue()
    assert "tests/slack/test_requests.py" in out.getvalue()
    assert MARKER not in out.getvalue()
    assert isinstance(slack.desk.meter, RecordingMeter)
    assert slack.desk.meter.values["request_errors"] == [1]


def test_whoever_drains_waits_for_listeners(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(self: ListJobs, *_: Any) -> None:
        time.sleep(0.3)

    monkeypatch.setattr(ListJobs, "put", slow)
    app = slack.app
    assert isinstance(app, LoggedApp)
    assert app.settled(0)
    slack.command("s3-writes my-bucket 24h")
    assert app.settled(5)
