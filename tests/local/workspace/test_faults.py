"""The plan of faults: what it refuses, and what each row does to real clients."""

from __future__ import annotations

import json
import time
import urllib.error

import pytest
from slack_sdk.errors import SlackApiError

from tests.local.workspace.driving import section


def plan(local, *rows):
    status, body = local.http(
        "PUT", "/_workspace/faults", json.dumps({"faults": list(rows)}).encode()
    )
    return status, json.loads(body)


def test_the_second_call_fails_and_only_that(local):
    assert plan(local, {"method": "chat.postMessage", "nth": 2, "error": "fatal_error"})[0] == 200
    post = local.client.chat_postMessage

    post(channel="C0SIEM", text="one")
    with pytest.raises(SlackApiError, match="fatal_error"):
        post(channel="C0SIEM", text="two")
    post(channel="C0SIEM", text="three")

    assert [message["text"] for message in local.messages()] == ["one", "three"]
    assert [call.get("fault", False) for call in local.journal()["calls"]] == [False, True, False]
    (row,) = local.get("/_workspace/faults")["faults"]
    assert (row["met"], row["done"]) == (3, 1)


@pytest.mark.parametrize(
    ("which", "failed"),
    [
        ({"every": 2}, [2, 4]),
        ({"times": 2}, [1, 2]),
        ({}, [1, 2, 3, 4]),
        ({"channel": "#siem", "nth": 1}, [1]),
        ({"channel": "alerts"}, []),
    ],
)
def test_which_calls_are_meant(local, which, failed):
    plan(local, {"method": "chat.postMessage", "error": "internal_error", **which})
    answers = [local.api("chat.postMessage", channel="C0SIEM", text="x") for _ in range(4)]

    assert [i for i, answer in enumerate(answers, 1) if not answer["ok"]] == failed


def test_too_many_requests_with_a_time_to_wait(local):
    plan(local, {"method": "*", "retry_after": 7})

    with pytest.raises(SlackApiError) as refused:
        local.client.auth_test()

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "7"


def test_a_status_comes_with_html_as_from_what_stands_before_slack(local):
    plan(local, {"method": "chat.postMessage", "times": 1, "status": 503})

    status, body = local.http("POST", "/api/chat.postMessage", b"")

    assert (status, body) == (503, "<html>Server error</html>")
    assert local.messages() == []


def test_committed_but_the_connection_dropped_posts_twice_with_a_client_that_repeats(local):
    """The SDK repeats a call once when the connection breaks: so the message is there twice."""
    plan(local, {"method": "chat.postMessage", "nth": 1, "drop_after_commit": True})

    local.client.chat_postMessage(channel="C0SIEM", text="x")

    assert [message["text"] for message in local.messages()] == ["x", "x"]


def test_dropped_before_it_was_done_posts_once(local):
    plan(local, {"method": "chat.postMessage", "nth": 1, "drop_before": True})

    local.client.chat_postMessage(channel="C0SIEM", text="x")

    assert [message["text"] for message in local.messages()] == ["x"]


def test_a_delay(local):
    plan(local, {"method": "auth.test", "delay": 0.15})
    started = time.monotonic()

    local.call("auth.test")

    assert time.monotonic() - started >= 0.15


def test_faults_of_responses_and_uploads(local):
    local.bolt.command("/siem")(lambda ack: ack())
    local.command("x")
    url = local.sent("command")["response_url"]
    plan(
        local,
        {"method": "response_url", "times": 1, "error": "used_url"},
        {"method": "upload", "times": 1, "status": 500},
        {"method": "response_url", "nth": 2, "drop_before": True},
    )

    body = json.dumps({"text": "late"}).encode()
    assert local.http("POST", url, body)[0] == 404
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        local.http("POST", url, body)
    assert local.http("POST", url, body)[0] == 200
    upload = local.call("files.getUploadURLExternal", filename="a", length=1)["upload_url"]
    assert local.http("POST", upload, b"x")[0] == 500
    assert local.http("POST", upload, b"x")[0] == 200


@pytest.mark.parametrize(
    ("row", "error", "status"),
    [
        ({"drop_before": True}, "dispatch_failed", 0),
        ({"error": "operation_timeout"}, "operation_timeout", 0),
        ({"status": 502}, "dispatch_failed", 502),
        ({"drop_after_commit": True}, "operation_timeout", 0),
    ],
)
def test_faults_of_deliveries(local, row, error, status):
    heard = []
    local.bolt.command("/siem")(lambda ack: (heard.append(1), ack("done")))
    plan(local, {"method": "delivery", "times": 1, **row})

    answer = local.command("x")

    assert (answer["error"], answer["status"]) == (error, status)
    assert len(heard) == ("drop_after_commit" in row)
    assert "failed with the error" in local.messages()[0]["text"]
    assert local.command("x")["ok"]


def test_a_delay_of_a_delivery_counts_toward_its_three_seconds(local, monkeypatch):
    monkeypatch.setattr("bot.local.workspace.deliver.PATIENCE", 0.2)
    local.bolt.command("/siem")(lambda ack: ack())
    plan(local, {"method": "delivery.command", "nth": 1, "delay": 0.3})

    assert local.command("x")["error"] == "operation_timeout"
    assert local.command("x")["ok"]


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (5, "/faults/1: must be an object"),
        ({"method": "chat.shout", "error": "x"}, "/faults/1/method"),
        ({"error": "x"}, "/faults/1/method"),
        ({"method": "delivery.letter", "error": "x"}, "/faults/1/method"),
        ({"method": "auth.test"}, "says nothing that happens"),
        ({"method": "auth.test", "error": "x", "status": 500}, "exclude one another"),
        ({"method": "auth.test", "error": "x", "nth": 1, "every": 2}, "exclude one another"),
        ({"method": "auth.test", "error": "x", "nth": 0}, "/faults/1/nth"),
        ({"method": "auth.test", "error": "x", "nth": "2"}, "/faults/1/nth"),
        ({"method": "auth.test", "error": "x", "times": True}, "/faults/1/times"),
        ({"method": "auth.test", "error": ""}, "/faults/1/error"),
        ({"method": "auth.test", "status": 5}, "/faults/1/status"),
        ({"method": "auth.test", "delay": -1}, "/faults/1/delay"),
        ({"method": "auth.test", "drop_before": False}, "/faults/1/drop_before"),
        ({"method": "auth.test", "error": "x", "when": "now"}, "/faults/1/when"),
        ({"method": "chat.update", "error": "x", "channel": "nowhere"}, "/faults/1/channel"),
        ({"method": "delivery", "error": "x", "channel": "siem"}, "/faults/1/channel"),
        ({"method": "delivery", "retry_after": 5}, "/faults/1/retry_after"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_the_place_and_changes_nothing(
    local, row, where
):
    good = {"method": "auth.test", "error": "x"}
    plan(local, good)

    status, answer = plan(local, good, row)

    assert status == 400
    assert where in answer["detail"]
    assert len(local.get("/_workspace/faults")["faults"]) == 1


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"faults": 5}', b'{"faults": [], "x": 1}'])
def test_a_plan_is_one_list(local, body):
    assert local.http("PUT", "/_workspace/faults", body)[0] == 400


def test_every_fault_of_a_plan_is_told_at_once(local):
    _, answer = plan(local, {"method": "x", "error": ""}, {"method": "auth.test"})

    assert len(answer["detail"].splitlines()) == 3


def test_an_empty_plan_ends_all_faults(local):
    plan(local, {"method": "*", "error": "x"})
    plan(local)

    assert local.client.chat_postMessage(channel="C0SIEM", text="x", blocks=[section("x")])["ok"]
