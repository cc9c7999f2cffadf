"""Binding in the job: the rule may have changed between the question and its search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.app.answer import Answer
from bot.app.answering import job_handlers
from bot.app.ask import answer_id, ask
from bot.app.desk import Desk
from bot.rules.card import RuleParameter
from bot.rules.model import Rule
from tests.fakes import (
    BUCKET,
    PERSON,
    REPLY,
    SOURCES,
    ScriptedSearch,
    a_desk,
    a_rule,
    a_state,
    some_rows,
)

ID = answer_id("trigger-1")
BOTH = (
    "filter requestParameters.bucketName = {{bucket}} and eventName = {{name}} | fields @timestamp"
)


def after(
    *rules: Rule, sources: object = SOURCES, private: bool = False
) -> tuple[Desk, ScriptedSearch]:
    """Ask `s3-writes my-bucket`, then run the job where the rules are these."""
    asking = a_desk()
    ask(asking, "s3-writes my-bucket 24h", PERSON, REPLY, "trigger-1", private)
    desk = replace(asking, rules=rules, sources=sources)
    search = ScriptedSearch(a_state(some_rows(1)))
    handlers = job_handlers(desk, search)
    while desk.jobs.waiting:  # type: ignore[attr-defined]
        job = desk.jobs.take()  # type: ignore[attr-defined]
        handlers[job.kind](job)
    return desk, search


def shown(desk: Desk) -> Answer:
    answer = desk.notifier.named("edit")[-1][-1]  # type: ignore[attr-defined]
    assert isinstance(answer, Answer)
    return answer


def test_a_rule_that_changed_and_still_fits_runs_as_it_is_now() -> None:
    now = a_rule(
        query=BOTH,
        parameters=(BUCKET, RuleParameter("name", "text", default="PutObject")),
        version="2",
        title="Another title",
        needs=("lambda-data-events",),
    )

    desk, search = after(now)

    assert 'eventName = "PutObject"' in search.started[0].query
    assert 'bucketName = "my-bucket"' in search.started[0].query
    assert (shown(desk).state, shown(desk).title) == ("done", "Another title")
    assert shown(desk).needs == ("lambda-data-events",)


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ((), "There is no rule `s3-writes` any more."),
        ((a_rule(query="fields @timestamp", parameters=()),), "it takes no `bucket` any more"),
        (
            (a_rule(query=BOTH, parameters=(BUCKET, RuleParameter("name", "text"))),),
            "it needs a value for `name`",
        ),
        ((a_rule(parameters=(replace(BUCKET, type="ip"),)),), "`my-bucket` is not an IP address"),
        ((a_rule(log="gone"),), "reads the log `gone`"),
    ],
)
@pytest.mark.parametrize("private", [False, True])
def test_a_rule_that_does_not_fit_any_more_says_so_in_the_answer(
    rules: tuple[Rule, ...], problem: str, private: bool
) -> None:
    desk, search = after(*rules, private=private)

    assert not search.started
    name = "whisper" if private else "edit"
    answer = desk.notifier.named(name)[-1][-1]  # type: ignore[attr-defined]
    assert answer.state == "failed"
    assert problem in answer.problem


def test_what_cannot_be_said_is_said_when_the_job_runs_again() -> None:
    desk = a_desk()
    ask(desk, "s3-writes my-bucket 24h", PERSON, REPLY, "trigger-1", False)
    desk = replace(desk, rules=())
    job = desk.jobs.take()  # type: ignore[attr-defined]
    notifier = desk.notifier
    notifier.failures["edit"] = ConnectionError("Slack is down")  # type: ignore[attr-defined]
    handlers = job_handlers(desk, ScriptedSearch(a_state()))
    with pytest.raises(ConnectionError):
        handlers["ask"](job)
    notifier.failures.clear()  # type: ignore[attr-defined]

    handlers["ask"](job)
    handlers["ask"](job)

    assert len(notifier.named("post")) == 1  # type: ignore[attr-defined]
    assert len(notifier.named("edit")) == 1  # type: ignore[attr-defined]
    assert "no rule" in shown(desk).problem
