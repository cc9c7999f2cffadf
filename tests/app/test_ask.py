"""Asking: from a question to the message that shows its end, whatever happens in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app.answer import Answer
from bot.app.answering import job_handlers
from bot.app.ask import answer_id, ask, ask_again, prepare, zone_of
from bot.app.asked import change, look_up
from bot.app.desk import Desk
from bot.app.ports import FrontDesk, Job, SearchState, SearchStatus
from bot.app.running import PATIENCE, delay, give_up, waited
from bot.app.understand import QuestionError
from bot.errors import BotError
from tests.fakes import (
    BERLIN,
    NOW,
    PERSON,
    REPLY,
    RULES,
    SOURCES,
    RecordingNotifier,
    ScriptedSearch,
    SetClock,
    a_desk,
    a_rule,
    a_state,
    some_rows,
)

ID = answer_id("trigger-1")


def asked(desk: Desk, text: str = "s3-writes my-bucket 24h", *, private: bool = False) -> None:
    ask(desk, text, PERSON, REPLY, "trigger-1", private)


def work(desk: Desk, search: ScriptedSearch, most: int = 50) -> None:
    """Run what waits, and what that makes wait, without waiting."""
    handlers = job_handlers(desk, search)
    while desk.jobs.waiting and most:
        job = desk.jobs.take()
        handlers[job.kind](job)
        most -= 1


def last(desk: Desk, name: str) -> Answer:
    answer = desk.notifier.named(name)[-1][-1]
    assert isinstance(answer, Answer)
    return answer


# ------------------------------------------------------------------------------------ prepare
def test_a_question_is_read_with_its_values_and_its_window() -> None:
    prepared = prepare("s3-writes my-bucket 24h", RULES, SOURCES, NOW, ZoneInfo(BERLIN))

    assert prepared.rule.id == "s3-writes"
    assert prepared.command == "s3-writes my-bucket 24h"
    assert prepared.values == {"bucket": "my-bucket"}
    assert prepared.window.start == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert prepared.window.end == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_a_question_is_asked_with_cards_alone_and_bound_by_the_job() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state(some_rows(1)))
    front = FrontDesk(
        [rule.card for rule in RULES],
        ["cloudtrail"],
        desk.store,
        desk.jobs,
        desk.notifier,
        desk.clock,
    )

    ask(front, "s3-writes my-bucket 24h", PERSON, REPLY, "trigger-1", False)
    kept_so = look_up(desk.store, ID)
    work(desk, search)

    assert kept_so is not None
    assert kept_so.search is None
    assert (kept_so.rule, kept_so.version, kept_so.values) == (
        "s3-writes",
        "1",
        {"bucket": "my-bucket"},
    )
    (started,) = search.started
    assert 'requestParameters.bucketName = "my-bucket"' in started.query
    assert started.groups == ("/aws/cloudtrail",)
    assert started.window.start == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert last(desk, "edit").found == 1


def test_no_value_can_change_the_query() -> None:
    rule = a_rule(
        "free",
        "filter a = {{x}} | fields b",
        [replace(RULES[0].parameters[0], name="x", type="text")],
    )
    hostile = "\" or 1 = 1 | limit 1 # ' \\"
    desk, search = a_desk([rule]), ScriptedSearch(a_state())

    asked(desk, f"free '{hostile.replace(chr(39), chr(39) * 2)}'")
    work(desk, search)

    stored = look_up(desk.store, ID)
    assert stored is not None
    assert stored.values == {"x": hostile}
    assert search.started[0].query.count("|") == 1


def test_a_window_in_the_future_comes_back_with_the_rules_own() -> None:
    with pytest.raises(QuestionError, match="lies in the future") as raised:
        prepare("s3-writes my-bucket 2027-01-01", RULES, SOURCES, NOW, ZoneInfo("UTC"))

    assert raised.value.suggestion == "s3-writes my-bucket 24h"


def test_a_rule_over_an_unknown_log_says_so() -> None:
    with pytest.raises(BotError, match="reads the log `cloudtrail`, which is not among"):
        prepare("s3-writes my-bucket", RULES, {}, NOW, ZoneInfo("UTC"))


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../../etc/passwd", "x\0y", "/etc/hosts"])
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert zone_of(replace(PERSON, zone=name)).key == "UTC"


# ------------------------------------------------------------------------------- the good case
def test_an_answer_is_posted_at_once_and_edited_when_it_is_there() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state(some_rows(3)))

    asked(desk)
    work(desk, search)

    ((channel, first),) = desk.notifier.named("post")
    assert (channel, first.state, first.asked_by) == ("C0SIEM", "running", "responder-1")
    ((channel, ts, end),) = desk.notifier.named("edit")
    assert (channel, ts) == ("C0SIEM", "1700000000.000001")
    assert (end.state, end.found, end.records, end.bytes) == ("done", 3, 1_000, 1_000_000)
    assert end.table is not None
    assert end.table.columns == ("time", "operation", "who")
    assert end.table.times == (0,)
    assert end.link is not None
    assert end.dollars == pytest.approx(0.000005)
    assert not end.limited
    assert len(search.started) == 1


def test_a_job_carries_only_ids() -> None:
    desk = a_desk()

    asked(desk)

    assert desk.jobs.waiting == [(Job("ask", ID, {}), 0.0)]


def test_a_command_that_is_delivered_twice_is_asked_once() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state())

    asked(desk)
    asked(desk)
    work(desk, search)

    assert len(desk.notifier.named("post")) == 1


def test_while_it_runs_the_message_shows_how_far_it_is() -> None:
    states = [a_state(some_rows(n), SearchStatus.RUNNING, n * 100) for n in range(1, 9)]
    desk, search = a_desk(), ScriptedSearch(*states, a_state(some_rows(9)))

    asked(desk)
    work(desk, search)

    edits = [call[-1] for call in desk.notifier.named("edit")]
    assert [(e.state, e.records) for e in edits[:2]] == [("running", 400), ("running", 600)]
    assert edits[-1].state == "done"
    assert len(edits) < 9


def test_the_message_is_edited_at_most_every_two_seconds() -> None:
    turns = [t for t in range(200) if waited(t) // 2 > waited(t - 1) // 2]
    times = [0.0, *map(waited, turns)]

    assert min(b - a for a, b in pairwise(times)) >= 1.99
    assert delay(0) == 0.3
    assert delay(1_000) == 2.0


def test_a_full_result_says_that_there_may_be_more() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state(some_rows(10_000)))

    asked(desk)
    work(desk, search)

    end = last(desk, "edit")
    assert end.limited
    assert end.table is not None
    assert len(end.table.rows) <= 100


def test_an_empty_result_has_no_table_and_knows_what_the_rule_needs() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state())

    asked(desk)
    work(desk, search)

    end = last(desk, "edit")
    assert (end.found, end.table, end.needs) == (0, None, ("s3-data-events",))


# -------------------------------------------------------------------------------------- private
@pytest.mark.parametrize(
    ("text", "private"), [("s3-writes my-bucket --private", False), ("s3-writes my-bucket", True)]
)
def test_a_private_answer_is_for_one_person(text: str, private: bool) -> None:
    states = [a_state((), SearchStatus.RUNNING)] * 8
    desk, search = a_desk(), ScriptedSearch(*states, a_state(some_rows(1)))

    asked(desk, text, private=private)
    work(desk, search)

    assert not desk.notifier.named("post")
    shown = desk.notifier.named("whisper")
    # The reply address may be used five times, so progress is not shown.
    assert [answer.state for _, answer in shown] == ["running", "done"]
    assert {reply for reply, _ in shown} == {REPLY}
    assert shown[-1][1].private


def test_where_the_bot_cannot_post_the_person_gets_the_answer_alone() -> None:
    notifier = RecordingNotifier(failures={"post": BotError("The bot is not in this channel.")})
    desk, search = a_desk(notifier=notifier), ScriptedSearch(a_state(some_rows(1)))

    asked(desk)
    work(desk, search)

    ((_, words),) = notifier.named("tell")
    assert words == "The bot is not in this channel. So the answer is for you alone."
    assert last(desk, "whisper").private
    assert last(desk, "whisper").state == "done"


# ------------------------------------------------------------------------------------- failures
def test_a_search_that_cannot_start_says_why() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state())
    search.refusal = BotError("A log group of this query does not exist.")

    asked(desk)
    work(desk, search)

    end = last(desk, "edit")
    assert (end.state, end.problem) == ("failed", "A log group of this query does not exist.")


@pytest.mark.parametrize(
    "status", [SearchStatus.FAILED, SearchStatus.CANCELLED, SearchStatus.TIMEOUT]
)
def test_a_search_that_ends_badly_says_what_to_do(status: SearchStatus) -> None:
    desk, search = a_desk(), ScriptedSearch(a_state((), status))

    asked(desk)
    work(desk, search)

    end = last(desk, "edit")
    assert end.state == "failed"
    assert "Ask again" in end.problem
    assert not desk.jobs.waiting


def test_a_lost_search_is_started_again_once() -> None:
    lost = BotError("The results of this search are gone.")
    desk, search = a_desk(), ScriptedSearch(lost, a_state(some_rows(2)))

    asked(desk)
    work(desk, search)

    assert len(search.started) == 2
    assert last(desk, "edit").found == 2


def test_a_search_that_is_lost_twice_has_failed() -> None:
    desk, search = a_desk(), ScriptedSearch(BotError("The results of this search are gone."))

    asked(desk)
    work(desk, search)

    assert len(search.started) == 2
    assert last(desk, "edit").problem == "The results of this search are gone."


def test_a_lost_search_that_cannot_start_again_has_failed() -> None:
    desk, search = a_desk(), ScriptedSearch(BotError("gone"))
    asked(desk)
    work(desk, search, most=1)
    search.refusal = BotError("All places for queries are taken.")

    work(desk, search)

    assert last(desk, "edit").problem == "All places for queries are taken."


def test_after_a_quarter_of_an_hour_it_stops() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state((), SearchStatus.RUNNING))

    asked(desk)
    work(desk, search, most=1_000)

    assert search.stopped == ["search-1"]
    assert "over 15 minutes" in last(desk, "edit").problem
    assert not desk.jobs.waiting
    assert waited(447) < PATIENCE < waited(460)


def test_an_unknown_status_is_waited_for() -> None:
    unknown = SearchState(SearchStatus.UNKNOWN)
    desk, search = a_desk(), ScriptedSearch(unknown, a_state(some_rows(1)))

    asked(desk)
    work(desk, search)

    assert last(desk, "edit").state == "done"


def test_a_job_that_failed_too_often_says_so() -> None:
    desk = a_desk()
    asked(desk)
    work(desk, ScriptedSearch(a_state((), SearchStatus.RUNNING)), most=2)

    give_up(desk, Job("follow", ID, {"turn": 1}), RuntimeError("no disk"))

    end = last(desk, "edit")
    assert end.state == "failed"
    assert "(RuntimeError)" in end.problem
    assert ID in end.problem


def test_a_dead_job_of_an_answer_that_has_ended_changes_nothing() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state())
    asked(desk)
    work(desk, search)
    before = list(desk.notifier.calls)

    give_up(desk, Job("follow", ID, {"turn": 1}), RuntimeError("late"))
    give_up(desk, Job("follow", "0" * 20, {"turn": 1}), RuntimeError("unknown"))

    assert desk.notifier.calls == before


# ------------------------------------------------------------------------- crashes and repeats
@pytest.mark.parametrize("kind", ["ask", "follow", "csv", "share"])
def test_jobs_of_an_answer_that_is_not_kept_do_nothing(kind: str) -> None:
    desk = a_desk()
    payload: dict[str, Any] = {"turn": 0}

    job_handlers(desk, ScriptedSearch(a_state()))[kind](Job(kind, "0" * 20, payload))

    assert not desk.notifier.calls


def test_a_job_that_runs_twice_posts_one_message_and_ends_once() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state(some_rows(1)))
    handlers = job_handlers(desk, search)
    asked(desk)
    job = desk.jobs.take()

    handlers["ask"](job)
    handlers["ask"](job)
    work(desk, search)
    handlers["ask"](job)
    handlers["follow"](Job("follow", ID, {"turn": 7}))

    assert len(desk.notifier.named("post")) == 1
    assert len(desk.notifier.named("edit")) == 1
    assert len(search.started) == 1


def test_a_private_job_that_runs_twice_shows_its_start_once() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state(some_rows(1)))
    handlers = job_handlers(desk, search)
    asked(desk, private=True)
    job = desk.jobs.take()

    handlers["ask"](job)
    handlers["ask"](job)

    assert len(desk.notifier.named("whisper")) == 1


@pytest.mark.parametrize(("found", "posts"), [("1700000000.000042", 0), (None, 1)])
def test_after_a_crash_the_message_is_looked_for_before_it_is_posted_again(
    found: str | None, posts: int
) -> None:
    desk, search = a_desk(), ScriptedSearch(a_state(some_rows(1)))
    asked(desk)
    desk.notifier.failures["post"] = ConnectionError("the answer was lost")
    with pytest.raises(ConnectionError):
        job_handlers(desk, search)["ask"](desk.jobs.waiting[0][0])
    desk.notifier.failures.clear()
    desk.notifier.found = found

    work(desk, search)

    assert len(desk.notifier.named("find")) == 1
    assert len(desk.notifier.named("post")) == posts
    assert desk.notifier.named("edit")[-1][1] == (found or "1700000000.000002")


def test_an_end_that_could_not_be_shown_is_shown_when_the_job_runs_again() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state(some_rows(2)))
    asked(desk)
    work(desk, search, most=1)
    desk.notifier.failures["edit"] = ConnectionError("Slack is down")
    job = desk.jobs.take()
    with pytest.raises(ConnectionError):
        job_handlers(desk, search)["follow"](job)
    desk.notifier.failures.clear()

    job_handlers(desk, search)["follow"](job)

    assert last(desk, "edit").found == 2
    stored = look_up(desk.store, ID)
    assert stored is not None
    assert stored.told


def test_a_write_that_loses_a_race_is_made_again() -> None:
    desk = a_desk()
    asked(desk)
    desk.store.fail_next_writes = 3

    changed = change(desk.store, ID, lambda stored: replace(stored, ts="1.2"))

    assert changed is not None
    assert look_up(desk.store, ID) == changed


def test_a_write_that_always_loses_is_an_error() -> None:
    desk = a_desk()
    asked(desk)
    desk.store.fail_next_writes = 1_000

    with pytest.raises(RuntimeError, match="written 20 times by others"):
        change(desk.store, ID, lambda stored: replace(stored, ts="1.2"))


def test_what_is_stored_reads_as_itself() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state(some_rows(2)))
    asked(desk)
    work(desk, search)
    stored = look_up(desk.store, ID)
    assert stored is not None

    changed = change(desk.store, ID, lambda stored: replace(stored, files=("thread",)))

    assert changed == replace(stored, files=("thread",))
    assert look_up(desk.store, ID) == changed


# ---------------------------------------------------------------------------------------- again
def test_again_asks_the_same_question_now() -> None:
    clock = SetClock()
    desk, search = a_desk(clock=clock), ScriptedSearch(a_state())
    asked(desk, "s3-writes bucket='my-bucket' since 09:00")
    clock.move(hours=1)
    other = replace(PERSON, id="U0RESPONDER2", name="responder-2", zone="America/New_York")

    ask_again(desk, ID, other, replace(REPLY, user=other.id), "trigger-2")
    work(desk, search)

    first, second = search.started
    assert first.query == second.query
    # 09:00 is still nine o'clock in Berlin, where it was asked.
    assert first.window.start == second.window.start == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert second.window.end == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    answers = [answer for _, answer in desk.notifier.named("post")]
    assert [a.asked_by for a in answers] == ["responder-1", "responder-2"]
    assert {a.zone for a in answers} == {BERLIN}


def test_again_of_a_private_answer_is_private() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state())
    asked(desk, private=True)

    ask_again(desk, ID, PERSON, REPLY, "trigger-2")
    work(desk, search)

    assert not desk.notifier.named("post")


def test_again_of_an_answer_that_is_not_kept_is_refused_with_words() -> None:
    with pytest.raises(BotError, match="no longer kept"):
        ask_again(a_desk(), ID, PERSON, REPLY, "trigger-2")


def test_again_of_a_rule_that_is_gone_is_refused_with_words() -> None:
    desk = a_desk()
    asked(desk)

    with pytest.raises(BotError, match="no rule `s3-writes`"):
        ask_again(replace(desk, rules=()), ID, PERSON, REPLY, "trigger-2")
