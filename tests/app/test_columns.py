"""The columns of a result: their order, and which hold times."""

from __future__ import annotations

import pytest

from bot.app.columns import in_order, named_columns, time_columns
from bot.query.parser import parse


@pytest.mark.parametrize(
    ("query", "columns", "times"),
    [
        ("filter a = 1", (), {"@timestamp", "@ingestionTime"}),
        ("fields @timestamp as time, a", ("time", "a"), {"time", "@timestamp", "@ingestionTime"}),
        ("fields a | fields b as a2", ("a", "a2"), {"@timestamp", "@ingestionTime"}),
        ("fields a, b | display b, a", ("b", "a"), {"@timestamp", "@ingestionTime"}),
        (
            "stats count(*) as n, max(@timestamp) as newest by bin(1h) as hour, a",
            ("hour", "a", "n", "newest"),
            {"hour", "newest"},
        ),
        (
            "stats latest(@timestamp) as t by a | fields t as u, concat(t, a) as v | sort u",
            ("a", "t", "u", "v"),
            {"t", "u"},
        ),
        (
            "fields datefloor(@timestamp, 1d) as day, coalesce(@timestamp, a) as mixed, a + 1 as n",
            ("day", "mixed", "n"),
            {"day", "@timestamp", "@ingestionTime"},
        ),
        (
            "fields coalesce(@ingestionTime, @timestamp) as any",
            ("any",),
            {"any", "@timestamp", "@ingestionTime"},
        ),
        ("fields a as @timestamp", ("@timestamp",), {"@ingestionTime"}),
    ],
)
def test_a_query_says_what_its_columns_are(
    query: str, columns: tuple[str, ...], times: set[str]
) -> None:
    tree = parse(query)

    assert named_columns(tree) == columns
    assert time_columns(tree) == times


def test_columns_stand_in_the_order_of_the_rows() -> None:
    rows = [{"a": "1", "d": "4", "@ptr": "x"}, {"a": "1", "b": "2", "c": "3"}, {"a": "1"}]

    assert in_order(rows) == ("a", "b", "c", "d")


def test_a_column_that_no_row_has_stands_where_it_is_expected() -> None:
    assert in_order([{"a": "1", "c": "3"}], ("a", "b", "c", "d")) == ("a", "b", "c", "d")
    assert in_order([], ("a",)) == ("a",)
