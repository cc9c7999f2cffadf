"""A whole query: its pipes, its bounds, commands that are refused by name."""

from __future__ import annotations

import contextlib
import time
from typing import get_args

import pytest

from bot.query.ast import Command, Query
from bot.query.errors import QueryError, Span
from bot.query.parser import MAX_LENGTH, parse, parse_with_places
from bot.query.plan import compile_query
from bot.query.syntax.refusals import NEVER_LOCAL
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
        ("fields a | «search» 'x'", "There is no command `search`.", "`filter @message like"),
        ("stats count(*) | «having» a", "There is no command `having`.", "Write `filter`"),
        ("«flter» a", "There is no command `flter`.", "Did you mean `filter`?"),
        ("«filterIndx» a", "There is no command `filterIndx`.", "Did you mean `filterIndex`?"),
        ("«sorce» 'a'", "There is no command `sorce`.", "Did you mean `SOURCE`?"),
        ("fields a = 'b' «$»c()", "Expected `|` or the end of the query here, not `$`.", ""),
        ("«select» a", "There is no command `select`.", "This is no SQL"),
        ("«fitler» a", "There is no command `fitler`.", "Did you mean `filter`?"),
        ("«unest» a", "There is no command `unest`.", "Did you mean `unnest`?"),
        (
            "«@message» like 'a'",
            "Expected a command here, not `@message`.",
            "The commands used most",
        ),
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


def test_places_are_those_of_all_commands_and_comments() -> None:
    text = "# one\nfields a # two\n| filter b in ( # three\nSOURCE 'x' | limit 5) # four"
    query, places = parse_with_places(text)
    assert query == parse(text)
    heads = [text[span.start : span.end] for span in places.heads]
    assert heads == ["fields", "filter", "SOURCE", "limit"]
    comments = [text[span.start : span.end] for span in places.comments]
    assert comments == ["# one", "# two", "# three", "# four"]


def test_commands_are_read_in_any_letter_case() -> None:
    assert parse("FIELDS a | WHERE b | Stats COUNT(*) BY c | Order By c | HEAD 5")


def test_what_never_runs_here_says_why() -> None:
    for kind, reason in NEVER_LOCAL.items():
        assert kind in get_args(Command)
        assert reason.endswith(".")
    assert len(NEVER_LOCAL) == 7


def test_what_is_not_in_the_plan_does_not_run() -> None:
    with pytest.raises(QueryError, match="`pattern` does not run here") as caught:
        compile_query(parse("fields a | pattern @message"))
    assert "run it there" in caught.value.hint
    with pytest.raises(QueryError, match="is a saved query"):
        compile_query(parse("$Mine(a = 1)"))


@pytest.mark.parametrize(
    "text",
    [
        "filter " + "(" * 3_000,
        "filter a in [" + "1," * 4_900 + "1]",
        "filter a" + ".b" * 4_900,
        "filter " + "not " * 2_400 + "a",
        "fields a" + "|fields a" * 1_100,
        "filter " + "a or b and " * 900 + "a",
        "stats count(*) as n|" + "|".join(f"fields 1 as b{i}" for i in range(500)),
        "stats " + ",".join(f"max(a) as {'b' * 70}{i}" for i in range(100)) + "|filter " + "b" * 80,
        "filter " + " or ".join(f"a like /{i}\\pL{{40}}/" for i in range(400)),
        "filter a like /\\pL{900}/",
        "filter " + " or ".join(["a in (fields b)"] * 500),
        "fields a\n" + "#\n" * 4_900,
        "filldown " + "a* " * 3_000,
    ],
)
def test_no_query_takes_long(text: str) -> None:
    began = time.perf_counter()
    with contextlib.suppress(QueryError):
        parse(text)
    assert time.perf_counter() - began < 20  # a tenth of a second, where nothing else runs
