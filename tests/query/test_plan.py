"""What a plan reads and gives, partial results, limits, and queries that cannot run."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.ast import (
    Call,
    Dedup,
    Duration,
    Expression,
    Field,
    Fields,
    Filter,
    Item,
    Limit,
    Number,
    Parameter,
    Query,
    Regex,
    Star,
)
from bot.query.errors import QueryError
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from bot.query.values import Timestamp
from tests.query.evaluating import feed, ids, run
from tests.query.goldens_read import CASES, plan_of, result_of


@pytest.mark.parametrize(
    ("text", "reads", "columns"),
    [
        ("stats count(*)", "", "count(*)"),
        ("stats count(*) as n by a.b, bin(5m)", "a.b @timestamp", "a.b bin(5m) n"),
        ("fields a", "a @timestamp", "a"),
        ("filter a = b | limit 1", "a b @timestamp @message", "@timestamp @message"),
        ("parse 'x*' as y", "@message @timestamp", "y"),
        ("fields a | parse b 'x*' as y | display y", "a b @timestamp", "y"),
        ("fields a as b | stats latest(b) as c by b", "a @timestamp", "b c"),
        ("fields jsonParse(a) as j | fields j.x", "a j.x @timestamp", "j j.x"),
        ("fields a[0], b.c[1].d", "@timestamp", "a[0] b.c[1].d"),
        ("sort a | stats sum(b) by c", "a c b", "c sum(b)"),
    ],
)
def test_reads_and_columns(text: str, reads: str, columns: str) -> None:
    plan = compile_query(parse(text))
    assert plan.reads == tuple(reads.split())
    assert plan.columns == tuple(columns.split())


def test_pointers_go_with_the_rows_of_events() -> None:
    events = [{"a": 1, "@timestamp": 1}, {"a": 2, "@timestamp": 2}, {"a": 3, "@timestamp": 3}]
    assert run("fields a | filter a != 2", events).pointers == [2, 0]
    assert run("fields a | sort a | limit 2 | filter a > 1", events).pointers == [1]
    assert run("fields a | dedup a", events).pointers == [2, 1, 0]
    assert run("stats count(*) by a", events).pointers == [None, None, None]


def test_matched_counts_events_that_pass_the_filters() -> None:
    def matched(text: str) -> int:
        evaluation = compile_query(parse(text)).start(Context(0))
        for number in range(10):
            feed(evaluation, [number] * 3)
        return evaluation.matched

    assert matched("filter a >= 7 | limit 1 | filter a > 100") == 3
    assert matched("filter a >= 7 | stats count(*) as n | filter n > 100") == 3
    assert matched("fields a + 1 as b | filter b >= 7") == 4
    assert matched("stats count(*)") == 10


def test_results_may_be_asked_for_while_events_come() -> None:
    plan = compile_query(parse("stats count(*) as n by a | sort n desc | fields n * 2 as twice"))
    evaluation = plan.start(Context(0))
    assert evaluation.result().rows == []
    feed(evaluation, ["x"])
    feed(evaluation, ["y"])
    first = evaluation.result()
    assert first.rows == evaluation.result().rows
    feed(evaluation, ["y"])
    assert evaluation.result().rows == [
        {"a": "y", "n": "2", "twice": "4"},
        {"a": "x", "n": "1", "twice": "2"},
    ]
    assert first.rows[0] == {"a": "x", "n": "1", "twice": "2"}


def test_two_runs_of_a_plan_know_nothing_of_each_other() -> None:
    plan = compile_query(parse("fields a + now() as b | stats count(*) as n, max(b) as b"))
    one, two = plan.start(Context(1000)), plan.start(Context(5000))
    feed(one, [1])
    assert two.result().rows == [{"n": "0"}]
    feed(two, [1])
    assert one.result().rows == [{"n": "1", "b": "2"}]
    assert two.result().rows == [{"n": "1", "b": "6"}]


def test_what_the_run_is_about() -> None:
    text = "fields now() as n, queryStartTime() as s, queryEndTime() as e, queryTimeRange() as r"
    known = run(text, [{}], context=Context(10_999, 2000, 9000))
    assert known.rows == [{"n": "10", "s": "2000", "e": "9000", "r": "7000"}]
    assert run(text, [{}], context=Context(10_999, start=1)).rows == [{"n": "10", "s": "1"}]
    text = "stats count(*) as c | limit 1 | fields now() + c as n"
    assert run(text, [{}], context=Context(1000)).rows == [{"c": "1", "n": "2"}]


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [
        ("fields id", 2, "98"),
        ("fields id | limit 5", 2, "98"),
        ("fields id | limit 1", 2, "9"),
        ("fields id | sort id asc", 3, "012"),
        ("fields id | sort id asc | limit 4 | filter id > 1", 1, "2"),
        ("fields id | limit 4 | sort id asc", 2, "67"),
        ("fields id | limit 4 | filter a = 0", 9, "97"),
        ("fields id | sort id asc | dedup a", 9, "01"),
        ("fields id | dedup a | limit 1", 9, "9"),
        ("stats count(*) as id by a", 1, "5"),
        ("fields id | sort id desc", 1 << 62, "9876543210"),
    ],
)
def test_the_smallest_limit_counts(text: str, limit: int, wanted: str) -> None:
    events = [{"id": n, "a": (n + 1) % 2, "@timestamp": n} for n in range(10)]
    assert "".join(row["id"] for row in run(text, events, limit=limit).rows) == wanted


def test_memory_stays_within_the_limit() -> None:
    evaluation = compile_query(parse("fields a | sort a desc | limit 10")).start(Context(0))
    shuffled = random.Random(1)  # noqa: S311 - a shuffle that repeats
    for _ in range(30_000):
        feed(evaluation, [shuffled.random(), Timestamp(0)])
    collector = evaluation._run.collector  # type: ignore[attr-defined]
    assert len(collector._entries) < 1100
    assert len(evaluation.result().rows) == 10


def brute(events: list[dict[str, Any]], keep: int, *, dedup: bool) -> list[int]:
    """What `sort a desc, b | dedup c | limit keep` keeps, worked out the slow way."""
    order = sorted(events, key=lambda e: (-e["a"], e["b"], -e["@timestamp"]))
    seen: set[int] = set()
    kept = []
    for event in order:
        if not dedup or event["c"] is None or event["c"] not in seen:
            kept.append(event["id"])
        seen.add(event["c"])
    return kept[:keep]


@pytest.mark.parametrize("dedup", [True, False])
def test_bounded_collecting_gives_what_sorting_everything_would(dedup: bool) -> None:
    dice = random.Random(7)  # noqa: S311 - dice that repeat
    events = [
        {"id": n, "a": dice.randrange(50), "b": dice.choice("xyz"), "@timestamp": dice.randrange(9),
         "c": dice.choice([None, *range(40)])}
        for n in range(6000)
    ]  # fmt: skip
    for keep in (1, 25, 300):
        text = f"fields id | sort a desc, b {'| dedup c' if dedup else ''} | limit {keep}"
        found = [int(row["id"]) for row in run(text, events).rows]
        assert found == brute(events, keep, dedup=dedup)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.sampled_from(CASES),
    st.lists(
        st.dictionaries(
            st.sampled_from(["a", "b", "id", "name", "n", "@message", "kind", "user"]),
            st.one_of(
                st.none(), st.booleans(), st.integers(), st.floats(),
                st.text(alphabet="a1.-\0\ud800é*=", max_size=5),
            ),
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_no_event_makes_a_query_fail(case: dict[str, Any], events: list[dict[str, Any]]) -> None:
    for row in result_of(case, plan_of(case), events).rows:
        assert all(isinstance(shown, str) for shown in row.values())


# --------------------------------------------------------------------- what cannot run
@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("filter a = «{{who}}»", "The parameter `who` has no value."),
        ("filter a like «{{who}}»", "The parameter `who` has no value."),
        ("fields a | limit «{{n}}»", "The parameter `n` has no value."),
        ("fields bin(«a»)", "`bin` needs a period here, such as `5m`."),
        ("fields datefloor(a, «5»)", "`datefloor` needs a period here, such as `5m`."),
        ("fields bin(«0m»)", "A period must be longer than nothing."),
        ("fields strlen(«5m»)", "`strlen` takes no period here."),
        ("stats pct(a, «b»)", "`pct` needs a number from 0 to 100 here, such as `95`."),
        ("stats pct(a, «101»)", "`pct` needs a number from 0 to 100 here, such as `95`."),
        ("stats sum(«5m»)", "`sum` takes no period here."),
        ("filter isIpInSubnet(a, «'192.0.2.1/24'»)", "`192.0.2.1/24` is no subnet."),
    ],
)
def test_refused(marked: str, message: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    with pytest.raises(QueryError) as caught:
        compile_query(parse(text))
    error = caught.value
    assert error.message == message
    assert error.text == text
    assert (
        text[error.span.start : error.span.end] == marked[marked.index("«") + 1 : marked.index("»")]
    )


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (Star(), "`*` has no value of its own."),
        (Regex("x"), "`/x/` has no value of its own."),
        (Duration(5, "m"), "`5m` has no value of its own."),
        (Call("count", (Star(),)), "`count` stands only in `stats`."),
    ],
)
def test_trees_that_no_text_makes_are_refused_too(expression: Expression, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        compile_query(Query((Filter(expression),)))
    assert caught.value.message == message


def test_a_column_that_is_not_there_is_refused() -> None:
    stats = parse("stats count(*) as n by a").commands
    with pytest.raises(QueryError, match=r"There is no column `b\.c` here"):
        compile_query(Query((*stats, Filter(Field(("b", "c"))))))


def test_a_tree_may_do_what_no_text_may() -> None:
    tree = Query(
        (
            Dedup((Field(("a",)),)),
            Fields((Item(Field(("a",)), "b", "a"),)),
            Limit(Number("1")),
        )
    )
    evaluation = compile_query(tree).start(Context(0))
    feed(evaluation, ["x", Timestamp(1)])
    feed(evaluation, ["x", Timestamp(2)])
    assert evaluation.result().rows == [{"b": "x"}]
    with pytest.raises(QueryError):
        compile_query(Query((Limit(Parameter("n")),)))


def test_long_and_deep_queries_run() -> None:
    many = " or ".join(f'a = "{n}"' for n in range(500))
    assert ids(f"filter {many}", [{"id": 1, "a": "499"}, {"id": 2, "a": "500"}]) == "1"
    deep = "(" * 90 + "a" + " + 1)" * 90
    assert run(f"fields {deep} as it", [{"a": 1}]).rows == [{"it": "91"}]
