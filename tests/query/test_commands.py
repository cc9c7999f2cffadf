"""Commands: what each takes, the tree and the canonical text it makes, what it refuses."""

from __future__ import annotations

import pytest

from bot.query.ast import (
    Call,
    Dedup,
    Display,
    Field,
    Fields,
    Filter,
    Item,
    Limit,
    Number,
    Parameter,
    Parse,
    Query,
    Regex,
    Sort,
    SortKey,
    Star,
    Stats,
    Text,
)
from bot.query.parser import parse
from tests.query.refusing import refused

COUNT = Call("count", (Star(),))


def named(name: str) -> Field:
    return Field(tuple(name.split(".")))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("fields a", Fields((Item(named("a"), None, "a"),))),
        ("FIELDS a AS `b c`", Fields((Item(named("a"), "b c", "a"),))),
        ("fields a.b as c.d", Fields((Item(named("a.b"), "c.d", "a.b"),))),
        ("display a", Display((Item(named("a"), None, "a"),))),
        ("filter a", Filter(named("a"))),
        ("where a", Filter(named("a"))),
        ("stats count( * )", Stats((Item(COUNT, None, "count( * )"),), ())),
        ("stats count( * ) as n", Stats((Item(COUNT, "n", "count(*)"),), ())),
        (
            "stats COUNT(*) by a, b as c",
            Stats(
                (Item(COUNT, None, "COUNT(*)"),),
                (Item(named("a"), None, "a"), Item(named("b"), "c", "b")),
            ),
        ),
        ("sort a", Sort((SortKey(named("a"), None),))),
        ("sort a DESC, b asc", Sort((SortKey(named("a"), True), SortKey(named("b"), False)))),
        ("limit 100000", Limit(Number("100000"))),
        ("limit {{n}}", Limit(Parameter("n"))),
        ("dedup a, b.c", Dedup((named("a"), named("b.c")))),
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
    ],
)
def test_the_tree_of_a_command(text: str, command: object) -> None:
    tree = parse(text)
    assert tree == Query((command,))  # type: ignore[arg-type]  # one of the commands above
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("fields a", ["a"]),
        ("fields a.`b c`", ["a.b c"]),
        ("fields a[0].b", ["a[0].b"]),
        ("fields a as b", ["b"]),
        ("fields a  +  1, TOLOWER( b )", ["a  +  1", "TOLOWER( b )"]),
        ("fields (a) + (1)", ["(a) + (1)"]),
        ("fields (a)", ["a"]),
    ],
)
def test_the_column_of_an_item_is_its_alias_its_name_or_its_text(
    text: str, columns: list[str]
) -> None:
    command = parse(text).commands[0]
    assert isinstance(command, Fields)
    assert [item.column for item in command.items] == columns
    again = parse(str(parse(text))).commands[0]
    assert isinstance(again, Fields)
    assert [item.column for item in again.items] == columns


