"""Commands: what each takes, the tree and the canonical text it makes, what it refuses."""

from __future__ import annotations

import pytest

from bot.query.ast import (
    Anomaly,
    Binary,
    Call,
    Dedup,
    Diff,
    Display,
    Duration,
    Estimate,
    Field,
    Fields,
    Filter,
    FilterIndex,
    In,
    Item,
    Limit,
    LogCompare,
    Number,
    Parameter,
    PatternCommand,
    Query,
    RelevantFields,
    Sort,
    SortKey,
    Star,
    Stats,
    Tail,
    Text,
    Unmask,
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
        ("sort by a", Sort((SortKey(named("a"), None),))),
        ("ORDER BY a desc", Sort((SortKey(named("a"), True),))),
        ("limit any 5", Limit(Number("5"), any=True)),
        ("limit ANY {{n}}", Limit(Parameter("n"), any=True)),
        ("head 5", Limit(Number("5"))),
        ("tail 5", Tail(Number("5"))),
        ("tail {{n}}", Tail(Parameter("n"))),
        (
            "stats count(*) as n by bin(1h) as t offset 30m",
            Stats(
                (Item(COUNT, "n", "count(*)"),),
                (Item(Call("bin", (Duration(1, "h"),)), "t", "bin(1h)"),),
                Duration(30, "m"),
            ),
        ),
        ("filterIndex a", FilterIndex(named("a"))),
        ("FILTERINDEX a = 1", FilterIndex(Binary("=", named("a"), Number("1")))),
        ("filterIndex a in ['x']", FilterIndex(In(named("a"), (Text("x"),)))),
        ("pattern @message", PatternCommand(named("@message"))),
        ("pattern tolower(a)", PatternCommand(Call("tolower", (named("a"),)))),
        ("logcompare TIMESHIFT 7d", LogCompare(Duration(7, "d"))),
        ("relevantfields where a > 1", RelevantFields((), Binary(">", named("a"), Number("1")))),
        (
            "relevantFields a, `where` where b",
            RelevantFields((named("a"), named("where")), named("b")),
        ),
        ("unmask", Unmask(())),
        ("unmask a, b.c", Unmask((named("a"), named("b.c")))),
        ("estimate", Estimate()),
    ],
)
def test_the_tree_of_a_command(text: str, command: object) -> None:
    tree = parse(text)
    assert tree == Query((command,))  # type: ignore[arg-type]  # one of the commands above
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("text", "period"),
    [("diff", None), ("DIFF previousday", "previousDay"), ("diff previousMonth", "previousMonth")],
)
def test_diff_and_anomaly_follow_a_pattern(text: str, period: str | None) -> None:
    tree = parse(f"pattern a | anomaly | {text} | limit 5")
    assert tree.commands[1:3] == (Anomaly(), Diff(period))
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
        ("stats count(*) by bin(5m) offset «5»", "Expected a period after `offset`", "`1h`"),
        ("stats count(*) by a offset «1h»", "`offset` shifts the bins of `bin()`", "bin(1h)"),
        ("order «a»", "Expected `by` after `order`, not `a`.", "`sort`"),
        ("filterIndex «a like 'b'»", "An index answers only", "in a `filter`"),
        ("filterIndex a = 1 and «b > 2»", "An index answers only", ""),
        ("filterIndex «a not in [1]»", "An index answers only", ""),
        ("filterIndex a or «tolower(b) = 'c'»", "An index answers only", ""),
        (
            "pattern @message | diff «yesterday»",
            "`diff` has no period `yesterday`.",
            "`previousDay`",
        ),
        ("logcompare «7d»", "Expected `timeshift` here, not `7d`.", "`logcompare timeshift 7d`"),
        ("logcompare timeshift «'7d'»", "Expected a period after `timeshift`, not `'7d'`.", ""),
        ("relevantfields a «b» where c", "Expected `where` and a condition here, not `b`.", ""),
        ("relevantfields where «»", "Expected a field or a value here", ""),
        ("unmask a, «'b'»", "`unmask` takes names of fields, not `'b'`.", ""),
        ("estimate «now»", "Expected `|` or the end of the query here", ""),
        ("sort a «descending»", "Expected `|` or the end of the query here", ""),
        ("sort «desc»", "Expected a field or a value here, not `desc`.", "`desc`"),
        ("limit «0»", "`limit` takes a whole number from 1 to 100,000, not `0`.", ""),
        ("limit «100001»", "`limit` takes a whole number from 1 to 100,000, not `100001`.", ""),
        ("limit «1.5»", "`limit` takes a whole number", ""),
        ("limit «1e3»", "`limit` takes a whole number", ""),
        ("limit «-»1", "`limit` takes a whole number", ""),
        ("limit «'5'»", "`limit` takes a whole number", ""),
        ("limit «»", "`limit` takes a whole number from 1 to 100,000, not the end", ""),
        ("limit any «0»", "`limit` takes a whole number from 1 to 100,000, not `0`.", ""),
        ("head «a»", "`head` takes a whole number", ""),
        ("tail «»", "`tail` takes a whole number", ""),
        ("dedup «»", "`dedup` takes names of fields, not the end of the query.", ""),
        ("dedup «'a'»", "`dedup` takes names of fields, not `'a'`.", ""),
        ("dedup «by» a", "`dedup` takes names of fields, not `by`.", ""),
        ("dedup tolower«(»a)", "Expected `|` or the end of the query here, not `(`.", ""),
    ],
)
def test_what_a_command_refuses(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint
