"""The Events API: what the bot is told, over HTTP, and told again when it does not acknowledge."""

from __future__ import annotations

import json

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.local.workspace.driving import SECRET, TOKEN


class Ear:
    """A bot that keeps what it is sent and answers as it is told."""

    def __init__(self, local) -> None:
        self.heard: list[tuple[dict[str, str], dict]] = []
        self.status = 200
        self.headers: dict[str, str] = {}

        async def answer(request: web.Request) -> web.Response:
            body = await request.text()
            good = SignatureVerifier(SECRET).is_valid_request(body, dict(request.headers))
            assert good, "the signature is wrong"
            kind = request.content_type
            self.heard.append((dict(request.headers), json.loads(body) if "json" in kind else {}))
            return web.Response(status=self.status, headers=self.headers, text=str(self.challenge))

        application = web.Application()
        application.router.add_post("/", answer)
        local.workspace.app_url = local.loop.serve(application) + "/"

    @property
    def challenge(self) -> str:
        return self.heard[-1][1].get("challenge", "") if self.heard else ""

    @property
    def events(self) -> list[dict]:
        return [payload["event"] for _, payload in self.heard if "event" in payload]


@pytest.fixture
def ear(local):
    return Ear(local)


def say(local, text, channel="siem", **more):
    about = {"channel": channel, "user": "responder-1", "text": text}
    return local.post("/_workspace/say", **about, **more)["ts"]


def test_a_mention_is_told_once_with_all_that_slack_sends(local, ear):
    ts = say(local, "@siem what is this?")

    ((headers, payload),) = ear.heard
    event = payload["event"]
    assert (payload["type"], payload["api_app_id"]) == ("event_callback", "A0SIEM")
    assert payload["event_id"].startswith("Ev")
    assert payload["authorizations"][0]["user_id"] == "U0SIEMBOT"
    assert (event["type"], event["ts"], event["channel"]) == ("app_mention", ts, "C0SIEM")
    assert event["text"] == "<@U0SIEMBOT> what is this?"
    assert "X-Slack-Retry-Num" not in headers


def test_a_mention_in_a_thread_says_which(local, ear):
    parent = say(local, "look")
    say(local, "@siem help", thread_ts=parent)

    assert ear.events[-1]["thread_ts"] == parent


def test_only_what_was_subscribed_with_its_scope_is_told(local, ear):
    local.subscribe("message.channels", "message.im", "reaction_added")
    ts = say(local, "hello")
    say(local, "psst", channel="D0RESPONDER1")
    local.post("/_workspace/react", channel="siem", user="responder-1", ts=ts, name="eyes")

    kinds = [(event["type"], event.get("channel_type")) for event in ear.events]
    assert kinds == [("message", "channel"), ("message", "im")]  # reactions:read is not granted
    local.grant("reactions:read")
    local.post("/_workspace/react", channel="siem", user="responder-2", ts=ts, name="eyes")
    assert ear.events[-1]["item"] == {"type": "message", "channel": "C0SIEM", "ts": ts}


def test_where_the_bot_is_not_it_hears_nothing(local, ear):
    local.subscribe("message.channels")

    say(local, "@siem are you there?", channel="random")

    assert ear.heard == []


def test_edits_and_deletions_are_events_of_their_own(local, ear):
    local.subscribe("message.channels")
    ts = say(local, "frist")
    local.post("/_workspace/edit", channel="siem", user="responder-1", ts=ts, text="first")
    local.post("/_workspace/delete", channel="siem", user="responder-1", ts=ts)

    _, changed, deleted = ear.events
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "first")
    assert changed["previous_message"]["text"] == "frist"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)
    assert local.messages() == []


def test_answers_that_everybody_sees_are_messages_too(local, ear):
    local.subscribe("message.channels")
    local.command("x")
    url = local.sent("command")["response_url"]

    local.http("POST", url, b'{"text": "for all", "response_type": "in_channel"}')
    local.http("POST", url, b'{"text": "for one"}')
    local.post("/_workspace/clock", advance=0)

    assert [event["text"] for event in ear.events if event] == ["for all"]


