"""Rules that run by themselves: nothing missed, nothing twice, and a crash at any write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.alerts.model import Deed
from bot.app import detect, record
from bot.app.detect import handlers, watermark
from bot.app.documents import change
from bot.app.kept import ALERTS
from bot.app.ports import Job, SearchStatus
from bot.errors import BotError, LaterError
from tests.app.detecting import (
    COUNTING,
    NOON,
    ROOT,
    EventSearch,
    MemoryBoard,
    a_watch,
    alerting,
    alerts,
    event,
    ticked,
    work,
)
from tests.fakes import ListJobs, MemoryStore, SetClock

BY = Deed("U1", "responder-1", NOON)


def test_what_a_rule_finds_becomes_one_alert_for_each_key_and_is_told():
    watch = a_watch(event(30, 1), event(20, 2), event(10, 3, "other"))
    raised = ticked(watch)
    assert sorted((alert.key, alert.count) for alert in raised) == [((ROOT,), 2), (("other",), 1)]
    assert {(c, a.id) for c, a in watch.board.shown.values()} == {("CHIGH", a.id) for a in raised}
    assert all(alert.told.revision == alert.revision for alert in raised)
    assert watermark(watch, "root-used").through == NOON - timedelta(minutes=5)


def test_nothing_is_due_before_the_next_point_of_the_grid():
    clock = SetClock(NOON)
    watch = a_watch(event(10), clock=clock)
    ticked(watch)
    ticked(watch)
    assert len(watch.search.started) == 1
    clock.move(minutes=2)
    ticked(watch)
    assert len(watch.search.started) == 2


def test_an_overlap_counts_nothing_twice_and_finds_what_came_late():
    clock = SetClock(NOON)
    watch = a_watch(event(10, 1), event(10, None), event(10, None), clock=clock)
    assert [alert.count for alert in ticked(watch)] == [3]
    clock.move(minutes=5)
    watch.search.events.append(event(8, 9))
    (alert,) = ticked(watch)
    assert (alert.count, alert.late) == (4, True)
    assert watch.board.posts == 1
    assert next(iter(watch.board.shown.values()))[1].count == 4


def test_a_finding_after_the_verdict_opens_the_next_alert():
    clock = SetClock(NOON)
    watch = a_watch(event(10, 1), clock=clock)
    (first,) = ticked(watch)
    change(
        watch.desk.store, ALERTS, first.id, lambda a: replace(a, status="resolved", resolved=BY)
    )  # fmt: skip
    clock.move(minutes=5)
    watch.search.events.append(event(4, 2))
    old, new = ticked(watch)
    assert (old.count, new.count) == (1, 1)
    assert new.id == f"{first.fingerprint}.2"
    clock.move(minutes=5)
    assert [alert.count for alert in ticked(watch)] == [1, 1]


def test_buckets_are_searched_one_by_one_and_never_counted_twice():
    clock = SetClock(NOON)
    watch = a_watch(
        event(12, 1), event(11, 2), event(11, 3), rules=(COUNTING,), clock=clock,
        since=NOON - timedelta(hours=1),
    )  # fmt: skip
    (alert,) = ticked(watch)
    assert alert.count == 2  # ten minutes every five: each event lies in two buckets
    assert alert.rows[0]["calls"] == "3"
    spans = {(s.window.end - s.window.start) for s in watch.search.started}
    assert spans == {timedelta(minutes=10)}
    assert len({s.window.start for s in watch.search.started}) == len(watch.search.started) == 11
    assert [a.count for a in ticked(watch)] == [2]


def test_compressed_a_rule_is_due_at_once_and_its_bucket_counts_once():
    clock = SetClock(NOON)
    watch = a_watch(event(0.5, 1), rules=(alerting(), COUNTING), clock=clock, compressed=True)
    assert [alert.rule for alert in ticked(watch)] == ["root-used"]
    watch.search.events += [event(0, 2), event(0, 3)]
    clock.move(seconds=2)
    assert {a.rule: a.count for a in ticked(watch)} == {"root-used": 3, "many-calls": 1}
    clock.move(seconds=2)
    assert {a.rule: a.count for a in ticked(watch)} == {"root-used": 3, "many-calls": 1}
    before = len(watch.search.started)
    ticked(watch)
    assert len(watch.search.started) == before


def test_a_result_that_was_cut_off_is_searched_in_halves(monkeypatch):
    monkeypatch.setattr(detect, "LIMIT", 4)
    watch = a_watch(*(event(50 - i, i) for i in range(40)))
    (alert,) = ticked(watch)
    assert alert.count == 40
    assert watermark(watch, "root-used").problem == ""


def test_what_cannot_be_halved_is_saved_and_the_rule_stands_still(monkeypatch):
    monkeypatch.setattr(detect, "LIMIT", 4)
    watch = a_watch(*(event(30, i) for i in range(9)))
    (alert,) = ticked(watch)
    assert alert.count == 4
    mark = watermark(watch, "root-used")
    assert mark.failures == 1
    assert "4 rows and more" in mark.problem
    assert mark.through <= NOON - timedelta(minutes=30)


def test_a_search_that_takes_long_is_polled_and_stopped_after_a_quarter_of_an_hour():
    watch = a_watch(event(10), search=EventSearch(event(10), turns=3))
    assert len(ticked(watch)) == 1
    slow = a_watch(search=EventSearch(turns=10_000))
    slow.desk.jobs.put(Job("detect", "root-used", {}))
    work(slow, most=1_000)
    assert slow.search.stopped == ["search-1"]
    assert "15 minutes" in watermark(slow, "root-used").problem


@pytest.mark.parametrize(
    "status", [SearchStatus.FAILED, SearchStatus.CANCELLED, SearchStatus.TIMEOUT]
)
def test_a_failed_run_is_noted_and_made_up(status):
    watch = a_watch(event(10))
    watch.search.ending = status
    assert ticked(watch) == []
    mark = watermark(watch, "root-used")
    assert (mark.failures, mark.through) == (1, None)
    assert mark.problem
    watch.search.ending = SearchStatus.COMPLETE
    assert len(ticked(watch)) == 1
    assert watermark(watch, "root-used").failures == 0


def test_a_query_that_cannot_start_is_noted():
    watch = a_watch(event(10))
    watch.search.problems.append(BotError("No such log group."))
    assert ticked(watch) == []
    assert watermark(watch, "root-used").problem == "No such log group."
    without = a_watch(event(10), rules=(alerting(log="elsewhere"),))
    assert ticked(without) == []
    assert "rules/config.yml" in watermark(without, "root-used").problem


def test_a_search_that_is_lost_is_made_again_once():
    watch = a_watch(event(10), search=EventSearch(event(10), turns=1))
    run = handlers(watch)["detect"]
    run(Job("detect", "root-used", {}))
    lost = replace(watch, search=EventSearch(event(10)), desk=replace(watch.desk, jobs=ListJobs()))
    assert len(ticked(lost)) == 1
    again = a_watch(event(10), search=EventSearch(turns=1))
    handlers(again)["detect"](Job("detect", "root-used", {}))
    again.search.started.clear()
    again.search.start = lambda search: "search-9"
    ticked(again)
    assert "no search search-9" in watermark(again, "root-used").problem


def test_drafts_do_not_run_and_rules_on_trial_post_to_the_test_channel():
    draft, trial = alerting("a", status="draft"), alerting("b", status="test")
    watch = a_watch(event(10), rules=(draft, trial))
    assert [alert.rule for alert in ticked(watch)] == ["b"]
    assert [channel for channel, _ in watch.board.shown.values()] == ["CTEST"]
    watch.desk.store.put("run:gone", {"form": 1}, 0)
    handlers(watch)["detect"](Job("detect", "gone", {}))
    assert watch.desk.store.get("run:gone") is None


def test_a_snoozed_alert_wakes_when_its_time_has_come():
    clock = SetClock(NOON)
    watch = a_watch(event(10), clock=clock)
    (alert,) = ticked(watch)
    until = NOON + timedelta(hours=1)
    change(
        watch.desk.store, ALERTS, alert.id,
        lambda a: replace(a, snoozed=BY, snoozed_until=until, revision=a.revision + 1),
    )  # fmt: skip
    (alert,) = ticked(watch)
    assert alert.snoozed_until == until
    clock.move(hours=1)
    (alert,) = ticked(watch)
    assert alert.snoozed_until is None
    assert alert.told.revision == alert.revision
    assert detect._awake(alert, clock()) is alert


class KilledError(BaseException):
    """The process ends here, whatever anybody catches."""


class MortalStore(MemoryStore):
    """A store whose process dies just before or just after a write."""

    def __init__(self) -> None:
        super().__init__()
        self.left = -1
        self.before = False

    def put(self, key, value, expected, **how):
        self.left -= 1
        if self.left == 0 and self.before:
            raise KilledError
        done = super().put(key, value, expected, **how)
        if self.left == 0:
            raise KilledError
        return done

    def delete(self, key, expected=None):
        self.left -= 1
        if self.left == 0:
            raise KilledError
        super().delete(key)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("resolved", [True, False])
def test_a_crash_at_any_write_loses_nothing_and_counts_nothing_twice(before, resolved):
    events = [event(30, 1), event(20, 2), event(10, None), event(10, None), event(9, 5, "other")]
    deaths = 0
    while True:
        store, board, clock = MortalStore(), MemoryBoard(), SetClock(NOON)
        given = {"store": store, "board": board, "clock": clock, "rules": (alerting(), COUNTING)}
        store.left, store.before = deaths + 1, before
        try:
            ticked(a_watch(*events, **given))
        except KilledError:
            deaths += 1
        else:
            break
        store.left = -1
        watch = a_watch(*events, **given)  # jobs and searches are gone; the store is not
        if resolved:
            for alert in alerts(watch):
                change(store, ALERTS, alert.id, lambda a: replace(a, status="resolved"))
        ticked(watch)
        clock.move(minutes=5)
        after = ticked(watch)
        assert sum(a.count for a in after if a.rule == "root-used") == 5
        ids = [f for alert in after for f in alert.findings]
        assert len(ids) == len(set(ids)) == sum(alert.count for alert in after)
        assert {a.id for _, a in board.shown.values()} == {a.id for a in after}
        assert board.posts == len(after)
        assert all(a.told.revision == a.revision for a in after)
    assert deaths > 20


def test_two_workers_that_record_the_same_run_count_it_once():
    watch = a_watch(event(10, 1))
    ticked(watch)
    due = detect.Due(NOON - timedelta(hours=1), NOON, NOON - timedelta(minutes=5))
    search = detect.search_of(watch, watch.desk.rules[0], due)
    state = watch.search.poll(watch.search.start(search))
    rule = watch.desk.rules[0]
    before = watermark(watch, rule.id)
    detect.record(watch, rule, detect.Run(rule.id, due, before.search_id), state)
    assert watermark(watch, rule.id) == before
    assert [alert.count for alert in alerts(watch)] == [1]


def test_a_storm_of_one_key_is_one_alert_and_every_finding_counts():
    watch = a_watch(*(event(30 - i / 100, i) for i in range(1_500)))
    (alert,) = ticked(watch)
    assert alert.count == 1_500
    assert len(alert.rows) == 10
    assert watch.board.posts == 1


def test_a_storm_is_saved_in_slices_and_no_slice_counts_twice(monkeypatch):
    monkeypatch.setattr(record, "SLICE", 300)
    events = [event(30 - i / 100, i, f"user-{i % 3}") for i in range(1_500)]
    events += [event(9 - i / 100, 2_000 + i, f"stranger-{i}") for i in range(40)]
    watch = a_watch(*events)
    after: list[int] = []
    watch.desk.jobs.put(Job("tick", "tick", {}))
    while watch.desk.jobs.waiting:
        job = watch.desk.jobs.take()
        handlers(watch)[job.kind](job)
        after.append(sum(alert.count for alert in alerts(watch)))

    assert max(b - a for a, b in pairwise(after)) <= 400
    assert after[-1] == 1_540
    assert len(alerts(watch)) == 43
    assert len(watch.search.started) == 1
    assert watermark(watch, "root-used").runs == 1
    (hour,) = watch.desk.store.listed("spent")
    assert hour[1].value["searches"] == 1


def test_a_search_that_is_made_anew_between_two_slices_loses_nothing(monkeypatch):
    monkeypatch.setattr(record, "SLICE", 300)
    watch = a_watch(*(event(30 - i / 100, i) for i in range(900)))
    watch.desk.jobs.put(Job("tick", "tick", {}))
    while not alerts(watch):
        job = watch.desk.jobs.take()
        handlers(watch)[job.kind](job)
    assert 0 < alerts(watch)[0].count < 900
    watch.search.events.insert(0, event(31, 5_000))
    watch.search.started.clear()  # the machine that ran it has restarted

    work(watch)

    assert [alert.count for alert in alerts(watch)] == [901]


def test_what_is_cut_off_and_cannot_be_halved_is_saved_in_slices_too(monkeypatch):
    monkeypatch.setattr(detect, "LIMIT", 700)
    monkeypatch.setattr(record, "SLICE", 300)
    monkeypatch.setattr(detect, "narrower", lambda *_: None)
    watch = a_watch(*(event(30 - i / 100, i) for i in range(900)))
    (alert,) = ticked(watch)

    assert alert.count == 700
    assert "cut off" in watermark(watch, "root-used").problem
    assert watermark(watch, "root-used").through is None


def test_findings_that_are_not_those_of_before_are_saved_from_the_first_on():
    watch = a_watch(*(event(30 - i / 100, i) for i in range(3)))
    (rule,) = watch.desk.rules
    due = detect.Due(NOON - timedelta(hours=1), NOON, NOON)
    state = watch.search.poll(watch.search.start(detect.search_of(watch, rule, due)))

    progress, _ = record.save_findings(watch, rule, due, state, None, record.Progress(2, 9))

    assert progress == record.Progress(3, 3)
    assert [alert.count for alert in alerts(watch)] == [3]


def test_a_search_that_takes_long_is_followed_by_one_job_however_often_it_ticks():
    watch = a_watch(event(10), search=EventSearch(event(10), turns=50))
    by_kind = handlers(watch)
    waiting = [Job("tick", "tick", {})]
    polls = []
    for turn in range(12):  # queues that keep each job apart, and deliver each twice
        for job in waiting * 2:
            by_kind[job.kind](job)
        polls.append(watch.search.polls)
        put, watch.desk.jobs.waiting = watch.desk.jobs.waiting, []
        waiting = [job for job, _ in put] + ([Job("tick", "tick", {})] if turn % 3 == 0 else [])

    assert len(watch.search.started) == 1
    assert max(b - a for a, b in pairwise(polls)) <= 3
    assert len(waiting) <= 3


def test_a_tick_has_the_worst_told_first_and_not_everything_at_once(monkeypatch):
    monkeypatch.setattr(detect, "MOST_TOLD", 3)
    mild = alerting("mild", severity="low")
    events = [event(10 - i / 10, i, f"user-{i}") for i in range(4)]
    watch = a_watch(*events, rules=(mild, alerting()))
    watch.board.failure = LaterError("Slack is busy", 1.0)
    by_kind = handlers(watch)
    by_kind["tick"](Job("tick", "tick", {}))
    while any(job.kind == "detect" for job, _ in watch.desk.jobs.waiting):
        job = watch.desk.jobs.take()
        if job.kind == "detect":
            by_kind["detect"](job)
    watch.desk.jobs.waiting.clear()

    by_kind["tick"](Job("tick", "tick", {}))

    told = [job.id for job, _ in watch.desk.jobs.waiting if job.kind == "tell"]
    worst = {alert.id for alert in alerts(watch) if alert.severity == "high"}
    assert len(told) == 3
    assert set(told) <= worst


def test_a_job_that_comes_too_early_does_nothing():
    watch = a_watch(event(10))
    ticked(watch)
    watch.desk.jobs.put(Job("detect", "root-used", {}))
    work(watch)
    assert len(watch.search.started) == 1


class BusyStore(MemoryStore):
    """A store where somebody else is quicker to raise the next alert, a number of times."""

    refuse = 0

    def put(self, key, value, expected, **how):
        if key.startswith("alert:") and expected == 0 and self.refuse:
            self.refuse -= 1
            return False
        return super().put(key, value, expected, **how)


def test_another_who_raises_the_same_alert_first_is_looked_at_again():
    store = BusyStore()
    store.refuse = 3
    assert [alert.count for alert in ticked(a_watch(event(10), store=store))] == [1]
    store = BusyStore()
    store.refuse = 1_000
    with pytest.raises(RuntimeError):
        ticked(a_watch(event(10), store=store))
