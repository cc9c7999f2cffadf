"""Slash commands: what the bot receives, and what the person sees of its answers."""

from __future__ import annotations

import json
import threading

import pytest

from tests.local.workspace.driving import section, start


def test_a_command_reaches_bolt_and_its_post_stands_in_the_channel(local):
    got = {}

    @local.bolt.command("/siem")
    def siem(ack, body, client):
        ack()
        got.update(body)
        client.chat_postMessage(
            channel=body["channel_id"], text="12 rows", blocks=[section("*12*")]
        )

    answer = local.command("s3-writes my-bucket 24h")

    assert answer["ok"]
    assert answer["status"] == 200
    assert got["text"] == "s3-writes my-bucket 24h"
    assert got["user_id"] == "U0RESPONDER1"
    assert got["user_name"] == "responder-1"
    assert got["channel_id"] == "C0SIEM"
    assert got["channel_name"] == "siem"
    assert got["team_id"] == "T0LOCAL"
    assert got["command"] == "/siem"
    assert got["api_app_id"] == "A0SIEM"
    assert got["is_enterprise_install"] == "false"
    assert got["trigger_id"] == answer["trigger_id"]
    assert got["response_url"].startswith(f"{local.url}/_response/")
    (message,) = wait_for_messages(local)
    assert message["text"] == "12 rows"
    assert message["username"] == "siem"
    assert message["bot_id"] == "B0SIEM"
    assert message["blocks"][0]["block_id"]
    assert message["ephemeral"] is False


def wait_for_messages(local, count=1, **where):
    """Bolt acknowledges while the listener still runs: look until the message is there."""
    for _ in range(200):
        messages = local.messages(**where)
        if len(messages) >= count:
            return messages
        threading.Event().wait(0.01)
    raise AssertionError("no message came")


def test_the_text_of_an_acknowledgement_is_seen_by_one_person(local):
    local.bolt.command("/siem")(lambda ack: ack("say what?"))

    local.command("x")

    (message,) = local.messages()
    assert message["text"] == "say what?"
    assert message["ephemeral"] is True
    assert local.messages(user="responder-2") == []


def test_an_acknowledgement_in_channel_shows_what_was_typed(local):
    local.bolt.command("/siem")(lambda ack: ack(text="hello", response_type="in_channel"))

    local.command("/siem  greet")

    typed, reply = local.messages(user="responder-2")
    assert typed["user"] == "U0RESPONDER1"
    assert typed["text"] == "/siem  greet"
    assert reply["text"] == "hello"
    assert reply["ephemeral"] is False


def test_invalid_blocks_in_an_acknowledgement_are_told_to_the_person(local):
    local.bolt.command("/siem")(lambda ack: ack(text="x", blocks=[{"type": "sectoin"}]))

    local.command("x")

    (message,) = local.messages()
    assert message["text"] == '/siem failed with the error "invalid_blocks"'
    assert message["username"] == "Slackbot"


def test_a_bot_that_does_not_answer_within_three_seconds_is_told_so_to_the_person(local):
    release = threading.Event()

    @local.bolt.command("/siem")
    def siem(ack):
        release.wait(10)
        ack()

    answer = local.command("slow")
    release.set()

    assert answer["ok"] is False
    assert answer["error"] == "operation_timeout"
    (message,) = local.messages()
    assert message["text"] == '/siem failed with the error "operation_timeout"'
    assert message["ephemeral"] is True
    (delivery,) = local.journal()["deliveries"]
    assert 2900 <= delivery["ms"] <= 3500


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1/slack/events"])
def test_no_bot_at_all(local, url):
    local.workspace.app_url = url

    answer = local.command("x")

    assert (answer["ok"], answer["status"], answer["error"]) == (False, 0, "dispatch_failed")
    assert "dispatch_failed" in local.messages()[0]["text"]


def test_a_status_other_than_200_is_a_failure(local):
    answer = local.command("nobody listens")

    assert (answer["ok"], answer["status"]) == (False, 404)


def test_a_wrong_signing_secret_is_refused_by_bolt():
    local = start(secret="another")
    try:
        assert local.command("x")["status"] == 401
    finally:
        local.loop.stop()


