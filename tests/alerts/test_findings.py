"""Rows become findings with an identity, and findings of one key become one alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.findings import (
    MOST_IDS,
    WIDEST,
    alert_query,
    by_key,
    findings_of,
    fingerprint,
    include,
    raise_alert,
)
from bot.alerts.policy import behind, channel_of, rank, wakes
from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from bot.query.values import Timestamp
from bot.rules.card import RuleParameter
from tests.app.detecting import COUNTING, NOON, ROOT, SOURCE, alerting, event

START, END = NOON - timedelta(hours=1), NOON
SPAN = (int(START.timestamp() * 1000), int(END.timestamp() * 1000))


def rows_of(rule, *events):
    plan = compile_query(alert_query(rule, SOURCE))
    return evaluate(plan, events, Context(SPAN[1], *SPAN)).rows


def found(rule, *events):
    return findings_of(rule, rows_of(rule, *events), START, END)


def test_a_finding_has_its_events_identity_and_both_times_and_only_the_rules_columns():
    given = event(10, 7) | {"@timestamp": Timestamp(SPAN[1] - 60_000)}
    (finding,) = found(alerting(), given)
    assert finding.id == "00000000-0000-0000-0000-000000000007"
    assert finding.happened == NOON - timedelta(minutes=10)
    assert finding.seen == NOON - timedelta(minutes=1)
    assert finding.row == {"operation": "Call7", "who": ROOT}
    assert finding.key == (ROOT,)


def test_the_same_event_delivered_twice_is_one_finding_but_equal_lines_without_an_id_are_two():
    assert len(found(alerting(), event(10, 1), event(10, 1))) == 1
    twins = found(alerting(), event(10, None), event(10, None))
    assert len({finding.id for finding in twins}) == 2
    again = found(alerting(), event(10, None), event(10, None))
    assert [f.id for f in twins] == [f.id for f in again]


def test_the_rows_of_one_event_are_findings_of_their_own_however_often_it_is_delivered():
    rule = alerting()
    query = parse("parse @message /(?<who>role-[a-z])/ multi | fields who")
    rule = replace(rule, alert=replace(rule.alert, finds=query))
    row = {"siem_event": "00000000-0000-0000-0000-000000000001", "siem_seen": "2026-11-02 09:00:00"}
    rows = [{**row, "@ptr": at, "who": who} for who in ("a", "b", "a") for at in ("one", "two")]

    findings = findings_of(rule, rows, START, END)

    assert sorted((f.id[36:], f.key) for f in findings) == [
        ("", ("a",)),
        (".1", ("b",)),
        (".2", ("a",)),
    ]
    events = [{"@message": "role-a role-b"}] * 2
    assert len({f.id for f in found(rule, *events)}) == 4


@pytest.mark.parametrize("bad", ["x" * 100_000, "", "not an id", "\ud800"])
def test_an_id_that_is_none_is_not_taken_for_one(bad):
    one, other = (found(alerting(), event(m, 1) | {"eventID": bad})[0] for m in (10, 11))
    assert one.id != other.id
    assert len(one.id) == 32


def test_a_rule_without_a_time_field_and_a_time_that_is_none_take_the_log_services_time():
    rule = alerting()
    plan = compile_query(alert_query(rule))
    row = evaluate(plan, [event(10)], Context(SPAN[1], *SPAN)).rows[0]
    assert findings_of(rule, [row], START, END)[0].happened == NOON - timedelta(minutes=10)
    odd = event(10) | {"eventTime": "soon"}
    assert found(rule, odd)[0].happened == NOON - timedelta(minutes=10)
    assert findings_of(rule, [{}], START, END)[0].happened == END


def test_a_missing_value_is_a_key_of_its_own():
    events = [event(10, 1), event(10, 2) | {"userIdentity": {"type": "Root"}}]
    assert set(by_key(found(alerting(), *events))) == {(ROOT,), ("(none)",)}


def test_rows_of_a_stats_have_the_identity_of_their_bucket():
    events = [event(10, i) for i in range(3)]
    (one,) = found(COUNTING, *events)
    assert one.happened == START
    assert found(COUNTING, *events, event(10, 9))[0].id == one.id
    later = findings_of(COUNTING, rows_of(COUNTING, *events), START, END + timedelta(minutes=5))
    assert later[0].id != one.id
    keyless = alerting("k", "stats count(*) as n by eventName", over=timedelta(hours=1), key=())
    assert len({f.id for f in found(keyless, *events)}) == 3


def test_a_display_in_the_middle_does_not_hide_the_identity():
    rule = alerting(
        query="fields userIdentity.arn as who | display who", when="filter ispresent(who)"
    )
    assert found(rule, event(10, 3))[0].id.endswith("3")
    middle = replace(rule, alert=replace(rule.alert, finds=rule.query))
    assert found(middle, event(10, 3))[0].id.endswith("3")


def test_parameters_are_bound_and_given_to_the_checklist():
    rule = alerting(
        query="filter userIdentity.type = {{kind}} and eventName != {{name}}\n"
        "| fields userIdentity.arn as who",
        parameters=(
            RuleParameter("kind", "text", example="Root"),
            RuleParameter("name", "text", default='Cal"l'),
        ),
        bindings={"kind": "Root"},
    )
    findings = found(rule, event(10))
    alert = raise_alert(rule, findings, NOON, 1)
    assert alert.values == {"kind": "Root", "name": 'Cal"l', "who": ROOT}


def test_an_alert_agrees_on_what_all_rows_say_and_names_what_differs():
    rule = alerting()
    first, second = found(rule, event(20, 1), event(10, 2))
    alert = raise_alert(rule, [first], NOON, 3, "C1")
    assert alert.id == f"{fingerprint('root-used', (ROOT,))}.3"
    assert alert.values == {"operation": "Call1", "who": ROOT}
    assert (alert.revision, alert.count, alert.told.channel) == (1, 1, "C1")
    assert alert.checklist[0].runs
    assert alert.checklist[0].required
    both = include(alert, [second], late=True)
    assert both.values == {"who": ROOT}
    assert both.differing == ("operation",)
    assert [row["operation"] for row in both.rows] == ["Call2", "Call1"]
    assert (both.first, both.last) == (first.happened, second.happened)
    assert (both.count, both.revision, both.late) == (2, 2, True)
    assert include(both, [first, second]) is both
    older = include(both, [found(rule, event(30, 4))[0]])
    assert [row["operation"] for row in older.rows] == ["Call2", "Call1", "Call4"]
    assert older.differing == ("operation",)


def test_a_column_that_one_row_lacks_differs():
    rule = alerting()
    alert = raise_alert(rule, found(rule, event(20, 1)), NOON, 1)
    lacking = found(rule, {k: v for k, v in event(10, 2).items() if k != "eventName"})
    assert include(alert, lacking).differing == ("operation",)


def test_a_resolved_alert_is_never_changed():
    rule = alerting()
    alert = replace(raise_alert(rule, found(rule, event(20, 1)), NOON, 1), status="resolved")
    assert include(alert, found(rule, event(10, 2))) is alert


def test_an_alert_keeps_ten_rows_and_a_thousand_ids():
    rule = alerting()
    many = found(rule, *(event(50 - i / 100, i) for i in range(1_200)))
    alert = raise_alert(rule, many, NOON, 1)
    assert (alert.count, len(alert.rows), len(alert.findings)) == (1_200, 10, MOST_IDS)


def test_a_long_value_is_cut_but_stays_a_key_of_its_own_and_is_never_bound():
    rule = alerting()
    long = [found(rule, event(10, n) | {"userIdentity": {"type": "Root", "arn": "x" * 5_000 + end}})[0] for n, end in enumerate("ab")]  # fmt: skip
    assert long[0].key != long[1].key
    assert len(long[0].key[0]) == WIDEST
    assert "who" not in raise_alert(rule, long[:1], NOON, 1).values


def test_half_characters_do_not_reach_the_store():
    rule = alerting()
    (finding,) = findings_of(rule, [{"who": "a\ud800", "siem_event": "\ud800"}], START, END)
    assert finding.key == ("a?",)


@pytest.mark.parametrize(
    ("others", "channels", "channel"),
    [
        ({}, {"high": "C1", "default": "C2"}, "C1"),
        ({}, {"default": "C2"}, "C2"),
        ({}, {}, ""),
        ({"channel": "#sec"}, {"high": "C1"}, "#sec"),
        ({"status": "test"}, {"high": "C1", "test": "C3"}, "C3"),
        ({"status": "test"}, {"high": "C1", "default": "C2"}, "C2"),
    ],
)
def test_an_alert_has_one_channel(others, channels, channel):
    assert channel_of(alerting(**others), channels) == channel


def test_severe_alerts_come_first_and_sleepers_wake():
    rule = alerting()
    alert = raise_alert(rule, found(rule, event(20, 1)), NOON, 1)
    assert behind(alert)
    assert not behind(replace(alert, told=replace(alert.told, revision=1)))
    assert rank("critical") < rank(alert.severity) < rank("info")
    assert not wakes(alert, NOON)
    assert wakes(replace(alert, snoozed_until=NOON), NOON)
    assert not wakes(replace(alert, snoozed_until=NOON), START)
