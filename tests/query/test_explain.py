"""A plan in words."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from bot.query.ast import Command
from bot.query.explain import _WORDED, _WORDS, explain
from bot.query.parser import parse
from bot.query.plan import compile_query
from tests.query.goldens_read import CASES, plan_of


def explained(text: str) -> str:
    return explain(compile_query(parse(text)))


def test_a_query_for_events() -> None:
    text = """filter eventName != "x" | parse m "a*" as b | fields b as c
        | sort c | dedup c, d | limit 3"""
    assert explained(text) == (
        "Reads 3 fields of each event: eventName, m, d.\n"
        "Nothing else in the event is decoded.\n"
        "Uses what came with it: @timestamp.\n"
        "\n"
        '1. filter eventName != "x"\n'
        "   drops each row for which this does not hold\n"
        '2. parse m "a*" as b\n'
        "   takes values out of a text; a row that does not fit stays, without them\n"
        "3. fields b as c\n"
        "   adds c\n"
        "4. sort c\n"
        "   decides the order; rows without a value come last\n"
        "5. dedup c, d\n"
        "   keeps the first row for each c, d, and all rows without it\n"
        "6. limit 3\n"
        "   drops all rows behind the first 3\n"
        "\n"
        "Columns: b, c.\n"
        "\n"
        "AWS does not say:\n"
        '- Does `x != "a"`, `x not in […]` or `x not like …` hold where x is missing? Here: false.\n'
        "- In which direction does `sort x` sort? Here: ascending.\n"
        "- Where do rows without the key of a `sort` stand? Here: last."
    )


def test_a_query_for_groups() -> None:
    assert explained("stats count(*) by bin(5m)") == (
        "Reads no field of the event's own text: events are not decoded.\n"
        "Uses what came with it: @timestamp.\n"
        "\n"
        "1. stats count(*) by bin(5m)\n"
        "   makes one row for each bin(5m); memory grows with their number\n"
        "\n"
        "Columns: bin(5m), count(*).\n"
        "Order: groups as they appear.\n"
        "Rows: at most 10,000, unless more are asked for."
    )


def test_one_row_of_one_field() -> None:
    text = explained("display a | stats max(a)")
    assert text.startswith(
        "Reads 1 field of each event: a.\nNothing else in the event is decoded.\n\n"
    )
    assert "shows only a\n" in text
    assert "makes one row of all rows\n" in text


def test_events_are_newest_first() -> None:
    assert "Order: newest first.\n" in explained("fields a")


def test_names_from_the_query_cannot_draw() -> None:
    text = explained("fields `a\x1b[31m\u202eb` as c, `d\te`")
    assert all(character.isprintable() for character in text.replace("\n", ""))


def test_every_golden_can_be_explained() -> None:
    for case in CASES:
        assert "Columns: " in explain(plan_of(case))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("filterIndex a = 1", "drops each row for which this does not hold; AWS looks only where"),
        ("limit any 5", "keeps any 5 rows, and need not look further"),
        ("head 5", "drops all rows behind the first 5"),
        ("tail 5", "keeps only the last 5 rows"),
        ("parse m logfmt as l", "takes values out of a text; a row that does not fit stays"),
        ('json field=m "a.b" as c', "adds c from inside a text that holds JSON"),
        ("unnest jsonParse(m) into x", "makes a row for each element, as x"),
        ("expand m", "makes a row for each element of m"),
        ("lookup t a OUTPUT b, c", "adds b, c from the table t"),
        ("lookup t a OUTPUTNEW b as d", "adds d from the table t, where they are missing"),
        ("cidrlookup t a OUTPUT b", "adds b from the table t"),
        (
            "join type=left left=l right=r where l.a=r.b (SOURCE 'x' | fields b)",
            "puts the rows of another query beside those with the same value; the others stay",
        ),
        (
            "join type=inner left=l right=r where l.a=r.b (SOURCE 'x' | fields b)",
            "with the same value; the others are dropped",
        ),
        ("appendcols (SOURCE 'x' | fields b)", "puts the columns of another query beside these"),
        ("accum a as b", "adds the running sum of a"),
        ("autoregress a", "adds the values of earlier rows"),
        ("filldown a", "fills what is missing with the value of the row above"),
        ("stats count(*) as n by bin(5m) | fillmissing with 0 for n", "adds a row for each bin"),
        ("sessionize a, b", "gives rows of one a, b an id, a new one after each long gap"),
        ("addtotals a", "adds sums of the numbers"),
        ("outlier a", "looks for values far from the others"),
        ("countFrequent a, b", "counts each a, b, the commonest first"),
        ("pattern @message", "only CloudWatch can do this: it does not run here"),
        ("SOURCE 'x' | fields a", "says where the events come from"),
    ],
)
def test_every_command_has_words(text: str, words: str) -> None:
    # The plan is that of another query: what is explained here may not run.
    plan = replace(compile_query(parse("fields a")), query=parse(text))
    assert words in explain(plan)


def test_no_command_is_forgotten() -> None:
    kinds = get_args(Command)
    assert all((kind in _WORDS) != (kind in _WORDED) for kind in kinds)