def test_the_bot_gets_what_was_typed_escaped(local):
    got = []

    @local.bolt.command("/siem")
    def siem(ack, command):
        got.append(command["text"])
        ack()

    local.command("a <b> & @responder-1 #siem @nobody #nothing https://example.com/a?b=1&c=2")
    local.command("s3.amazonaws.com someone@example.com arn:aws:iam::111122223333:user/x 192.0.2.1")
    local.command("AROAEXAMPLE:ci@example.com <!channel> my-bucket k=v")

    assert got[0] == (
        "a &lt;b&gt; &amp; <@U0RESPONDER1|responder-1> <#C0SIEM|siem> @nobody #nothing "
        "<https://example.com/a?b=1&amp;c=2>"
    )
    assert got[1] == (
        "<http://s3.amazonaws.com|s3.amazonaws.com> <mailto:someone@example.com|someone@example.com> "
        "arn:aws:iam::111122223333:user/x 192.0.2.1"
    )
    assert got[2] == (
        "AROAEXAMPLE:<mailto:ci@example.com|ci@example.com> &lt;!channel&gt; my-bucket k=v"
    )


def test_commands_that_do_not_exist_and_commands_in_threads(local):
    ts = local.post("/_workspace/say", channel="siem", user="responder-1", text="hi")["ts"]

    unknown = local.command("/other x")
    in_thread = local.post(
        "/_workspace/command", channel="siem", user="responder-1", text="/siem x", thread_ts=ts
    )

    assert unknown["error"] == "invalid_command"
    assert in_thread["error"] == "not_in_threads"
    assert local.messages()[-1]["text"] == "/other is not a valid command."
    assert local.messages(thread=ts)[-1]["text"] == "/siem is not supported in threads. Sorry!"
    assert local.journal()["deliveries"] == []


def test_guests_and_partners_come_with_their_own_team_and_say_who_they_are(local):
    local.bolt.command("/siem")(lambda ack: ack())

    local.command("x", user="partner-1", channel="shared-partner")
    partner = local.sent("command")
    local.command("x", user="guest-1")
    guest = local.sent("command")

    assert partner["team_id"] == "T0PARTNER01"
    assert partner["user_id"] == "U0PARTNER1"
    assert guest["team_id"] == "T0LOCAL"
    assert local.client.users_info(user="U0GUEST001")["user"]["is_restricted"] is True
    assert local.client.users_info(user="U0PARTNER1")["user"]["team_id"] == "T0PARTNER01"


def test_a_command_in_a_direct_message_is_seen_by_two(local):
    local.bolt.command("/siem")(lambda ack, say: (ack(), say("for you alone")))

    local.command("x", channel="D0RESPONDER1")

    assert local.sent("command")["channel_name"] == "directmessage"
    assert wait_for_messages(local, channel="D0RESPONDER1")[0]["text"] == "for you alone"
    status, _ = local.http("GET", "/_workspace/messages?channel=D0RESPONDER1&user=responder-2")
    assert status == 404


def test_hostile_text_goes_through(local):
    got = []
    local.bolt.command("/siem")(lambda ack, command: (got.append(command["text"]), ack("ok")))
    hostile = "nul\x00 bidi\u202e \U0001f600 " + "a" * 11_000
    body = json.dumps({"channel": "siem", "user": "responder-1", "text": hostile + "\ud800"})

    status, answer = local.http("POST", "/_workspace/command", body.encode())

    assert status == 200, answer
    assert got == [hostile + "\ufffd"]
    too_long, _ = local.send(
        "/_workspace/command", channel="siem", user="responder-1", text="x" * 12_001
    )
    assert too_long == 400


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("", []),
        ("  ", []),
        ("{}", []),
        ('{"response_type": "in_channel"}', ["/siem x"]),
        ("plain words", ["plain words"]),
        ("[1]", ["[1]"]),
        ('{"text": 5}', ['/siem failed with the error "invalid_arguments"']),
        ("[" * 100_000, ['/siem failed with the error "msg_too_long"']),
        ("x" * 2_000_000, ['/siem failed with the error "msg_too_long"']),
    ],
)
def test_what_an_acknowledgement_may_hold(local, body, seen):
    local.answer_with(200, body)

    assert local.command("x")["ok"]

    assert [message["text"] for message in local.messages()] == seen
