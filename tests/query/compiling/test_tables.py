"""Commands that bring in rows from elsewhere: what is wrong with a table or another query is placed."""

from __future__ import annotations

import pytest

from bot.errors import BotError
from bot.query.ast import Source
from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from tests.query.not_compiling import not_compiled

TABLES = {"t": "a,b\nx,1\n", "nets": "cidr,zone\nnowhere,1\n"}


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("lookup «other a OUTPUT b»", "There is no lookup table `other`", "`nets`, `t`"),
        ("lookup «t c OUTPUT b»", "Lookup table `t` has no column `c`.", "It has `a`, `b`."),
        ("lookup «t a OUTPUT c»", "Lookup table `t` has no column `c`.", "It has `a`, `b`."),
        ("cidrlookup «nets ip AS cidr OUTPUT zone»", "`nowhere` is no network", "192.0.2.0/24"),
        ("cidrlookup «nets ip OUTPUT zone»", "Lookup table `nets` has no column `ip`.", ""),
        ("stats count(*) as n by a | lookup t «z» OUTPUT b", "no `z`", ""),
    ],
)
def test_what_is_wrong_with_a_table(marked: str, message: str, hint: str) -> None:
    error = not_compiled(marked, TABLES)
    assert message in error.message
    assert hint in error.hint


def test_without_any_table_the_hint_says_how_to_give_one() -> None:
    error = not_compiled("lookup «t a OUTPUT b»")
    assert error.message == "There is no lookup table `t` here."
    assert error.hint == "Give one: --lookup NAME=FILE.csv."


def test_a_name_that_the_query_of_a_join_does_not_have() -> None:
    inner = "(SOURCE 'g' | stats count(*) as n by k)"
    error = not_compiled(f"join left=l right=r where l.id = r.k {inner} | display r.n, «r.z»")
    assert error.message == "There is no column `z` here."


def test_the_sources_of_a_query_are_those_of_its_plan() -> None:
    query = parse("SOURCE 'a' | SOURCE 'b' | fields x in (SOURCE 'c' | fields y) as z")
    plan = compile_query(query)
    assert plan.sources == query.commands[:2]
    assert all(isinstance(source, Source) for source in plan.sources)
    (need,) = plan.needs
    assert [source.name for source in need.sources] == ["c"]
    assert str(need.query) == "fields y"


def test_what_comes_from_a_join_is_asked_of_no_event() -> None:
    join = "join left=l right=r where l.id = r.k (SOURCE 'g' | fields k, v)"
    plan = compile_query(parse(f"{join} | filter r.v = 2 and l.x = 1 | display l.b"))
    assert [plan.reads[place] for place in plan.early] == ["id", "x"]


def test_each_other_query_has_a_fact_of_its_own() -> None:
    text = "filter a in (SOURCE 'g' | fields k) and b not in (SOURCE 'h' | fields k) | display a"
    plan = compile_query(parse(text))
    events = [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 3}]
    groups = {"g": [{"k": 1}], "h": [{"k": 2}]}
    assert evaluate(plan, events, Context(0), groups=groups).rows == [{"a": "1"}]


def test_a_join_of_too_many_rows_says_so() -> None:
    text = "join left=l right=r where l.a = r.a (SOURCE 'g' | fields a) | stats count(*)"
    plan = compile_query(parse(text))
    many = [{"a": 1}] * 1001
    with pytest.raises(BotError, match="more than 1,000,000 rows"):
        evaluate(plan, many, Context(0), groups={"g": many})


def test_appendcols_to_nothing_gives_nothing() -> None:
    plan = compile_query(parse("filter a = 2 | fields a | appendcols (SOURCE 'g' | fields b)"))
    assert evaluate(plan, [{"a": 1}], Context(0), groups={"g": [{"b": 1}]}).rows == []


def test_a_join_without_fields_shows_time_and_message_of_both_sides() -> None:
    plan = compile_query(parse("join left=a right=b where a.user=b.name ( SOURCE 'people' )"))
    people = {"people": [{"@timestamp": 2000, "name": "responder-1"}]}
    events = [{"@timestamp": 1000, "user": "responder-1"}]
    assert evaluate(plan, events, Context(0), groups=people).rows == [
        {
            "a.@timestamp": "1970-01-01 00:00:01.000",
            "a.@message": '{"user":"responder-1"}',
            "b.@timestamp": "1970-01-01 00:00:02.000",
            "b.@message": '{"name":"responder-1"}',
        }
    ]