def test_commands_are_printed_one_to_a_line() -> None:
    text = (
        "fields a as `b c`, d+1 | where a = 'x' | parse a \"*:*\" as x, `y z` | sort a desc, b asc, c"
        "| dedup a, `b c` | limit 5"
    )
    assert str(parse(text)).split("\n") == [
        "fields a as `b c`, d+1",
        '| filter a = "x"',
        '| parse a "*:*" as x, `y z`',
        "| sort a desc, b asc, c",
        "| dedup a, `b c`",
        "| limit 5",
    ]


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("fields «»", "Expected a field or a value here, not the end of the query.", ""),
        ("fields a,«»", "Expected a field or a value here, not the end of the query.", ""),
        ("fields a as «»", "Expected a name after `as`, not the end of the query.", "backticks"),
        ("fields a as «'b'»", "Expected a name after `as`, not `'b'`.", "backticks"),
        ("fields a as «b[0]»", "Expected a name after `as`, not `b[0]`.", ""),
        ("fields a as «by»", "Expected a name after `as`, not `by`.", ""),
        ("fields a as b«-»c", "Expected `|` or the end of the query here, not `-`.", ""),
        ("fields a «b»", "Expected `|` or the end of the query here, not `b`.", "a comma"),
        ("fields «a + {{n}}»", "This column has no name of its own", "Write `as`"),
        ("display «{{n}}»", "This column has no name of its own", "Write `as`"),
        ("stats count(*) by «bin({{n}})»", "This column has no name of its own", "Write `as`"),
        ("filter a «'x'»", "Expected `|` or the end of the query here, not `'x'`.", "such as `=`"),
        ("filter a «{{x}}»", "Expected `|` or the end of the query here", "such as `=`"),
        ("filter a«)»", "Expected `|` or the end of the query here, not `)`.", "Nothing was"),
        ("stats «by» a", "`stats` needs an aggregate before `by`.", "`count(*)`"),
        ("stats count(*) «group» by a", "There is no `group by`.", "Write `by`."),
        ("stats count(*) by bin(5m) «offset» 1h", "`offset` does not run here yet.", ""),
        ("sort «by» a", "`sort` takes no `by`.", "`sort field desc`"),
        ("sort a «descending»", "Expected `|` or the end of the query here", ""),
        ("sort «desc»", "Expected a field or a value here, not `desc`.", "`desc`"),
        ("limit «0»", "`limit` takes a whole number from 1 to 100,000, not `0`.", ""),
        ("limit «100001»", "`limit` takes a whole number from 1 to 100,000, not `100001`.", ""),
        ("limit «1.5»", "`limit` takes a whole number", ""),
        ("limit «1e3»", "`limit` takes a whole number", ""),
        ("limit «-»1", "`limit` takes a whole number", ""),
        ("limit «'5'»", "`limit` takes a whole number", ""),
        ("limit «»", "`limit` takes a whole number from 1 to 100,000, not the end", ""),
        ("limit «any» 5", "`limit any` does not run here yet.", "a number"),
        ("dedup «»", "`dedup` takes names of fields, not the end of the query.", ""),
        ("dedup «'a'»", "`dedup` takes names of fields, not `'a'`.", ""),
        ("dedup «by» a", "`dedup` takes names of fields, not `by`.", ""),
        ("dedup tolower«(»a)", "Expected `|` or the end of the query here, not `(`.", ""),
        ("parse a «b» as c", "Expected a pattern for `parse` here, not `b`.", "`parse field"),
        ("parse a«»", "Expected a pattern for `parse` here, not the end of the query.", ""),
        ("parse «5» '*' as a", "`parse` reads a field or the result of a function.", ""),
        ("parse a «logfmt» as b", "`parse … logfmt` does not run here yet.", ""),
        ("parse a «csv» as b", "`parse … csv` does not run here yet.", ""),
        ("parse a /(.)/ as b «multi»", "`parse … multi` does not run here yet.", ""),
        ("parse a «'*'»", "The values of this pattern have no names.", "Write `as`"),
        ("parse a «'*-*'» as b", "The pattern has 2 `*`, but 1 names follow `as`.", "one name"),
        ("parse a «''» as b, c", "The pattern has 0 `*`, but 2 names follow `as`.", ""),
        ("parse a «'*-*'» as b, b", "The name `b` is given twice.", ""),
        ("parse a '*' as «»", "Expected a name after `as`, not the end of the query.", ""),
        ("parse a «/(?<b>.)/» as c", "These values have two names.", "leave out `as`"),
        ("parse a «/./»", "This regex names no group to take a value from.", "`(?<name>…)`"),
        ("parse a «/(.)(.)/» as b", "The regex has 2 groups, but 1 names follow `as`.", ""),
        ("parse a «/(.)(.)/» as b, b", "The name `b` is given twice.", ""),
        ("parse a «/(?<b>.)(?<b>.)/»", "The name `b` is given twice.", ""),
    ],
)
def test_what_a_command_refuses(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint
