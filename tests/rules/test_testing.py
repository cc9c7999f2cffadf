"""Tests of rules pass only if they hold under every plausible reading, and say why if not."""

from __future__ import annotations

import dataclasses

import pytest

from bot.query.parser import parse
from bot.query.readings import QUESTIONS, read_readings
from bot.rules.differences import _MEANS, _WRITE, find_clause
from bot.rules.model import Rule
from bot.rules.testing import TestOutcome, run_tests
from tests.rules.samples import ALERTING, ASKING, changed, rule_of

WRITE = "{eventName: PutObject, requestParameters: {bucketName: my-bucket}, "


def outcomes(text: str) -> list[TestOutcome]:
    rule = rule_of(text)
    return run_tests(rule, [rule])


def asking(tests: str, query: str = "") -> list[TestOutcome]:
    text = ASKING[: ASKING.index("tests:")] + "tests:\n" + tests
    if query:
        start, end = text.index("query: |\n"), text.index("tests:")
        text = f"{text[:start]}query: |\n  {query}\n{text[end:]}"
        if "{{bucket}}" not in query:
            start, end = text.index("parameters:"), text.index("query:")
            text = text[:start] + text[end:]
    return outcomes(text)


def one(tests: str, query: str = "") -> TestOutcome:
    (outcome,) = asking(tests, query)
    assert outcome.passed == (outcome.why == "")
    return outcome


def test_the_tests_of_both_samples_pass() -> None:
    assert outcomes(ASKING) == [TestOutcome("a write", True)]
    assert [o.passed for o in outcomes(ALERTING)] == [True, True]


def test_a_wrong_number_of_rows_shows_the_rows() -> None:
    found = one(f"  - {{name: n, rows: 2, events: [{WRITE} sourceIPAddress: 192.0.2.1}}]}}\n")
    assert found.why == 'expected 2 rows\ngot      1 row:\n  {"ip": "192.0.2.1"}'


def test_rows_are_compared_in_order_where_the_query_sorts() -> None:
    events = (
        f"[{WRITE} eventTime: 2026-11-02T09:00:00Z, sourceIPAddress: 192.0.2.1}},"
        f" {WRITE} eventTime: 2026-11-02T09:00:01Z, sourceIPAddress: 192.0.2.2}}]"
    )
    right = "expect: [{ip: 192.0.2.2, eventTime: 2026-11-02T09:00:01Z}, {ip: 192.0.2.1, who: null}]"
    wrong = "expect: [{ip: 192.0.2.1}, {ip: 192.0.2.2}]"
    assert one(f"  - {{name: n, {right}, events: {events}}}\n").passed
    assert not one(f"  - {{name: n, {wrong}, events: {events}}}\n").passed


def test_rows_are_compared_in_any_order_where_it_does_not() -> None:
    events = "[{a: x, b: 1}, {a: x, b: 2}, {a: y, b: 3}]"
    query = "fields a, b"
    for expect in (
        "[{a: y}, {a: x}, {a: x, b: 1}]",
        "[{a: x}, {a: x, b: 2}, {}]",
        "[{b: 2}, {b: 3}, {b: 1}]",
    ):
        assert one(f"  - {{name: n, expect: {expect}, events: {events}}}\n", query).passed, expect
    for expect in (
        "[{a: x}, {a: x}, {a: x}]",
        "[{a: x}, {a: x}]",
        "[{a: x, b: null}, {a: x}, {a: y}]",
    ):
        assert not one(f"  - {{name: n, expect: {expect}, events: {events}}}\n", query).passed, (
            expect
        )


def test_a_sort_before_a_stats_orders_nothing() -> None:
    query = "filter ispresent(a) | sort a | stats count(*) as n by a"
    tests = "  - {name: n, expect: [{a: 2}, {a: 1}], events: [{a: 1}, {a: 2}]}\n"
    assert one(tests, query).passed
    assert not one(tests, query + " | sort a asc").passed


def test_values_are_compared_as_cloudwatch_prints_them() -> None:
    tests = "  - {name: n, expect: [{a: 1, b: 2, c: 2.5, d: x}], events: [{a: true, b: 2.0, c: 2.5, d: x}]}\n"
    assert one(tests, "fields a, b, c, d").passed
    assert one(tests.replace("{a: 1, b", "{a: true, b"), "fields a, b, c, d").passed


