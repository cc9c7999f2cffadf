"""Values in the places of parameters: the text that AWS receives, and what is refused."""

from __future__ import annotations

from typing import Literal

import pytest
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.errors import BotError
from bot.query.ast import Filter, Like, Limit, Number, Query, Regex
from bot.query.evaluate import evaluate
from bot.query.parameters import (
    PARAMETER_TYPES,
    ParameterValue,
    _read_again,
    bind,
    parameters_of,
    read_value,
)
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from bot.query.readings import CHOSEN, Readings

# One of each reason for which a text cannot be printed as a string, and its escapes.
HOSTILE = {
    "a\"b'c": r"a\x{22}b\x{27}c",
    "a\\": r"a\x{5c}",
    'x"\n| limit 1 #': r"x\x{22}\x{a}\x{7c}\x{20}limit\x{20}1\x{20}\x{23}",
    "a\x00b": r"a\x{0}b",
    "a\u202eb": r"a\x{202e}b",
    "a\u200bb": r"a\x{200b}b",
    "a\u00a0b": r"a\x{a0}b",
    "é\u2028🙂": r"\x{e9}\x{2028}\x{1f642}",
    "{{other}}": r"\x{7b}\x{7b}other\x{7d}\x{7d}",
    "$Everything()": r"\x{24}Everything\x{28}\x{29}",
    "$`All of it` (": r"\x{24}\x{60}All\x{20}of\x{20}it\x{60}\x{20}\x{28}",
}


def bound(query: str, type: str, text: str) -> str:
    return str(bind(parse(query), {"p": read_value(type, text)}))


@pytest.mark.parametrize(
    ("query", "type", "text", "expected"),
    [
        ("filter a = {{p}}", "text", "x", 'filter a = "x"'),
        ("filter a = {{p}}", "text", 'x"y', "filter a = 'x\"y'"),
        ("filter a = {{p}}", "text", "it's", 'filter a = "it\'s"'),
        (
            "filter a = {{p}}",
            "text",
            "x # | /r/ `t` é $LATEST",
            'filter a = "x # | /r/ `t` é $LATEST"',
        ),
        ("filter a = {{p}}", "text", "{not}", 'filter a = "{not}"'),
        ("filter {{p}} = a", "text", "x", 'filter "x" = a'),
        ("filter a = {{p}}", "number", "5", "filter a = 5"),
        ("filter a = {{p}}", "number", "-5", "filter a = -5"),
        ("filter a - {{p}} > -{{p}}", "number", "-5", "filter a - -5 > -(-5)"),
        ("filter {{p}} ^ 2 > a", "number", "-5", "filter -5 ^ 2 > a"),
        ("filter a in [{{p}}, 1]", "number", "-5", "filter a in [-5, 1]"),
        ("filter a like {{p}}", "number", "-5", 'filter a like "-5"'),
        ("filter a = {{p}}", "account", "111122223333", 'filter a = "111122223333"'),
        ("filter a = {{p}}", "bucket", "s3://my-bucket", 'filter a = "my-bucket"'),
        ("filter a < {{p}}", "text", "x", 'filter a < "x"'),
        ("filter a in [{{p}}, 'y', b]", "text", "x", 'filter a in ["x", "y", b]'),
        ("filter a like {{p}}", "text", "x", 'filter a like "x"'),
        ("filter a not like {{p}}", "text", "x", 'filter a not like "x"'),
        ("filter strcontains(a, {{p}})", "text", "it's", 'filter strcontains(a, "it\'s")'),
        ("filter {{p}} in [a, b]", "text", "x", 'filter "x" in [a, b]'),
        ("filter {{p}} like /x/", "text", "x", 'filter "x" like /x/'),
        ("fields {{p}} as who", "text", "x", 'fields "x" as who'),
        ("fields a + {{p}} as b | sort b", "number", "2", "fields a + 2 as b\n| sort b"),
        ("stats sum(a * {{p}}) as b by c", "number", "2", "stats sum(a * 2) as b by c"),
        ("stats count(*) by bin({{p}}) as t", "duration", "300s", "stats count(*) by bin(5m) as t"),
        ("limit {{p}}", "number", "050", "limit 50"),
        ("limit any {{p}}", "number", "5", "limit any 5"),
        ("tail {{p}}", "number", "5", "tail 5"),
        (
            "filter a in (filter b = {{p}} | limit {{p}})",
            "number",
            "5",
            "filter a in (filter b = 5 | limit 5)",
        ),
        (
            "join left=l right=r where l.a = r.b (filter c in [{{p}}])",
            "text",
            "it's",
            'join type=inner left=l right=r where l.a = r.b (filter c in ["it\'s"])',
        ),
        ("appendcols (filter a like {{p}})", "text", "x", 'appendcols (filter a like "x")'),
        ("unnest split(a, {{p}}) into b", "text", "x", 'unnest split(a, "x") into b'),
        ("filterIndex a = {{p}}", "text", "x", 'filterIndex a = "x"'),
        ("pattern concat(a, {{p}})", "text", "x", 'pattern concat(a, "x")'),
        ("relevantfields where a = {{p}}", "text", "x", 'relevantfields where a = "x"'),
        ("fillmissing with {{p}} for a", "number", "-1", "fillmissing with -1 for a"),
        # A pattern: `*` stands for anything, and without it the value is a text.
        ("filter a = {{p}}", "pattern", "x-y", 'filter a = "x-y"'),
        ("filter a like {{p}}", "pattern", "x-y", 'filter a like "x-y"'),
        ("filter a = {{p}}", "pattern", "x*", r"filter a like /(?s)\Ax.*\z/"),
        ("filter a != {{p}}", "pattern", "*.y", r"filter a not like /(?s)\A.*\x{2e}y\z/"),
        ("filter a like {{p}}", "pattern", "x**y", r"filter a like /(?s)x.*y/"),
        ("filter a = {{p}}", "pattern", "*", r"filter a like /(?s)\A.*\z/"),
        ("filter a = {{p}}", "pattern", "x\\d", r"filter a like /\Ax\x{5c}d\z/"),
    ],
)
def test_a_value_becomes_a_literal(query: str, type: str, text: str, expected: str) -> None:
    assert bound(query, type, text) == expected


