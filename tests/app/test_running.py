"""An answer that the chat does not take: for the person alone, or for nobody where nobody asked."""

from __future__ import annotations

from bot.app.answering import job_handlers
from bot.app.ask import answer_id, ask
from bot.app.asked import look_up
from bot.app.ports import ChannelError, Reply
from bot.errors import LaterError
from tests.app.test_waiting import work
from tests.fakes import PERSON, REPLY, RecordingNotifier, ScriptedSearch, a_desk, a_state, some_rows


def asked(notifier: RecordingNotifier, reply: Reply = REPLY, most: int = 100):
    desk = a_desk(notifier=notifier)
    ask(desk, "s3-writes my-bucket 24h", PERSON, reply, "trigger-1", private=False)
    work(desk.jobs, job_handlers(desk, ScriptedSearch(a_state(some_rows(2)))), most)
    return look_up(desk.store, answer_id("trigger-1"))


def test_what_the_bot_asks_by_itself_is_answered_though_its_channel_is_closed() -> None:
    notifier = RecordingNotifier(failures={"post": ChannelError("archived")})
    kept = asked(notifier, Reply("C0SIEM", ""))

    assert (kept.answer.state, kept.told) == ("done", True)
    assert notifier.calls == []


def test_a_channel_that_closes_meanwhile_leaves_the_answer_to_the_person() -> None:
    notifier = RecordingNotifier(failures={"edit": ChannelError("archived")})
    kept = asked(notifier)

    ((_, answer),) = notifier.named("whisper")
    assert (answer.private, answer.alone, answer.found) == (True, "archived", 2)
    assert kept.told


def test_who_cannot_be_warned_gets_the_answer_all_the_same() -> None:
    away = LaterError("Slack is not there", 10.0)
    notifier = RecordingNotifier(failures={"post": away, "tell": away})
    kept = asked(notifier, most=3)
    assert (kept.ts, kept.posting, kept.warned) == ("", False, True)

    quiet = RecordingNotifier(failures={"post": away})
    asked(quiet, Reply("C0SIEM", "U0RESPONDER1"), most=3)
    assert quiet.named("tell") == []
