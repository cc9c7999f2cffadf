"""Alarms and trouble in Slack: within its limits, raw where others wrote it, found after a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.app.alarms import Change, Ringing
from bot.app.ops import Message as Place
from bot.app.trouble import MOST, Failed, Trouble
from bot.errors import LaterError
from bot.local.workspace.blockkit.payload import check_message
from bot.slack.blocks import Message
from bot.slack.ops_board import SlackOpsBoard
from bot.slack.ops_view import alarm_message, alarm_note, trouble_message
from tests.app.ops_samples import NOON, news
from tests.slack.answering import Answering, answering

HOSTILE = "<!channel> @here *b* `c` <https://evil.example|ok> \u202e\x00 :fire: & " + "x" * 4_000
RINGING = Ringing(news(), 1, (news().change,))
OVER = replace(RINGING, changes=(*RINGING.changes, Change(NOON + timedelta(minutes=65), "OK", "")))
TROUBLE = Trouble(NOON, (Failed("tell", "RuntimeError", 3, "abc.1", NOON),))


@pytest.fixture
def slack() -> Iterator[Answering]:
    with answering() as made:
        yield made


def payload(shown: Message) -> dict[str, Any]:
    made: dict[str, Any] = {"text": shown.text, "blocks": list(shown.blocks)}
    if shown.attachments is not None:
        made["attachments"] = list(shown.attachments)
    return made


def hostile() -> Ringing:
    states = ("ALARM", "OK", "INSUFFICIENT_DATA")
    changes = tuple(Change(NOON + timedelta(minutes=n), states[n % 3], HOSTILE) for n in range(20))
    link = "https://eu-west-1.console.aws.amazon.com/" + "x" * 2_900
    odd = news(name=HOSTILE, about=HOSTILE, region=HOSTILE, account=HOSTILE, link=link)
    return Ringing(odd, 7, changes)


@pytest.mark.parametrize("ringing", [RINGING, OVER, hostile()])
def test_slack_takes_the_message_of_an_alarm_and_its_notes(ringing: Ringing) -> None:
    assert check_message(payload(alarm_message(ringing))) == []
    assert check_message(payload(alarm_note(ringing))) == []


def test_an_alarm_says_what_since_when_why_and_where() -> None:
    shown = alarm_message(RINGING)

    assert shown.text == (
        "🔴 Alarm: siem-dev-health-ticks-missing. Since 2026-11-24 12:00:00 UTC. "
        "Region eu-west-1, account 111122223333. Threshold Crossed"
    )
    everything = json.dumps(payload(shown))
    assert "No tick has ended for five minutes" in everything
    assert "https://eu-west-1.console.aws.amazon.com/cloudwatch/home" in everything
    assert shown.attachments is not None
    assert shown.attachments[0]["color"] == "#a30200"


def test_the_return_says_when_it_began_and_how_long_it_took() -> None:
    shown = alarm_message(OVER)

    assert shown.text.startswith("🟢 OK: siem-dev-health-ticks-missing")
    assert "it began at 2026-11-24 12:00:00 UTC, 1 h 5 min before" in shown.text
    assert alarm_note(OVER).text == "🟢 OK again since 2026-11-24 13:05:00 UTC, after 1 h 5 min."
    assert alarm_note(RINGING).text == "🔴 Alarm since 2026-11-24 12:00:00 UTC. Threshold Crossed"


def test_an_alarm_of_which_little_is_known_is_shown_too() -> None:
    bare = news(region="", account="", about=" ", link="", reason="")
    ringing = Ringing(bare, 1, (bare.change,))

    assert check_message(payload(alarm_message(ringing))) == []
    assert check_message(payload(alarm_note(ringing))) == []


def test_what_others_wrote_neither_mentions_links_nor_formats() -> None:
    for shown in (alarm_message(hostile()), alarm_note(hostile())):
        everything = json.dumps(payload(shown), ensure_ascii=False)
        assert "mrkdwn" not in everything
        assert '"type": "user"' not in everything
        assert "\u202e" not in everything
        assert "<!channel>" not in shown.text
        assert "@here" not in shown.text


def test_slack_takes_the_message_of_trouble_and_it_has_no_data() -> None:
    much = replace(
        TROUBLE, failed=tuple(Failed(HOSTILE, HOSTILE, 2_000, HOSTILE, NOON) for _ in range(MOST))
    )
    for trouble in (TROUBLE, much, replace(TROUBLE, failed=(replace(TROUBLE.failed[0], times=1),))):
        assert check_message(payload(trouble_message(trouble))) == []
    everything = json.dumps(payload(trouble_message(TROUBLE)))
    assert "3 times, last at 2026-11-24 12:00:00 UTC: " in everything
    assert "3 of its jobs failed too often" in trouble_message(TROUBLE).text


@pytest.mark.parametrize("notice", [RINGING, TROUBLE])
def test_a_notice_is_posted_with_its_id_edited_and_found(slack: Answering, notice: Any) -> None:
    slack.answer("chat.postMessage", {"ok": True, "ts": "1.2"})
    slack.answer("chat.update", {"ok": True}, {"ok": False, "error": "message_not_found"})
    board = SlackOpsBoard(slack.client())

    assert board.post("C0OPS", notice) == "1.2"
    metadata = slack.asked[0][1]["metadata"]
    posted = json.loads(metadata) if isinstance(metadata, str) else metadata
    slack.answer(
        "conversations.history", {"ok": True, "messages": [{"ts": "1.2", "metadata": posted}]}
    )
    assert posted == {"event_type": "siem_ops", "event_payload": {"id": notice.id}}
    assert board.find("C0OPS", notice) == "1.2"
    assert board.edit("C0OPS", "1.2", notice) is True
    assert board.edit("C0OPS", "1.2", notice) is False


def test_only_alarms_have_notes_and_they_stand_in_the_thread(slack: Answering) -> None:
    slack.answer(
        "chat.postMessage", {"ok": True, "ts": "1.3"}, {"ok": False, "error": "ratelimited"}
    )
    board = SlackOpsBoard(slack.client())
    board.note("C0OPS", "1.2", TROUBLE)
    assert slack.asked == []

    board.note("C0OPS", "1.2", OVER)
    assert slack.asked[0][1]["thread_ts"] == "1.2"
    with pytest.raises(LaterError):
        board.note("C0OPS", "1.2", OVER)


def test_what_is_no_notice_is_a_bug(slack: Answering) -> None:
    class Other:
        id = "x"

    with pytest.raises(TypeError, match="no message for a Other"):
        SlackOpsBoard(slack.client()).post("C0OPS", Other())
    assert Place() == Place("", "", posting=False)
