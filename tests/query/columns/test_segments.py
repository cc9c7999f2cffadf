"""Segments: which columns they keep for those behind them, and how few rows they hold in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from bot.query.columns.batch import Listed
from bot.query.columns.segments import Grouping, Ranking
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from bot.query.values import Timestamp, Value


@pytest.mark.parametrize(
    ("text", "early"),
    [
        ("filter a = 1 | filter b = 2 | display c", "a b"),
        ("fields a + 1 as x | filter x = 2 | display c", "a"),
        ("fields a + 1 as x, d | filter b = 2 | display c, x", "b"),
        ("parse a '*-*' as x, y | filter x = 1 | display c", "a"),
        ("sort a | limit 5 | display c", "a @timestamp"),
        ("limit 5 | display c", "@timestamp"),
        ("dedup a | display c", "c a @timestamp"),
        ("dedup a | limit 2 | display c", "a @timestamp"),
        ("limit any 2 | display c", ""),
        ("display c, d", "c d @timestamp"),
        ("stats sum(a) by b", "b a"),
        ("filter c = 1 | stats sum(a) by b", "c"),
        ("filter c = 1 | sort a | limit 2", "c"),
    ],
)
def test_what_is_needed_of_every_event(text: str, early: str) -> None:
    plan = compile_query(parse(text))
    assert sorted(plan.reads[place] for place in plan.early) == sorted(early.split())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("sort a | limit 5 | display c", ["c"]),
        ("sort a | limit 5 | sort b | limit 2 | display c", ["b", "c"]),
        ("sort a | limit 5 | stats sum(b) as s by d | display s", ["d", "b"]),
    ],
)
def test_rows_keep_only_what_somebody_asks_for(text: str, kept: list[str]) -> None:
    plan = compile_query(parse(text))
    assert sorted(plan.reads[p] for p in plan.segments[0].kept) == sorted(kept)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("limit 5 | limit 3 | limit 4", [3]),
        ("sort a | limit 5 | fields b | limit 3", [3]),
        ("sort a | limit 5 | fields b + 1 | limit 3", [5, 3]),
        ("limit 5 | sort a | limit 3", [5, 3]),
        ("dedup a | limit 3", [3]),
        ("limit 3 | dedup a", [3, float("inf")]),
        ("limit any 3 | limit any 2", [2]),
        ("limit 5 | filter a = 1", [5, float("inf")]),
        ("fields a", [float("inf")]),
    ],
)
def test_limits_that_follow_each_other_are_one(text: str, ends: list[float]) -> None:
    plan = compile_query(parse(text))
    found = [s.end.limit for s in plan.segments if isinstance(s.end, Ranking)]
    assert found == ends


def test_each_stats_ends_a_segment() -> None:
    plan = compile_query(parse("stats count(*) as n by a | stats sum(n) as m | fields m"))
    assert [isinstance(s.end, Grouping) for s in plan.segments] == [True, True, False]


BATCH, ROWS = 10_000, 100_000


def batches(names: tuple[str, ...]) -> Iterator[Listed]:
    """Many events, some thousand at a time; no value of one batch lives on in another."""
    makers: dict[str, Callable[[int], Value]] = {
        "@timestamp": lambda n: Timestamp(10**12 + n),
        "k": lambda n: f"group {n % 7}",
        "text": lambda n: f"{n * 7919 % ROWS:07} of some length, as messages are, and longer still",
    }
    for first in range(0, ROWS, BATCH):
        numbers = range(first, first + BATCH)
        columns = [[makers[name](n) for n in numbers] for name in names]
        yield Listed(columns, BATCH, [None] * BATCH)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("fields text | sort text desc | limit 20", 20),
        ("fields text | limit 20", 20),
        ("fields text | sort text | dedup k | limit 5", 5),
        ("stats count(*) as n, max(text) as m, sum(strlen(text)) as s by k", 7),
        ("stats count_distinct(k) as n, latest(text) as m by bin(30d)", 1),
    ],
)
def test_a_batch_leaves_next_to_nothing_in_memory(text: str, rows: int) -> None:
    plan = compile_query(parse(text))
    evaluation = plan.start(Context(0))
    waiting = batches(plan.reads)
    for _ in range(ROWS // BATCH - 1):
        evaluation.feed(next(waiting))
    tracemalloc.start()  # slow, so only for the last batch
    try:
        evaluation.feed(next(waiting))
        del waiting  # it holds its batch
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert evaluation.matched == ROWS
    assert len(evaluation.result().rows) == rows
    assert left < BATCH * 50  # bytes; a row that is kept has some 200


def test_without_a_limit_the_rows_are_as_many_as_may_be_shown() -> None:
    plan = compile_query(parse("fields text"))
    evaluation = plan.start(Context(0), limit=100)
    for events in batches(plan.reads):
        evaluation.feed(events)
    assert len(evaluation.dump()[1]) == 100
