"""Lookup tables, `join` and `appendcols`: what each takes, its tree, what it refuses."""

from __future__ import annotations

import pytest

from bot.query.ast import (
    AppendCols,
    CidrLookup,
    Field,
    Join,
    Lookup,
    Match,
    Output,
    Query,
)
from bot.query.parser import parse
from tests.query.refusing import refused

A = Field(("a",))
INNER = parse("SOURCE 'g' | fields x, y")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (
            "lookup t c OUTPUT d",
            Lookup("t", (Match("c", None),), False, (Output("d", None),)),
        ),
        (
            "LOOKUP 2nd_table c AS a, `e f` outputnew d AS g, h.i",
            Lookup(
                "2nd_table",
                (Match("c", A), Match("e f", None)),
                True,
                (Output("d", "g"), Output("h.i", None)),
            ),
        ),
        (
            "lookup t output, c as a OUTPUT output as x",
            Lookup("t", (Match("output", None), Match("c", A)), False, (Output("output", "x"),)),
        ),
        (
            "lookup t c OUTPUT output",
            Lookup("t", (Match("c", None),), False, (Output("output", None),)),
        ),
        (
            "cidrlookup t a OUTPUT d",
            CidrLookup("t", A, None, False, (Output("d", None),)),
        ),
        (
            "CIDRLOOKUP t a AS net OUTPUTNEW d AS e, f",
            CidrLookup("t", A, "net", True, (Output("d", "e"), Output("f", None))),
        ),
        (
            "join left=l right=r where l.a = r.b.c (SOURCE 'g' | fields x, y)",
            Join("inner", "l", "r", A, Field(("b", "c")), INNER),
        ),
        (
            "JOIN TYPE=LEFT right = `b c` left=l\nwhere `b c`.d == l.a\n(SOURCE 'g' | fields x, y)",
            Join("left", "l", "b c", A, Field(("d",)), INNER),
        ),
        (
            "join type=inner left=type right=left where type.a=left.a (SOURCE 'g' | fields x, y)",
            Join("inner", "type", "left", A, A, INNER),
        ),
        ("appendcols (SOURCE 'g' | fields x, y)", AppendCols(None, None, INNER)),
        (
            "appendcols max=10 OVERRIDE=True (SOURCE 'g' | fields x, y)",
            AppendCols(True, 10, INNER),
        ),
    ],
)
def test_the_tree_of_a_command(text: str, command: object) -> None:
    tree = parse(text)
    assert tree == Query((command,))  # type: ignore[arg-type]  # one of the commands above
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("lookup «'t'» c OUTPUT d", "`lookup` needs the name of a table, not `'t'`.", "letters"),
        ("lookup t «OUTPUT» d", "Expected a column to match here, not `OUTPUT`.", "as field"),
        ("lookup t «by» OUTPUT d", "Expected a column of the table here, not `by`.", ""),
        ("lookup t «1» OUTPUT d", "Expected a column of the table here, not `1`.", ""),
        ("lookup t c«»", "Expected `OUTPUT` or `OUTPUTNEW` here, not the end", "columns"),
        ("lookup t c as «1» OUTPUT d", "`lookup` takes names of fields, not `1`.", ""),
        ("lookup t c OUTPUT «»", "Expected a column of the table here, not the end", ""),
        ("lookup t c OUTPUT d as «'e'»", "Expected a name after `as`, not `'e'`.", ""),
        ("cidrlookup «»", "`cidrlookup` needs the name of a table", ""),
        ("«join» where a.b = c.d (fields e)", "`join` needs names for both sides", "left=a"),
        ("«join» type=inner left=a where a.b = c.d (fields e)", "`join` needs names", ""),
        ("join type=«outer» left=a right=b", "`type=` takes `inner` or `left`, not `outer`.", ""),
        ("join left=«a.b» right=c", "`left=` takes a name without dots, not `a.b`.", ""),
        ("join left=«by» right=c", "`left=` takes a name without dots, not `by`.", ""),
        ("join left=«'a'» right=c", "`left=` takes a name without dots, not `'a'`.", ""),
        ("join left=a «left»=b", "The option `left` is given twice.", ""),
        ("join «left=a right=a» where a.b = a.c (fields d)", "Both sides of this `join`", ""),
        ("join left=a right=b «on» a.c = b.c (fields c)", "Expected `where` here", "where a.field"),
        ("join left=a right=b where «c» = b.c (fields c)", "Expected `a.field` or `b.field`", ""),
        ("join left=a right=b where «d.c» = b.c (fields c)", "Expected `a.field` or", ""),
        ("join left=a right=b where «a[0]» = b.c (fields c)", "Expected `a.field` or", ""),
        ("join left=a right=b where a.c = «a.d» (fields c)", "Expected `b.field` here", ""),
        ("join left=a right=b where b.c = «b.d» (fields c)", "Expected `a.field` here", ""),
        ("join left=a right=b where a.c «>» b.c (fields c)", "Expected `=` here", "equal value"),
        ("join left=a right=b where a.c = b.c «[»", "Expected `(` and a query here", ""),
        ("join left=a right=b where a.c = b.c «(»fields c", "This `(` is not closed.", ""),
        (
            "join left=a right=b where a.c = b.c (filter d in «(»fields e))",
            "There is no sub-query in the query of a `join`.",
            "one of its own",
        ),
        (
            "filter a in (join left=a right=b where a.c = b.c «(»fields d))",
            "There is no sub-query in a sub-query.",
            "",
        ),
        ("appendcols «fields» a", "Expected `(` and a query here, not `fields`.", ""),
        ("appendcols «max=0» (fields a)", "`max=` takes a whole number from 1 to 100,000.", ""),
        ("appendcols «max=1.5» (fields a)", "`max=` takes a whole number", ""),
        ("appendcols max=«all» (fields a)", "`max=` takes a number, not `all`.", ""),
        ("appendcols «min»=5 (fields a)", "`appendcols` has no option `min`.", "`max=`"),
        ("appendcols («)»", "Expected a command here, not `)`.", ""),
        ("appendcols («|» fields a)", "A query begins with a command, not with `|`.", ""),
    ],
)
def test_what_a_command_refuses(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint
