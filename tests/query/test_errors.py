"""What people see of a QueryError: words, the line, a caret below the place."""

from __future__ import annotations

import pickle

import pytest

from bot.errors import BotError
from bot.query.errors import QueryError, Span, plain, quoted
from bot.query.parser import parse


def shown(text: str) -> list[str]:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return str(caught.value).split("\n")


def test_the_line_and_a_caret_for_each_character() -> None:
    assert shown("fields a\n| filter tolwer(b) = 'x'") == [
        "line 2, column 10: There is no function `tolwer`.",
        "Did you mean `tolower`?",
        "  | filter tolwer(b) = 'x'",
        "           ^^^^^^",
    ]


def test_a_place_of_no_width_gets_one_caret() -> None:
    assert shown("limit")[-2:] == ["  limit", "       ^"]


def test_the_marks_end_with_the_line() -> None:
    error = QueryError("Wrong.", Span(7, 99), "fields abc\n| limit 5")
    assert str(error).split("\n")[-2:] == ["  fields abc", "         ^^^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    lines = shown("fields " + "a, " * 300 + "b c" + ", d" * 300)
    assert lines[0].startswith("line 1, column 910: ")
    assert len(lines[-2]) < 130
    assert lines[-2].startswith("  …")
    assert lines[-2][lines[-1].index("^")] == "c"


def test_what_a_terminal_might_obey_is_not_shown() -> None:
    lines = shown("fields a\tb\x1b[2J\u202e")
    assert lines[-2] == "  fields a b?[2J?"
    assert lines[-1] == "           ^"
    assert plain("a\x00b\x85\u2028c\ud800") == "a?b  c?"


def test_input_in_a_sentence_is_one_short_line() -> None:
    assert quoted("a\nb") == "`a b`"
    assert quoted("x" * 41) == "`" + "x" * 39 + "…`"


def test_without_the_text_only_the_words_are_left() -> None:
    error = QueryError("Wrong.", Span(0, 1), hint="Do this.")
    assert str(error) == "Wrong.\nDo this."
    assert str(error.within("abc")).startswith("line 1, column 1: Wrong.")


def test_it_is_an_error_for_people_and_crosses_to_another_process() -> None:
    error = QueryError("Wrong.", Span(0, 1), "abc", "Do this.")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert isinstance(again, BotError)
    assert vars(again) == vars(error)
    assert str(again) == str(error)
