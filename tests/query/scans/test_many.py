"""Many plans in one pass give what each gives alone; parts give what the whole gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.query.columns.batch import Column, Listed
from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, Plan, compile_query
from bot.query.scans.many import Many
from bot.query.values import Timestamp

QUERIES = (
    "filter a = 'x' | fields a, b, n",
    "filter a = 'y' and b = 'p' | stats count(*) as c, sum(n) as s by b",
    "filter a in ['x', 'y'] and n > 2 | sort n desc | limit 3",
    "filter b = 'q' or b = 'r' | dedup a",
    "filter n >= 0 | stats count_distinct(a) as d, max(n) as m by b",
    "filter a = 'z' | stats count(*) as c by n",
    "stats count(a) as c, latest(n) as l",
    "fields n + 1 as more | filter more > 3 | limit 4",
    "filter a = 'x' | filter a = 'y'",
)
PLANS = [compile_query(parse(text)) for text in QUERIES]

values = st.sampled_from(["x", "y", "z", "p", "q", "r", None, 1, 2, True, 0.5])
events = st.lists(
    st.fixed_dictionaries(
        {"a": values, "b": values, "n": st.integers(0, 5) | values, "t": st.integers(0, 3)}
    ),
    max_size=30,
)


class Watched(Listed):
    """Events that note how often a whole column was asked for."""

    def __init__(self, names: Sequence[str], rows: Sequence[dict[str, Any]], first: int) -> None:
        columns = [[row.get(name) for row in rows] for name in names]
        super().__init__(columns, len(rows), range(first, first + len(rows)))
        self.whole: list[int] = []

    def column(self, place: int, numbers: Sequence[int] | None, /) -> Column:
        if numbers is None:
            self.whole.append(place)
        return super().column(place, numbers)


def timed(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"@timestamp": Timestamp(row["t"]), "@message": "m"} for row in rows]


@given(events, st.integers(1, 7))
def test_many_give_what_each_gives_alone(rows: list[dict[str, Any]], at_once: int) -> None:
    rows = timed(rows)
    many = Many(PLANS)
    evaluations = [plan.start(Context(0)) for plan in PLANS]
    for first in range(0, len(rows), at_once):
        batch = Watched(many.reads, rows[first : first + at_once], first)
        many.feed(batch, evaluations)
        assert len(batch.whole) == len(set(batch.whole))
    for plan, evaluation in zip(PLANS, evaluations, strict=True):
        assert evaluation.result() == evaluate(plan, rows, Context(0))


def test_only_what_guards_and_unguarded_filters_need_is_early() -> None:
    many = Many([compile_query(parse(text)) for text in QUERIES[:2]])
    assert [many.reads[place] for place in many.early] == ["a", "b"]
    deeper = Many([compile_query(parse("filter a in ['x', 'y'] and b.c = 'z' | fields d"))])
    assert [deeper.reads[place] for place in deeper.early] == ["a"]
    many = Many(PLANS[:5])
    assert {many.reads[place] for place in many.early} == {"a", "b", "n"}
    everything = Many([compile_query(parse("stats count(*) by a, b"))])
    assert [everything.reads[place] for place in everything.early] == ["a", "b"]
    few = Many([compile_query(parse("fields a, b | sort c | limit 5"))])
    assert [few.reads[place] for place in few.early] == ["c", "@timestamp"]
    assert Many([]).early == ()


def test_a_plan_whose_filters_exclude_each_other_is_never_fed() -> None:
    plan = compile_query(parse(QUERIES[-1]))
    many, evaluation = Many([plan]), plan.start(Context(0))
    many.feed(Watched(many.reads, [{"a": "x"}, {"a": "y"}], 0), [evaluation])
    assert evaluation.result().rows == []


def in_parts(plan: Plan, rows: Sequence[dict[str, Any]], cut: int) -> Any:
    whole = plan.start(Context(0))
    for first, some in ((0, rows[:cut]), (cut, rows[cut:])):
        part = plan.start(Context(0))
        part.feed(Watched(plan.reads, some, first))
        whole.absorb(part.dump())
    return whole.result(), whole.matched


@given(events, st.integers(0, 30))
def test_parts_give_what_the_whole_gives(rows: list[dict[str, Any]], cut: int) -> None:
    rows = timed(rows)
    for plan in PLANS:
        whole = plan.start(Context(0))
        whole.feed(Watched(plan.reads, rows, 0))
        assert in_parts(plan, rows, cut) == (whole.result(), whole.matched)


def test_a_plan_is_fed_only_what_all_its_guards_let_through() -> None:
    plan = compile_query(parse("filter a in ['x', 'y'] and b = 'p' | fields a"))
    many = Many([plan])
    seen: list[list[object]] = []

    class Noting:
        def feed(self, events: Any) -> None:
            seen.append([events.pointer(number) for number in range(events.size)])

    rows = [{"a": "x", "b": "p"}, {"a": "x", "b": "q"}, {"a": "z", "b": "p"}, {"a": "y", "b": 1}]
    many.feed(Watched(many.reads, [*rows, {"a": "y", "b": "p"}], 0), [Noting()])
    many.feed(Watched(many.reads, rows[1:], 1), [Noting()])
    assert seen == [[0, 4]]
