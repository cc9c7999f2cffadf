"""Which span is searched next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.query.parser import parse
from bot.rules.model import AlertPlan
from bot.rules.schedule import Due, Pace, buckets, narrower, next_due

NOON = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)
EVERY = timedelta(minutes=5)
ROWS = AlertPlan("c", EVERY, finds=parse("filter a = 1"))
BUCKETS = AlertPlan("c", EVERY, finds=parse("stats count(*) by a"), over=timedelta(minutes=10))
PACE = Pace()
QUICK = Pace(compressed=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-24T{text}:00+00:00")


def test_a_row_rule_searches_up_to_the_grid_and_again_what_may_be_late():
    assert next_due(ROWS, None, NOON, PACE) == Due(at("10:55"), at("11:55"), at("11:55"))
    long = replace(ROWS, over=timedelta(hours=2))
    assert next_due(long, None, NOON, PACE).start == at("09:55")
    assert next_due(ROWS, at("11:55"), NOON, PACE) is None
    assert next_due(ROWS, at("11:30"), NOON, PACE) == Due(at("11:15"), at("11:55"), at("11:55"))
    since = replace(PACE, since=at("06:00"))
    assert next_due(ROWS, None, NOON, since).start == at("06:00")
    assert next_due(ROWS, None, NOON, replace(PACE, since=at("11:55"))) is None


def test_compressed_a_row_rule_searches_up_to_this_second():
    assert next_due(ROWS, at("11:59"), NOON, QUICK) == Due(at("11:44"), at("12:00"), at("12:00"))
    assert next_due(ROWS, at("12:00"), NOON, QUICK) is None


def test_buckets_come_one_by_one_oldest_first():
    assert next_due(BUCKETS, None, NOON, PACE) == Due(at("11:45"), at("11:55"), at("11:55"))
    assert next_due(BUCKETS, at("11:00"), NOON, PACE) == Due(at("10:55"), at("11:05"), at("11:05"))
    assert next_due(BUCKETS, at("11:55"), NOON, PACE) is None
    since = replace(PACE, since=at("11:31"))
    assert next_due(BUCKETS, None, NOON, since).end == at("11:35")
    ages = replace(PACE, since=datetime(1970, 1, 1, tzinfo=UTC))
    assert next_due(BUCKETS, None, NOON, ages).end == at("10:00")


def test_compressed_a_bucket_that_has_not_ended_is_searched_as_far_as_it_is():
    now = NOON + timedelta(seconds=62)
    second = at("12:01") + timedelta(seconds=2)
    assert next_due(BUCKETS, at("12:00"), now, QUICK) == Due(at("11:55"), at("12:05"), second)
    assert next_due(BUCKETS, second, now, QUICK) is None
    assert next_due(BUCKETS, second, at("12:06"), QUICK) == Due(
        at("11:55"), at("12:05"), at("12:05")
    )


@pytest.mark.parametrize("plan", [ROWS, BUCKETS, replace(ROWS, finds=None)])
def test_every_moment_is_searched_and_the_end_comes(plan):
    through, spans = at("09:00"), []
    while (due := next_due(plan, through, NOON, PACE)) is not None:
        spans.append(due)
        assert due.through > through
        assert due.start <= through
        through = due.through
    assert through == at("11:55")
    assert all(span.start.microsecond == 0 for span in spans)


def test_a_span_is_halved_after_what_was_searched_before():
    due = Due(at("11:45"), at("12:00"), at("12:00"))
    assert narrower(due, at("11:55")) == Due(at("11:55"), at("12:00"), at("12:00"))
    assert narrower(due, None).end == at("11:52") + timedelta(seconds=30)
    assert narrower(due, at("12:00")).start == at("11:45")
    second = Due(at("11:45"), at("11:45") + timedelta(seconds=1), at("11:46"))
    assert narrower(second, None) is None


def test_all_buckets_that_may_hold_an_event():
    found = buckets(BUCKETS, at("11:01"), at("11:02"))
    assert [due.end for due in found] == [at("11:05"), at("11:10")]
    assert [due.end for due in buckets(replace(BUCKETS, over=None), at("11:01"), at("11:02"))] == [
        at("11:05")
    ]
