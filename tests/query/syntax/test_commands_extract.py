"""Commands that take values out of a field: `parse` in its forms, `json`, `unnest`, `expand`."""

from __future__ import annotations

import pytest

from bot.query.ast import (
    Call,
    Expand,
    Field,
    JsonExtract,
    Parse,
    ParseForm,
    Query,
    Regex,
    Text,
    Unnest,
)
from bot.query.parser import parse
from tests.query.refusing import refused


def named(name: str) -> Field:
    return Field(tuple(name.split(".")))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("parse 'a * b' as x", Parse(None, Text("a * b"), ("x",))),
        ("parse a '*-*' as x, @y", Parse(named("a"), Text("*-*"), ("x", "@y"))),
        ("parse a '' as x", Parse(named("a"), Text(""), ("x",))),
        ("parse /(?<x>.)/", Parse(None, Regex("(?<x>.)"), ())),
        ("parse a /(?P<x>.)(?:.)/", Parse(named("a"), Regex("(?P<x>.)(?:.)"), ())),
        ("parse a /(.)(.)/ as x, y", Parse(named("a"), Regex("(.)(.)"), ("x", "y"))),
        (
            "parse tolower(a) '*' as x",
            Parse(Call("tolower", (named("a"),)), Text("*"), ("x",)),
        ),
        # AWS samples have more names than stars.
        ("parse a 'x: ' as b", Parse(named("a"), Text("x: "), ("b",))),
        ("parse a '*' as b, c", Parse(named("a"), Text("*"), ("b", "c"))),
        ("parse a /(?<b>.)/ as c", Parse(named("a"), Regex("(?<b>.)"), ("c",))),
        ("parse /(.)/ as b MULTI", Parse(None, Regex("(.)"), ("b",), multi=True)),
        ("parse a /(?<b>.)/ multi", Parse(named("a"), Regex("(?<b>.)"), (), multi=True)),
        ("parse logfmt as b", ParseForm(None, "logfmt", ("b",))),
        ("parse a LOGFMT as b", ParseForm(named("a"), "logfmt", ("b",))),
        ("parse csv as a, `b c`", ParseForm(None, "csv", ("a", "b c"))),
        ("parse csv csv as a", ParseForm(named("csv"), "csv", ("a",))),
        ("parse csv '*' as a", Parse(named("csv"), Text("*"), ("a",))),
        ("json 'a.b' as c", JsonExtract(None, Text("a.b"), "c")),
        ("JSON field=a.b 'c[0].d' as e", JsonExtract(named("a.b"), Text("c[0].d"), "e")),
        ("json FIELD = field 'x' as e.f", JsonExtract(named("field"), Text("x"), "e.f")),
        ("unnest a.b into c", Unnest(named("a.b"), "c")),
        (
            "unnest jsonParse(a) INTO `b c`",
            Unnest(Call("jsonParse", (named("a"),)), "b c"),
        ),
        ("expand a.b", Expand(named("a.b"))),
    ],
)
def test_the_tree_of_a_command(text: str, command: object) -> None:
    tree = parse(text)
    assert tree == Query((command,))  # type: ignore[arg-type]  # one of the commands above
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("parse a «b» as c", "Expected a pattern for `parse` here, not `b`.", "`parse field"),
        ("parse a«»", "Expected a pattern for `parse` here, not the end of the query.", ""),
        ("parse «5» '*' as a", "`parse` reads a field or the result of a function.", ""),
        ("parse a «'*'»", "The values of this pattern have no names.", "Write `as`"),
        ("parse a «'*-*'» as b", "The pattern has 2 `*`, but 1 name follows `as`.", "one name"),
        ("parse a '*-*' as b, «b»", "The name `b` is given twice.", ""),
        ("parse a '*' as «»", "Expected a name after `as`, not the end of the query.", ""),
        (
            "parse a «/(?<b>.)/» as c, d",
            "The regex has 1 group, but 2 names follow `as`.",
            "leave out",
        ),
        ("parse a '' as b, «b»", "The name `b` is given twice.", ""),
        ("parse a '*' as b «multi»", "`multi` stands only after a regex.", "multi"),
        (
            "parse a logfmt «@message»",
            "Expected `as` and a name here, not `@message`.",
            "logfmt as",
        ),
        ("parse logfmt «as b, c»", "`logfmt` makes one value, which takes one name.", "`name.key`"),
        ("parse a csv as b, «b»", "The name `b` is given twice.", ""),
        ("json «a» as b", "Expected a path in quotes here, not `a`.", "`json field=name"),
        ("json «''» as b", "Expected a path in quotes here, not `''`.", ""),
        ("json field=«'a'» 'b' as c", "`json` takes names of fields, not `'a'`.", ""),
        ("json field=a 'b'«»", "Expected `as` and a name here, not the end of the query.", ""),
        (
            "unnest a «as» b",
            "Expected `into` and a name here, not `as`.",
            "`unnest list into name`",
        ),
        ("unnest a into «1»", "Expected a name after `into`, not `1`.", ""),
        ("expand a«,» b", "Expected `|` or the end of the query here, not `,`.", ""),
        ("parse a «/./»", "This regex names no group to take a value from.", "`(?<name>…)`"),
        ("parse a «/(.)(.)/» as b", "The regex has 2 groups, but 1 name follows `as`.", ""),
        ("parse a /(.)(.)/ as b, «b»", "The name `b` is given twice.", ""),
        ("parse a «/(?<b>.)(?<b>.)/»", "The name `b` is given twice.", ""),
    ],
)
def test_what_a_command_refuses(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint
