"""Commands and clicks, from a person in the local workspace to what they see."""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import BoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.app.ports import Place
from bot.errors import BotError
from tests.fakes import ListJobs, MemoryStore, a_state, some_rows
from tests.local.workspace.driving import SECRET
from tests.slack.conftest import Slack, block, words_of


def jobs(slack: Slack) -> ListJobs:
    assert isinstance(slack.desk.jobs, ListJobs)
    return slack.desk.jobs


# ------------------------------------------------------------------------------------- the ask
def test_a_command_is_acknowledged_and_answered_by_a_message_with_the_rows(slack: Slack) -> None:
    assert slack.command("s3-writes my-bucket 24h")["status"] == 200
    assert slack.messages() == []

    slack.work(most=1)
    running = slack.last()
    assert "Searching … 0 records" in words_of(running)

    slack.work()
    (answer,) = slack.messages()
    assert answer["ts"] == running["ts"]
    assert not answer["ephemeral"]
    assert len(block(answer, "data_table")["rows"]) == 4
    assert "3 of 3 rows" in words_of(answer)
    assert answer["pings"] == []


def test_curly_quotes_and_links_arrive_as_they_were_typed(slack: Slack) -> None:
    slack.command("s3-writes “my-bucket.example.com” 24h")
    slack.work()

    assert "/siem s3-writes my-bucket.example.com 24h" in words_of(slack.last())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("help", "/siem list [word]"),
        ("list", "2 rules"),
        ("list source", "event-sources"),
        ("show s3-writes", "Know which objects were written to a bucket."),
        ("show s3-writs", "/siem show s3-writes"),
        ("show", "/siem list"),
        ("s3-writs my-bucket 7d", "/siem s3-writes my-bucket 7d"),
        ("s3-writes", "/siem s3-writes my-bucket 24h"),
        ("s3-writes my-bucket 24hh", "/siem s3-writes my-bucket 24h"),
        ("s3-writes 'my-bucket", "does not end"),
    ],
)
def test_what_needs_no_search_is_answered_at_once_and_alone(
    slack: Slack, text: str, said: str
) -> None:
    slack.command(text)

    (message,) = slack.messages()
    assert message["ephemeral"]
    assert said in words_of(message)
    assert not jobs(slack).waiting


@pytest.mark.parametrize(
    ("channel", "user", "said"),
    [
        ("siem", "guest-1", "Guests and people of other organisations cannot use the bot."),
        ("shared-partner", "partner-1", "The bot works for its own workspace only."),
        ("shared-partner", "responder-1", "shared with another organisation"),
    ],
)
@pytest.mark.parametrize("text", ["s3-writes my-bucket 24h", "list", "help"])
def test_guests_other_teams_and_shared_channels_are_refused(
    slack: Slack, channel: str, user: str, said: str, text: str
) -> None:
    slack.command(text, user, channel)

    (message,) = slack.messages(channel, user)
    assert message["ephemeral"]
    assert said in words_of(message)
    assert not jobs(slack).waiting


@pytest.mark.parametrize("channel", ["random", "D0RESPONDER1"])
def test_where_the_bot_is_no_member_only_the_person_sees_the_answer(
    slack: Slack, channel: str
) -> None:
    slack.command("s3-writes my-bucket 24h", channel=channel)
    slack.work()

    (message,) = slack.messages(channel)
    assert message["ephemeral"]
    assert "3 of 3 rows" in words_of(message)
    assert "Only you see this." in words_of(message)


def test_people_and_places_are_looked_up_once(slack: Slack) -> None:
    for _ in range(3):
        slack.command("list")

    assert len(slack.calls("users.info")) == 1
    assert len(slack.calls("conversations.info")) == 1


# ------------------------------------------------------------------------------------- buttons
def answered(slack: Slack, text: str = "s3-writes my-bucket 24h", **where: str) -> dict[str, Any]:
    slack.command(text, **where)
    slack.work()
    return slack.last(**where)


def test_again_answers_the_same_question_in_a_new_message(slack: Slack) -> None:
    answer = answered(slack)

    assert slack.click(answer, "Again", "responder-2")["status"] == 200
    slack.work()

    first, second = slack.messages()
    assert first["blocks"] == answer["blocks"]
    assert "/siem s3-writes my-bucket 24h\n asked by responder-2" in words_of(second)
    assert len(slack.search.started) == 2


def test_again_in_a_private_answer_takes_its_place(slack: Slack) -> None:
    answer = answered(slack, "s3-writes my-bucket 24h --private")
    slack.search.states = [a_state(some_rows(2))]

    slack.click(answer, "Again")
    slack.work()

    (message,) = slack.messages()
    assert message["ephemeral"]
    assert "2 of 2 rows" in words_of(message)


def test_as_csv_puts_all_rows_into_the_thread_once(slack: Slack) -> None:
    slack.search.states = [a_state(some_rows(150))]
    answer = answered(slack)

    slack.click(answer, "As CSV", "responder-2")
    slack.work()
    slack.click(answer, "As CSV", "responder-1")
    slack.work()

    _, reply = slack.messages(thread=answer["ts"])
    (file,) = reply["files"]
    status, content = slack.local.http("GET", file["url_private"])
    assert (status, len(content.splitlines())) == (200, 151)
    slack.told("in the thread of the answer already")


def test_the_file_of_a_private_answer_comes_as_a_direct_message(slack: Slack) -> None:
    answer = answered(slack, channel="random")

    slack.click(answer, "As CSV")
    slack.work()

    assert slack.last("D0RESPONDER1")["files"][0]["name"].endswith(".csv")
    assert "The file is in our direct messages." in words_of(slack.last("random"))


def test_the_link_is_acknowledged(slack: Slack) -> None:
    assert slack.click(answered(slack), "Open in CloudWatch")["status"] == 200


def test_a_private_answer_can_be_shared_and_leaves_its_place(slack: Slack) -> None:
    answer = answered(slack, channel="random")

    slack.click(answer, "Share")
    slack.work()

    (shared,) = slack.messages("random", "responder-2")
    assert not shared["ephemeral"]
    assert "3 of 3 rows" in words_of(shared)
    assert "Only you" not in words_of(shared)
    assert slack.messages("random") == [shared]
    assert slack.click(shared, "Again", "responder-2")["status"] == 200


def test_a_button_of_an_answer_that_is_not_kept_says_so(slack: Slack) -> None:
    answer = answered(slack)
    store = slack.desk.store
    assert isinstance(store, MemoryStore)
    store.documents.clear()

    assert slack.click(answer, "Again")["status"] == 200

    slack.told("no longer kept")


@pytest.mark.parametrize("button", ["Again", "As CSV"])
def test_a_guest_cannot_click(slack: Slack, button: str) -> None:
    answer = answered(slack)

    slack.click(answer, button, "guest-1")

    slack.told("Guests and people", user="guest-1")
    assert not jobs(slack).waiting


@pytest.mark.parametrize(
    "button",
    [
        {"action_id": "ask_again", "value": "../../secret"},
        {"action_id": "gone_since", "value": "1"},
    ],
)
def test_a_button_of_another_version_is_acknowledged_with_words(
    slack: Slack, button: dict[str, str]
) -> None:
    client = slack.local.client
    label = {"type": "plain_text", "text": "Old"}
    blocks = [{"type": "actions", "elements": [{"type": "button", "text": label, **button}]}]
    client.chat_postMessage(channel="C0SIEM", text="old", blocks=blocks)

    assert slack.click(slack.last(), "Old")["status"] == 200

    slack.told("another version of the bot")


# ----------------------------------------------------------------------------------- the worst
def test_a_bug_is_an_apology_with_a_reference_and_never_a_lost_acknowledgement(
    slack: Slack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer = answered(slack)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("no disk")

    monkeypatch.setattr(slack.desk.store, "get", broken)
    monkeypatch.setattr(slack.desk.store, "put", broken)
    with caplog.at_level(logging.ERROR):
        assert slack.command("s3-writes my-bucket 24h")["status"] == 200
        apology = slack.told("Something went wrong in the bot")
        assert "no disk" not in words_of(apology)
        assert slack.click(answer, "Again", "responder-2")["status"] == 200
        slack.told("Something went wrong in the bot", user="responder-2")

    assert "ZeroDivisionError" in caplog.text


def test_what_cannot_be_told_after_a_click_is_logged(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = answered(slack)
    logged = threading.Event()

    def silent(*_: object) -> None:
        raise BotError("Slack is down")

    monkeypatch.setattr(slack.desk.notifier, "tell", silent)
    monkeypatch.setattr("bot.slack.listeners.log.exception", lambda *_: logged.set())
    assert slack.click(answer, "Again", "guest-1")["status"] == 200

    assert logged.wait(5)


def test_even_a_bug_in_the_words_for_a_bug_is_acknowledged(
    slack: Slack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("no words")

    monkeypatch.setattr("bot.slack.listeners.error_message", broken)
    with caplog.at_level(logging.ERROR):
        assert slack.command("nonsense")["status"] == 200

    slack.told("Something went wrong in the bot")
    assert "ZeroDivisionError" in caplog.text


def test_a_forged_request_is_refused(slack: Slack) -> None:
    request = BoltRequest(
        body="command=/siem&text=list",
        headers={
            "content-type": ["application/x-www-form-urlencoded"],
            "x-slack-signature": ["v0=" + "0" * 64],
            "x-slack-request-timestamp": ["1"],
        },
    )

    assert slack.app.dispatch(request).status == 401


def test_a_payload_that_makes_no_sense_is_answered_all_the_same(
    slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    request = signed(
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "ask_again"}]}
    )

    with caplog.at_level(logging.ERROR):
        response = slack.app.dispatch(request)

    assert response.status == 200
    assert caplog.records


def signed(payload: dict[str, Any]) -> BoltRequest:
    body = urlencode({"payload": json.dumps(payload)})
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body)
    return BoltRequest(
        body=body,
        headers={
            "content-type": ["application/x-www-form-urlencoded"],
            "x-slack-signature": [signature or ""],
            "x-slack-request-timestamp": [timestamp],
        },
    )


def test_log_data_can_neither_ping_nor_format(slack: Slack) -> None:
    hostile = "<!channel> @here <@U0RESPONDER2> `x` \x00\u202e" + "y" * 5_000
    slack.search.states = [a_state([{"who": hostile, "time": hostile}] * 200)]

    answer = answered(slack)

    assert answer["pings"] == []
    assert "<!channel> @here" in block(answer, "data_table")["rows"][1][0]["text"]


def test_nothing_is_shared_where_the_bot_cannot_see_who_reads(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = Place("C0RANDOM", joined=False, shared=False, known=False)
    monkeypatch.setattr("bot.slack.directory.Directory.place", lambda *_: unknown)
    answer = answered(slack, channel="random")

    slack.click(answer, "Share")

    slack.told("cannot see who reads this channel", "random")
    assert not jobs(slack).waiting
