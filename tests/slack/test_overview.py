"""Digests, status and lists of alerts, as people see them in the local workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.alerts.digest import Ailing, Digest, Events, RuleCount, Spent, Times, Waiting
from bot.alerts.health import Health
from bot.alerts.model import Deed, Told, Watermark
from bot.app import documents
from bot.app.kept import ALERTS, WATERMARKS
from bot.app.overview import Listing, Status, ailing
from bot.app.ports import Job
from bot.app.report import Press, handlers
from bot.local.workspace.blockkit.payload import check_message
from bot.rules.model import AlertPlan
from bot.slack.blocks import Message
from bot.slack.bulletin import SlackBulletin
from bot.slack.digest_view import digest_message
from bot.slack.digest_words import span
from bot.slack.overview_view import alerts_message, status_message
from tests.alerts.test_digest import alert
from tests.fakes import NOW, ListJobs, ScriptedSearch, a_rule, a_state
from tests.slack.answering import answering
from tests.slack.conftest import Slack, block, words_of

ROWS = [{"source": f"service-{i}.amazonaws.com", "events": str(1_000 - i)} for i in range(30)]
QUIET = Digest("d", NOW - timedelta(hours=24), NOW, "Europe/Berlin", watched=3, events=Events())


def press(slack: Slack) -> Press:
    search = ScriptedSearch(a_state(ROWS))
    client = slack.local.client
    return Press(slack.desk, search, SlackBulletin(client), (), ailing)


def work(slack: Slack) -> None:
    jobs = slack.desk.jobs
    assert isinstance(jobs, ListJobs)
    made: Mapping[str, Any] = handlers(press(slack))
    while jobs.waiting:
        job: Job = jobs.take()
        made[job.kind](job)


def an_alert_told(slack: Slack, number: int, **others: Any) -> str:
    sent = slack.local.client.chat_postMessage(channel="C0ALERTS", text=f"alert {number}")
    told = Told("C0ALERTS", sent["ts"])
    made = alert(number, NOW - timedelta(hours=number), told=told, **others)
    documents.create(slack.desk.store, ALERTS, made.id, made)
    return str(sent["ts"])


def test_a_digest_is_posted_with_a_chart_and_links(slack: Slack) -> None:
    ts = an_alert_told(slack, 1)
    slack.command("digest 24h")
    work(slack)

    message = slack.last()
    assert not message["ephemeral"]
    chart = block(message, "data_visualization")["chart"]
    assert chart["axis_config"]["categories"][0] == "service-0"
    assert chart["axis_config"]["categories"][-1] == "19 others"
    assert sum(point["value"] for point in chart["series"][0]["data"]) == 30_000 - 435
    assert ts in str(message["blocks"])
    assert "1 alert raised (1 high)." in message["text"]
    assert "1 alert without a verdict, 1 of them not acknowledged." in message["text"]
    assert "29,565 events from 30 services" in message["text"]
    assert message["pings"] == []


def test_where_the_bot_is_no_member_the_digest_is_for_one_person(slack: Slack) -> None:
    slack.command("digest", channel="random")
    work(slack)

    (told,) = slack.messages("random")
    assert told["ephemeral"]
    assert "comes into our direct messages" in words_of(told)
    assert "Only you see this." in words_of(slack.last("D0RESPONDER1"))


def test_a_wrong_window_is_told_at_once(slack: Slack) -> None:
    slack.command("digest soon")
    assert "is not a window" in words_of(slack.last())


def test_alerts_are_listed_with_links_made_with_one_call(slack: Slack) -> None:
    stamps = [an_alert_told(slack, number) for number in (1, 2)]
    documents.create(slack.desk.store, ALERTS, "x", alert(3, NOW))
    slack.command("alerts")

    message = slack.last()
    assert message["ephemeral"]
    assert "/siem ack 0123456789ab.2" in words_of(message)
    assert all(ts in str(message["blocks"]) for ts in stamps)
    assert len(slack.calls("chat.getPermalink")) == 1


def test_my_alerts_are_those_that_i_took(slack: Slack) -> None:
    deed = Deed("U0RESPONDER1", "responder-1", NOW)
    an_alert_told(slack, 1, status="acknowledged", acknowledged=deed)
    slack.command("alerts open")
    assert "there are none" in words_of(slack.last())
    slack.command("alerts mine")
    assert "0123456789ab.1" in words_of(slack.last())
    slack.command("alerts mine", "responder-2")
    assert "there are none" in words_of(slack.last(user="responder-2"))
    slack.command("alerts closed")
    assert "says nothing here" in words_of(slack.last())


def test_the_list_does_without_links_where_slack_gives_none(slack: Slack) -> None:
    told = Told("C0ALERTS", "1.000001")
    documents.create(slack.desk.store, ALERTS, "1", alert(1, NOW, told=told))
    slack.command("alerts")
    assert "Root was used" in words_of(slack.last())


def test_the_status_shows_who_is_not_well(slack: Slack) -> None:
    plan = AlertPlan("c", every=timedelta(minutes=5))
    named = ("failing", "fresh", "stuck")
    rules = (*slack.desk.rules, *(a_rule(name, alert=plan) for name in named))
    object.__setattr__(slack.desk, "rules", rules)
    mark = Watermark(
        "failing", NOW - timedelta(minutes=9), NOW, failures=2, problem="Access denied."
    )
    documents.create(slack.desk.store, WATERMARKS, "failing", mark)
    stuck = Watermark("stuck", waiting=NOW - timedelta(minutes=11))
    documents.create(slack.desk.store, WATERMARKS, "stuck", stuck)
    slack.command("status")

    said = words_of(slack.last())
    assert "⚠️ waiting" in said
    assert "· waits for a place among AWS's queries since 2026-11-24 08:49" in said
    assert "3 rules watching, 2 not well, 2 rules for questions." in said
    assert "❌ failing" in said
    assert "last run 2026-11-24 10:00:00 · 9 min behind · failed 2 times: Access denied." in said
    assert "⏳ not run yet" in said


@pytest.mark.parametrize("text", ["digest", "status", "alerts"])
def test_others_are_refused(slack: Slack, text: str) -> None:
    slack.command(text, "guest-1")
    assert "Guests" in words_of(slack.last(user="guest-1"))


# --------------------------------------------------------------------------------------- views
HOSTILE = "<!channel> *x* `y`\n\u202e@here" + "z" * 3_000


def waiting(number: int, **others: Any) -> Waiting:
    given: dict[str, Any] = {"key": (HOSTILE, "b"), "severity": "high", "status": "open"}
    return Waiting(f"0123456789ab.{number}", HOSTILE, opened=NOW, **(given | others))


FULL = replace(
    QUIET,
    rules=tuple(RuleCount(f"r{i}", HOSTILE, "low", 1, i) for i in range(40)),
    waiting=tuple(waiting(i, link="https://example.com/x" if i % 2 else "") for i in range(40)),
    acknowledged=Times(1, timedelta(seconds=61), timedelta(seconds=61)),
    resolved=Times(3, timedelta(hours=25), timedelta(days=9, minutes=1)),
    verdicts=(("benign", 3),),
    ailing=tuple(Ailing(f"r{i}", HOSTILE) for i in range(40)),
    events=Events(tuple((f"{HOSTILE}{i}", 50 - i) for i in range(40)), limited=True),
    spent=Spent(1, 3_000_000_000),
    private=True,
)


@pytest.mark.parametrize(
    "made",
    [
        digest_message(QUIET),
        digest_message(FULL),
        digest_message(FULL, chart=False),
        digest_message(replace(FULL, events=None)),
        status_message(Status((), 0, 0, 0, NOW), NOW.tzinfo),
        status_message(
            Status(tuple(Health(f"r{i}", "failing", NOW, None, 1, HOSTILE) for i in range(99)), 1, 2, 3, NOW),
            NOW.tzinfo,
        ),
        alerts_message(Listing("", ()), {}),
        alerts_message(Listing("open", FULL.waiting), {}),
    ],
)  # fmt: skip
def test_slack_takes_whatever_is_in_it(made: Message) -> None:
    assert check_message({"text": made.text, "blocks": list(made.blocks)}) == []
    assert "<!channel>" not in made.text


@pytest.mark.parametrize(
    ("digest", "said"),
    [
        (QUIET, "A quiet time: no alerts, nothing waits, and every rule ran."),
        (replace(QUIET, watched=0), "No alerts, and nothing waits."),
        (QUIET, "No events in these logs."),
        (replace(QUIET, events=None), "Events are being counted …"),
        (replace(QUIET, events=Events(problem="it broke.")), "could not be counted: it broke."),
        (replace(QUIET, ailing=(Ailing("a", "b"),)), "1 rule did not run well."),
        (FULL, "Acknowledged 1 alert after 1 min 1 s."),
        (FULL, "3 alerts, in the middle after 1 d 1 h, the slowest after 9 d 1 min (3 benign)."),
        (replace(QUIET, events=Events((("s3.amazonaws.com", 2),))), "2 events from 1 service: s3 2."),
    ],
)  # fmt: skip
def test_the_text_alone_says_it(digest: Digest, said: str) -> None:
    assert said in digest_message(digest).text


def test_spans_are_short() -> None:
    assert [span(timedelta(seconds=n)) for n in (0, 59, 3_600, 90_061)] == [
        "0 s",
        "59 s",
        "1 h",
        "1 d 1 h",
    ]


# ------------------------------------------------------------------------------------ bulletin
def test_a_chart_that_slack_refuses_is_a_list_instead() -> None:
    with answering() as slack:
        slack.answer(
            "chat.postMessage", {"ok": False, "error": "invalid_blocks"}, {"ok": True, "ts": "1.0"}
        )
        assert SlackBulletin(slack.client()).post("C0ALERTS", FULL) == "1.0"

    first, second = (str(given) for _, given in slack.asked)
    assert "data_visualization" in first
    assert "data_visualization" not in second


def test_a_digest_that_is_gone_is_not_edited_and_a_lost_link_is_none() -> None:
    with answering() as slack:
        slack.answer("chat.update", {"ok": False, "error": "message_not_found"})
        bulletin = SlackBulletin(slack.client())
        bulletin.edit("C0ALERTS", "1.0", QUIET)
        assert bulletin.link("C0ALERTS", "1.0") == ""

        slack.answer("chat.update", {"ok": False, "error": "is_archived"})
        with pytest.raises(Exception, match="archived"):
            bulletin.edit("C0ALERTS", "1.0", QUIET)


def test_a_digest_is_found_by_its_id(slack: Slack) -> None:
    bulletin = SlackBulletin(slack.local.client)
    ts = bulletin.post("C0ALERTS", QUIET)

    assert bulletin.find("C0ALERTS", QUIET) == ts
    assert bulletin.find("C0ALERTS", replace(QUIET, id="e")) is None