def test_the_parameters_of_a_test_take_the_place_of_the_examples() -> None:
    event = "{eventName: PutObject, requestParameters: {bucketName: other-1}}"
    assert one(f"  - {{name: n, rows: 0, events: [{event}]}}\n").passed
    assert one(f"  - {{name: n, rows: 1, with: {{bucket: other-1}}, events: [{event}]}}\n").passed


def test_an_alert_is_tested_with_its_own_values_or_its_defaults() -> None:
    text = changed(ALERTING, "  with: {bucket: prod-releases}\n", "")
    text = changed(text, "example: my-bucket}", "example: my-bucket, default: prod-releases}")
    assert all(o.passed for o in outcomes(text))
    text = changed(
        ALERTING,
        "  - name: a person writes\n",
        "  - name: a person writes\n    with: {bucket: other-1}\n",
    )
    failed = outcomes(text)[0]
    assert failed.why == "expected that it fires\ngot      no rows"


def test_an_alert_that_fires_where_it_should_not_shows_what_it_found() -> None:
    failed = outcomes(changed(ALERTING, "assumed-role/release/r-1", "assumed-role/dev/r-1"))[1]
    assert not failed.passed
    assert failed.why.startswith("expected that it does not fire\ngot      1 row:\n")
    assert "assumed-role/dev/r-1" in failed.why


def test_a_query_of_an_alerting_rule_can_be_tested_as_people_run_it() -> None:
    text = ALERTING + """\
  - name: people see the release role too
    rows: 1
    events: [{eventName: PutObject, requestParameters: {bucketName: my-bucket}}]
"""  # fmt: skip
    assert [o.passed for o in outcomes(text)] == [True, True, True]


def test_where_readings_differ_the_reading_and_the_event_are_named() -> None:
    tests = "  - {name: n, rows: 1, events: [{errorCode: x, a: 1}, {eventName: GetObject}]}\n"
    found = one(tests, 'filter errorCode != "AccessDenied"')
    assert not found.passed
    assert "the readings differ (missing = empty)" in found.why
    assert "on event 2 (GetObject)" in found.why
    assert "expected 1 rows" in found.why


def test_the_author_can_say_what_is_meant() -> None:
    tests = "  - {name: n, rows: 1, events: [{errorCode: x, a: 1}, {eventName: GetObject}]}\n"
    assert one(tests, 'filter ispresent(errorCode) and errorCode != "AccessDenied"').passed


def test_readings_that_differ_only_over_several_events_name_none() -> None:
    tests = "  - {name: n, expect: [{n: 1}], events: [{a: 1}, {a: 1}, {a: 2}]}\n"
    found = one(tests, "stats count(*) as n by a | sort n | limit 1")
    assert "sort_direction = descending" in found.why
    assert "on event" not in found.why


def test_events_without_a_time_follow_each_other() -> None:
    tests = "  - {name: n, expect: [{a: 2}, {a: 1}], events: [{a: 1}, {a: 2}]}\n"
    assert one(tests, "fields a, @timestamp | sort @timestamp desc").passed


def test_times_may_be_given_and_are_the_events_own() -> None:
    tests = (
        "  - {name: n, expect: [{t: '2026-11-02 09:00:00.000'}, {t: '1970-01-01 00:00:05.000'}],"
        " events: [{'@timestamp': 5000}, {'@timestamp': '2026-11-02T10:00:00+01:00'}]}\n"
    )
    assert one(tests, "fields @timestamp as t | sort t desc").passed


def test_now_is_the_end_of_the_second_of_the_newest_event() -> None:
    tests = "  - {name: n, expect: [{n: 1793610001}], events: [{eventTime: '2026-11-02T09:00:00.5Z'}]}\n"
    assert one(tests, "fields now() as n").passed


def test_a_test_without_events_has_no_rows() -> None:
    assert one("  - {name: n, rows: 0, events: []}\n").passed


def test_the_raw_message_can_be_searched() -> None:
    tests = "  - {name: n, rows: 1, events: [{a: hello}, {a: bye}]}\n"
    assert one(tests, 'filter @message like "hello"').passed


def test_many_rows_are_cut_in_the_report() -> None:
    events = ", ".join(["{a: 1}"] * 7)
    assert one(f"  - {{name: n, rows: 1, events: [{events}]}}\n", "fields a").why.endswith(
        "… and 2 more"
    )


