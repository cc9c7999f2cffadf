"""A search that finds no place among AWS's queries: it is said once, it comes back, and patience ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.alerts.health import health_of
from bot.app.answer import Answer
from bot.app.answering import job_handlers
from bot.app.ask import answer_id, ask, kept
from bot.app.desk import Desk
from bot.app.detect import handlers as detect_handlers
from bot.app.detect import watermark
from bot.app.files import WAITING
from bot.app.follow_up import ask_for_file
from bot.app.overview import ailing
from bot.app.ports import Job, Reply, Search, SearchState, SearchStatus
from bot.app.report import handlers as report_handlers
from bot.app.running import NO_PLACE, PATIENCE
from bot.errors import BotError, LaterError
from tests.app.detecting import NOON, EventSearch, a_watch, event
from tests.app.test_report import a_press, shown, want
from tests.fakes import PERSON, REPLY, ScriptedSearch, SetClock, a_desk, a_state, some_rows

ID = answer_id("trigger-1")
CLICK = Reply("C0SIEM", "U0RESPONDER1", "http://127.0.0.1:1/_response/2")
RUNNING = a_state((), SearchStatus.RUNNING)


class Full(ScriptedSearch):
    """All places are taken, for the next `times` starts."""

    def __init__(self, times: int, *states: SearchState | BotError) -> None:
        super().__init__(*states)
        self.times = times

    def start(self, search: Search) -> str:
        if self.times:
            self.times -= 1
            raise LaterError("all 30 places for queries are taken", 2.5)
        return super().start(search)


def work(jobs: Any, handlers: Mapping[str, Callable[[Job], None]], most: int = 2_000) -> int:
    """Run what waits until nothing is left, or `most` runs; how often a job came back later."""
    later = 0
    while jobs.waiting and most:
        job = jobs.take()
        most -= 1
        try:
            handlers[job.kind](job)
        except LaterError:
            later += 1
            jobs.put(job)
    return later


def asked(search: ScriptedSearch, most: int = 2_000, private: bool = False) -> tuple[Desk, int]:
    desk = a_desk()
    ask(desk, "s3-writes my-bucket 24h", PERSON, REPLY, "trigger-1", private)
    return desk, work(desk.jobs, job_handlers(desk, search), most)


def edits(desk: Desk, name: str = "edit") -> list[Answer]:
    return [call[-1] for call in desk.notifier.named(name)]


def test_an_answer_says_once_that_it_waits_and_then_comes() -> None:
    search = Full(3, a_state(some_rows(2)))
    desk, later = asked(search)

    assert later == 3
    waiting, done = edits(desk)
    assert (waiting.state, waiting.waiting) == ("running", 2.5)
    assert (done.state, done.waiting, done.found) == ("done", 0.0, 2)
    assert len(desk.notifier.named("post")) == len(search.started) == 1


def test_a_private_answer_says_it_too() -> None:
    desk, _ = asked(Full(3, a_state(some_rows(2))), private=True)

    begun, waiting, done = edits(desk, "whisper")
    assert (begun.waiting, waiting.waiting, done.waiting) == (0.0, 2.5, 0.0)


def test_an_answer_that_waits_too_long_says_so_and_ends() -> None:
    desk, later = asked(Full(10_000))

    assert later == PATIENCE / 2.5
    assert edits(desk)[-1].problem == NO_PLACE
    assert len(edits(desk)) == 2
    assert not desk.jobs.waiting


def test_a_lost_search_that_finds_no_place_is_still_made_again_once() -> None:
    search = Full(
        0, RUNNING, BotError("gone"), BotError("gone"), BotError("gone"), a_state(some_rows(1))
    )
    desk, _ = asked(search, most=2)
    search.times = 2

    later = work(desk.jobs, job_handlers(desk, search))

    assert later == 2
    assert edits(desk)[-1].state == "done"


def test_a_look_that_must_wait_loses_no_turn() -> None:
    class Throttled(ScriptedSearch):
        asked = 0
        every = 3

        def poll(self, search_id: str) -> SearchState:
            self.asked += 1
            if self.asked % self.every:
                raise LaterError("GetQueryResults is called 5 times a second already", 1)
            return super().poll(search_id)

    search = Throttled(RUNNING)
    desk, later = asked(search, most=10_000)

    assert later > 800
    assert search.stopped == ["search-1"]
    assert "over 15 minutes" in edits(desk)[-1].problem
    free = Throttled(RUNNING)
    free.every = 1
    asked(free)
    assert search.asked - later == free.asked


def a_file(search: Full) -> Desk:
    desk, _ = asked(search)
    search.states = [BotError("gone"), a_state(some_rows(2))]
    ask_for_file(desk, kept(desk, ID), CLICK)
    return desk


def test_whoever_wants_a_file_is_told_once_that_it_waits() -> None:
    search = Full(0, a_state(some_rows(2)))
    desk = a_file(search)
    search.states = [BotError("gone")] * 3 + [a_state(some_rows(2))]
    search.times = 2

    work(desk.jobs, job_handlers(desk, search))

    assert desk.notifier.named("tell") == [(CLICK, WAITING)]
    assert len(desk.notifier.named("upload")) == 1


def test_a_file_that_waits_too_long_is_given_up_with_words() -> None:
    search = Full(0, a_state(some_rows(2)))
    desk = a_file(search)
    search.states = [BotError("gone")]
    search.times = 10_000

    work(desk.jobs, job_handlers(desk, search))

    assert desk.notifier.named("tell") == [(CLICK, WAITING), (CLICK, NO_PLACE)]
    assert not desk.jobs.waiting


def test_a_digest_waits_for_its_place_and_in_the_end_does_without() -> None:
    press = replace(a_press(), search=Full(2, a_state()))
    want(press)
    assert work(press.desk.jobs, report_handlers(press)) == 2
    assert shown(press).named("edit")[-1].events.problem == ""

    never = replace(a_press(), search=Full(10_000))
    want(never)
    assert work(never.desk.jobs, report_handlers(never)) == PATIENCE / 2.5
    assert shown(never).named("edit")[-1].events.problem == NO_PLACE


def test_a_digest_whose_search_is_lost_while_all_is_full_looks_again_once() -> None:
    press = a_press()
    search = Full(0, BotError("gone"), BotError("gone"), a_state())
    press = replace(press, search=search)
    want(press)
    handlers = report_handlers(press)
    handlers["digest"](press.desk.jobs.take())
    search.times = 1

    assert work(press.desk.jobs, handlers) == 1
    assert shown(press).named("edit")[-1].events.problem == ""


class FullOfEvents(EventSearch):
    """As `Full`, over events."""

    times = 3

    def start(self, search: Search) -> str:
        if self.times:
            self.times -= 1
            raise LaterError("all 25 places for queries are taken", 10)
        return super().start(search)


def test_a_run_that_waits_has_not_failed_and_its_health_says_so_after_a_while() -> None:
    clock = SetClock(NOON)
    watch = a_watch(search=FullOfEvents(event(10), turns=1), clock=clock)
    (rule,) = watch.desk.rules
    handlers = detect_handlers(watch)

    def health() -> Any:
        return health_of(rule, watermark(watch, rule.id), clock())

    for minutes in (0, 8, 8):
        clock.move(minutes=minutes)
        with pytest.raises(LaterError):
            handlers["detect"](Job("detect", rule.id, {}))
    assert (health().state, health().failures, health().well) == ("waiting", 0, False)
    assert health().problem == "waits for a place among AWS's queries since 2026-11-24 12:00 UTC"
    (ill,) = ailing(watch.desk, clock())
    assert ill.why == health().problem

    handlers["detect"](Job("detect", rule.id, {}))
    assert watermark(watch, rule.id).waiting is None
    work(watch.desk.jobs, handlers)
    assert (health().state, watermark(watch, rule.id).runs) == ("ok", 1)


def test_a_run_that_waits_a_moment_is_not_unwell() -> None:
    watch = a_watch(search=FullOfEvents(event(10)))
    (rule,) = watch.desk.rules
    with pytest.raises(LaterError):
        detect_handlers(watch)["detect"](Job("detect", rule.id, {}))
    mark = watermark(watch, rule.id)

    assert health_of(rule, mark, NOON + timedelta(minutes=10)).state == "new"
    assert health_of(rule, mark, NOON + timedelta(minutes=11)).state == "waiting"
    through = replace(mark, through=NOON)
    assert health_of(rule, through, NOON + timedelta(minutes=11)).lag == timedelta(minutes=11)
