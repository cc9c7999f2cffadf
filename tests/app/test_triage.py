"""Triage without Slack: what is saved, what is queued, and what an item searches for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.alerts.model import Alert, Deed, Item, ItemAnswer
from bot.app import documents, triage
from bot.app.answering import job_handlers
from bot.app.ask import ask_again
from bot.app.asked import change, look_up
from bot.app.desk import Watch
from bot.app.item_search import search_for
from bot.app.kept import ALERTS
from bot.app.ports import Job, Person
from bot.errors import BotError
from bot.rules.card import RuleParameter
from bot.rules.model import Rule, TriageItem
from tests.alerts.alert_samples import ID, PLAN, WATCHED, WHO, an_alert
from tests.fakes import (
    NOW,
    PERSON,
    REPLY,
    ListJobs,
    MemoryStore,
    RecordingNotifier,
    ScriptedSearch,
    a_desk,
    a_rule,
    a_state,
    some_rows,
)


class Board:
    """The AlertBoard port: triage only queues that it be told."""


def a_watch(alert: Alert | None = None, rules: tuple[Rule, ...] = WATCHED) -> Watch:
    desk = a_desk(rules=rules)
    assert documents.create(desk.store, ALERTS, ID, alert or an_alert())
    return Watch(desk, Board(), ScriptedSearch(a_state(some_rows(3))), {})  # type: ignore[arg-type]


def jobs(watch: Watch) -> ListJobs:
    assert isinstance(watch.desk.jobs, ListJobs)
    return watch.desk.jobs


def work(watch: Watch) -> list[Job]:
    """Run what asking and triage queue; the jobs that are left."""
    handlers = {**job_handlers(watch.desk, watch.search), **triage.handlers(watch.desk)}
    left = []
    while jobs(watch).waiting:
        job = jobs(watch).take()
        if job.kind in handlers:
            handlers[job.kind](job)
        else:
            left.append(job)
    return left


def item(watch: Watch, name: str) -> Item:
    found = triage.find(watch.desk, ID).item(name)
    assert found is not None
    return found


def replaced(alert: Alert, answer: ItemAnswer) -> Alert:
    """The alert with another answer to its first question that runs."""
    items = (replace(i, answer=answer) if i.id == "who" else i for i in alert.checklist)
    return replace(alert, checklist=tuple(items))


def planned(**changed: Any) -> tuple[Rule, ...]:
    """The rules, the first item of the watched one changed."""
    return tuple(
        replace(rule, triage=(replace(PLAN[0], **changed), *PLAN[1:]))
        if rule.id == "watched"
        else rule
        for rule in WATCHED
    )


@pytest.mark.parametrize("alert_id", ["", "x", "1f6b0c2d9a3e.2", "../1f6b0c2d9a3e.1", f"{ID}\n"])
def test_what_is_no_alert_is_said(alert_id: str) -> None:
    watch = a_watch()
    with pytest.raises(triage.GoneError, match="no longer kept"):
        triage.acknowledge(watch.desk, alert_id, PERSON)
    with pytest.raises(triage.GoneError):
        triage.run_item(watch.desk, alert_id, "who", PERSON, "t")
    triage.refresh(watch.desk, alert_id)
    assert not jobs(watch).waiting


def test_a_deed_is_saved_and_told_and_a_late_one_draws_the_message_again() -> None:
    watch = a_watch()
    assert triage.acknowledge(watch.desk, ID, PERSON).changed
    assert [job.kind for job, _ in jobs(watch).waiting] == ["tell"]
    before = triage.find(watch.desk, ID)
    assert triage.acknowledge(watch.desk, ID, PERSON).reason == "already"
    assert triage.find(watch.desk, ID) == replace(before, revision=before.revision + 1)


def test_no_change_is_lost_when_somebody_writes_at_once() -> None:
    watch = a_watch()
    assert isinstance(watch.desk.store, MemoryStore)
    watch.desk.store.fail_next_writes = 3
    assert triage.resolve(watch.desk, ID, PERSON, "benign", "x").changed
    assert triage.reopen(watch.desk, ID, PERSON).changed
    assert triage.mark(watch.desk, ID, PERSON, [], ["known"], ["known"]).changed


def test_tomorrow_is_where_the_person_is() -> None:
    watch = a_watch()
    person = Person("U1", "responder-3", "Pacific/Auckland", member=True)
    until = triage.snooze(watch.desk, ID, person, "tomorrow").alert.snoozed_until
    assert until == datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # 09:00 on the 25th in Auckland
    with pytest.raises(BotError, match="`1h`"):
        triage.snooze(watch.desk, ID, person, "1y")


def test_items_that_run_by_themselves_run_once() -> None:
    alert = an_alert()
    alert = replace(alert, checklist=tuple(replace(i, auto=i.runs) for i in alert.checklist))
    watch = a_watch(alert)
    triage.handlers(watch.desk)["auto"](Job("auto", ID, {}))
    triage.handlers(watch.desk)["auto"](Job("auto", ID, {}))
    triage.handlers(watch.desk)["auto"](Job("auto", "1f6b0c2d9a3e.9", {}))
    assert {job.kind for job in work(watch)} == {"tell"}
    assert isinstance(watch.search, ScriptedSearch)
    assert len(watch.search.started) == 2
    answer = item(watch, "who").answer
    assert answer is not None
    assert (answer.state, answer.outcome, answer.deed.name) == ("done", "some", "siem")


def test_what_is_no_item_or_does_not_run_starts_nothing() -> None:
    watch = a_watch()
    assert triage.run_item(watch.desk, ID, "gone", PERSON, "t").reason == "no item"
    assert triage.run_item(watch.desk, ID, "known", PERSON, "t").reason == "no item"
    assert not jobs(watch).waiting


def test_a_click_delivered_twice_runs_once() -> None:
    watch = a_watch()
    triage.run_item(watch.desk, ID, "who", PERSON, "t")
    triage.run_item(watch.desk, ID, "who", PERSON, "t")
    assert triage.run_item(watch.desk, ID, "who", PERSON, "another click").reason == "already"
    work(watch)
    assert isinstance(watch.search, ScriptedSearch)
    assert len(watch.search.started) == 1


def test_the_end_of_a_search_is_written_once_and_in_any_order() -> None:
    watch = a_watch()
    answered = triage.handlers(watch.desk)["answered"]
    decision = triage.run_item(watch.desk, ID, "who", PERSON, "t")
    running = decision.alert.item("who")
    assert running is not None
    assert running.answer is not None
    key = running.answer.answer_id
    answered(Job("answered", key, {}))  # before its end: nothing
    answered(Job("answered", "gone", {}))
    assert item(watch, "who").answer == running.answer
    work(watch)
    ended = item(watch, "who")
    answered(Job("answered", key, {}))
    assert item(watch, "who") == ended

    documents.change(watch.desk.store, ALERTS, ID, lambda a: replace(a, checklist=()))
    answered(Job("answered", key, {}))
    watch.desk.store.delete(f"alert:{ID}")
    answered(Job("answered", key, {}))
    assert watch.desk.store.get(f"alert:{ID}") is None


def test_the_answer_stands_in_the_thread_and_is_run_again_from_the_alert() -> None:
    told = replace(an_alert().told, ts="1700000000.000001")
    watch = a_watch(an_alert(told=told))
    triage.run_item(watch.desk, ID, "who", PERSON, "t")
    work(watch)
    assert isinstance(watch.desk.notifier, RecordingNotifier)
    ((channel, answer, thread),) = watch.desk.notifier.named("post")
    assert (channel, thread) == ("C0ALERTS", "1700000000.000001")
    asked = look_up(watch.desk.store, answer.id)
    assert asked is not None
    assert asked.item == (ID, "who")
    assert answer.command == (
        f"principal-activity {WHO} 2026-11-24T07:30:00Z..2026-11-24T09:00:01Z"
    )
    with pytest.raises(BotError, match="run it again"):
        ask_again(watch.desk, answer.id, PERSON, REPLY, "t2")


# ------------------------------------------------------------------------------------ the search
def test_hostile_values_are_bound_and_never_pasted() -> None:
    who = 'x" or 1=1 | fields "\n'
    watch = a_watch(an_alert(values={"ip": who}))
    query = search_for(watch.desk, triage.find(watch.desk, ID), "from-here").search.query
    assert "1=1" not in query
    assert query.startswith("filter sourceIPAddress like /\\A")


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"rule": "gone"}, "there is no rule `gone` any more"),
        ({"bindings": {}}, "needs"),
        ({"bindings": {"principal": "{{nobody}}"}}, "this alert has no nobody"),
        ({"bindings": {"principal": ""}}, "Cannot run: "),
        ({"id": "other"}, "the rule has changed"),
    ],
)
def test_what_cannot_run_says_why_beside_the_item(changed: dict[str, Any], problem: str) -> None:
    watch = a_watch(rules=planned(**changed))
    assert triage.run_item(watch.desk, ID, "who", PERSON, "t").changed
    left = work(watch)
    answer = item(watch, "who").answer
    assert answer is not None
    assert answer.state == "cannot"
    assert problem in answer.problem
    # It stands beside the question only: there is no message that says so again.
    assert isinstance(watch.desk.notifier, RecordingNotifier)
    assert not watch.desk.notifier.calls
    assert {job.kind for job in left} == {"tell"}


def test_what_could_not_be_said_beside_the_item_is_said_when_the_job_runs_again() -> None:
    watch = a_watch(rules=planned(rule="gone"))
    triage.run_item(watch.desk, ID, "who", PERSON, "t")
    ask = next(job for job, _ in jobs(watch).waiting if job.kind == "ask")
    handlers = {**job_handlers(watch.desk, watch.search), **triage.handlers(watch.desk)}
    handlers["ask"](ask)
    jobs(watch).waiting.clear()  # lost with the machine
    change(watch.desk.store, ask.id, lambda asked: replace(asked, told=False))

    handlers["ask"](ask)
    work(watch)

    answer = item(watch, "who").answer
    assert answer is not None
    assert answer.state == "cannot"


def test_what_an_item_runs_with_is_said_while_it_runs() -> None:
    watch = a_watch(an_alert(values={}, rows=({"who": WHO},)))
    handlers = {**job_handlers(watch.desk, watch.search), **triage.handlers(watch.desk)}
    triage.run_item(watch.desk, ID, "who", PERSON, "t")
    ask = next(job for job, _ in jobs(watch).waiting if job.kind == "ask")

    handlers["ask"](ask)
    handlers["answered"](Job("answered", ask.id, {}))

    answer = item(watch, "who").answer
    assert answer is not None
    assert answer.state == "running"
    assert answer.about == f"who {WHO} (the newest of several)"
    triage.run_item(watch.desk, ID, "who", PERSON, "t")  # delivered again
    assert item(watch, "who").answer == answer

    work(watch)
    handlers["answered"](Job("answered", ask.id, {}))
    done = item(watch, "who").answer
    assert done is not None
    assert (done.state, done.about) == ("done", answer.about)


def test_a_run_that_another_has_replaced_says_nothing_about_its_beginning() -> None:
    watch = a_watch(an_alert(values={}, rows=({"who": WHO},)))
    handlers = {**job_handlers(watch.desk, watch.search), **triage.handlers(watch.desk)}
    triage.run_item(watch.desk, ID, "who", PERSON, "t")
    ask = next(job for job, _ in jobs(watch).waiting if job.kind == "ask")
    handlers["ask"](ask)
    newer = ItemAnswer("done", 2, "some", Deed("U1", "responder-2", NOW), answer_id="newer")
    documents.change(watch.desk.store, ALERTS, ID, lambda a: replaced(a, newer))

    handlers["answered"](Job("answered", ask.id, {}))

    assert item(watch, "who").answer == newer


def test_an_alert_that_is_gone_when_its_item_is_bound_runs_nothing() -> None:
    watch = a_watch()
    triage.run_item(watch.desk, ID, "who", PERSON, "t")
    documents.remove(watch.desk.store, ALERTS, ID)

    work(watch)

    assert isinstance(watch.search, ScriptedSearch)
    assert not watch.search.started


def test_a_log_that_is_not_there_any_more() -> None:
    rules = tuple(replace(rule, log="gone") for rule in WATCHED)
    watch = a_watch(rules=rules)
    with pytest.raises(BotError, match=r"not in rules/config\.yml"):
        search_for(watch.desk, an_alert(), "who")


def test_plain_values_and_defaults_bind_too() -> None:
    asks = a_rule(
        "principal-activity",
        "filter userIdentity.arn = {{principal}} and eventName = {{name}} | fields eventName",
        (
            RuleParameter("principal", "principal"),
            RuleParameter("name", "text", default="PutObject"),
        ),
        window=timedelta(hours=2),
    )
    plan = TriageItem("who", "Who?", rule=asks.id, bindings={"principal": WHO})
    rules = (a_rule("watched", triage=(plan,)), asks)
    ready = search_for(a_watch(rules=rules).desk, an_alert(), "who")
    assert WHO in ready.search.query
    assert "PutObject" in ready.search.query
    assert ready.search.window.start == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    assert ready.about == ""