def test_a_finding_that_a_triage_item_cannot_take_fails_the_test() -> None:
    text = changed(ALERTING, 'with: {bucket: "{{bucket}}"}', 'with: {bucket: "{{who}}"}')
    failed = outcomes(text)[0]
    assert failed.why.startswith("triage item more cannot run:")
    assert "is not a bucket" in failed.why


def test_an_item_that_runs_a_rule_that_does_not_load_is_not_judged() -> None:
    text = changed(ALERTING, 'with: {bucket: "{{bucket}}"}', 'with: {bucket: "{{who}}"}')
    rule = rule_of(text)
    assert run_tests(rule, [])[0].passed


def test_a_value_that_cannot_be_bound_fails_in_words() -> None:
    rule = rule_of(ASKING)
    test = dataclasses.replace(rule.tests[0], bindings={"bucket": "NO"})
    broken: Rule = dataclasses.replace(rule, tests=(test,))
    (outcome,) = run_tests(broken, [broken])
    assert not outcome.passed
    assert "is not a bucket" in outcome.why


@pytest.mark.parametrize("hostile", ["\\0", "\\u202e", "\\x1b[2J", "\\r\\n"])
def test_events_may_hold_what_attackers_write(hostile: str) -> None:
    tests = f'  - {{name: n, rows: 0, events: [{WRITE} sourceIPAddress: "{hostile}"}}]}}\n'
    why = one(tests).why
    assert all(line.isprintable() for line in why.splitlines())
    assert len(why.splitlines()) == 3


EVENT = "{eventName: GetObject}"


def test_every_set_of_readings_is_tried_and_the_nearest_is_named() -> None:
    # One answer alone changes nothing: it takes an empty text, and then a direction of the sort.
    query = 'filter a != "x" | sort b | limit 1 | fields b'
    tests = "  - {name: n, expect: [{b: 1}], events: [{a: y, b: 1}, {b: 2}]}\n"
    found = one(tests, query)
    assert "the readings differ (sort_direction = descending)" not in found.why
    assert "the readings differ (missing = empty, sort_direction = descending)" in found.why


def test_the_smallest_condition_that_differs_is_named_with_its_place() -> None:
    query = 'fields a\n  | filter b = 1 or (ispresent(c) and a != "x")'
    tests = "  - {name: n, rows: 0, events: [{c: 1, eventName: PutObject}]}\n"
    found = one(tests, query)
    assert found.why.splitlines()[4:] == [
        "on event 1 (PutObject)",
        (
            '`a != "x"` (line 2, column 37 of the query) is true if a missing field counts as an empty'
            " text, and false otherwise."
        ),
        (
            "Write `ispresent(a) and …` to leave such events out, or `not ispresent(a) or …` to keep"
            " them."
        ),
    ]


def test_a_condition_that_turns_false_is_named_too() -> None:
    tests = f"  - {{name: n, rows: 1, events: [{EVENT}]}}\n"
    found = one(tests, "filter not (a = 1)")
    assert "the readings differ (logic = three-valued)" in found.why
    assert (
        "`not a = 1` (line 1, column 8 of the query) is false if a comparison with a missing field"
        " stays unknown under `not`, and true otherwise.\n"
        "Write `ispresent(a) and not (…)`"
    ) in found.why


def test_a_condition_on_what_earlier_commands_made() -> None:
    query = 'filter b = 1 | parse m "u=*" as u | filter u != "root" | sort u asc | limit 3'
    tests = "  - {name: n, rows: 0, events: [{b: 2, m: u=x}, {b: 1, m: y}]}\n"
    found = one(tests, query)
    assert 'on event 2\n`u != "root"` (line 1, column 44 of the query) is true if' in found.why


def test_a_condition_on_groups_names_no_event() -> None:
    query = 'stats count(*) as n by a | filter a != "x"'
    tests = "  - {name: n, rows: 0, events: [{b: 1}, {b: 2}]}\n"
    found = one(tests, query)
    assert '`a != "x"` (line 1, column 35 of the query) is true if' in found.why
    assert "on event 1" in found.why  # alone it shows the same
    tests = "  - {name: n, rows: 0, events: [{b: 1}, {b: 2}]}\n"
    found = one(tests, query + " and n = 2")
    assert '`a != "x"` (line 1, column 35 of the query) is true if' in found.why
    assert "on event" not in found.why


