"""Jobs that failed too often: a person, a rule's health or one standing message has a word of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.alerts.digest import Digest
from bot.app import documents
from bot.app.ask import ask
from bot.app.dead import GAVE_UP, StoppedError, gave_up, handlers, on_dead
from bot.app.desk import Watch
from bot.app.detect import watermark
from bot.app.ops import Ops
from bot.app.ports import Job
from bot.app.reported import REPORTED, Reported
from bot.app.trouble import MOST, QUIET, TROUBLE, note_trouble, tell_trouble
from bot.errors import BotError, FailedError
from tests.app.detecting import NOON, a_watch, event, ticked
from tests.app.ops_samples import an_ops, work
from tests.fakes import PERSON, REPLY, RULES, RecordingNotifier

REFUSED = {"channel": "C0SIEM", "user": PERSON.id, "response_url": "http://127.0.0.1:1/r"}


@pytest.fixture
def watch() -> Watch:
    return a_watch(event(10))


@pytest.fixture
def ops(watch: Watch) -> Ops:
    return an_ops(store=watch.desk.store, jobs=watch.desk.jobs)


def shown(ops: Ops) -> list[list[tuple[str, str, int]]]:
    return [[(f.kind, f.error, f.times) for f in one.failed] for one in ops.board.shown.values()]


def dies(watch: Watch, ops: Ops, job: Job, error: Exception | None = None) -> None:
    """What happens when the job has failed too often, by way of the job that tells of it."""
    telling = gave_up(job, error or RuntimeError("secret data"), "once")
    handlers(watch, ops)[GAVE_UP](telling)
    watch.desk.jobs.waiting = [one for one in watch.desk.jobs.waiting if one[0].kind == "trouble"]
    work(ops)


def test_a_rule_whose_run_always_fails_is_failing_and_says_no_data(watch: Watch, ops: Ops) -> None:
    dies(watch, ops, Job("detect", "root-used", {}))

    mark = watermark(watch, "root-used")
    assert mark.failures == 1
    assert "RuntimeError" in mark.problem
    assert "secret" not in mark.problem
    assert ops.board.shown == {}
    assert [alert.count for alert in ticked(watch)] == [1]  # the next tick makes up for it


def test_what_nobody_waits_for_has_one_message_that_is_edited(watch: Watch, ops: Ops) -> None:
    for number in range(3):
        dies(watch, ops, Job("tell", f"alert.{number}", {}))
    dies(watch, ops, Job("tick", "tick", {}), StoppedError())
    dies(watch, ops, Job("detect", "gone", {}))
    dies(watch, ops, Job("digests", "digests", {}))

    assert shown(ops) == [
        [
            ("tell", "RuntimeError", 3),
            ("tick", "StoppedError", 1),
            ("detect", "RuntimeError", 1),
            ("digests", "RuntimeError", 1),
        ]
    ]
    assert "secret" not in str(ops.board.shown)


def test_after_a_quiet_time_trouble_is_news_again(watch: Watch, ops: Ops) -> None:
    dies(watch, ops, Job("tick", "tick", {}))
    ops.clock.move(hours=1)
    watch.desk.store.clock = ops.clock
    dies(watch, ops, Job("tick", "tick", {}))
    ops.clock.move(seconds=QUIET.total_seconds())
    dies(watch, ops, Job("tick", "tick", {}))

    assert shown(ops) == [[("tick", "RuntimeError", 2)], [("tick", "RuntimeError", 1)]]
    assert len({one.id for one in ops.board.shown.values()}) == 2


def test_many_kinds_of_failure_are_told_in_one_message(ops: Ops) -> None:
    for number in range(MOST + 5):
        note_trouble(ops, f"kind-{number}", "1", "RuntimeError")
    work(ops)

    (told,) = shown(ops)
    assert len(told) == MOST
    assert told[-1][0] == f"kind-{MOST + 4}"


def test_more_that_fails_while_it_is_shown_is_shown_after(ops: Ops) -> None:
    more = ["a", "b"]

    def meanwhile() -> None:
        note_trouble(ops, more.pop(), "1", "RuntimeError")

    ops.board.after = meanwhile
    note_trouble(ops, "c", "1", "RuntimeError")
    work(ops)

    assert shown(ops) == [[("c", "RuntimeError", 1), ("b", "RuntimeError", 1)]]


def test_trouble_that_ends_while_it_is_shown_harms_nobody(ops: Ops) -> None:
    def later() -> None:
        documents.remove(ops.store, TROUBLE, "standing")
        ops.clock.move(hours=7)
        note_trouble(ops, "b", "1", "RuntimeError")

    ops.board.after = later
    note_trouble(ops, "a", "1", "RuntimeError")
    job = ops.jobs.take()
    tell_trouble(ops, job)
    ops.board.after = lambda: None
    work(ops)

    assert shown(ops) == [[("a", "RuntimeError", 1)], [("b", "RuntimeError", 1)]]


def test_nothing_to_show_and_nowhere_to_show_it(ops: Ops) -> None:
    work(ops, Job("trouble", "standing", {}))
    nowhere = replace(ops, channels={})
    note_trouble(nowhere, "a", "1", "RuntimeError")
    work(nowhere)

    assert ops.board.shown == {}


def test_whoever_clicked_is_told(watch: Watch, ops: Ops) -> None:
    dies(watch, ops, Job("share", "1", REFUSED))
    dies(watch, ops, Job("csv", "1:thread", {"reply": REFUSED, "search_id": "s", "turn": 0}))

    told = notifier(watch).named("tell")
    assert [reply.user for reply, _ in told] == [PERSON.id] * 2
    assert all("RuntimeError" in words and "secret" not in words for _, words in told)
    assert ops.board.shown == {}


def test_an_answer_that_runs_ends_with_a_word(watch: Watch, ops: Ops) -> None:
    desk = replace(watch.desk, rules=RULES)
    ask(desk, "event-sources", PERSON, REPLY, "trigger", private=False)
    job = watch.desk.jobs.take()
    dies(watch, ops, Job("follow", job.id, {"turn": 3}))

    ((_, answer),) = notifier(watch).named("whisper")  # nothing was posted yet
    assert (answer.state, "RuntimeError" in answer.problem) == ("failed", True)
    assert ops.board.shown == {}

    dies(
        watch, ops, Job("answered", job.id, {})
    )  # the answer is there: its checklist is what is not
    assert shown(ops) == [[("answered", "RuntimeError", 1)]]


@pytest.mark.parametrize(("asked_by", "told"), [(PERSON.id, True), ("", False)])
def test_a_digest_is_for_whoever_asked_or_for_the_team(
    watch: Watch, ops: Ops, asked_by: str, told: bool
) -> None:
    reported = Reported(Digest("d1", NOON, NOON, "UTC"), "C0SIEM", asked_by, made=NOON)
    documents.create(watch.desk.store, REPORTED, "d1", reported)
    dies(watch, ops, Job("digest", "d1", {"turn": 0}))

    assert bool(notifier(watch).named("tell")) is told
    assert bool(ops.board.shown) is not told
    dies(watch, ops, Job("digest", "gone", {"turn": 0}))
    assert ops.board.shown


def test_telling_that_fails_ends_with_the_log(watch: Watch, ops: Ops) -> None:
    tell = on_dead(watch, ops)
    tell(Job("trouble", "standing", {}), BotError("archived"))
    tell(Job(GAVE_UP, "1", {}), FailedError("ValueError"))

    assert watch.desk.jobs.waiting == []


def test_the_reason_is_told_by_name_wherever_it_comes_from(watch: Watch, ops: Ops) -> None:
    on_dead(watch, ops)(Job("tick", "tick", {}), FailedError("TimeoutError"))
    on_dead(watch, ops)(Job("tick", "tick", {}), TimeoutError("at 10.0.0.1"))
    work(ops)

    assert shown(ops) == [[("tick", "TimeoutError", 2)]]


def notifier(watch: Watch) -> RecordingNotifier:
    made: Any = watch.desk.notifier
    return made
