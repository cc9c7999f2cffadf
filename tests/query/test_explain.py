"""A plan in words."""

from __future__ import annotations

from bot.query.explain import explain
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
