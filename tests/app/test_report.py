"""Digests: asked for and on a schedule, over restarts, lost searches and refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.alerts.digest import Ailing, Digest, Events, Spent
from bot.alerts.model import Deed, Told, Watermark
from bot.app import documents
from bot.app.desk import Desk
from bot.app.kept import ALERTS, WATERMARKS
from bot.app.overview import ailing, alerts_of, status_of
from bot.app.ports import Job, Search, SearchStatus, Statistics
from bot.app.report import Press, events_of, handlers, last_time
from bot.app.reported import ask_for_digest
from bot.app.spending import spend, spent_between
from bot.errors import BotError
from bot.rules.card import DigestPlan
from bot.rules.model import AlertPlan
from tests.alerts.test_digest import alert
from tests.fakes import (
    NOW,
    PERSON,
    REPLY,
    RULES,
    ListJobs,
    MemoryStore,
    RecordingNotifier,
    ScriptedSearch,
    SetClock,
    a_desk,
    a_rule,
    a_state,
)

ROWS = [{"source": "s3.amazonaws.com", "events": "7"}, {"source": "ec2", "events": "9"}]
PLAN = DigestPlan(time(8), "Europe/Berlin", "C0ALERTS")


@dataclass
class Shown:
    """The Bulletin port: remembers what it was told to show."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    failure: Exception | None = None
    found: str | None = None

    def post(self, channel: str, digest: Digest) -> str:
        if self.failure is not None:
            raise self.failure
        self.calls.append(("post", channel, digest))
        return f"{len(self.calls)}.0"

    def find(self, channel: str, digest: Digest) -> str | None:
        self.calls.append(("find", channel, digest))
        return self.found

    def edit(self, channel: str, ts: str, digest: Digest) -> None:
        self.calls.append(("edit", channel, ts, digest))

    def link(self, channel: str, ts: str) -> str:
        return f"https://example.com/{channel}/{ts}"

    def named(self, name: str) -> list[Any]:
        return [call[-1] for call in self.calls if call[0] == name]


def a_press(*states: Any, plans: Sequence[DigestPlan] = (), **others: Any) -> Press:
    search = ScriptedSearch(*(states or (a_state(ROWS),)))
    return Press(a_desk(**others), search, Shown(), plans, ailing)


def jobs(press: Press) -> ListJobs:
    assert isinstance(press.desk.jobs, ListJobs)
    return press.desk.jobs


def shown(press: Press) -> Shown:
    assert isinstance(press.bulletin, Shown)
    return press.bulletin


def work(press: Press, most: int = 1_000) -> None:
    while jobs(press).waiting and most:
        job = jobs(press).take()
        handlers(press)[job.kind](job)
        most -= 1


def want(press: Press, text: str = "24h", private: bool = False) -> None:
    ask_for_digest(press.desk, text, PERSON, REPLY, "trigger-1", private)


def test_a_digest_is_posted_at_once_and_edited_when_the_events_are_counted() -> None:
    press = a_press(a_state(status=SearchStatus.RUNNING), a_state(ROWS))
    want(press)
    work(press, most=1)
    (posted,) = shown(press).named("post")
    assert posted.events is None

    work(press)
    (edited,) = shown(press).named("edit")
    assert edited.events == Events((("ec2", 9), ("s3.amazonaws.com", 7)))
    assert (edited.start, edited.end) == (
        NOW.replace(microsecond=0) - timedelta(hours=24),
        NOW.replace(microsecond=0),
    )
    (searched,) = press.search.started  # type: ignore[attr-defined]
    assert isinstance(searched, Search)
    assert "eventSource" in searched.query


def test_asked_twice_or_run_twice_it_is_told_once() -> None:
    press = a_press()
    want(press)
    want(press)
    work(press)
    handlers(press)["digest"](Job("digest", shown(press).named("post")[0].id, {}))
    handlers(press)["digest"](Job("digest", "another", {}))

    assert [call[0] for call in shown(press).calls] == ["post", "edit"]


def test_no_window_is_refused_and_none_is_a_day() -> None:
    press = a_press()
    with pytest.raises(BotError, match="is not a window"):
        want(press, "soon")
    want(press, "")
    work(press)
    assert shown(press).named("post")[0].end - shown(press).named("post")[0].start == timedelta(1)


