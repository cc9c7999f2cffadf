"""Words that a job says: once, to whoever may still be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.app.answering import job_handlers
from bot.app.running import give_up
from bot.app.saying import to_say
from bot.errors import BotError, LaterError
from tests.fakes import REPLY, RecordingNotifier, ScriptedSearch, a_desk, a_state


def test_a_job_says_the_words_to_the_person() -> None:
    desk = a_desk()
    job_handlers(desk, ScriptedSearch(a_state()))["say"](to_say(REPLY, "It is gone."))
    assert isinstance(desk.notifier, RecordingNotifier)
    assert desk.notifier.named("tell") == [(REPLY, "It is gone.")]


def test_the_same_words_to_the_same_address_are_one_job() -> None:
    job = to_say(REPLY, "It is gone \ud800.")
    assert to_say(REPLY, "It is gone \ud800.") == job
    assert to_say(REPLY, "It is there.").id != job.id
    assert to_say(replace(REPLY, user="U0RESPONDER2"), "It is gone \ud800.").id != job.id


def test_who_cannot_be_told_is_let_go_and_a_busy_slack_is_asked_again() -> None:
    notifier = RecordingNotifier()
    say = job_handlers(a_desk(notifier=notifier), ScriptedSearch(a_state()))["say"]
    notifier.failures["tell"] = BotError("This channel is archived.")
    say(to_say(REPLY, "It is gone."))
    notifier.failures["tell"] = LaterError("Slack is not there", 10.0)
    with pytest.raises(LaterError):
        say(to_say(REPLY, "It is gone."))


def test_words_that_were_never_said_end_in_an_apology() -> None:
    desk = a_desk()
    give_up(desk, to_say(REPLY, "It is gone."), ConnectionError("no way to Slack"))
    assert isinstance(desk.notifier, RecordingNotifier)
    ((reply, words),) = desk.notifier.named("tell")
    assert reply == REPLY
    assert "Something went wrong" in words
