"""Counting alerts: what was raised, what waits, how long people took."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.alerts.digest import Ailing, Digest, Events, RuleCount, Times, digest_of, times_of
from bot.alerts.health import health_of
from bot.alerts.model import Alert, Deed, Watermark
from bot.rules.model import AlertPlan
from tests.fakes import NOW, a_rule

START = NOW - timedelta(hours=24)
BLANK = Digest("d", START, NOW, "UTC")


def alert(number: int, opened: datetime, **others: Any) -> Alert:
    given: dict[str, Any] = {"rule": "root-used", "severity": "high", "count": 2}
    return Alert(
        id=f"0123456789ab.{number}",
        rule_version="1",
        title="Root was used",
        key_columns=("who",),
        key=("root",),
        condition="c",
        opened=opened,
        first=opened,
        last=opened,
        **(given | others),
    )


def deed(at: datetime) -> Deed:
    return Deed("U0RESPONDER1", "responder-1", at)


def test_a_time_is_counted_from_its_start_to_before_its_end() -> None:
    moments = [START - timedelta(seconds=1), START, NOW - timedelta(seconds=1), NOW]
    digest = digest_of(BLANK, [alert(i, at) for i, at in enumerate(moments)])

    assert digest.raised == 2
    assert digest.rules == (RuleCount("root-used", "Root was used", "high", 2, 4),)
    assert len(digest.waiting) == 4


def test_rules_and_severities_stand_with_the_worst_first() -> None:
    made = [
        alert(1, START, rule="a", severity="low"),
        alert(2, START, rule="b", severity="critical", count=7),
        alert(3, START, rule="c", severity="low"),
        alert(4, START, rule="c", severity="low"),
    ]
    digest = digest_of(BLANK, made)

    assert [(rule.rule, rule.alerts, rule.findings) for rule in digest.rules] == [
        ("b", 1, 7),
        ("c", 2, 4),
        ("a", 1, 2),
    ]
    assert digest.severities == (("critical", 1), ("low", 3))


def test_what_waits_stands_with_what_nobody_took_first_then_the_worst_then_the_oldest() -> None:
    taken = deed(NOW)
    made = [
        alert(1, START, status="acknowledged", acknowledged=taken, severity="critical"),
        alert(2, START, severity="low"),
        alert(3, NOW, severity="high"),
        alert(4, START, severity="high"),
        alert(5, START, status="resolved", resolved=taken, verdict="benign"),
    ]
    digest = digest_of(BLANK, made)

    assert [waiting.alert[-1] for waiting in digest.waiting] == ["4", "3", "2", "1"]
    assert digest.unacknowledged == 3


def test_times_are_of_what_people_did_within_the_time() -> None:
    def took(number: int, minutes: int, ended: int | None = None, **others: Any) -> Alert:
        opened = START + timedelta(hours=1)
        made = alert(
            number, opened, acknowledged=deed(opened + timedelta(minutes=minutes)), **others
        )
        if ended is None:
            return made
        resolved = deed(opened + timedelta(minutes=ended))
        return replace(made, status="resolved", resolved=resolved)

    before = alert(9, START - timedelta(days=2), acknowledged=deed(START - timedelta(days=1)))
    digest = digest_of(
        BLANK,
        [
            before,
            took(1, 1, 30, verdict="benign"),
            took(2, 3, 10, verdict="true positive"),
            took(3, 60),
            took(4, 5, 20, verdict="benign"),
        ],
    )

    assert digest.acknowledged == Times(4, timedelta(minutes=4), timedelta(minutes=60))
    assert digest.resolved == Times(3, timedelta(minutes=20), timedelta(minutes=30))
    assert digest.verdicts == (("true positive", 1), ("benign", 2))
    assert times_of([]) is None


def test_a_time_is_quiet_if_nobody_needs_to_look() -> None:
    assert digest_of(BLANK, []).quiet
    assert not digest_of(BLANK, [alert(1, START)]).quiet
    assert not digest_of(BLANK, [alert(1, START - timedelta(days=9))]).quiet
    assert not replace(BLANK, ailing=(Ailing("a", "failed"),)).quiet
    assert Events((("a", 2), ("b", 3))).total == 5


PLAN = AlertPlan("c", every=timedelta(minutes=5))


@pytest.mark.parametrize(
    ("mark", "state", "lag"),
    [
        (None, "new", None),
        (Watermark("a"), "new", None),
        (Watermark("a", last_run=NOW), "ok", None),
        (Watermark("a", NOW - timedelta(minutes=2), NOW), "ok", timedelta(minutes=2)),
        (Watermark("a", NOW + timedelta(minutes=2), NOW), "ok", timedelta()),
        (Watermark("a", last_run=NOW - timedelta(minutes=25)), "ok", None),
        (Watermark("a", last_run=NOW - timedelta(minutes=26)), "late", None),
        (Watermark("a", last_run=NOW, failures=2, problem="p"), "failing", None),
    ],
)
def test_a_rule_is_well_or_not(mark: Watermark | None, state: str, lag: timedelta | None) -> None:
    health = health_of(a_rule(alert=PLAN), mark, NOW)

    assert (health.state, health.lag) == (state, lag)
    assert health.well == (state in ("ok", "new"))
    assert health_of(a_rule(), Watermark("a", last_run=START), NOW).well
