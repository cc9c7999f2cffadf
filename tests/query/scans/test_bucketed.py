"""One pass over all events gives for each span of time what the query over that span gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query.columns.batch import Listed
from bot.query.errors import QueryError
from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import MOST_ROWS, Context, compile_query
from bot.query.scans.bucketed import Bucketed
from bot.query.values import Timestamp

QUERIES = (
    "stats count(*) as c by k",
    "filter n > 1 | stats sum(n) as s, latest(n) as l",
    "filter k = 'x' | stats max(n) as m by k | filter m > 1",
    "stats count(*) as c by k | fields now() as t, queryStartTime() as b, queryEndTime() as e",
    "stats count(*) as c by k | stats max(c) as m",
)
PLANS = [compile_query(parse(text), timed=True) for text in QUERIES]
events = st.lists(
    st.fixed_dictionaries(
        {
            "@timestamp": st.integers(-50, 100).map(Timestamp),
            "k": st.sampled_from(["x", "y", None]),
            "n": st.integers(0, 4),
        }
    ),
    max_size=20,
)
bounds = st.none() | st.integers(-60, 110)


def fed(plan, rows, every, over, counted=(None, None), at_once=7):
    buckets = Bucketed(plan, every, over, counted)
    for first in range(0, len(rows), at_once):
        some = rows[first : first + at_once]
        columns = [[row.get(name) for row in some] for name in plan.reads]
        buckets.feed(Listed(columns, len(some)))
    return buckets


def told(buckets):
    return [(*span, result.rows) for *span, result in buckets.results(MOST_ROWS)]


@given(events, st.integers(1, 30), st.integers(1, 60), bounds, bounds, st.integers(0, 20))
def test_each_span_has_the_rows_of_the_query_over_it(rows, every, over, begin, stop, cut):
    for plan in PLANS:
        head = compile_query(
            parse(str(plan.query).partition("stats")[0].rstrip("| \n") or "sort n")
        )
        expected = []
        for end in range(-60 // every * every, 200 + over, every):
            inside = [row for row in rows if end - over <= row["@timestamp"] < end]
            counting = [
                row
                for row in inside
                if (begin is None or row["@timestamp"] >= begin)
                and (stop is None or row["@timestamp"] < stop)
            ]
            if evaluate(head, counting, Context(0)).rows:
                context = Context(end, end - over, end)
                expected.append((end - over, end, evaluate(plan, inside, context).rows))
        assert told(fed(plan, rows, every, over, (begin, stop))) == expected
        whole = fed(plan, rows[:cut], every, over, (begin, stop))
        whole.absorb(fed(plan, rows[cut:], every, over, (begin, stop)).dump())
        assert told(whole) == expected
        assert not whole.enough


def test_an_event_without_a_time_is_in_no_span():
    rows = [{"@timestamp": None, "k": "x"}, {"@timestamp": Timestamp(5), "k": "y"}]

    assert told(fed(PLANS[0], rows, 10, 10)) == [(0, 10, [{"k": "y", "c": "1"}])]


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("fields a", "Only a query with `stats`", "a"),
        ("SOURCE 'g' | stats count(*)", "with `SOURCE`", "'g'"),
        ("filter a in (SOURCE 'g' | fields a) | stats count(*)", "another query inside", "a in"),
        ("accum n as t | stats max(t)", "What needs all events", "max(t)"),
        ("filter n > queryStartTime() | stats count(*)", "`queryStartTime`", "queryStartTime()"),
        ("stats max(n - now())", "`now`", "now()"),
    ],
)
def test_what_has_no_buckets_is_refused(text, words, place):
    with pytest.raises(QueryError, match=words) as caught:
        Bucketed(compile_query(parse(text), timed=True), 1, 1)

    span = caught.value.span
    assert text[span.start : span.end].startswith(place), text[span.start : span.end]