def test_where_the_bot_cannot_post_it_goes_to_direct_messages() -> None:
    press = a_press()
    want(press, private=True)
    work(press)

    assert shown(press).calls[0][1] == "D0RESPONDER1"
    assert shown(press).named("edit")[0].private


def test_alerts_health_links_and_cost_are_in_it() -> None:
    watching = a_rule("w", alert=AlertPlan("c", every=timedelta(minutes=5)))
    press = a_press(rules=(*RULES, watching))
    store = press.desk.store
    told = replace(alert(1, NOW - timedelta(hours=1)), told=Told("C0ALERTS", "17.1"))
    documents.create(store, ALERTS, "1", told)
    documents.create(store, ALERTS, "2", alert(2, NOW - timedelta(hours=2)))
    documents.create(
        store, WATERMARKS, "w", Watermark("w", last_run=NOW, failures=1, problem="no.")
    )
    want(press)
    work(press)

    (digest,) = shown(press).named("edit")
    assert [waiting.link for waiting in digest.waiting] == ["", "https://example.com/C0ALERTS/17.1"]
    assert digest.ailing == (Ailing("w", "failed once: no."),)
    assert digest.watched == 1
    assert digest.raised == 2


def keys(press: Press, prefix: str) -> list[str]:
    store = press.desk.store
    assert isinstance(store, MemoryStore)
    return [key for key in store.documents if key.startswith(prefix)]


def test_a_message_posted_before_a_crash_is_found() -> None:
    press = a_press()
    want(press)
    shown(press).failure = ConnectionError("lost")
    with pytest.raises(ConnectionError):
        work(press)
    shown(press).failure, shown(press).found = None, "17.5"
    (key,) = keys(press, "digest:")
    jobs(press).put(Job("digest", key.partition(":")[2], {"turn": 0}))
    work(press)

    assert [call[0] for call in shown(press).calls] == ["find", "edit"]
    assert shown(press).calls[1][2] == "17.5"


@pytest.mark.parametrize("asked", [True, False])
def test_a_refusal_is_told_to_whoever_asked(asked: bool) -> None:
    notifier = RecordingNotifier()
    press = a_press(notifier=notifier, plans=(PLAN,))
    if asked:
        want(press)
    else:
        handlers(press)["digests"](Job("digests", "", {}))
        press.desk.clock.move(days=1)  # type: ignore[attr-defined]
        handlers(press)["digests"](Job("digests", "", {}))
    shown(press).failure = BotError("not here.")
    if asked:
        work(press)
    else:
        with pytest.raises(BotError):
            work(press)

    assert len(notifier.named("tell")) == (1 if asked else 0)
    assert not jobs(press).waiting


@pytest.mark.parametrize(
    ("states", "problem"),
    [
        ([BotError("a"), BotError("gone.")], "gone."),
        ([a_state(status=SearchStatus.FAILED)], "the search ended as failed."),
        ([a_state(status=SearchStatus.RUNNING)], "the search took over 15 minutes."),
        ([BotError("lost"), a_state(ROWS)], ""),
    ],
)
def test_events_that_cannot_be_counted_cost_only_their_count(
    states: list[Any], problem: str
) -> None:
    press = a_press(*states)
    want(press)
    work(press)

    (digest,) = shown(press).named("edit")
    assert digest.events.problem == problem


def test_without_the_rule_that_counts_it_says_so() -> None:
    press = a_press(rules=())
    want(press)
    work(press)

    assert "there is no rule" in shown(press).named("edit")[0].events.problem


def test_rows_that_make_no_sense_count_nothing() -> None:
    rows = [{"source": "a", "events": "x"}, {"events": "1"}, {"source": "a", "events": "2"}]
    assert events_of([*rows, rows[2]], 4) == Events((("a", 4),), limited=True)


# ---------------------------------------------------------------------------------- schedule
def ticks(press: Press, clock: SetClock, **span: float) -> list[Digest]:
    clock.move(**span)
    handlers(press)["digests"](Job("digests", "digests", {}))
    before = len(shown(press).named("post"))
    work(press)
    return shown(press).named("post")[before:]


