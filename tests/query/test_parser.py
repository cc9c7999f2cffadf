"""A whole query: its pipes, its bounds, commands that are refused by name."""

from __future__ import annotations

import pytest

from bot.query.ast import Query
from bot.query.errors import QueryError, Span
from bot.query.parser import MAX_LENGTH, parse
from tests.query.refusing import refused


def test_a_tree_knows_its_text_which_is_no_part_of_equality() -> None:
    text = "FIELDS a|limit 5"
    assert parse(text).text == text
    assert parse(text) == parse("fields a | limit 5") == Query(parse(text).commands)


def test_spans_point_into_the_text() -> None:
    text = "# why\nfields a.b as c |\n filter tolower( c ) = 'x' or d in [1, 2]"
    fields, condition = parse(text).commands
    shown = [text[s.start : s.end] for s in (fields.span, condition.span)]
    assert shown == ["a.b as c", "tolower( c ) = 'x' or d in [1, 2]"]


def test_the_longest_query_that_startquery_takes() -> None:
    assert parse("fields a #" + "x" * (MAX_LENGTH - 10))
    with pytest.raises(QueryError, match="10,001 characters; Logs Insights takes 10,000") as caught:
        parse("fields a #" + "x" * (MAX_LENGTH - 9))
    assert caught.value.span == Span(MAX_LENGTH, MAX_LENGTH + 1)


def test_a_megabyte_is_refused_at_once() -> None:
    with pytest.raises(QueryError, match="1,000,000 characters"):
        parse("(" * 1_000_000)


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("«»", "The query is empty.", "`fields @timestamp"),
        (" # nothing\n «»", "The query is empty.", ""),
        ("«|» fields a", "A query begins with a command, not with `|`.", "Remove it."),
        ("fields a «|» ", "A command must follow the `|`.", "Remove it."),
        ("fields a | «|» limit 5", "A command is missing between two `|`.", "one of them"),
        ("fields a «||» limit 5", "`||` is not an operator", "between two commands write one `|`"),
        ("limit 5 «||» limit 5", "Expected `|` or the end", "Write one `|`."),
        ("fields a\n«filter» b", "Expected `|` or the end", "Put a `|` before the next command."),
        ("limit 5 «/»/ why", "Expected `|` or the end", "A comment begins with `#`."),
        ("limit 5 «,» 6", "Expected `|` or the end of the query here, not `,`.", ""),
        ("filter a = '«\ud800»'", "This is half a character.", ""),
        ("«SOURCE» 'a' | fields b", "`SOURCE` is a Logs Insights command", "log groups"),
        ("fields a | «FilterINDEX» b = 1", "`filterIndex` is a Logs Insights command", "`filter`"),
        ("«pattern» @message", "`pattern` is a Logs Insights command that does not run here", ""),
        ("«count_frequent» a", "`count_frequent` is a Logs Insights command", ""),
        ("«tail» 5", "`tail` is a Logs Insights command", "`sort @timestamp asc | limit 10`"),
        ("«select» a", "There is no command `select`.", "This is no SQL"),
        ("fields a | «order» by a", "There is no command `order`.", "`sort field desc`"),
        ("«fitler» a", "There is no command `fitler`.", "Did you mean `filter`?"),
        ("«unest» a", "There is no command `unest`.", "Did you mean `unnest`?"),
        ("«@message» like 'a'", "Expected a command here, not `@message`.", "Commands are: dedup,"),
        ("«'a'»", "Expected a command here, not `'a'`.", ""),
        ("«a.b»", "Expected a command here, not `a.b`.", ""),
        ("«5»", "Expected a command here, not `5`.", ""),
        ("fields a | «)»", "Expected a command here, not `)`.", ""),
        ("«{{all}}»", "Expected a command here, not `{{all}}`.", ""),
    ],
)
def test_what_is_no_query(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint
