"""What people may do with an alert, in any order and twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.lifecycle import (
    acknowledge,
    answer_item,
    answered,
    mark,
    meaning,
    open_required,
    outcome,
    reopen,
    resolve,
    snooze,
    tick_item,
    untick_item,
    wake,
)
from bot.alerts.model import Alert, Item, ItemAnswer
from tests.alerts.alert_samples import ONE, TWO, an_alert
from tests.fakes import NOW

RUNNING = ItemAnswer("running", 0, "", ONE, answer_id="a1")
DONE = ItemAnswer("done", 3, "some", ONE, answer_id="a1")


def item(alert: Alert, name: str) -> Item:
    found = alert.item(name)
    assert found is not None
    return found


def resolved() -> Alert:
    return resolve(an_alert(), ONE, "benign", "Fine.").alert


def test_the_first_to_acknowledge_counts() -> None:
    first = acknowledge(snooze(an_alert(), TWO, NOW).alert, ONE)
    assert (first.changed, first.alert.status, first.alert.acknowledged) == (
        True,
        "acknowledged",
        ONE,
    )
    assert first.alert.snoozed_until is None
    assert first.alert.revision == 3
    second = acknowledge(first.alert, TWO)
    assert (second.reason, second.first, second.alert) == ("already", ONE, first.alert)
    assert acknowledge(resolved(), TWO).reason == "resolved"


def test_a_verdict_counts_once_and_needs_a_note_while_questions_are_open() -> None:
    assert [each.id for each in open_required(an_alert())] == ["who", "known"]
    assert resolve(an_alert(), ONE, "benign", " \n").reason == "needs note"
    after = resolved()
    assert (after.status, after.verdict, after.note) == ("resolved", "benign", "Fine.")
    assert after.acknowledged == after.resolved == ONE
    again = resolve(after, TWO, "true positive", "No.")
    assert (again.reason, again.first, again.alert) == ("already", ONE, after)


def test_with_all_required_questions_answered_no_note_is_needed() -> None:
    alert = tick_item(an_alert(), "known", ONE).alert
    for state in ("running", "failed"):
        alert = answer_item(alert, "who", replace(RUNNING, state=state)).alert
        assert resolve(alert, ONE, "benign", "").reason == "needs note"
    alert = answer_item(alert, "who", DONE).alert
    assert resolve(alert, ONE, "benign", "").changed
    cannot = answer_item(
        tick_item(an_alert(), "known", ONE).alert, "who", replace(DONE, state="cannot")
    )
    assert open_required(cannot.alert) == ()


def test_reopening_takes_the_verdict_back_and_keeps_the_rest() -> None:
    assert reopen(an_alert(), ONE).reason == "not resolved"
    after = reopen(
        resolve(tick_item(an_alert(), "known", ONE).alert, ONE, "benign", "x").alert, TWO
    )
    assert after.alert.status == "open"
    assert after.alert.acknowledged is after.alert.resolved is after.alert.verdict is None
    assert after.alert.reopened == TWO
    assert item(after.alert, "known").ticked == (ONE,)


def test_snooze_and_wake() -> None:
    until = NOW + timedelta(hours=1)
    asleep = snooze(an_alert(), ONE, until)
    assert asleep.changed
    assert snooze(asleep.alert, TWO, until).reason == "already"
    assert snooze(asleep.alert, TWO, until + timedelta(hours=3)).alert.snoozed == TWO
    assert wake(asleep.alert, until - timedelta(seconds=1)).reason == "already"
    awake = wake(asleep.alert, until)
    assert (awake.changed, awake.alert.snoozed_until, awake.alert.snoozed) == (True, None, None)
    assert wake(awake.alert, until).reason == "already"
    assert snooze(resolved(), ONE, until).reason == "resolved"


def test_ticks_are_each_persons_own() -> None:
    alert = tick_item(tick_item(an_alert(), "known", ONE).alert, "known", TWO).alert
    assert item(alert, "known").ticked == (ONE, TWO)
    assert tick_item(alert, "known", replace(ONE, at=NOW + timedelta(1))).reason == "already"
    alert = untick_item(alert, "known", ONE.by).alert
    assert item(alert, "known").ticked == (TWO,)
    assert untick_item(alert, "known", ONE.by).reason == "theirs"
    assert untick_item(an_alert(), "known", ONE.by).reason == "already"
    assert tick_item(alert, "gone", ONE).reason == "no item"
    assert tick_item(resolved(), "known", ONE).reason == "resolved"


BOXES = ("known", "asked")


def ticks(alert: Alert) -> dict[str, list[str]]:
    return {name: [deed.by for deed in item(alert, name).ticked] for name in BOXES}


def test_boxes_are_read_as_the_difference_to_what_the_person_saw() -> None:
    both = mark(mark(an_alert(), (), ("known",), BOXES, ONE).alert, (), ("asked",), BOXES, TWO)
    assert ticks(both.alert) == {"known": [ONE.by], "asked": [TWO.by]}
    # A second click, before the first one was drawn, has both.
    more = mark(mark(an_alert(), (), ("known",), BOXES, ONE).alert, (), BOXES, BOXES, ONE)
    assert ticks(more.alert) == {"known": [ONE.by], "asked": [ONE.by]}
    assert mark(more.alert, (), BOXES, BOXES, ONE).reason == "already"


def test_boxes_that_look_as_they_did_undo_what_the_person_did_since() -> None:
    ticked = mark(an_alert(), (), ("known",), BOXES, ONE).alert
    assert ticks(mark(ticked, (), (), BOXES, ONE).alert)["known"] == []
    # Somebody else's tick stays, without a word.
    assert mark(ticked, (), (), BOXES, TWO).reason == "already"
    unticked = mark(ticked, ("known",), (), BOXES, ONE).alert
    again = mark(unticked, ("known",), ("known",), BOXES, ONE)
    assert ticks(again.alert)["known"] == [ONE.by]
    assert mark(again.alert, ("known",), ("known",), BOXES, TWO).reason == "already"


def test_boxes_of_another_or_of_nothing() -> None:
    ticked = mark(an_alert(), (), ("known",), BOXES, ONE).alert
    theirs = mark(ticked, ("known",), (), BOXES, TWO)
    assert (theirs.reason, theirs.first, theirs.alert) == ("theirs", ONE, ticked)
    assert mark(an_alert(), (), ("gone",), ("gone",), ONE).reason == "no item"
    assert mark(an_alert(), ("gone",), ("gone",), ("gone",), ONE).reason == "no item"
    assert mark(resolved(), (), ("known",), BOXES, ONE).reason == "resolved"


def test_an_item_runs_once_at_a_time_and_its_last_run_counts() -> None:
    running = answer_item(an_alert(), "who", RUNNING)
    assert running.changed
    other = replace(RUNNING, answer_id="a2", deed=TWO)
    assert answer_item(running.alert, "who", other).first == ONE
    done = answer_item(running.alert, "who", DONE).alert
    assert answer_item(done, "who", DONE).reason == "already"
    assert answer_item(done, "who", RUNNING).reason == "already"  # delivered twice
    second = answer_item(done, "who", other).alert
    assert answer_item(second, "who", DONE).reason == "newer"
    assert answer_item(resolved(), "who", RUNNING).reason == "resolved"


def test_what_was_begun_before_the_verdict_may_end_after_it() -> None:
    running = answer_item(an_alert(), "who", RUNNING).alert
    late = answer_item(resolve(running, TWO, "benign", "x").alert, "who", DONE)
    assert late.changed
    assert late.alert.status == "resolved"
    assert answered(item(late.alert, "who"))


@pytest.mark.parametrize(("rows", "name"), [(0, "none"), (1, "some"), (10, "some"), (11, "many")])
def test_rows_have_a_name_and_a_meaning(rows: int, name: str) -> None:
    question = item(an_alert(), "who")
    assert outcome(question, rows) == name
    assert meaning(question) == ""
    assert meaning(replace(question, answer=RUNNING)) == ""
    done = replace(question, answer=replace(DONE, outcome=outcome(question, rows)))
    assert meaning(done) == question.answers[name]
    short = {"none": "No.", "some": "Yes."}
    assert meaning(replace(done, answers=short)) == ("No." if name == "none" else "Yes.")