def test_a_plan_begins_at_its_next_time_and_misses_nothing_after_it() -> None:
    clock = SetClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    press = a_press(plans=(PLAN,), clock=clock)

    assert ticks(press, clock) == []
    assert ticks(press, clock, hours=21) == []
    (first,) = ticks(press, clock, hours=1)
    assert (first.start, first.end) == (
        datetime(2026, 11, 24, 7, tzinfo=UTC),
        datetime(2026, 11, 25, 7, tzinfo=UTC),
    )
    assert ticks(press, clock, hours=1) == []
    (second,) = ticks(press, clock, days=3)
    assert (second.start, second.end) == (first.end, datetime(2026, 11, 28, 7, tzinfo=UTC))
    (third,) = ticks(press, clock, days=30)
    assert third.end - third.start == timedelta(days=7)


def test_a_crash_before_the_plan_is_noted_makes_no_second_digest() -> None:
    clock = SetClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    press = a_press(plans=(PLAN,), clock=clock)
    ticks(press, clock)
    (key,) = keys(press, "digest-plan:")
    before = press.desk.store.get(key)
    assert before is not None
    assert len(ticks(press, clock, days=1)) == 1
    store = press.desk.store
    assert isinstance(store, MemoryStore)
    stored = store.get(key)
    assert stored is not None
    store.put(key, before.value, stored.version)

    assert ticks(press, clock, minutes=1) == []


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24T06:59:59+00:00", "2026-11-23T07:00:00+00:00"),
        ("2026-11-24T07:00:00+00:00", "2026-11-24T07:00:00+00:00"),
        ("2026-07-01T23:30:00+00:00", "2026-07-01T06:00:00+00:00"),
    ],
)
def test_the_time_of_a_plan_is_that_of_its_zone(now: str, due: str) -> None:
    assert last_time(PLAN, datetime.fromisoformat(now)) == datetime.fromisoformat(due)


# ------------------------------------------------------------------------------------- money
def test_what_is_spent_is_kept_by_the_hour() -> None:
    store = MemoryStore()
    for hours in (0, 0, 1, 30):
        then = NOW - timedelta(hours=hours)
        spend(a_desk(store=store, clock=SetClock(then)), Statistics(1, 2, 1_000))

    assert spent_between(store, NOW - timedelta(hours=24), NOW) == Spent(3, 3_000)


# ---------------------------------------------------------------------------------- overview
def a_watch() -> Desk:
    plan = AlertPlan("c", every=timedelta(minutes=5))
    rules = (a_rule("late", alert=plan), a_rule("new", alert=plan), a_rule("asked"))
    draft = a_rule("draft", alert=plan, status="draft")
    desk = a_desk(rules=(*rules, draft))
    mark = Watermark("late", last_run=NOW - timedelta(hours=3), failures=0)
    documents.create(desk.store, WATERMARKS, "late", mark)
    return desk


def test_the_status_names_each_rule_that_watches() -> None:
    desk = a_watch()
    documents.create(desk.store, ALERTS, "1", alert(1, NOW))
    status = status_of(desk)

    assert [(health.rule, health.state) for health in status.watching] == [
        ("late", "late"),
        ("new", "new"),
    ]
    assert (status.asked, status.waiting, status.open) == (2, 1, 1)
    assert ailing(desk, NOW) == [
        Ailing("late", "has not run since 2026-11-24 06:00 UTC"),
        Ailing("new", "has not run yet"),
    ]


def test_alerts_are_all_or_open_or_mine() -> None:
    desk = a_watch()
    mine = {"by": PERSON.id, "name": PERSON.name, "at": NOW}
    taken = alert(2, NOW, status="acknowledged", acknowledged=Deed(**mine))
    for made in (alert(1, NOW), taken, alert(3, NOW, status="resolved")):
        documents.create(desk.store, ALERTS, made.id, made)

    def ids(which: str) -> list[str]:
        return [one.alert[-1] for one in alerts_of(desk, which, PERSON).waiting]

    assert (ids(""), ids("open"), ids(" Mine ")) == (["1", "2"], ["1"], ["2"])
    with pytest.raises(BotError, match="says nothing here"):
        ids("closed")
