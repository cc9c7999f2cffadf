"""Where rows end up: in order, with a limit, without repetitions; at once or in parts."""

from __future__ import annotations

import pickle
import random
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.columns.batch import Batch, Listed, at
from bot.query.columns.collect import Down, Ranked, best, ranker, ranks, sort_key
from bot.query.parser import parse
from bot.query.plan import Context, Evaluation, compile_query
from bot.query.values import Value
from tests.query.evaluating import feed

VALUES: list[Value] = ["a10", "a9", "", None, 5, "5", 1.5, True, [1], "b", "-3"]


def ordered(*, descending: bool, missing_last: bool) -> list[Value]:
    def key(value: Value) -> Any:
        return sort_key(value, descending=descending, missing_last=missing_last)

    return sorted(VALUES, key=key)


def test_where_values_stand() -> None:
    up: list[Value] = ["", "a9", "a10", "b", "-3", True, 1.5, 5, "5"]
    assert ordered(descending=False, missing_last=True) == [*up, None, [1]]
    assert ordered(descending=False, missing_last=False) == [None, [1], *up]
    down: list[Value] = [5, "5", 1.5, True, "-3", "b", "a10", "a9", ""]
    assert ordered(descending=True, missing_last=True) == [*down, None, [1]]
    assert ordered(descending=True, missing_last=False) == [*down, None, [1]]


def test_texts_turned_round() -> None:
    assert Down("b") < Down("a")
    assert not Down("a") < Down("a")
    assert Down("a") == Down("a")
    assert Down("a") != Down("b")
    assert Down("a") != "a"


def added(collector: Ranked, *batches: Batch) -> list[Value]:
    for batch in batches:
        collector.add(batch)
    return list(collector.rows().column(0))


def numbers(*values: Value) -> Batch:
    return Batch(len(values), {0: values}, events=Listed([], len(values)))


UP = ranker([at(0)], [partial(ranks, descending=False, missing_last=True)])


def test_of_equal_rows_the_first_to_come_stays() -> None:
    key = ranker([at(0)], [lambda column: [(0,)] * len(column)])
    assert added(Ranked(key, 3, [0], {}), numbers("a", "b"), numbers("c", "d")) == ["a", "b", "c"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_a_row_as_bad_as_the_worst_one_comes_too_late(limit: int) -> None:
    collector = Ranked(UP, limit, [0], {})
    assert added(collector, numbers(2, 1, 3)) == [1, 2, 3][:limit]
    assert added(collector, numbers("0", 3, 2)) == ["0", 1, 2, 2][:limit]


def test_nothing_is_enough_while_an_order_or_a_key_may_change_it() -> None:
    anything = Ranked(None, 2, [0], {})
    assert not anything.enough
    anything.add(numbers(1))
    assert not anything.enough
    anything.add(numbers(2))
    assert anything.enough
    for other in (Ranked(UP, 1, [0], {}), Ranked(None, 1, [0], {}, lambda b: [None] * b.size)):
        other.add(numbers(1, 2, 3))
        assert not other.enough


def test_rows_without_columns_are_counted() -> None:
    collector = Ranked(None, 5, [], {})
    collector.add(numbers(1, 2))
    assert collector.rows().size == 2
    assert Ranked(None, 5, [0, 1], {}).rows().size == 0
    assert Ranked(None, 5, [0, 1], {}).rows().column(1) == ()


def test_memory_without_an_order_stays_within_the_limit() -> None:
    collector = Ranked(None, 10, [0], {})
    for number in range(200):
        collector.add(numbers(*range(number, number + 100)))
        assert len(collector._entries) < 1200
    assert list(collector.rows().column(0)) == list(range(10))


COMMANDS = [
    "sort a | limit 3",
    "sort a desc, b | limit 4",
    "sort b | dedup a",
    "dedup a, b | limit 3",
    "limit any 5",
    "filter a > 0 | limit 2",
    "stats count(*) as n, count(b) as m, sum(a) as s, count_distinct(b) as d by a",
    "stats max(b) as m, values(b) as v, latest(a) as l",
    "stats count(*) as n by a, b | sort n desc | limit 2",
    "sort a | limit 4 | stats sum(a) as s",
]


def evaluated(text: str, events: list[dict[str, Any]]) -> Evaluation:
    plan = compile_query(parse(text))
    evaluation = plan.start(Context(0))
    for event in events:
        feed(evaluation, [event.get(name) for name in plan.reads], event["id"])
    return evaluation


@pytest.mark.parametrize("text", COMMANDS)
@settings(max_examples=25, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(0, 30), cut=st.integers(0, 30))
def test_two_parts_give_what_the_whole_would(text: str, seed: int, size: int, cut: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - dice that repeat
    events = [
        {"id": n, "a": dice.choice([0, 1, 2, None]), "b": dice.choice(["x", "y", None]),
         "@timestamp": dice.randrange(4)}
        for n in range(size)
    ]  # fmt: skip
    whole = evaluated(f"fields a, b | {text}", events)
    first = evaluated(f"fields a, b | {text}", events[:cut])
    sent = pickle.dumps(evaluated(f"fields a, b | {text}", events[cut:]).dump())
    first.absorb(pickle.loads(sent))  # noqa: S301 - made one line before
    assert first.result() == whole.result()
    assert first.matched == whole.matched


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(VALUES[:8]), st.integers(0, 3)), max_size=40),
    st.integers(1, 12),
    st.booleans(),
)
def test_the_best_rows_are_those_that_a_sort_puts_first(
    rows: list[tuple[Value, int]], limit: int, descending: bool
) -> None:
    columns = {0: [row[0] for row in rows], 1: [row[1] for row in rows]}
    batch = Batch(len(rows), dict(columns), pointers=range(len(rows)))
    order = [partial(ranks, descending=descending, missing_last=True)] * 2
    found = best(batch, [at(0), at(1)], order, limit)
    keys = list(zip(*[keys(columns[place]) for place, keys in enumerate(order)], strict=True))
    wanted = sorted(sorted(range(len(rows)), key=keys.__getitem__)[:limit])
    assert list(found.pointers()) == wanted


def test_many_groups_are_ranked_as_few_are() -> None:
    query = "stats count(*) as n by a | sort n desc, a | limit 3"
    plan = compile_query(parse(query))
    evaluation = plan.start(Context(0))
    names = [f"g{number}" for number in range(11_000)]
    column: list[Value] = [*names, "g7", "g10999", "g7", "g5"]
    evaluation.feed(Listed([column], len(column)))
    rows = evaluation.result().rows
    assert [(row["a"], row["n"]) for row in rows] == [("g7", "3"), ("g5", "2"), ("g10999", "2")]
