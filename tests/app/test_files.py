"""All rows as a file, and sharing a private answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.app.answering import job_handlers
from bot.app.ask import answer_id, ask, kept
from bot.app.desk import Desk
from bot.app.follow_up import ask_for_file, ask_to_share
from bot.app.ports import Job, Reply, SearchState, SearchStatus
from bot.app.running import give_up
from bot.errors import BotError
from tests.fakes import PERSON, REPLY, ScriptedSearch, a_desk, a_state, some_rows

ID = answer_id("trigger-1")
CLICK = Reply("C0SIEM", "U0RESPONDER2", "http://127.0.0.1:1/_response/2")


def answered(search: ScriptedSearch, *, private: bool = False) -> Desk:
    desk = a_desk()
    ask(desk, "s3-writes my-bucket 24h", PERSON, REPLY, "trigger-1", private)
    work(desk, search)
    return desk


def work(desk: Desk, search: ScriptedSearch) -> None:
    handlers = job_handlers(desk, search)
    for _ in range(1_000):
        if not desk.jobs.waiting:
            return
        job = desk.jobs.take()
        handlers[job.kind](job)
    raise AssertionError("the jobs do not end")


def test_the_file_holds_all_rows_and_goes_into_the_thread() -> None:
    search = ScriptedSearch(a_state(some_rows(250)))
    desk = answered(search)

    ask_for_file(desk, kept(desk, ID), CLICK)
    work(desk, search)

    ((channel, thread, name, title, text),) = desk.notifier.named("upload")
    assert (channel, thread) == ("C0SIEM", "1700000000.000001")
    assert name == "s3-writes-20261123T090000Z.csv"
    assert title == "Objects written to a bucket"
    assert text.startswith("time,operation,who\r\n")
    assert text.count("\r\n") == 251
    assert "pointer" not in text
    assert len(search.started) == 1


def test_a_second_file_in_the_same_thread_is_refused_with_words() -> None:
    search = ScriptedSearch(a_state(some_rows(1)))
    desk = answered(search)
    ask_for_file(desk, kept(desk, ID), CLICK)
    again = desk.jobs.waiting[0][0]
    work(desk, search)

    with pytest.raises(BotError, match="in the thread of the answer already"):
        ask_for_file(desk, kept(desk, ID), CLICK)
    job_handlers(desk, search)["csv"](again)

    assert len(desk.notifier.named("upload")) == 1


def test_the_file_of_a_private_answer_goes_to_whoever_wants_it() -> None:
    search = ScriptedSearch(a_state(some_rows(1)))
    desk = answered(search, private=True)

    ask_for_file(desk, kept(desk, ID), CLICK)
    work(desk, search)
    ask_for_file(desk, kept(desk, ID), REPLY)
    work(desk, search)

    assert [call[:2] for call in desk.notifier.named("upload")] == [
        ("D0RESPONDER2", None),
        ("D0RESPONDER1", None),
    ]
    assert desk.notifier.named("tell")[0] == (CLICK, "The file is in our direct messages.")
    with pytest.raises(BotError, match="in our direct messages already"):
        ask_for_file(desk, kept(desk, ID), CLICK)


def test_an_answer_without_rows_has_no_file() -> None:
    desk = answered(ScriptedSearch(a_state()))

    with pytest.raises(BotError, match="no rows"):
        ask_for_file(desk, kept(desk, ID), CLICK)


def test_a_lost_result_is_searched_for_again() -> None:
    search = ScriptedSearch(a_state(some_rows(2)))
    desk = answered(search)
    running = a_state((), SearchStatus.RUNNING)
    search.states = [BotError("gone"), running, running, a_state(some_rows(2))]

    ask_for_file(desk, kept(desk, ID), CLICK)
    work(desk, search)

    assert len(search.started) == 2
    assert search.started[0] == search.started[1]
    assert len(desk.notifier.named("upload")) == 1


@pytest.mark.parametrize(
    "states",
    [
        [BotError("The results are gone.")],
        [BotError("gone"), a_state((), SearchStatus.FAILED)],
        [a_state((), SearchStatus.RUNNING)],
    ],
)
def test_a_file_that_cannot_be_made_is_told_to_whoever_wanted_it(
    states: list[SearchState | BotError],
) -> None:
    search = ScriptedSearch(a_state(some_rows(2)))
    desk = answered(search)
    search.states = states

    ask_for_file(desk, kept(desk, ID), CLICK)
    work(desk, search)

    assert not desk.notifier.named("upload")
    ((reply, words),) = desk.notifier.named("tell")
    assert reply == CLICK
    assert "gone" in words or "could not be fetched" in words


def test_a_file_that_the_chat_refuses_can_be_asked_for_again() -> None:
    search = ScriptedSearch(a_state(some_rows(2)))
    desk = answered(search)
    desk.notifier.failures["upload"] = BotError("This workspace does not allow files.")

    ask_for_file(desk, kept(desk, ID), CLICK)
    work(desk, search)

    assert desk.notifier.named("tell") == [(CLICK, "This workspace does not allow files.")]
    assert kept(desk, ID).files == ()


def test_a_private_answer_is_shared_once() -> None:
    search = ScriptedSearch(a_state(some_rows(1)))
    desk = answered(search, private=True)

    ask_to_share(desk, kept(desk, ID), CLICK)
    again = desk.jobs.waiting[0][0]
    work(desk, search)
    job_handlers(desk, search)["share"](again)

    ((reply, answer),) = desk.notifier.named("share")
    assert (reply, answer.found) == (CLICK, 1)
    with pytest.raises(BotError, match="shared already"):
        ask_to_share(desk, kept(desk, ID), CLICK)


def test_an_answer_that_cannot_be_shared_says_why() -> None:
    search = ScriptedSearch(a_state(some_rows(1)))
    desk = answered(search, private=True)
    desk.notifier.failures["share"] = BotError("Ask again, and share the new one.")

    ask_to_share(desk, kept(desk, ID), CLICK)
    work(desk, search)

    assert desk.notifier.named("tell") == [(CLICK, "Ask again, and share the new one.")]
    assert not kept(desk, ID).shared


def test_what_a_person_clicked_and_never_came_is_told_to_them() -> None:
    search = ScriptedSearch(a_state(some_rows(1)))
    desk = answered(search, private=True)
    ask_for_file(desk, kept(desk, ID), CLICK)
    ask_to_share(desk, kept(desk, ID), replace(CLICK, user="U0RESPONDER1"))
    jobs: list[Job] = [job for job, _ in desk.jobs.waiting]

    for job in jobs:
        give_up(desk, job, ConnectionError("Slack is down"))

    assert [reply.user for reply, _ in desk.notifier.named("tell")] == [
        "U0RESPONDER2",
        "U0RESPONDER1",
    ]
