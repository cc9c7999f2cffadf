"""response_url: who sees what, replacing and deleting, thirty minutes and five uses."""

from __future__ import annotations

import json

import pytest
from slack_sdk.webhook import WebhookClient

from tests.local.workspace.driving import actions, button, section


@pytest.fixture
def asked(local):
    """A command was typed; what the bot may do with its response_url is up to the test."""
    local.bolt.command("/siem")(lambda ack: ack())
    local.command("x")
    return WebhookClient(local.sent("command")["response_url"])


def test_a_response_is_seen_by_one_person_unless_it_says_otherwise(local, asked):
    assert asked.send(text="for you").status_code == 200
    assert asked.send(text="for all", response_type="in_channel").status_code == 200

    assert [m["text"] for m in local.messages()] == ["for you", "for all"]
    assert [m["text"] for m in local.messages(user="responder-2")] == ["for all"]


def test_the_answer_to_a_command_replaces_the_one_before(local, asked):
    asked.send(text="running", blocks=[section("running")])
    asked.send(text="done", replace_original=True)

    (message,) = local.messages()
    assert message["text"] == "done"
    assert "blocks" not in message
    assert message["ephemeral"] is True
    asked.send_dict({"delete_original": True})
    assert local.messages() == []
    assert asked.send_dict({"delete_original": True}).status_code == 400


def test_the_acknowledgement_is_what_a_first_response_replaces(local):
    local.bolt.command("/siem")(lambda ack: ack("running"))
    local.command("x")

    WebhookClient(local.sent("command")["response_url"]).send(text="done", replace_original=True)

    assert [m["text"] for m in local.messages()] == ["done"]


def test_it_works_where_the_bot_is_not(local):
    local.bolt.command("/siem")(lambda ack: ack())
    local.command("x", channel="random")

    response = WebhookClient(local.sent("command")["response_url"]).send(text="hello")

    assert response.status_code == 200
    assert local.messages(channel="random")[0]["text"] == "hello"


def test_five_uses(local, asked):
    statuses = [asked.send(text=str(n)).status_code for n in range(6)]

    assert statuses == [200] * 5 + [404]
    assert len(local.messages()) == 5


def test_thirty_minutes(local, asked):
    local.seconds += 1799
    assert asked.send(text="in time").status_code == 200
    local.seconds += 2
    late = asked.send(text="late")

    assert (late.status_code, json.loads(late.body)) == (404, {"ok": False, "error": "expired_url"})


def test_an_address_nobody_gave_out(local):
    assert WebhookClient(f"{local.url}/_response/made-up").send(text="x").status_code == 404


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "no_text"),
        ({"blocks": [{"type": "divider"}]}, "no_text"),
        ({"text": "x", "blocks": [{"type": "x"}]}, "invalid_blocks"),
        ({"text": "x" * 4001}, "msg_too_long"),
        ({"text": "x", "respone_type": "in_channel"}, "invalid_arguments"),
        ([], "invalid_payload"),
    ],
)
def test_what_is_refused(local, asked, given, error):
    status, body = local.http("POST", asked.url, json.dumps(given).encode())

    assert (status, json.loads(body)["error"]) == (400, error)
    assert local.messages() == []
    call = local.journal()["calls"][-1]
    assert call.pop("time") == "2026-11-23T12:00:00.250000+00:00"
    assert call | {"args": {}, "messages": []} == {
        "token": "none",
        "status": 400,
        "method": "response_url",
        "args": {},
        "ok": False,
        "error": error,
        "messages": [],
    }


def test_nonsense_is_refused(local, asked):
    assert local.http("POST", asked.url, b"\xff{")[0] == 400


def test_a_click_replaces_the_message_that_was_clicked_but_cannot_make_it_public(local):
    local.bolt.action("go")(lambda ack: ack())
    local.client.chat_postEphemeral(
        channel="C0SIEM", user="U0RESPONDER1", text="x", blocks=[actions(button("Go", "go"))]
    )
    local.click(local.messages()[0], text="Go")
    hook = WebhookClient(local.sent("block_actions")["response_url"])

    hook.send(text="replaced", replace_original=True, response_type="in_channel")

    assert [m["text"] for m in local.messages()] == ["replaced"]
    assert local.messages(user="responder-2") == []
    hook.send(text="beside")
    hook.send(text="again", replace_original=True)
    assert [m["text"] for m in local.messages()] == ["again", "beside"]


def test_a_response_in_a_thread(local):
    local.bolt.action("go")(lambda ack: ack())
    ts = local.client.chat_postMessage(
        channel="C0SIEM", text="x", blocks=[actions(button("Go", "go"))]
    )["ts"]
    local.click(local.messages()[0], text="Go")
    hook = WebhookClient(local.sent("block_actions")["response_url"])

    hook.send_dict({"text": "inside", "thread_ts": ts, "replace_original": False})

    assert [m["text"] for m in local.messages(thread=ts)] == ["x", "inside"]
    assert [m["text"] for m in local.messages()] == ["x"]
