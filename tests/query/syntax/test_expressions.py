"""Expressions: operators and how they bind, comparisons, lists, patterns, calls."""

from __future__ import annotations

from typing import cast

import pytest

from bot.query.ast import (
    Access,
    Binary,
    Call,
    Duration,
    Expression,
    Field,
    Filter,
    InQuery,
    Regex,
    Star,
    Stats,
    Text,
)
from bot.query.errors import QueryError
from bot.query.functions import FUNCTIONS, Function
from bot.query.parser import parse
from bot.query.syntax.cursor import MAX_DEPTH
from bot.query.walk import depth
from tests.query.refusing import refused


def condition(text: str) -> Expression:
    command = parse(f"filter {text}").commands[0]
    assert isinstance(command, Filter)
    return command.condition


def grouped(expression: Expression) -> str:
    """The expression with parentheses around every operation."""
    match expression:
        case Binary(operator, left, right):
            return f"({grouped(left)} {operator} {grouped(right)})"
        case _:
            return str(expression)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a * b + c", "((a * b) + c)"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b / c % d", "(((a / b) / c) % d)"),
        ("a * b ^ c", "(a * (b ^ c))"),
        ("a ^ b ^ c", "((a ^ b) ^ c)"),
        ("(a + b) * c", "((a + b) * c)"),
        ("a + 1 > b - 2", "((a + 1) > (b - 2))"),
        ("a = 1 and b = 2 or c = 3", "(((a = 1) and (b = 2)) or (c = 3))"),
        ("a = 1 or b = 2 and c = 3", "((a = 1) or ((b = 2) and (c = 3)))"),
        ("a and (b or c)", "(a and (b or c))"),
        ("a AND b Or c", "((a and b) or c)"),
    ],
)
def test_how_tightly_operators_bind(text: str, expected: str) -> None:
    assert grouped(condition(text)) == expected


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a == 1", "a = 1"),
        ("a =~ /b/", "a like /b/"),
        ("a=1", "a = 1"),
        ("!a", "not a"),
        ("!ispresent(a)", "not ispresent(a)"),
        ("not a = 1", "not a = 1"),
        ("not a = 1 and b", "not a = 1 and b"),
        ("not (a and b)", "not (a and b)"),
        ("not not a", "not not a"),
        ("! ! a", "not not a"),
        ("(not a) = 1", "(not a) = 1"),
        ("a = -1", "a = -1"),
        ("- a", "-a"),
        ("--1", "-(-1)"),
        ("-(a + b) * c", "-(a + b) * c"),
        ("a - -1", "a - -1"),
        ("-a ^ 2", "-a ^ 2"),
        ("((a)) = (((1)))", "a = 1"),
        ("(a = b) = c", "(a = b) = c"),
        ("a = (b = c)", "a = (b = c)"),
        ("a like 'x%'", 'a like "x%"'),
        ("a NOT LIKE /x/", "a not like /x/"),
        ("a not in ['x', 1]", 'a not in ["x", 1]'),
        ("a in['x']", 'a in ["x"]'),
        ("a in [b, 1 + 2, -3, tolower(c)]", "a in [b, 1 + 2, -3, tolower(c)]"),
        ("(a or b) like 'x'", '(a or b) like "x"'),
        ("(a in [1]) in [0]", "(a in [1]) in [0]"),
        ("tolower(a) in ['x']", 'tolower(a) in ["x"]'),
        ("a <= b", "a <= b"),
        ("a >= {{n}}", "a >= {{n}}"),
        ("a like {{p}}", "a like {{p}}"),
        ("true", "true"),
        ("ISPRESENT (a)", "ispresent(a)"),
        ("isPresent(`a b`.c)", "ispresent(`a b`.c)"),
        ("a = 1 # why\n and b = 2", "a = 1 and b = 2"),
    ],
)
def test_conditions_and_their_canonical_text(text: str, canonical: str) -> None:
    tree = condition(text)
    assert str(tree) == canonical
    assert condition(canonical) == tree


def test_chains_are_flat_and_balanced_however_they_are_written() -> None:
    flat = condition(" or ".join(f"a = {n}" for n in range(300)))
    nested = condition("(" * 50 + " or ".join(f"a = {n})" for n in range(50)) + " or b" * 250)
    assert depth(flat) < 15
    assert depth(nested) < 15
    assert condition("a or (b or c)") == condition("(a or b) or c") == condition("a or b or c")


@pytest.mark.parametrize("word", ["in", "not in"])
def test_a_sub_query_stands_in_the_place_of_a_list(word: str) -> None:
    text = f"filter a {word} (SOURCE 'x' | filter b = 1 | fields c) and d"
    tree = condition(text.removeprefix("filter "))
    assert isinstance(tree, Binary)
    inner = parse("SOURCE 'x' | filter b = 1 | fields c")
    assert tree.left == InQuery(Field(("a",)), inner, negated=word == "not in")
    assert isinstance(tree.left, InQuery)
    assert tree.left.query.text == text
    assert str(tree) == f'a {word} (SOURCE "x" | filter b = 1 | fields c) and d'


def test_a_sub_query_sees_its_own_columns_and_the_query_around_it_only_its_own() -> None:
    assert parse("stats count(*) as n by a | filter a in (filter b = 1 | fields c) and n > 1")
    assert parse("filter a in (stats count(*) as n by a | filter n > 1) and b = 1")
    assert refused(
        "stats count(*) as n | filter n in (stats max(n) as m | filter «n» = 1)"
    ).message.startswith("After `stats` there is no `n`")


def test_a_regex_is_an_argument_where_a_function_takes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Function("regexReplace", ("regexreplace",), 3, 3)
    monkeypatch.setitem(cast(dict[str, Function], FUNCTIONS), "regexreplace", row)
    tree = condition("regexReplace(a, /b\\/c/, 'd')")
    assert tree == Call("regexReplace", (Field(("a",)), Regex("b/c"), Text("d")))
    assert condition(str(tree)) == tree
    assert refused("filter tolower(«/»a/)").message.startswith("Expected a field or a value")


def test_calls_take_periods_stars_and_expressions() -> None:
    command = parse("stats count(*), sum(a / 2) by bin(5 min)").commands[0]
    assert isinstance(command, Stats)
    count, total, key = (item.expression for item in (*command.items, *command.by))
    assert count == Call("count", (Star(),))
    assert str(total) == "sum(a / 2)"
    assert key == Call("bin", (Duration(5, "min"),))


def test_names_of_functions_are_canonical_and_take_any_case() -> None:
    text = str(parse("stats COUNT(*) as c, Count_Distinct(a) as d | fields TOLOWER('X') as e"))
    assert text.startswith("stats count(*) as c, ")
    assert "tolower(" in text
    assert str(parse(text)) == text


def test_parts_of_a_result() -> None:
    tree = condition("jsonParse(a).b.`c d`[0] = 1")
    assert isinstance(tree, Binary)
    assert tree.left == Access(Call("jsonParse", (Field(("a",)),)), ("b", "c d", 0))
    assert str(tree.left) == "jsonParse(a).b.`c d`[0]"


@pytest.mark.parametrize("opening", ["(", "not ", "-", "! ", "tolower("])
def test_nesting_has_a_bound(opening: str) -> None:
    closing = ")" if opening.endswith("(") else ""

    def nested(levels: int) -> str:
        return f"filter {opening * levels}a{closing * levels}"

    assert parse(nested(MAX_DEPTH - 10))
    with pytest.raises(QueryError, match="nested more than 100 levels"):
        parse(nested(MAX_DEPTH + 10))


