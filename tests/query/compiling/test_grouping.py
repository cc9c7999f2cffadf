"""`stats`, compiled: what its offset needs, and what it reads of the rows before it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.query.ast import Call, Duration, Field, Item, Query, Star, Stats
from bot.query.errors import QueryError
from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from tests.query.evaluating import run
from tests.query.not_compiling import not_compiled


@pytest.mark.parametrize("length", ["1mo", "2q", "1y"])
def test_an_offset_has_a_fixed_length(length: str) -> None:
    error = not_compiled(f"stats count(*) by bin(1d) offset «{length}»")
    assert error.message == "An offset needs a fixed length."
    assert "weeks" in error.hint


def test_an_offset_without_a_bin_shifts_nothing_and_is_refused() -> None:
    count = Item(Call("count", (Star(),)), "n", "count(*)")
    key = Item(Field(("a",)), None, "a")
    with pytest.raises(QueryError, match=r"there is no `bin\(…\)`"):
        compile_query(Query((Stats((count,), (key,), Duration(1, "h")),)))


def test_a_bin_inside_a_key_is_shifted_too() -> None:
    (stats,) = parse("stats count(*) as n by toMillis(bin(1h)) as t").commands
    assert isinstance(stats, Stats)
    plan = compile_query(Query((replace(stats, offset=Duration(30, "m")),)))
    events = [{"@timestamp": 1_799_999}, {"@timestamp": 1_800_000}]
    assert [row["t"] for row in evaluate(plan, events, Context(0)).rows] == ["-1800000", "1800000"]


def test_the_same_aggregate_twice_is_gathered_for_each() -> None:
    text = "stats sum(a) as s, sum(a) / count(*) as mean, s * 2 as twice by k"
    events = [{"a": 1, "k": "x"}, {"a": 3, "k": "x"}, {"a": "text", "k": "x"}]
    rows = run(text, events).rows
    assert rows == [{"k": "x", "s": "4", "mean": str(4 / 3), "twice": "8"}]


def test_constants_of_aggregates_are_not_mixed_up() -> None:
    events = [{"a": n} for n in range(1, 101)]
    text = "stats pct(a, 10) as low, pct(a, 90) as high, median(a) as middle"
    assert run(text, events).rows == [{"low": "10", "high": "90", "middle": "50"}]


def test_what_no_item_uses_is_not_read() -> None:
    text = "fields jsonParse(big) as j | stats count(*) as n, sum(a) by c"
    plan = compile_query(parse(text))
    assert [plan.reads[place] for place in plan.segments[0].asks()] == ["c", "a"]
