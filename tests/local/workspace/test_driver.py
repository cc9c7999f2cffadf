"""The surface that the page and the tests use: state, events, and who is let in."""

from __future__ import annotations

import http.client
import json
import time
from datetime import UTC, datetime

import pytest

from tests.local.workspace.driving import section, start


def test_the_state_of_the_page(local):
    local.workspace.commands[0]["examples"] = ["/siem help"]

    state = local.get("/_workspace/state", user="responder-2")

    assert state["me"] == "U0RESPONDER2"
    assert state["team"]["id"] == "T0LOCAL"
    assert [channel["name"] for channel in state["channels"]] == [
        "siem",
        "alerts",
        "random",
        "shared-partner",
        "siem",
    ]
    assert [channel["joined"] for channel in state["channels"]] == [True, True, False, True, True]
    assert state["channels"][3]["shared"] is True
    assert state["channels"][4]["is_im"] is True
    assert state["commands"][0]["command"] == "/siem"
    assert state["commands"][0]["examples"] == ["/siem help"]
    assert datetime.fromisoformat(state["now"]) == datetime(
        2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC
    )
    assert {user["deleted"] for user in state["users"]} == {False}
    assert state["groups"] == []
    assert {user["name"]: user["team_id"] for user in state["users"]}["partner-1"] == "T0PARTNER01"
    partners = local.get("/_workspace/state", user="partner-1")["channels"]
    assert [channel["id"] for channel in partners] == ["C0SHARED", "D0PARTNER1"]


def test_unread_until_looked_at(local):
    def unread():
        channels = local.get("/_workspace/state", user="responder-1")["channels"]
        return channels[0]["unread"]

    local.client.chat_postMessage(channel="C0SIEM", text="x")
    local.client.chat_postEphemeral(channel="C0SIEM", user="U0RESPONDER1", text="y")
    local.post("/_workspace/say", channel="siem", user="responder-1", text="mine")
    assert unread() == 2
    local.messages()
    assert unread() == 0


def test_saying_something(local):
    ts = local.post(
        "/_workspace/say", channel="#siem", user="U0RESPONDER1", text="hi @responder-2 <b>"
    )["ts"]
    local.post("/_workspace/say", channel="siem", user="responder-2", text="yes", thread_ts=ts)

    parent, reply = local.messages(thread=ts)
    assert parent["text"] == "hi <@U0RESPONDER2> &lt;b&gt;"
    assert parent["pings"] == ["<@U0RESPONDER2>"]
    assert (reply["user"], reply["thread_ts"]) == ("U0RESPONDER2", ts)
    assert parent["reply_count"] == 1


