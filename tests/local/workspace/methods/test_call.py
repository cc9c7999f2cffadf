"""A call of the Web API: in which order it is checked, and what its answer carries."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from slack_sdk import WebClient

from bot.local.workspace.methods.table import METHODS
from tests.local.workspace.driving import APP_TOKEN, OPENER, TOKEN


def called(local, method, body=b"", **headers):
    """The status, headers and body of a call as it goes over the wire."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"{local.url}/api/{method}", body, named, method="POST")
    try:
        with OPENER.open(request, timeout=10) as response:
            return response.status, response.headers, json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, json.loads(error.read())


def test_what_is_wrong_is_told_in_slacks_order(local):
    """Method, token, its kind, scope, rate, arguments, channel: each hides what comes after it."""
    app = local.workspace.installation
    nothing_granted = {"channel": "C404"}
    assert local.api("chat.shout", "")["error"] == "unknown_method"
    assert local.api("pins.add", "", **nothing_granted)["error"] == "not_authed"
    assert local.api("pins.add", "xoxb-wrong", **nothing_granted)["error"] == "invalid_auth"
    assert local.api("pins.add", APP_TOKEN)["error"] == "not_allowed_token_type"
    refused = local.api("pins.add", **nothing_granted)
    assert (refused["error"], refused["needed"]) == ("missing_scope", "pins:write")
    assert refused["provided"] == ",".join(app.scopes)
    local.grant("pins:write")
    assert local.error("pins.add", **nothing_granted) == "invalid_arguments"
    assert local.error("pins.add", channel="C404", timestamp="1.000000") == "channel_not_found"


@pytest.mark.parametrize(
    ("state", "bot", "app"),
    [
        ("revoked", "token_revoked", None),
        ("inactive", "account_inactive", "account_inactive"),
    ],
)
def test_a_token_that_ended_says_how(local, state, bot, app):
    local.post("/_workspace/token", state=state)

    assert local.api("auth.test")["error"] == bot
    assert local.api("apps.connections.open", APP_TOKEN).get("error") == app
    local.post("/_workspace/token", state="active")
    assert local.api("auth.test")["ok"]


def test_the_headers_name_the_scopes_granted_and_accepted(local):
    _, headers, _ = called(local, "conversations.info", Authorization=f"Bearer {TOKEN}")

    assert "chat:write" in headers["x-oauth-scopes"].split(",")
    assert headers["x-accepted-oauth-scopes"] == "channels:read,groups:read,im:read,mpim:read"


def test_a_token_goes_into_the_header_or_a_form_and_nowhere_else(local):
    form = f"token={TOKEN}".encode()
    in_json = json.dumps({"token": TOKEN}).encode()

    assert called(local, "auth.test", form)[2]["ok"]
    json_type = {"Content_Type": "application/json; charset=utf-8"}
    assert called(local, "auth.test", in_json, **json_type)[2]["error"] == "not_authed"
    assert called(local, f"auth.test?token={TOKEN}")[2]["error"] == "not_authed"


def test_json_without_a_charset_is_warned_of(local):
    header = {"Authorization": f"Bearer {TOKEN}", "Content_Type": "application/json"}

    _, _, answer = called(local, "auth.test", b"{}", **header)

    assert answer["ok"]
    assert answer["warning"] == "missing_charset"
    assert answer["response_metadata"]["warnings"] == ["missing_charset"]


def test_nested_arguments_may_be_json_in_a_form_or_a_query(local):
    _, body = local.http(
        "GET",
        "/api/chat.postMessage?channel=C0SIEM&text=x&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )

    assert json.loads(body)["message"]["blocks"][0]["type"] == "divider"


def test_the_rate_of_a_method_is_limited_by_its_tier(local):
    local.workspace.limit_rates()
    for _ in range(20):
        local.call("conversations.list")
    header = {"Authorization": f"Bearer {TOKEN}"}

    status, headers, answer = called(local, "conversations.list", **header)

    assert (status, answer) == (429, {"ok": False, "error": "ratelimited"})
    assert headers["Retry-After"] == "3"
    assert local.api("users.info", user="U0RESPONDER1")["ok"]  # only that method waits
    local.seconds += 3
    local.call("conversations.list")
    assert called(local, "conversations.list", **header)[0] == 429


def test_one_message_a_second_to_a_channel(local):
    local.workspace.limit_rates()
    header = {"Authorization": f"Bearer {TOKEN}"}
    local.call("chat.postMessage", channel="C0SIEM", text="one")

    status, headers, _ = called(local, "chat.postMessage?channel=%23siem&text=two", **header)

    assert (status, headers["Retry-After"]) == (429, "1")
    local.call("chat.postMessage", channel="C0ALERTS", text="elsewhere")
    local.seconds += 1
    local.call("chat.postMessage", channel="C0SIEM", text="two")


def test_a_burst_is_a_setting(local):
    local.workspace.limit_rates(burst=3)
    header = {"Authorization": f"Bearer {TOKEN}"}
    for _ in range(3):
        local.call("chat.postMessage", channel="C0SIEM", text="x")

    assert called(local, "chat.postMessage?channel=C0SIEM&text=x", **header)[0] == 429


def test_without_limits_nothing_is_counted(local):
    for _ in range(60):
        local.call("conversations.list")


def test_the_journal_says_when_who_and_what(local):
    local.api("auth.test")
    local.api("auth.test", APP_TOKEN)
    local.api("auth.test", "")
    local.api("auth.test", "xoxp-other")

    calls = local.journal()["calls"]

    assert [call["token"] for call in calls] == ["bot", "app", "none", "unknown"]
    assert calls[0]["time"].startswith("2026-11-23T12:00:00")
    local.http("DELETE", "/_workspace/journal")
    assert local.journal()["calls"] == []


def test_fifty_clients_at_once_are_all_answered(local):
    def post(number: int) -> bool:
        client = WebClient(TOKEN, base_url=f"{local.url}/api/")
        texts = [f"{number} {each}" for each in range(10)]
        return all(client.chat_postMessage(channel="C0SIEM", text=text)["ok"] for text in texts)

    with ThreadPoolExecutor(50) as pool:
        assert all(pool.map(post, range(50)))

    stamps = [message["ts"] for message in local.messages()]
    assert len({*stamps}) == 500
    assert stamps == sorted(stamps)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_without_arguments_is_answered_and_never_a_fault_here(local, name):
    answer = local.api(name)

    assert answer["ok"] or answer["error"] not in ("internal_error", "unknown_method")


@pytest.mark.parametrize("name", METHODS)
def test_every_method_takes_hostile_arguments(local, name):
    local.grant(*METHODS[name].needs)
    token = APP_TOKEN if METHODS[name].app_level else TOKEN
    names = [word.rstrip("!=").partition(":")[0] for word in METHODS[name].arguments.split()]
    for value in ("\ud800<!channel>\x00", 5, -1, [], {"a": 1}, True, "x" * 5000, None):
        answer = local.api(name, token, **dict.fromkeys(names, value))
        assert answer["ok"] or answer["error"] != "internal_error", (value, answer)
        if not answer["ok"] and answer["error"] == "token_revoked":
            local.post("/_workspace/token", state="active")
