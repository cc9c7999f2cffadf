"""Slack refuses: channels that take nothing, messages that are too much, forms, addresses, scopes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.slack import alert_words, words
from tests.faults.test_slack_down import ANSWERED, ask, begin, buttons
from tests.faults.world import World
from tests.slack.conftest import words_of

CLOSED = {
    "channel_not_found": "The bot cannot see this channel: invite it with /invite.",
    "not_in_channel": "The bot is not in this channel: invite it with /invite.",
    "is_archived": "This channel is archived.",
}


def rang(world: World) -> dict[str, Any]:
    """The message of an alert."""
    world.happens("StopLogging")
    world.tick()
    world.rest()
    return next(message for message in world.messages("alerts") if message.get("attachments"))


@pytest.mark.parametrize("error", CLOSED)
def test_an_answer_for_a_closed_channel_is_for_the_person_alone(world: World, error: str) -> None:
    world.slack({"method": "chat.postMessage", "error": error})
    ask(world)
    world.rest()

    assert world.public() == []
    (answer,) = world.messages()  # it has replaced *… So the answer is for you alone.*
    assert answer["text"] == ANSWERED[0]
    assert f"{CLOSED[error]} · {words.ONLY_YOU}" in words_of(answer["blocks"])
    assert [b["text"]["text"] for b in buttons(answer)][-1] == "Share"
    assert world.messages(user="responder-2") == []


@pytest.mark.parametrize("error", CLOSED)
def test_an_answer_whose_channel_closes_meanwhile_is_for_the_person_alone(
    world: World, error: str
) -> None:
    world.slack({"method": "chat.update", "error": error})
    ask(world)
    world.rest()

    running, answer = world.messages()
    assert "Searching …" in running["text"]
    assert answer["text"] == ANSWERED[0]
    assert answer["ephemeral"]
    assert f"{CLOSED[error]} · {words.ONLY_YOU}" in words_of(answer["blocks"])
    assert world.dead() == []


@pytest.mark.parametrize("error", CLOSED)
def test_an_alert_for_a_closed_channel_comes_into_the_default_one(world: World, error: str) -> None:
    world.slack({"method": "chat.postMessage", "channel": "random", "error": error})
    world.happens("CreateUser")
    world.tick()
    world.rest()

    (alert,) = world.messages("alerts")
    assert alert_words.elsewhere("C0RANDOM") in words_of(alert["attachments"])
    told = world.alerts()[0].told
    assert (told.channel, told.meant, told.ts) == ("C0ALERTS", "C0RANDOM", alert["ts"])


def test_an_alert_that_no_channel_takes_waits_until_one_does(world: World) -> None:
    world.slack({"method": "chat.postMessage", "error": "is_archived"})
    world.happens("StopLogging")
    world.tick()
    world.pass_time(600)
    world.slack()
    world.tick()
    world.rest()

    said = world.public("alerts")
    assert len([text for text in said if text.startswith("🔴 Critical: A trail was stopped")]) == 1
    assert all(text.startswith(("🔴", "The bot has trouble: One of its jobs")) for text in said)


@pytest.mark.parametrize("error", CLOSED)
def test_a_digest_for_a_closed_channel_comes_into_the_default_one_and_says_why(
    world: World, error: str
) -> None:
    world.tick()
    world.slack({"method": "chat.postMessage", "channel": "siem", "error": error})
    world.pass_time(24 * 3600)
    world.tick()
    world.rest()

    (digest,) = [m for m in world.messages("alerts") if m["text"].startswith("Digest")]
    assert alert_words.elsewhere("C0SIEM") in words_of(digest["blocks"])
    assert world.dead() == []


@pytest.mark.parametrize("error", CLOSED)
def test_a_digest_that_somebody_asked_for_comes_into_direct_messages(
    world: World, error: str
) -> None:
    world.slack({"method": "chat.postMessage", "channel": "siem", "error": error})
    world.command("digest")
    world.rest()

    (told,) = world.messages()
    assert told["text"] == f"{CLOSED[error]} So the digest comes into our direct messages."
    (digest,) = world.messages("D0RESPONDER1")
    assert digest["text"].startswith("Digest")


def test_a_digest_that_slack_does_not_take_is_told_once(world: World) -> None:
    world.slack({"method": "chat.postMessage", "error": "not_allowed_token_type"})
    world.command("digest")
    world.rest()

    assert world.texts() == ["Slack refused the bot's message (not_allowed_token_type)."]
    assert world.dead() == []


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_attachments", "msg_blocks_too_long"])
def test_a_table_that_slack_does_not_take_is_left_out(world: World, error: str) -> None:
    ask(world)
    world.slack({"method": "chat.update", "times": 1, "error": error})
    world.rest()
    (answer,) = world.messages()
    assert answer["text"] == ANSWERED[0]
    assert words.NO_TABLE in words_of(answer["blocks"])
    assert "As CSV" in [b["text"]["text"] for b in buttons(answer)]

    world.slack({"method": "chat.postMessage", "times": 1, "error": error})
    alert = rang(world)
    assert alert_words.no_table("trail-stopped") in words_of(alert["attachments"])


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long"])
def test_where_slack_takes_no_blocks_it_gets_the_words(world: World, error: str) -> None:
    ask(world)
    world.slack({"method": "chat.update", "times": 2, "error": error})
    world.rest()
    (answer,) = world.messages()
    assert answer["text"] == ANSWERED[0]
    assert words_of(answer["blocks"]) == ANSWERED[0]

    world.slack({"method": "chat.postMessage", "times": 2, "error": error})
    world.happens("StopLogging")
    world.tick()
    (alert,) = world.messages("alerts")
    assert words_of(alert["blocks"]).startswith(
        "🔴 Critical: A trail was stopped (2 findings) Open"
    )


def test_an_alert_whose_message_was_deleted_is_posted_again(world: World) -> None:
    alert = rang(world)
    about = {"channel": "alerts", "ts": alert["ts"], "user": "responder-1"}
    world.local.call("chat.delete", channel="C0ALERTS", ts=alert["ts"])
    assert about["ts"] == world.alerts()[0].told.ts
    world.happens("StopLogging")
    world.tick()
    world.rest()

    (again,) = world.messages("alerts")
    assert "(2 findings)" in again["text"]
    assert again["ts"] == world.alerts()[0].told.ts != alert["ts"]


@pytest.mark.parametrize(
    "fault",
    [
        {"error": "expired_trigger_id"},
        {"error": "exchanged_trigger_id"},
        {"retry_after": 30},
        {"status": 503},
        {"drop_before": True},
    ],
    ids=str,
)
def test_a_form_that_does_not_open_says_what_to_do(world: World, fault: dict[str, Any]) -> None:
    alert = rang(world)
    world.slack({"method": "views.open", **fault})
    world.command("")
    why = {
        "retry_after": "ratelimited",
        "drop_before": "RemoteDisconnected",
        "status": "no answer that makes sense",
    }
    shown = fault.get("error") or next(why[name] for name in fault if name in why)
    assert world.texts()[-1] == (
        f"Slack did not show the form ({shown}). Try again; /siem help says how to ask without."
    )
    world.click(alert, "Resolve")
    told = world.told("Press Resolve again", "alerts")
    assert told["ephemeral"]
    assert told["text"] == (
        f"Slack did not show the form ({shown}), and nothing has changed. Press Resolve again."
    )
    assert world.alerts()[0].status == "open"
    world.slack()
    world.click(alert, "Resolve")
    assert world.local.get("/_workspace/views", user="responder-1")["views"]


def test_a_private_answer_comes_though_its_address_is_used_up(world: World) -> None:
    world.slack({"method": "response_url", "error": "used_url"})
    world.happens("StopLogging")
    world.command("calls StopLogging --private")
    world.rest()

    assert world.public() == []
    assert world.texts()[-1] == ANSWERED[0]
    assert all(message["ephemeral"] for message in world.messages())


@pytest.mark.parametrize("error", ["user_not_in_channel", "channel_not_found", "is_archived"])
def test_where_no_ephemeral_message_can_be_shown_it_is_a_direct_one(
    world: World, error: str
) -> None:
    world.slack(
        {"method": "response_url", "error": "expired_url"},
        {"method": "chat.postEphemeral", "error": error},
    )
    world.happens("StopLogging")
    world.command("calls StopLogging --private")
    world.rest()

    assert world.messages() == []
    assert world.texts("D0RESPONDER1")[-1] == ANSWERED[0]


@pytest.mark.parametrize("fault", [{"retry_after": 40}, {"status": 503}, {"drop_before": True}])
def test_what_was_to_be_said_to_one_person_is_said_when_slack_is_back(
    world: World, fault: dict[str, Any]
) -> None:
    ask(world)
    world.rest()
    world.click(world.messages()[-1], "As CSV")
    world.rest()
    world.slack({"method": "response_url", "times": 2, **fault})
    world.click(world.messages()[-1], "As CSV")
    queued(world)
    assert world.public() == ANSWERED == world.texts()
    world.rest()

    assert world.texts()[-1] == "The file is in the thread of the answer already."
    assert len(world.texts()) == 2


def test_what_could_not_be_said_for_half_an_hour_is_not_said(world: World) -> None:
    ask(world)
    world.rest()
    world.click(world.messages()[-1], "As CSV")
    world.rest()
    world.slack({"method": "response_url", "status": 503})
    world.click(world.messages()[-1], "As CSV")
    queued(world)
    world.until(lambda: not world.waiting(), 1_900)

    assert world.texts() == ANSWERED
    assert world.dead() == []


def queued(world: World) -> None:
    """Wait until the listener, which has acknowledged, has queued what it has to say."""
    until = time.monotonic() + 5
    while not [kind for kind, _ in world.waiting() if kind == "say"]:
        assert time.monotonic() < until
        time.sleep(0.005)


def test_without_the_scope_for_files_the_table_stays_and_the_scope_is_named(world: World) -> None:
    installed = world.local.workspace.installation
    installed.scopes = tuple(scope for scope in installed.scopes if scope != "files:write")
    ask(world)
    world.rest()
    world.click(world.messages()[-1], "As CSV")
    world.rest()

    assert world.texts()[-1] == (
        "The Slack app lacks the scope `files:write`: an administrator adds it and reinstalls it."
    )
    assert world.public() == ANSWERED
    assert world.dead() == []


def test_a_form_that_changed_meanwhile_is_left_alone(world: World) -> None:
    world.command("")
    (view,) = world.local.get("/_workspace/views", user="responder-1")["views"]
    world.slack({"method": "views.update", "error": "hash_conflict"})
    about = {"view_id": view["id"], "user": "responder-1", "action_id": "rule"}
    world.local.send("/_workspace/click", **about, value="calls")

    (after,) = world.local.get("/_workspace/views", user="responder-1")["views"]
    assert after["blocks"] == view["blocks"]


def test_everything_else_goes_on_beside_a_channel_that_is_closed(world: World) -> None:
    world.slack({"method": "chat.postMessage", "channel": "siem", "error": "is_archived"})
    assert begin(world, "alert") == "alerts"
    world.rest()
    assert len(world.public("alerts")) == 1


def test_a_question_of_an_alert_whose_channel_closes_is_answered_all_the_same(world: World) -> None:
    alert = rang(world)
    world.slack({"method": "chat.postMessage", "error": "is_archived"})
    world.click(alert, "Run")
    world.rest()

    answer = [m for m in world.messages("alerts") if m.get("ephemeral")][-1]
    assert f"{CLOSED['is_archived']} · {words.ONLY_YOU}" in words_of(answer["blocks"])
    item = world.alerts()[0].item("others")
    assert item is not None
    assert item.answer is not None
    assert (item.answer.state, item.answer.rows) == ("done", 1)
    assert "Run again" in words_of(world.messages("alerts")[0]["attachments"])


def test_a_slow_search_goes_on_though_its_progress_cannot_be_shown(world: World) -> None:
    world.cloud(queries=[{"running": 60}])
    world.slack({"method": "chat.update", "error": "is_archived"})
    ask(world)
    world.rest()

    running, answer = world.messages()
    assert "Searching …" in running["text"]
    assert answer["text"] == ANSWERED[0]
    assert world.dead() == []
