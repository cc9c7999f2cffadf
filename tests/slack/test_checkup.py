"""What a look at the Slack app finds, when Slack answers one thing or another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.app.checkup import Check
from bot.slack.checkup import check_app_token, check_clock, check_signing_secret, check_slack
from bot.slack.manifest import SCOPES
from tests.slack.answering import Answering, answering

WHO = {"ok": True, "user": "siem", "team": "Example"}
ALL = {"x-oauth-scopes": ",".join(scope.name for scope in SCOPES)}
ROOM = {"id": "C1", "name": "alerts", "is_member": True}


@pytest.fixture
def slack() -> Iterator[Answering]:
    with answering() as made:
        yield made


def looked(slack: Answering, channels: dict[str, str], **room: Any) -> list[Check]:
    slack.answer("auth.test", WHO)
    slack.answer("conversations.info", {"ok": True, "channel": ROOM | room})
    return list(check_slack(slack.client(), channels, datetime.now(UTC)))


def states(checks: list[Check]) -> dict[str, str]:
    return {check.subject: check.state for check in checks}


def test_a_well_app_is_ok_throughout(slack: Answering) -> None:
    slack.headers = ALL
    checks = looked(slack, {"default": "C1", "high": "C1"})
    assert {check.state for check in checks} == {"ok"}
    assert "Channel C1 (default, high)" in states(checks)


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
def test_a_token_that_slack_refuses_is_all_there_is_to_say(slack: Answering, error: str) -> None:
    slack.answer("auth.test", {"ok": False, "error": error})
    (check,) = check_slack(slack.client(), {"default": "C1"}, datetime.now(UTC))
    assert (check.state, error in check.says) == ("failed", True)
    assert "slack manifest" in check.fix


def test_a_slack_that_is_not_there_is_said() -> None:
    client = WebClient("xoxb-made-up", base_url="http://127.0.0.1:1/", retry_handlers=[])
    (check,) = check_slack(client, {}, datetime.now(UTC))
    assert check.state == "failed"
    assert "cannot be reached" in check.says
    (check,) = check_app_token(client)
    assert (check.subject, check.state) == ("Socket Mode", "failed")


def test_each_missing_scope_is_named_with_what_it_costs(slack: Answering) -> None:
    slack.headers = {"x-oauth-scopes": "commands, chat:write,channels:read,groups:read,im:read"}
    found = states(looked(slack, {"default": "C1"}))
    assert found["Scope users:read"] == "failed"
    assert found["Scope files:write"] == "warning"
    assert "Scope commands" not in found


@pytest.mark.parametrize(
    ("room", "state", "says"),
    [
        ({"is_archived": True}, "failed", "archived"),
        ({"is_ext_shared": True}, "failed", "another organisation"),
        ({"is_pending_ext_shared": True}, "failed", "another organisation"),
        ({"is_member": False}, "warning", "no file"),
        ({"is_member": False, "is_private": True}, "failed", "not in it"),
    ],
)
def test_a_channel_that_is_no_good_says_why(
    slack: Answering, room: dict[str, Any], state: str, says: str
) -> None:
    slack.headers = ALL
    check = looked(slack, {"default": "C1"}, **room)[-1]
    assert (check.state, says in check.says) == (state, True)
    assert check.fix


def test_without_the_scope_for_it_a_channel_must_have_the_bot(slack: Answering) -> None:
    slack.headers = {"x-oauth-scopes": "chat:write"}
    assert looked(slack, {"default": "C1"}, is_member=False)[-1].state == "failed"


def test_a_channel_that_cannot_be_seen(slack: Answering) -> None:
    slack.answer("auth.test", WHO)
    slack.answer("conversations.info", {"ok": False, "error": "channel_not_found"})
    checks = list(check_slack(slack.client(), {"high": "C9"}, datetime.now(UTC)))
    assert "/invite" in checks[-1].fix
    slack.answer("conversations.info", {"ok": False, "error": "missing_scope"})
    checks = list(check_slack(slack.client(), {"default": "C9"}, datetime.now(UTC)))
    assert "missing_scope" in checks[-1].says
    assert states(checks)["Slack scopes"] == "skipped"


def test_socket_mode_and_the_signing_secret(slack: Answering) -> None:
    slack.answer("apps.connections.open", {"ok": True, "url": "wss://x"})
    assert [check.state for check in check_app_token(slack.client())] == ["ok"]
    slack.answer("apps.connections.open", {"ok": False, "error": "not_allowed_token_type"})
    (check,) = check_app_token(slack.client())
    assert "connections:write" in check.fix
    assert [c.state for c in check_signing_secret("0123456789abcdef" * 2)] == ["ok"]
    assert [c.state for c in check_signing_secret("xoxb-not-a-secret")] == ["failed"]


@pytest.mark.parametrize(
    ("off", "state"), [(0, "ok"), (59, "ok"), (61, "warning"), (-299, "warning"), (301, "failed")]
)
def test_the_clock_is_compared(off: int, state: str) -> None:
    now = datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC)
    (check,) = check_clock("Tue, 24 Nov 2026 09:00:00 GMT", now + timedelta(seconds=off), "Slack")
    assert check.state == state


@pytest.mark.parametrize("date", ["", "yesterday", None, []])
def test_a_time_that_makes_no_sense_is_no_time(date: object) -> None:
    (check,) = check_clock(date, datetime.now(UTC), "Slack")
    assert check.state == "skipped"
