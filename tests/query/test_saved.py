"""Saved queries in the place of their calls."""

from __future__ import annotations

import pytest

from bot.query.errors import QueryError
from bot.query.parser import parse
from bot.query.plan import compile_query
from bot.query.saved import SavedQuery, expand_saved, places_in

SAVED = {
    "Errors": SavedQuery("filter level = {{level}}", {"level": '"ERROR"'}),
    "Who": SavedQuery('filter who = "{{ who }}"\n| fields who', {"who": None}),
    "Top n/rows": SavedQuery("  sort n desc | limit {{n}}  ", {"n": "10"}),
    "Plain": SavedQuery("fields a # all of it"),
    "Outer": SavedQuery("fields a | $Plain()"),
    "Broken": SavedQuery("filter a ="),
    "Long": SavedQuery("fields " + "a, " * 3_000 + "a"),
}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("fields a", "fields a"),
        ("fields '$Errors()'", "fields '$Errors()'"),
        ("$Errors()", 'filter level = "ERROR"'),
        ("$Errors(level = 'WARN')", "filter level = 'WARN'"),
        ("$Errors(level = -5)", "filter level = -5"),
        ("$Errors(level = other.field)", "filter level = other.field"),
        ("$Who(who = admin)", 'filter who = "admin"\n| fields who'),
        ("fields n | $`Top n/rows`()", "fields n | sort n desc | limit 10"),
        ("$`Top n/rows`(n = 3) | fields n", "sort n desc | limit 3 | fields n"),
        (
            "$Errors() | $`Top n/rows`(n=5)",
            'filter level = "ERROR" | sort n desc | limit 5',
        ),
        ("$Plain() | limit 5", "fields a # all of it\n | limit 5"),
        ("filter a in ($Who(who = x))", 'filter a in (filter who = "x"\n| fields who)'),
        # A value is not looked at again, and other parameters stay.
        ("$Errors(level = '{{level}}')", "filter level = '{{level}}'"),
        ("$Errors() | limit {{n}}", 'filter level = "ERROR" | limit {{n}}'),
    ],
)
def test_the_text_of_a_saved_query_takes_the_place_of_its_call(text: str, expanded: str) -> None:
    assert expand_saved(text, SAVED) == expanded
    assert parse(expanded)


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("fields a | $Nobody()", "$Nobody()", "There is no saved query `Nobody`.", "`Errors`"),
        ("$Errors(lvl = 1)", "lvl = 1", "The saved query has no parameter `lvl`.", "`level`"),
        ("$Plain(a = 1)", "a = 1", "The saved query has no parameter `a`.", "parameters: none"),
        ("$Who() | limit 5", "$Who()", "There is no value for `who`.", '`who = "value"`'),
    ],
)
def test_what_cannot_be_expanded(text: str, place: str, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        expand_saved(text, SAVED)
    error = caught.value
    assert error.text == text
    assert text[error.span.start : error.span.end] == place
    assert error.message == message
    assert hint in error.hint


def test_without_definitions_the_hint_says_so() -> None:
    with pytest.raises(QueryError) as caught:
        expand_saved("$A()", {})
    assert caught.value.hint == "Saved queries: none."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$Outer()", "The saved query `Plain` is called inside another."),
        ("$Broken()", "Expected a field or a value here, not the end of the query."),
        ("$Errors(level = 'x') | $Long() | $Long()", "Logs Insights takes 10,000"),
        ('$Who(who = "x")', "Expected `|` or the end of the query here"),
    ],
)
def test_an_error_in_what_comes_out_points_into_it(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        expand_saved(text, SAVED)
    assert message in caught.value.message
    assert caught.value.text != text
    assert caught.value.span.end <= len(caught.value.text)


def test_a_call_that_was_not_expanded_does_not_run() -> None:
    with pytest.raises(QueryError, match="is a saved query, whose text is not known here"):
        compile_query(parse("$Errors()"))


def test_the_places_of_parameters_are_found_in_a_text_that_need_not_be_a_query():
    assert places_in("limit {{ n }} | {{a}} {{a}} {{1}} { {b} } {{c") == {"n", "a"}