HOSTILE_PLACES = [
    ("filter a = {{p}}", r"filter a like /\A…\z/"),
    ("filter a in (filter b = {{p}})", r"filter a in (filter b like /\A…\z/)"),
    (
        "filter a in (filter b in ['x', {{p}}])",
        r'filter a in (filter b in ["x"] or b like /\A…\z/)',
    ),
    ("filter {{p}} = a", r"filter a like /\A…\z/"),
    ("filter a != {{p}}", r"filter a not like /\A…\z/"),
    ("filter {{p}} != a", r"filter a not like /\A…\z/"),
    ("filter a like {{p}}", "filter a like /…/"),
    ("filter a not like {{p}}", "filter a not like /…/"),
    ("filter a in [{{p}}]", r"filter a like /\A…\z/"),
    ("filter a not in [{{p}}]", r"filter a not like /\A…\z/"),
    ("filter a in ['x', {{p}}, b]", r'filter a in ["x", b] or a like /\A…\z/'),
    ("filter a not in ['x', {{p}}]", r'filter a not in ["x"] and a not like /\A…\z/'),
    ("filter a in [{{p}}, {{p}}]", r"filter a like /\A…\z/ or a like /\A…\z/"),
    ("filter c or a in ['x', {{p}}] or d", r'filter c or a in ["x"] or a like /\A…\z/ or d'),
    ("filter c and a in ['x', {{p}}]", r'filter c and (a in ["x"] or a like /\A…\z/)'),
    ("filter not a in ['x', {{p}}]", r'filter not (a in ["x"] or a like /\A…\z/)'),
    ("filter not a = {{p}} and b", r"filter not a like /\A…\z/ and b"),
    ("filter a + 1 = {{p}}", r"filter a + 1 like /\A…\z/"),
    ("filter (a = b) = {{p}}", r"filter (a = b) like /\A…\z/"),
    ("filter 'x' = {{p}}", r'filter "x" like /\A…\z/'),
    ("filter tolower(a) = {{p}}", r"filter tolower(a) like /\A…\z/"),
    ("filter if(a = {{p}}, b, c)", r"filter if(a like /\A…\z/, b, c)"),
    ("fields a = {{p}} as b", r"fields a like /\A…\z/ as b"),
    ("sort a = {{p}} desc, b", r"sort a like /\A…\z/ desc, b"),
    ("stats sum(a = {{p}}) as n", r"stats sum(a like /\A…\z/) as n"),
]