@pytest.mark.parametrize(
    ("path", "given", "status", "error"),
    [
        ("say", {"channel": "siem", "user": "nobody", "text": "x"}, 404, "user_not_found"),
        ("say", {"channel": "siem", "user": "siem", "text": "x"}, 404, "user_not_found"),
        (
            "say",
            {"channel": "nowhere", "user": "responder-1", "text": "x"},
            404,
            "channel_not_found",
        ),
        ("say", {"channel": 5, "user": ["x"], "text": "x"}, 404, "user_not_found"),
        ("say", {"channel": "siem", "user": "responder-1", "text": " "}, 400, "no_text"),
        ("say", {"channel": "siem", "user": "responder-1", "text": 5}, 400, "invalid_text"),
        (
            "say",
            {"channel": "siem", "user": "responder-1", "text": "x", "thread_ts": "9"},
            404,
            "thread_not_found",
        ),
        ("click", {"channel": "siem", "user": "responder-1", "ts": "9"}, 404, "message_not_found"),
        (
            "click",
            {"channel": "siem", "user": "responder-1", "ts": "9", "text": 1},
            400,
            "invalid_text",
        ),
        ("submit", {"view_id": "V1", "user": "responder-1"}, 404, "view_not_found"),
        (
            "submit",
            {"view_id": "V1", "user": "responder-1", "values": []},
            400,
            "invalid_values",
        ),
        ("command", {"user": "responder-1"}, 404, "channel_not_found"),
    ],
)
def test_requests_that_make_no_sense_are_told_why(local, path, given, status, error):
    got, answer = local.send(f"/_workspace/{path}", **given)

    assert (got, answer["error"]) == (status, error)
    assert answer["detail"].endswith((".", "responder-1", "partner-1")) or answer["detail"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_bodies_that_are_no_json_object(local, body):
    assert local.http("POST", "/_workspace/say", body)[0] == 400


def test_looking_where_nothing_is(local):
    assert local.http("GET", "/_workspace/messages?channel=siem&thread=9")[0] == 404
    assert local.http("GET", "/_workspace/messages?channel=siem&limit=x")[0] == 400
    assert local.http("GET", "/_workspace/events?user=nobody")[0] == 404
    assert local.http("GET", "/_workspace/nothing")[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "attacker.example:80"},
        {"Host": "127.0.0.1.attacker.example"},
        {"Host": "[::1"},
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize("path", ["/api/auth.test", "/_workspace/say", "/_response/x", "/nothing"])
def test_strangers_are_refused(local, headers, path):
    status, answer = local.http("POST", path, b"{}", headers)

    assert status == 403
    assert "refused" in answer or "not an address" in answer


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:99", "[::1]:80"])
def test_this_machine_is_let_in_and_told_to_be_careful(local, host):
    connection = http.client.HTTPConnection(local.url.removeprefix("http://"), timeout=5)
    connection.request(
        "GET", "/_workspace/state", headers={"Host": host, "Origin": f"http://{host}"}
    )
    response = connection.getresponse()
    response.read()
    connection.close()

    assert response.status == 200
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


class Stream:
    """Server-sent events, read one at a time."""

    def __init__(self, local, user):
        self.connection = http.client.HTTPConnection(local.url.removeprefix("http://"), timeout=5)
        self.connection.request("GET", f"/_workspace/events?user={user}")
        self.response = self.connection.getresponse()
        assert self.response.headers["Content-Type"] == "text/event-stream"
        assert self.response.readline() == b": hello\n"

    def next(self):
        for line in self.response:
            if line.startswith(b"data: "):
                return json.loads(line[6:])
        return None

    def close(self):
        self.response.close()
        self.connection.close()


def test_pages_hear_of_what_their_person_can_see(local):
    mine, other = Stream(local, "responder-1"), Stream(local, "responder-2")
    ts = local.client.chat_postEphemeral(channel="C0SIEM", user="U0RESPONDER1", text="x")[
        "message_ts"
    ]
    local.client.chat_postMessage(channel="U0RESPONDER1", text="dm")
    parent = local.client.chat_postMessage(channel="C0SIEM", text="x")["ts"]
    reply = local.client.chat_postMessage(channel="C0SIEM", text="x", thread_ts=parent)["ts"]
    local.workspace.set_notice("The clock stands.")

    assert mine.next() == {"kind": "message", "channel": "C0SIEM", "ts": ts}
    assert mine.next()["channel"] == "D0RESPONDER1"
    assert other.next() == {"kind": "message", "channel": "C0SIEM", "ts": parent}
    assert other.next() == {
        "kind": "message",
        "channel": "C0SIEM",
        "ts": reply,
        "thread_ts": parent,
    }
    assert other.next() == {"kind": "state"}
    assert local.get("/_workspace/state")["notice"] == "The clock stands."
    mine.close()
    other.close()


def test_a_page_hears_that_a_command_runs(local):
    local.bolt.command("/siem")(lambda ack: ack("done"))
    stream = Stream(local, "responder-1")

    local.command("x")

    assert stream.next() == {"kind": "busy", "channel": "C0SIEM", "busy": True}
    assert stream.next() == {"kind": "busy", "channel": "C0SIEM", "busy": False}
    assert stream.next()["kind"] == "message"
    stream.close()


def test_an_open_page_does_not_keep_the_server_from_stopping():
    local = start()
    stream = Stream(local, "responder-1")
    before = time.monotonic()

    local.loop.stop()

    assert time.monotonic() - before < 5
    assert stream.next() is None
    stream.close()


def test_the_journal_is_bounded_and_leaves_huge_payloads_out(local):
    local.client.chat_postMessage(channel="C0SIEM", text="x" * 100_000)
    assert "too_large_for_the_journal" in local.journal()["calls"][0]["args"]
    for _ in range(505):
        local.http("POST", "/api/api.test", b"")
    assert len(local.journal()["calls"]) == 500


def test_two_thousand_messages_are_quick_to_look_at(local):
    table = [[{"type": "raw_text", "text": "cell " * 4} for _ in range(5)] for _ in range(50)]
    post = local.workspace._parts.messages.post
    for number in range(2000):
        blocks = [section(str(number)), {"type": "table", "rows": table[: number % 50 + 1]}]
        post("C0SIEM", {"user": "U0SIEMBOT", "text": "x", "blocks": blocks})
    assert len(local.messages()) == 2000

    before = time.monotonic()
    local.client.chat_postMessage(channel="C0SIEM", text="x")
    local.get("/_workspace/state")
    status, body = local.http("GET", "/_workspace/messages?channel=siem")
    newest = local.messages(limit="50")

    assert time.monotonic() - before < 1.0
    assert (status, len(newest), newest[-1]["text"]) == (200, 50, "x")
    assert body.count('"ts"') == 2001


def test_the_newest_of_the_journal(local):
    for _ in range(3):
        local.api("auth.test")
    local.api("api.test")

    journal = local.get("/_workspace/journal", limit="2")

    assert [each["method"] for each in journal["calls"]] == ["auth.test", "api.test"]
    assert local.http("GET", "/_workspace/journal?limit=-1")[0] == 400
