"""What the board does when Slack refuses, has lost or has deleted something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.alerts.model import Told
from bot.app.ports import UnseenError
from bot.errors import BotError, LaterError
from bot.slack.board import SlackBoard
from tests.alerts.alert_samples import ID, an_alert
from tests.slack.answering import Answering, answering

ALERT = replace(an_alert(), told=Told("C0ALERTS", "1700000000.000001", 1))


@pytest.fixture
def slack() -> Iterator[Answering]:
    with answering() as made:
        yield made


def test_an_alert_whose_table_slack_refuses_is_posted_without_it(slack: Answering) -> None:
    slack.answer(
        "chat.postMessage", {"ok": False, "error": "invalid_attachments"}, {"ok": True, "ts": "1.2"}
    )
    assert SlackBoard(slack.client()).post("C0ALERTS", ALERT) == "1.2"

    first, second = (asked["attachments"] for _, asked in slack.asked)
    assert "data_table" in json.dumps(first)
    assert "data_table" not in json.dumps(second)
    assert slack.asked[1][1]["metadata"]


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message"])
def test_a_message_that_is_gone_is_no_failure(slack: Answering, error: str) -> None:
    slack.answer("chat.update", {"ok": False, "error": error})
    assert SlackBoard(slack.client()).edit(ALERT) is False


def test_what_trying_again_cannot_mend_is_said(slack: Answering) -> None:
    slack.answer("chat.update", {"ok": False, "error": "is_archived"})
    slack.answer("chat.postMessage", {"ok": False, "error": "not_in_channel"})
    board = SlackBoard(slack.client())
    with pytest.raises(BotError, match="archived"):
        board.edit(ALERT)
    with pytest.raises(BotError, match="invite it"):
        board.post("C0ALERTS", ALERT)
    with pytest.raises(BotError, match="invite it"):
        board.note(ALERT, "x")


def test_what_passes_by_itself_is_left_to_the_job(slack: Answering) -> None:
    slack.answer("chat.postMessage", {"ok": False, "error": "ratelimited"})
    with pytest.raises(LaterError) as later:
        SlackBoard(slack.client()).post("C0ALERTS", ALERT)
    assert slack.methods() == ["chat.postMessage"]
    assert later.value.seconds == 1.0


def test_a_post_before_a_crash_is_found_by_its_id(slack: Answering) -> None:
    found = {"ts": "1.5", "metadata": {"event_payload": {"id": ID}}}
    slack.answer("conversations.history", {"ok": True, "messages": [{"ts": "1.6"}, found]})
    assert SlackBoard(slack.client()).find("C0ALERTS", ALERT) == "1.5"

    slack.answer("conversations.history", {"ok": False, "error": "missing_scope"})
    with pytest.raises(UnseenError):
        SlackBoard(slack.client()).find("C0ALERTS", ALERT)


def test_a_note_stands_in_the_thread_and_is_loud_where_asked(slack: Answering) -> None:
    slack.answer("chat.postMessage", {"ok": True, "ts": "1.2"})
    board = SlackBoard(slack.client())
    board.note(ALERT, "5 more findings.")
    board.note(ALERT, "Critical now.", loud=True)

    quiet, loud = (asked for _, asked in slack.asked)
    assert quiet["thread_ts"] == loud["thread_ts"] == ALERT.told.ts
    assert str(quiet["reply_broadcast"]).lower() in ("false", "0")
    assert str(loud["reply_broadcast"]).lower() in ("true", "1")