def test_membership_and_home(local, ear):
    local.subscribe("member_joined_channel", "member_left_channel")
    about = {"channel": "siem", "user": "responder-2"}
    local.post("/_workspace/membership", **about, leave=True)
    local.post("/_workspace/membership", **about)
    opened = local.post("/_workspace/home", user="responder-1")

    kinds = [event["type"] for event in ear.events]
    assert kinds == ["member_left_channel", "member_joined_channel", "app_home_opened"]
    assert opened["view"] is None
    assert (ear.events[-1]["tab"], ear.events[-1]["user"]) == ("home", "U0RESPONDER1")


def test_an_event_that_is_not_acknowledged_is_told_at_once_after_a_minute_and_after_five(
    local, ear
):
    ear.status = 500
    say(local, "@siem hello?")
    local.post("/_workspace/clock", advance=0)
    assert [h.get("X-Slack-Retry-Num") for h, _ in ear.heard] == [None, "1"]

    local.post("/_workspace/clock", advance=59)
    assert len(ear.heard) == 2
    local.post("/_workspace/clock", advance=1)
    local.post("/_workspace/clock", advance=299)
    assert len(ear.heard) == 3
    local.post("/_workspace/clock", advance=1)
    local.post("/_workspace/clock", advance=100_000)

    assert [h.get("X-Slack-Retry-Num") for h, _ in ear.heard] == [None, "1", "2", "3"]
    assert {h["X-Slack-Retry-Reason"] for h, _ in ear.heard[1:]} == {"http_error"}
    assert len({payload["event_id"] for _, payload in ear.heard}) == 1
    attempts = [each["attempt"] for each in local.journal()["deliveries"]]
    assert attempts == [0, 1, 2, 3]


def test_a_bot_may_refuse_to_be_told_again(local, ear):
    ear.status, ear.headers = 500, {"X-Slack-No-Retry": "1"}
    say(local, "@siem hello?")
    local.post("/_workspace/clock", advance=1000)

    assert len(ear.heard) == 1


def test_an_acknowledgement_that_is_lost_makes_the_event_come_twice(local, ear):
    plan = [{"method": "delivery.event", "nth": 1, "drop_after_commit": True}]
    local.http("PUT", "/_workspace/faults", json.dumps({"faults": plan}).encode())
    say(local, "@siem hello?")
    local.post("/_workspace/clock", advance=0)

    first, second = ear.heard
    assert first[1]["event_id"] == second[1]["event_id"]
    assert second[0]["X-Slack-Retry-Reason"] == "http_timeout"


def test_the_bots_addresses_are_verified(local, ear):
    good = local.post("/_workspace/verify")
    ear.status = 500
    bad = local.post("/_workspace/verify")

    assert (good["url_verification"]["ok"], good["ssl_check"]["ok"]) == (True, True)
    assert (bad["url_verification"]["ok"], bad["ssl_check"]["status"]) == (False, 500)


def test_bolt_passes_the_verification(local):
    answer = local.post("/_workspace/verify")

    assert answer["url_verification"]["ok"]
    assert answer["ssl_check"]["ok"]


def test_revoking_and_uninstalling_are_told(local, ear):
    local.post("/_workspace/token", state="revoked")
    local.post("/_workspace/token", state="inactive")
    local.post("/_workspace/clock", advance=0)

    assert [event["type"] for event in ear.events] == ["tokens_revoked", "app_uninstalled"]
    assert TOKEN not in json.dumps(ear.events)


def test_what_a_person_cannot_do(local):
    ts = say(local, "mine")
    about = {"channel": "siem", "ts": ts}
    for path, given, status in (
        ("edit", {"user": "responder-2", "text": "yours"}, 409),
        ("edit", {"user": "responder-1", "text": " "}, 400),
        ("delete", {"user": "responder-2"}, 409),
        ("react", {"user": "responder-1", "name": "!"}, 409),
        ("membership", {"user": "responder-1"}, 409),
        ("membership", {"user": "responder-1", "member": "nobody"}, 404),
        ("home", {"user": "responder-1", "tab": "about"}, 400),
        ("token", {"state": "sad"}, 400),
    ):
        answered, body = local.send(f"/_workspace/{path}", **about, **given)
        assert (answered, bool(body["detail"])) == (status, True), path