def test_a_long_sum_is_a_deep_tree_and_has_the_same_bound() -> None:
    assert parse("fields " + "+".join("1" * 90) + " as a")
    assert refused("fields «" + "+".join("1" * 110) + " as a»").message.startswith("This is nested")


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("filter a «<>» 1", "`<>` is not an operator", "Write `!=`."),
        ("filter a «&&» b", "`&&` is not an operator", "Write `and`."),
        ("filter a «||» b", "`||` is not an operator", "Write `or`"),
        ("filter a «!~» b", "`!~` is not an operator", "Write `not like`."),
        ("filter a «!» b", "`!` is not an operator", "Write `!=`"),
        ("filter a = 1 «=» 1", "A comparison cannot be compared again.", "Join two"),
        ("filter a < b «<» c", "A comparison cannot be compared again.", "Join two"),
        ("filter a = 1 «not» in [2]", "A comparison cannot be compared again.", "Join two"),
        ("filter a in [1] «like» 'b'", "A comparison cannot be compared again.", "Join two"),
        ("filter a not «=» 1", "Expected `in` or `like` after `not`, not `=`.", ""),
        ("filter a not «»", "not the end of the query.", ""),
        ("filter a in «(»'x', 'y')", "A list stands in square brackets.", "`[a, b]`"),
        ("filter a in «(»fields b", "This `(` is not closed.", "Add the missing `)`."),
        ("filter a in (fields «)»", "Expected a field or a value here, not `)`.", ""),
        ("filter a in (fields b | «)»", "Expected a command here, not `)`.", ""),
        ("filter a in (fields b) «c»", "Expected `|` or the end of the query here, not `c`.", ""),
        ("filter a in (filter b in «(»fields c))", "There is no sub-query in a sub-query.", "own"),
        ("filter a in (limit 5 | fields b,«)» = 1", "Expected a field or a value here", ""),
        ("filter a = «$»b()", "Expected a field or a value here, not `$`.", "as `$Name(…)`"),
        ("filter a in «'x'»", "Expected `[` after `in`, not `'x'`.", ""),
        ("filter a in [«]»", "This list is empty.", "at least one"),
        ("filter a in «[»1, 2", "This `[` is not closed.", "Add the missing `]`."),
        ("filter a in [1 «2»]", "Expected `]` here, not `2`.", ""),
        ("filter a in [1, «]»", "Expected a field or a value here, not `]`.", ""),
        ("filter «(»a = 1", "This `(` is not closed.", "Add the missing `)`."),
        ("filter (a = 1«]»", "Expected `)` here, not `]`.", ""),
        ("filter a like «b»", "Expected a pattern after `like`, not `b`.", "Write `like"),
        ("filter a like «[»'x']", "Expected a pattern after `like`, not `[`.", "Write `in […]`"),
        ("filter a =~ «'x'»", "Expected a pattern after `=~`, not `'x'`.", ""),
        ("filter a =~ «{{x}}»", "Expected a pattern after `=~`, not `{{x}}`.", ""),
        ("filter a = «/»b/", "Expected a field or a value here, not `/`.", "after `like`"),
        ("filter a = «*»", "Expected a field or a value here, not `*`.", "`count(*)`"),
        ("filter a = «[»1]", "Expected a field or a value here, not `[`.", "after `in`"),
        ("filter a = «not» b", "Expected a field or a value here, not `not`.", "parentheses"),
        ("filter a = «!»b", "Expected a field or a value here, not `!`.", "parentheses"),
        ("filter a = «and» b", "Expected a field or a value here, not `and`.", "`and`"),
        ("fields «by»", "Expected a field or a value here, not `by`.", "needs backticks: `by`"),
        ("filter «»", "Expected a field or a value here, not the end of the query.", ""),
        ("filter a = «5m»", "`5m` cannot stand here.", "as in `bin(5m)`"),
        ("filter a + «|» sort b", "Expected a field or a value here, not `|`.", ""),
        ("filter «tolwer»(a)", "There is no function `tolwer`.", "Did you mean `tolower`?"),
        ("filter «qqqqq»(a)", "There is no function `qqqqq`.", ""),
        ("filter «lower»(a)", "There is no function `lower`.", "Write `tolower(text)`."),
        ("filter «POW»(a, 2)", "There is no function `POW`.", "Write `a ^ b`."),
        ("filter «tolower()»", "`tolower` takes 1 argument, not 0.", ""),
        ("filter «tolower(a, b)» = 1", "`tolower` takes 1 argument, not 2.", ""),
        ("filter «if(a, b)»", "`if` takes 3 arguments, not 2.", ""),
        ("filter «coalesce()»", "`coalesce` takes at least 1 argument, not 0.", ""),
        ("filter «substr(a)»", "`substr` takes 2 to 3 arguments, not 1.", ""),
        ("filter tolower«(»a", "This `(` is not closed.", "Add the missing `)`."),
        ("filter tolower(«*»)", "Expected a field or a value here, not `*`.", "`count(*)`"),
        ("filter tolower(a «b»)", "Expected `)` here, not `b`.", ""),
        ("filter tolower(a,«)»", "Expected a field or a value here, not `)`.", ""),
        ("filter a like «/(/»", "This regex is not valid: missing ): (.", "RE2"),
        ("filter a like «/(?=b)/»", "This regex is not valid:", "no look-ahead"),
        (r"filter a like «/(a)\1/»", "This regex is not valid:", "back-references"),
    ],
)
def test_what_is_no_expression(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint


def test_a_period_with_a_space_needs_a_whole_number() -> None:
    assert refused("stats count(*) by bin(1.5 «min»)").message == "Expected `)` here, not `min`."