def test_a_condition_that_counts() -> None:
    query = 'stats sum(a != "x") as n by b | filter n > 1'
    tests = "  - {name: n, rows: 0, events: [{b: 1}, {b: 1, a: x}, {b: 1}]}\n"
    found = one(tests, query)
    assert "the readings differ (missing = empty)" in found.why
    assert 'on event 1\n`a != "x"` (line 1, column 11 of the query) is true if' in found.why


def test_a_difference_without_a_condition_says_what_to_write() -> None:
    tests = "  - {name: n, expect: [{n: 1}], events: [{a: 1}, {a: 1}, {a: 2}]}\n"
    found = one(tests, "stats count(*) as n by a | sort n | limit 1")
    assert found.why.endswith("Write `asc` or `desc` after each key of the `sort`.")


def test_a_condition_of_when_is_named_with_its_place_there() -> None:
    text = changed(
        ALERTING,
        "    filter ispresent(who) and who not like /role.release/\n",
        "    filter who not like /role.release/\n     and ip not like /^10/\n",
    )
    text = changed(text, '"arn:aws:sts::111122223333:assumed-role/release/r-1"', "x")
    failed = outcomes(text)[1]
    assert "`ip not like /^10/` (line 2, column 6 of `when`) is true if" in failed.why


def test_a_condition_of_the_query_of_an_alert_is_named_with_its_place_there() -> None:
    text = changed(
        ALERTING,
        "{{bucket}}\n  | fields userIdentity.arn as who, sourceIPAddress as ip\n  | sort",
        '{{bucket}}\n     and errorCode != "x"\n'
        "  | fields userIdentity.arn as who, sourceIPAddress as ip\n  | sort",
    )
    failed = outcomes(text)[0]
    assert failed.passed is False
    text = changed(text, "fires: true\n    events:\n", "fires: false\n    events:\n")
    text = changed(
        text, "- name: the release role writes\n    fires: false", "- name: b\n    fires: true"
    )
    failed = outcomes(text)[0]
    assert '`errorCode != "x"` (line 2, column 8 of the query) is true if' in failed.why


def test_a_condition_with_a_parameter_is_named_without_a_place() -> None:
    tests = "  - {name: n, rows: 0, events: [{eventName: PutObject}]}\n"
    query = 'filter eventName = "PutObject" and requestParameters.bucketName != {{bucket}}'
    found = one(tests, query)
    assert '`requestParameters.bucketName != "my-bucket"` is true if' in found.why


def test_a_condition_with_a_parameter_of_an_alert_is_named_without_a_place() -> None:
    text = changed(
        ALERTING, "requestParameters.bucketName = {{bucket}}\n  | f", "x != {{bucket}}\n  | f"
    )
    text = changed(text, "fires: true\n    events:\n", "fires: false\n    events:\n")
    text = changed(
        text, "- name: the release role writes\n    fires: false", "- name: b\n    fires: true"
    )
    failed = outcomes(text)[0]
    assert '`x != "prod-releases"` is true if a missing' in failed.why


def test_a_condition_on_an_aggregate_is_not_tried() -> None:
    query = parse("stats sum(x) > 5 as n by a | filter a != 1")
    found = find_clause(query, [{"@timestamp": 0}], read_readings(["missing=empty"]))
    assert found is not None
    assert (str(found.node), found.command, found.event) == ("a != 1", 1, None)


def test_a_sub_query_is_no_condition_of_an_event() -> None:
    query = parse("filter a in (SOURCE 'x' | fields b) | filter c != 1")
    found = find_clause(query, [{"@timestamp": 0}], read_readings(["missing=empty"]))
    assert found is not None
    assert (str(found.node), found.command, found.event, found.chosen) == ("c != 1", 1, 0, False)


def test_a_condition_that_cannot_be_tried_is_none() -> None:
    query = parse("stats count(*) as n by a | filter {{x}} != 1")
    assert find_clause(query, [{"@timestamp": 0}], read_readings(["missing=empty"])) is None


def test_each_answer_has_words() -> None:
    open_ones = [q for q in QUESTIONS if len(q.readings) > 1]
    assert set(_WRITE) >= {q.id for q in open_ones}
    assert set(_MEANS) >= {f"{q.id}={answer}" for q in open_ones for answer in q.readings[1:]}
