"""Regexes and globs at their edges."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.functions.patterns import (
    MOST_MATCHES,
    glob_extract,
    regex_extract,
    regex_extract_all,
    regex_test,
)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("AccessDenied", "xAccessDeniedx", True),
        ("AccessDenied", "accessdenied", False),
        ("(?i)accessdenied", "AccessDenied", True),
        ("a.c", "a\nc", False),
        ("(?s)a.c", "a\nc", True),
        ("^b", "a\nb", False),
        ("(?m)^b", "a\nb", True),
        ("é", "é", True),
        ("^.$", "\ud800", True),
        ("\\x{fffd}", "a\udfffb", True),
        ("a\\x00b", "a\0b", True),
        ("^$", "", True),
        ("[[:alpha:]]+", "1x", True),
        (r"\d", "٣", False),
    ],
)
def test_regex(pattern: str, text: str, matches: bool) -> None:
    assert regex_test(pattern)(text) is matches


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text(alphabet="aA :/=,@<>\"'!#%&;~_-09", min_size=1), st.text(alphabet="aA :/=-09"))
def test_a_literal_means_itself(literal: str, around: str) -> None:
    test = regex_test(literal)
    slow = regex_test(f"(?:{literal})")
    for text in (around, literal, around + literal, literal[1:] + around):
        assert test(text) is slow(text) is (literal in text)


def test_a_pattern_cannot_run_away() -> None:
    assert not regex_test("^(a+)+$")("a" * 1_000_000 + "b")
    assert regex_extract("(?P<x>(?:a|a)*)b", ("x",))("a" * 100_000) is None


def test_groups() -> None:
    extract = regex_extract("(?P<é>x)?(z)(?P<b>.)", ("b",))
    assert extract("zé") == ("é",)
    assert regex_extract("(x)?(z)", ())("z") == (None, "z")
    assert regex_extract(r"(\C)", ())("é") == ("\ufffd",)  # one byte of two
    assert regex_extract("(x)", ())("y") is None
    assert regex_extract("(.+)", ())("a\ud800b") == ("a\ufffdb",)


@pytest.mark.parametrize(
    ("pattern", "text", "values"),
    [
        ("*", "", ("",)),
        ("*", "a\nb", ("a\nb",)),
        ("a*", "xa", ("",)),
        ("*a", "xaya", ("x",)),
        ("a*b*c", "a1b2c3c", ("1", "2")),
        ("a*b*c", "a1b2", None),
        ("a*b*c", "a1c2", None),
        ("a*", "b", None),
        ("**", "ab", ("", "ab")),
        ("", "ab", ("ab",)),
        ("[*] *", "a [b] c [d]", ("b", "c [d]")),
        ("*.*", "a.b.c", ("a", "b.c")),
    ],
)
def test_glob(pattern: str, text: str, values: tuple[str, ...] | None) -> None:
    assert glob_extract(pattern)(text) == values


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="ab*", min_size=1, max_size=8), st.text(alphabet="ab\n", max_size=12))
def test_a_glob_is_a_regex_with_lazy_stars(pattern: str, text: str) -> None:
    stars = pattern.split("*")
    inner = "(.*?)".join(map(re.escape, stars))
    if len(stars) > 1 and not stars[-1]:
        inner = inner[: -len("(.*?)")] + "(.*)"
    found = re.search(inner, text, re.DOTALL)
    if len(stars) > 1:
        assert glob_extract(pattern)(text) == (found.groups() if found else None)


def test_all_matches() -> None:
    assert regex_extract_all(r"(?P<k>\w)=(?P<v>\d)?", ("v", "k"))("a=1, b= c") == [
        ("1", "a"),
        (None, "b"),
    ]
    assert regex_extract_all("(x*)", ())("éa") == [("",), ("",), ("",)]
    assert regex_extract_all("(é|\ufffd)", ())("é\ud800é") == [("é",), ("\ufffd",), ("é",)]
    assert regex_extract_all("(a)", ())("b") == []
    assert len(regex_extract_all("(a)", ())("a" * (MOST_MATCHES + 1))) == MOST_MATCHES


def test_half_a_character_is_no_text() -> None:
    assert regex_extract(r"(\C)", ())("é") == ("\ufffd",)
    assert regex_extract_all(r"(\C)", ())("éb") == [("\ufffd",), ("b",)]
