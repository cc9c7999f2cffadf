"""Delivering answers when Slack refuses, is busy, or has forgotten the reply address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.app.ports import ChannelError, Reply, UnseenError
from bot.errors import BotError, LaterError, UncertainError
from bot.slack.notifier import SlackNotifier
from bot.slack.refusals import NoAccessError
from tests.slack.answering import Answering, answering
from tests.slack.test_views import ANSWER, ROW, done

POSTED = {"ok": True, "ts": "1700000000.000100", "channel": "C0SIEM"}
OPENED = {"ok": True, "channel": {"id": "D0RESPONDER1"}}
DONE = done([ROW])


def refused(error: str) -> dict[str, object]:
    return {"ok": False, "error": error}


@pytest.fixture
def slack() -> Iterator[Answering]:
    with answering() as server:
        yield server


@pytest.fixture
def notifier(slack: Answering) -> SlackNotifier:
    return SlackNotifier(slack.client())


@pytest.fixture
def reply(slack: Answering) -> Reply:
    return Reply("C0SIEM", "U0RESPONDER1", f"{slack.url}/response")


def test_a_message_carries_the_answers_id_and_unfurls_nothing(
    slack: Answering, notifier: SlackNotifier
) -> None:
    slack.answer("chat.postMessage", POSTED)

    assert notifier.post("C0SIEM", ANSWER) == "1700000000.000100"

    ((_, given),) = slack.asked
    assert given["metadata"]["event_payload"] == {"id": ANSWER.id}
    assert (given["unfurl_links"], given["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("not_in_channel", "invite it with /invite"),
        ("is_archived", "archived"),
        ("missing_scope", "lacks a scope"),
        ("restricted_action", r"Slack refused the bot's message \(restricted_action\)"),
    ],
)
def test_a_refusal_that_stays_is_put_in_words(
    slack: Answering, notifier: SlackNotifier, error: str, said: str
) -> None:
    slack.answer("chat.postMessage", refused(error))

    with pytest.raises(BotError, match=said):
        notifier.post("C0SIEM", ANSWER)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused("ratelimited"), LaterError),
        (refused("token_revoked"), NoAccessError),
        (refused("service_unavailable"), UncertainError),
        (502, UncertainError),
        (refused("internal_error"), UncertainError),
        (refused("is_archived"), ChannelError),
        (refused("no_text"), BotError),
    ],
)
def test_a_failure_says_whether_to_come_back(
    slack: Answering, notifier: SlackNotifier, answer: Any, kind: type[Exception]
) -> None:
    slack.answer("chat.postMessage", answer)

    with pytest.raises(kind) as raised:
        notifier.post("C0SIEM", ANSWER)

    assert type(raised.value) is kind

    assert len(slack.asked) == 1


def test_a_table_that_slack_does_not_take_is_left_out(
    slack: Answering, notifier: SlackNotifier, caplog: pytest.LogCaptureFixture
) -> None:
    slack.answer("chat.postMessage", refused("invalid_blocks"), POSTED)

    with caplog.at_level(logging.WARNING):
        assert notifier.post("C0SIEM", DONE) == POSTED["ts"]

    first, second = (given for _, given in slack.asked)
    assert "data_table" in str(first["blocks"])
    assert "data_table" not in str(second["blocks"])
    assert DONE.id in caplog.text


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message"])
def test_a_message_that_people_deleted_stays_deleted(
    slack: Answering, notifier: SlackNotifier, error: str
) -> None:
    slack.answer("chat.update", refused(error))

    notifier.edit("C0SIEM", "1700000000.000100", DONE)

    assert slack.methods() == ["chat.update"]


def test_another_refusal_of_an_edit_is_put_in_words(
    slack: Answering, notifier: SlackNotifier
) -> None:
    slack.answer("chat.update", refused("is_archived"))

    with pytest.raises(BotError, match="archived"):
        notifier.edit("C0SIEM", "1700000000.000100", DONE)


def test_a_posted_message_is_found_by_its_answer(slack: Answering, notifier: SlackNotifier) -> None:
    mine = {"ts": "1.000002", "metadata": {"event_payload": {"id": ANSWER.id}}}
    other = {"ts": "1.000001", "metadata": {"event_payload": {"id": "other"}}}
    slack.answer(
        "conversations.history", {"ok": True, "messages": [{"ts": "1.000003"}, other, mine]}
    )

    assert notifier.find("C0SIEM", ANSWER) == "1.000002"
    assert notifier.find("C0SIEM", replace(ANSWER, id="unknown")) is None


def test_without_the_scope_for_history_nobody_knows_what_was_posted(
    slack: Answering, notifier: SlackNotifier
) -> None:
    slack.answer("conversations.history", refused("missing_scope"))

    with pytest.raises(UnseenError, match="lacks a scope"):
        notifier.find("C0SIEM", ANSWER)


def test_an_answer_for_one_person_replaces_what_was_there(
    slack: Answering, notifier: SlackNotifier, reply: Reply
) -> None:
    slack.answer("response", {"ok": True})

    notifier.whisper(reply, DONE)

    ((_, given),) = slack.asked
    assert (given["response_type"], given["replace_original"]) == ("ephemeral", True)


def test_a_reply_address_that_is_used_up_falls_back_to_an_ephemeral_message(
    slack: Answering, notifier: SlackNotifier, reply: Reply
) -> None:
    slack.answer("response", 404)
    slack.answer("chat.postEphemeral", {"ok": True})

    notifier.whisper(reply, DONE)
    notifier.tell(reply, "The file is there.")

    assert slack.methods().count("chat.postEphemeral") == 2


def test_where_no_ephemeral_message_goes_it_becomes_a_direct_message(
    slack: Answering, notifier: SlackNotifier, reply: Reply
) -> None:
    slack.answer("chat.postEphemeral", refused("user_not_in_channel"))
    slack.answer("conversations.open", OPENED)
    slack.answer("chat.postMessage", POSTED)

    notifier.tell(replace(reply, response_url=""), "The file is there.")

    assert slack.asked[-1][1]["channel"] == "D0RESPONDER1"


def test_a_busy_reply_address_is_left_to_the_job(
    slack: Answering, notifier: SlackNotifier, reply: Reply
) -> None:
    slack.answer("response", 503)

    with pytest.raises(LaterError, match="503"):
        notifier.whisper(reply, DONE)


def test_a_reply_address_that_is_limited_says_how_long_to_wait(
    slack: Answering, notifier: SlackNotifier, reply: Reply
) -> None:
    slack.answer("response", 429)

    with pytest.raises(LaterError) as later:
        notifier.tell(reply, "The file is there.")

    assert later.value.seconds == 1.0


def test_a_busy_ephemeral_message_is_left_to_the_job(
    slack: Answering, notifier: SlackNotifier, reply: Reply
) -> None:
    slack.answer("chat.postEphemeral", refused("ratelimited"))

    with pytest.raises(LaterError):
        notifier.tell(replace(reply, response_url=""), "The file is there.")


def test_an_answer_is_shared_without_its_table_if_slack_takes_no_other(
    slack: Answering, notifier: SlackNotifier, reply: Reply
) -> None:
    slack.answer("response", 400, {"ok": True})

    notifier.share(reply, replace(DONE, private=True))

    first, second, third = (given for _, given in slack.asked)
    assert first["response_type"] == second["response_type"] == "in_channel"
    assert "data_table" not in str(second["blocks"])
    assert third == {"delete_original": True}


def test_an_answer_that_is_too_old_to_share_says_so(
    slack: Answering, notifier: SlackNotifier, reply: Reply
) -> None:
    slack.answer("response", 404)

    with pytest.raises(BotError, match="half an hour"):
        notifier.share(reply, DONE)


def test_a_file_that_slack_refuses_is_put_in_words(
    slack: Answering, notifier: SlackNotifier
) -> None:
    slack.answer("files.getUploadURLExternal", refused("file_uploads_disabled"))

    with pytest.raises(BotError, match="does not allow files"):
        notifier.upload("C0SIEM", None, "a.csv", "A", "a\r\n")


def test_a_person_who_takes_no_direct_messages_is_put_in_words(
    slack: Answering, notifier: SlackNotifier
) -> None:
    slack.answer("conversations.open", refused("user_disabled"))

    with pytest.raises(BotError, match="user_disabled"):
        notifier.direct("U0RESPONDER1")
