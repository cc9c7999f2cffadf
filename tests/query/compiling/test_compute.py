"""Expressions over columns: known and unknown answers, chains, and subqueries."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from bot.query.ast import Expression, Filter
from bot.query.compiling.compute import Kept, conjuncts, operands
from bot.query.errors import QueryError
from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from bot.query.readings import CHOSEN, Readings
from tests.query.evaluating import ids

EVENTS: list[dict[str, Any]] = [
    {"id": 1, "a": "x", "n": 5},
    {"id": 2, "a": "y", "n": 0},
    {"id": 3, "a": 7},
    {"id": 4, "n": "5"},
    {"id": 5, "a": "", "n": True},
]
THREE = replace(CHOSEN, logic="three-valued")
EMPTY = replace(CHOSEN, missing="empty")


@pytest.mark.parametrize(
    ("condition", "two", "three", "empty"),
    [
        ('a = "x"', "1", "1", "1"),
        ('a != "x"', "235", "235", "2345"),
        ('not (a = "x")', "2345", "235", "2345"),
        ('not (a != "x")', "14", "1", "1"),
        ('a = ""', "5", "5", "45"),
        ('a in ["x", "y"]', "12", "12", "12"),
        ('a not in ["x", "y"]', "35", "35", "345"),
        ('not (a in ["x", 7])', "245", "25", "245"),
        ("a in [7]", "3", "3", "3"),
        ('a in ["7"]', "3", "3", "3"),
        ('a like "x"', "1", "1", "1"),
        ('a not like "x"', "235", "235", "2345"),
        ('not (a like "x")', "2345", "235", "2345"),
        ("a like /^$/", "5", "5", "45"),
        ("not (a not like /^$/)", "45", "5", "45"),
        ("n", "145", "145", "145"),
        ("not n", "23", "2", "23"),
        ("n > 4", "14", "14", "14"),
        ("not (n > 4)", "235", "25", "235"),
        ("4 < n", "14", "14", "14"),
        ("not (4 < n)", "235", "25", "235"),
        ('a = "x" or n = 0', "12", "12", "12"),
        ('not (a = "x" or n = 0)', "345", "5", "345"),
        ('not (a = "x" and n = 5)', "2345", "235", "2345"),
        ('a = "x" and n = 5 or id = 2', "12", "12", "12"),
        ('(a = "q" or n = 5) and id < 9', "14", "14", "14"),
        ('not (a = "q" and b = "q")', "12345", "1235", "12345"),
        ('not (a = "x" or b = "q")', "2345", "", "2345"),
        ("a in [n, 7]", "3", "3", "3"),
        ("a not in [n, 7]", "125", "125", "1245"),
        ("not (a in [n, 7])", "1245", "125", "1245"),
        ("n - 5", "25", "25", "25"),
        ("not (n - 5)", "134", "14", "134"),
        ("-n < 0", "145", "145", "145"),
    ],
)
def test_what_is_known_of_a_missing_value(condition: str, two: str, three: str, empty: str) -> None:
    text = f"sort id | filter {condition}"
    wanted = {"chosen": two, "three-valued": three, "empty": empty}
    readings: dict[str, Readings] = {"chosen": CHOSEN, "three-valued": THREE, "empty": EMPTY}
    found = {name: ids(text, EVENTS, one) for name, one in readings.items()}
    assert found == wanted


def test_a_chain_is_taken_apart_in_the_order_of_the_text() -> None:
    command = parse("filter a and (b and (c or d)) and not (e and f) and g").commands[0]
    assert isinstance(command, Filter)
    assert list(map(str, conjuncts(command.condition))) == [
        "a",
        "b",
        "c or d",
        "not (e and f)",
        "g",
    ]
    either: Expression = conjuncts(command.condition)[2]
    assert list(map(str, operands(either, "or"))) == ["c", "d"]
    assert operands(either, "and") == [either]


def test_a_subquery_has_one_column() -> None:
    events = [{"a": 1}]
    for inside, count in [("fields k, v", 2), ("filter k = 1", 2), ("stats count(*) by k", 2)]:
        text = f"filter a in (SOURCE 'g' | {inside})"
        with pytest.raises(QueryError) as caught:
            evaluate(compile_query(parse(text)), events, Context(0), groups={"g": []})
        assert caught.value.message == f"A subquery gives one column, not {count}."
        assert caught.value.hint == "End it with `| fields name`."
        span = caught.value.span
        assert text[span.start : span.end] == text.removeprefix("filter ")


def test_members_of_a_subquery_that_are_missing_are_none() -> None:
    plan = compile_query(parse("filter a not in (SOURCE 'g' | fields k) | display id"), THREE)
    events = [{"id": 1, "a": "x"}, {"id": 2}, {"id": 3, "a": "k"}]
    result = evaluate(plan, events, Context(0), groups={"g": [{"k": "k"}, {}]})
    assert result.rows == [{"id": "1"}]


@pytest.mark.parametrize(
    ("condition", "as_texts", "as_numbers"),
    [
        ('a = "7.0"', "2", "12"),
        ('a != "7.0"', "13", "3"),
        ('a in ["7.0"]', "2", "12"),
        ('a not in ["7.0"]', "13", "3"),
        ('a in ["x", "7"]', "13", "123"),
        ("a = 7", "12", "12"),
        ("a = b", "3", "13"),
    ],
)
def test_two_texts_that_are_numbers(condition: str, as_texts: str, as_numbers: str) -> None:
    events = [{"id": 1, "a": "7", "b": "7.0"}, {"id": 2, "a": "7.0"}, {"id": 3, "a": "x", "b": "x"}]
    text = f"sort id | filter {condition}"
    assert ids(text, events) == as_texts
    assert ids(text, events, replace(CHOSEN, numeric_texts="number")) == as_numbers


def test_what_a_regex_says_is_kept_of_short_texts_and_not_of_too_many() -> None:
    asked: list[str] = []
    kept = Kept(lambda text: asked.append(text) or text.startswith("a"))
    long = "a" * 513
    assert [kept[text] for text in ("ab", "b", "ab", "b", long, long)] == [True, False] * 2 + [
        True
    ] * 2
    assert asked == ["ab", "b", long, long]
    assert [kept[str(number)] for number in range(5_000)] == [False] * 5_000
    assert len(kept) == 4_096