@pytest.mark.parametrize(("text", "escapes"), HOSTILE.items())
@pytest.mark.parametrize(("query", "expected"), HOSTILE_PLACES)
def test_a_hostile_text_becomes_a_regex_of_escapes(
    query: str, expected: str, text: str, escapes: str
) -> None:
    assert bound(query, "text", text) == expected.replace("…", escapes)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "query",
    [
        "filter strcontains(a, {{p}})",
        "filter a < {{p}}",
        "filter a + {{p}} = 1",
        "filter {{p}}",
        "filter -{{p}} = 1",
        "filter {{p}} in [a]",
        "filter {{p}} like /a/",
        "filter {{p}} = {{p}}",
        "fields {{p}} as b",
        "sort {{p}}",
        "stats count({{p}}) as b",
        "stats count(*) by {{p}} as b",
    ],
)
def test_elsewhere_a_hostile_text_is_refused(query: str, text: str) -> None:
    with pytest.raises(BotError, match=r"cannot stand in the place of `\{\{p\}\}`: a text with"):
        bound(query, "text", text)


@pytest.mark.parametrize(
    ("query", "type", "text", "words"),
    [
        ("filter {{p}}", "pattern", "a*", "a pattern with `*` stands only beside `=`, `!=`, `in`"),
        ("filter a < {{p}}", "pattern", "a*", "a pattern with `*` stands only beside"),
        ("filter a = {{p}}", "duration", "5m", "a duration stands only in a function"),
        ("filter a in [{{p}}]", "duration", "5m", "a duration stands only in a function"),
        ("filter a like {{p}}", "duration", "5m", "a duration stands only in a function"),
        ("fields tolower(1 + {{p}}) as b", "duration", "5m", "a duration stands only in"),
        ("limit {{p}}", "number", "0", "`limit` takes a whole number from 1 to 100,000"),
        ("limit {{p}}", "number", "-5", "`limit` takes a whole number"),
        ("limit {{p}}", "number", "1.5", "`limit` takes a whole number"),
        ("limit {{p}}", "number", "100001", "`limit` takes a whole number"),
        ("limit {{p}}", "text", "5", "`limit` takes a whole number"),
        ("limit {{p}}", "account", "111122223333", "`limit` takes a whole number"),
    ],
)
def test_a_type_that_cannot_stand_there_is_refused(
    query: str, type: str, text: str, words: str
) -> None:
    with pytest.raises(BotError) as caught:
        bound(query, type, text)
    assert str(caught.value).startswith(f"`{text}` cannot stand in the place of `{{{{p}}}}`: ")
    assert words in str(caught.value)


def test_parameters_are_named_once_in_the_order_of_the_text() -> None:
    query = parse("filter a = {{y}} or b in [{{x}}, {{y}}] | fields {{w}} as c | limit {{n}}")
    assert parameters_of(query) == ("y", "x", "w", "n")
    assert parameters_of(parse("fields a")) == ()


def test_a_query_without_parameters_is_bound_to_itself() -> None:
    query = parse(r'fields a  +  1 | filter b = "C:\Users" or c like /\//')
    assert bind(query, {}) == query
    assert str(bind(query, {})) == str(query)


def test_missing_and_unknown_values_are_named() -> None:
    value = read_value("text", "x")
    query = parse("filter a = {{x}} or b = {{y}} or c = {{z}}")
    with pytest.raises(BotError, match=r"There is no value for `x`, `z`\."):
        bind(query, {"y": value})
    given = dict.fromkeys("xyzvw", value)
    with pytest.raises(
        BotError, match=r"no parameter `v`, `w`; its parameters are `x`, `y`, `z`\."
    ):
        bind(query, given)
    with pytest.raises(BotError, match=r"no parameter `v`; it takes none\."):
        bind(parse("fields a"), {"v": value})


def test_what_becomes_too_long_is_refused() -> None:
    with pytest.raises(BotError, match="has 10,020 characters; Logs Insights takes 10,000"):
        bound("filter a = {{p}}", "text", "\n\n" * 1000)


def test_a_bound_query_is_bound_and_knows_its_text() -> None:
    query = bind(parse("filter a = {{p}} # why"), {"p": read_value("text", "x")})
    assert parameters_of(query) == ()
    assert query.text == str(query) == 'filter a = "x"'


@pytest.mark.parametrize(
    "value",
    [
        ParameterValue("number", "5 | limit 6"),
        ParameterValue("number", "5 or 1 = 1"),
        ParameterValue("number", "{{x}}"),
    ],
)
def test_a_value_that_nobody_has_read_cannot_pass_either(value: ParameterValue) -> None:
    with pytest.raises(BotError, match="would mean something else, so it does not run"):
        bind(parse("filter a = {{p}} | limit 9"), {"p": value})


def test_a_tree_that_its_own_text_does_not_give_does_not_run() -> None:
    with pytest.raises(BotError, match="would mean something else"):
        _read_again(Query((Limit(Number("5\n| limit 6")),)))


ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from("\"'\\/`|#{}$()[]=*\n\r\t\0 \u2028\u202e"),
    ),
    min_size=1,
    max_size=30,
)
HARD = parse(
    "fields a as b | filter a = {{p}} and (b != {{p}} or c in ['x', {{p}}, {{p}}])"
    "| filter not (d not in [{{p}}, 1]) or a like {{p}} | filter if(a = {{p}}, b, c) not like {{p}}"
    "| stats sum(a = {{p}}) as n by b | sort n = {{p}} desc | limit 5"
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(text=ANY_TEXT, kind=st.sampled_from(["text", "pattern"]))
@example(text='" | fields @message | filter a = "', kind="text")
@example(text="' or 1 = 1 #", kind="text")
@example(text="/ or a like /", kind="pattern")
def test_no_text_changes_the_shape_of_a_query(text: str, kind: str) -> None:
    tree = bind(HARD, {"p": read_value(kind, text)})
    sent = str(tree)
    assert parse(sent) == tree
    assert str(parse(sent)) == sent
    assert list(map(type, tree.commands)) == list(map(type, HARD.commands))
    assert all(c.isprintable() or c == "\n" for c in sent)
    assert sent.count("\n") == len(tree.commands) - 1


@settings(max_examples=300, derandomize=True, deadline=None)
@given(text=ANY_TEXT, other=ANY_TEXT)
def test_the_regex_of_a_text_matches_that_text_and_no_other(text: str, other: str) -> None:
    query = bind(parse("filter a = {{p}}"), {"p": ParameterValue("text", f"\n{text}")})
    (command,) = query.commands
    assert isinstance(command, Filter)
    assert isinstance(command.condition, Like)
    assert isinstance(command.condition.pattern, Regex)
    found = re2.compile(command.condition.pattern.pattern)
    assert found.search(f"\n{text}")
    assert bool(found.search(f"\n{other}")) == (text == other)
    assert not found.search(f"\n{text}x")
    assert not found.search(f"\n{text}\n")
    assert not found.search(f"x\n{text}")


@pytest.mark.parametrize("type", PARAMETER_TYPES)
def test_a_value_of_every_type_has_a_place(type: str) -> None:
    query = parse("filter a > datefloor(b, {{p}})" if type == "duration" else "filter a = {{p}}")
    value = read_value(type, PARAMETER_TYPES[type].example or "x", ["x"] if type == "enum" else ())
    assert parameters_of(bind(query, {"p": value})) == ()


def matched(query: str, value: str, readings: Readings) -> list[str]:
    """Which of the events match, when the parameter has the value and one event has it too."""
    events = [
        {"n": "missing"},
        {"n": "empty", "a": ""},
        {"n": "equal", "a": value},
        {"n": "longer", "a": value + "x"},
        {"n": "within", "a": f"x{value}x"},
        {"n": "line", "a": value + "\n"},
        {"n": "upper", "a": value.upper()},
        {"n": "number", "a": 5},
        {"n": "boolean", "a": True},
        {"n": "list", "a": [value]},
    ]
    tree = bind(parse(query), {"p": read_value("text", value)})
    result = evaluate(compile_query(tree, readings), events, Context(0, None, None))
    return [row["n"] for row in result.rows]


@pytest.mark.parametrize(
    "condition",
    [
        "a = {{p}}",
        "a != {{p}}",
        "{{p}} != a",
        "not a = {{p}}",
        "not (a != {{p}})",
        "a in ['z', {{p}}, 5]",
        "a not in ['z', {{p}}, 5]",
        "not a in ['z', {{p}}]",
        "not (a not in ['z', {{p}}])",
        "a like {{p}}",
        "a not like {{p}}",
        "not (a not like {{p}})",
        "if(a = {{p}}, 1, 0) = 0",
    ],
)
@pytest.mark.parametrize("missing", ["false", "empty"])
@pytest.mark.parametrize("logic", ["two-valued", "three-valued"])
def test_as_a_regex_a_value_means_what_it_means_as_a_text(
    condition: str, missing: Literal["false", "empty"], logic: Literal["two-valued", "three-valued"]
) -> None:
    readings = replace(CHOSEN, missing=missing, logic=logic)
    query = f"fields n | filter {condition} | sort n"
    plain = matched(query, "abc", readings)
    assert 0 < len(plain) < 10
    assert matched(query, "a\"b'c", readings) == plain
    assert matched(query, "a\\c", readings) == plain
