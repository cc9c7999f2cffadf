"""Commands that look along the rows: what each takes, its tree, what it refuses."""

from __future__ import annotations

import pytest

from bot.query.ast import (
    Accum,
    AddTotals,
    Autoregress,
    CountFrequent,
    Duration,
    Field,
    Fill,
    Filldown,
    Fillmissing,
    Number,
    Outlier,
    Query,
    Sessionize,
    Text,
    Unary,
)
from bot.query.parser import parse
from tests.query.refusing import refused

A, B = Field(("a",)), Field(("b", "c"))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("accum a", Accum(A, None)),
        ("ACCUM b.c AS `d e`", Accum(B, "d e")),
        ("autoregress a", Autoregress(A, None, None, None)),
        ("autoregress a p=3", Autoregress(A, None, 3, 3)),
        ("autoregress a as d P=1-4", Autoregress(A, "d", 1, 4)),
        ("autoregress a as p p = 2", Autoregress(A, "p", 2, 2)),
        ("filldown", Filldown(())),
        ("filldown a", Filldown(("a",))),
        ("filldown a user* * @m `b c` # why", Filldown(("a", "user*", "*", "@m", "b c"))),
        ("filldown # why\na.b", Filldown(("a.b",))),
        ("fillmissing", Fillmissing(())),
        ("sessionize a", Sessionize((A,), None, None)),
        ("sessionize a, b.c MAXSPAN 30m as s", Sessionize((A, B), Duration(30, "m"), "s")),
        (
            "sessionize maxspan maxspan 1h",
            Sessionize((Field(("maxspan",)),), Duration(1, "h"), None),
        ),
        ("addtotals", AddTotals(None, None, None, ())),
        ("addtotals a, b.c", AddTotals(None, None, None, (A, B))),
        ("addtotals fieldname=Sum a", AddTotals("Sum", None, None, (A,))),
        (
            "addtotals row=FALSE col=true fieldname='All of it'",
            AddTotals("All of it", False, True, ()),
        ),
        ("addtotals fieldname=`a b`.c", AddTotals("a b.c", None, None, ())),
        ("addtotals row, col", AddTotals(None, None, None, (Field(("row",)), Field(("col",))))),
        ("outlier a", Outlier(None, None, None, None, (A,))),
        ("outlier a b.c", Outlier(None, None, None, None, (A, B))),
        ("outlier a, b.c", Outlier(None, None, None, None, (A, B))),
        (
            "outlier action=Transform param=2.5 uselower=true mark=false a",
            Outlier("transform", Number("2.5"), True, False, (A,)),
        ),
        ("countFrequent a, b.c", CountFrequent((A, B))),
        ("count_frequent a", CountFrequent((A,))),
    ],
)
def test_the_tree_of_a_command(text: str, command: object) -> None:
    tree = parse(text)
    assert tree == Query((command,))  # type: ignore[arg-type]  # one of the commands above
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("text", "fills"),
    [
        ("with 0 for n", (Fill(Number("0"), "n"),)),
        ("with 'x' for n, 1 for t", (Fill(Text("x"), "n"), Fill(Number("1"), "t"))),
        (
            "WITH -1 FOR n, with 1 for t",
            (Fill(Unary("-", Number("1")), "n"), Fill(Number("1"), "t")),
        ),
    ],
)
def test_what_fillmissing_fills(text: str, fills: tuple[Fill, ...]) -> None:
    tree = parse(f"stats count(*) as n by bin(5m) as t | fillmissing {text}")
    assert tree.commands[1] == Fillmissing(fills)
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("autoregress a", ("a_p1",)),
        ("autoregress a p=3", ("a_p3",)),
        ("autoregress a p=2-4", ("a_p2", "a_p3", "a_p4")),
        ("autoregress a as x", ("x",)),
        ("autoregress a as x p=1-2", ("x_p1", "x_p2")),
    ],
)
def test_the_columns_of_autoregress(command: str, names: tuple[str, ...]) -> None:
    made = parse(command).commands[0]
    assert isinstance(made, Autoregress)
    assert made.names == names


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("accum «»", "`accum` takes names of fields, not the end of the query.", ""),
        ("accum a«,» b", "Expected `|` or the end of the query here, not `,`.", ""),
        ("autoregress a p=«0»", "`p=` takes a whole number from 1 to 1,000, not `0`.", ""),
        ("autoregress a p=1-«b»", "`p=` takes a whole number", ""),
        ("autoregress a p=«4-2»", "This range is empty.", "Write `p=2-4`."),
        ("autoregress a p=«1001»", "`p=` takes a whole number", ""),
        ("autoregress a «q»=1", "Expected `|` or the end of the query here, not `q`.", ""),
        ("filldown a«,» b", "The names of `filldown` are joined by spaces.", "Remove the comma."),
        ("filldown «'a'»", "Expected `|` or the end of the query here, not `'a'`.", ""),
        (
            "fillmissing with 0 «by» n",
            "Expected `for` and a name here, not `by`.",
            "with 0 for name",
        ),
        ("fillmissing with 0 for «1»", "Expected a name after `for`, not `1`.", ""),
        ("fillmissing with «»", "Expected a field or a value here", ""),
        ("sessionize a maxspan «30»", "Expected a period after `maxspan`, not `30`.", "`30m`"),
        ("sessionize a «session»", "Expected `|` or the end of the query here", ""),
        ("sessionize «»", "`sessionize` takes names of fields", ""),
        ("addtotals row=«1» a", "`row=` takes `true` or `false`, not `1`.", ""),
        ("addtotals col=«yes»", "`col=` takes `true` or `false`, not `yes`.", ""),
        ("addtotals col=«'true'»", "`col=` takes `true` or `false`, not `'true'`.", ""),
        ("addtotals col=«(»", "`col=` takes `true` or `false`, not `(`.", ""),
        ("addtotals fieldname=«''»", "`fieldname=` takes a name, not `''`.", ""),
        ("addtotals row=true «row»=true", "The option `row` is given twice.", ""),
        ("addtotals «rows»=true", "`addtotals` has no option `rows`.", "`row=`"),
        ("outlier «»", "`outlier` takes names of fields", ""),
        ("outlier param=«x» a", "`param=` takes a number, not `x`.", ""),
        ("outlier param=«'2'» a", "`param=` takes a number, not `'2'`.", ""),
        ("outlier action=«drop» a", "`action=` takes `remove` or `transform`, not `drop`.", ""),
        ("outlier action=«by» a", "`action=` takes `remove` or `transform`, not `by`.", ""),
        ("countFrequent «»", "`countFrequent` takes names of fields", ""),
        ("tail «1.5»", "`tail` takes a whole number from 1 to 100,000, not `1.5`.", ""),
    ],
)
def test_what_a_command_refuses(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint
