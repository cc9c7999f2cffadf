"""Texts that are in whatever a regex matches."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from bot.query.scans.certain import certain_texts


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("plain", ["plain"]),
        ('"eventName":"Put', ['"eventName":"Put']),
        (r"a\.b\|c", ["a.b|c"]),
        ("^start.*the end$", ["the end"]),
        ("one|other", ["one", "other"]),
        ("(one|other)s", ["s"]),
        ("ab*cde", ["cde"]),
        ("abc?de", ["ab"]),
        ("abc+de", ["abc"]),
        ("abc{2,3}de", ["ab"]),
        ("abc{0}", ["ab"]),
        ("abc??de", ["ab"]),
        ("(abc)?de", ["de"]),
        ("(?:a(b|(?P<n>c))){2}de(?<m>f)", ["de"]),
        (r"abc\d+de", ["abc"]),
        (r"\babc\s", ["abc"]),
        ("abc[de]f", ["abc"]),
        (r"abc[^\]x]f[]d]g[[:alpha:]|]", ["abc"]),
        (r"[\d\-]{12}:root", [":root"]),
        ("naïve", ["naïve"]),
    ],
)
def test_what_is_certain(pattern, texts):
    assert certain_texts(pattern) == texts


@pytest.mark.parametrize(
    "pattern",
    [
        "", ".*", "(?i)abc", "ab(?i)c", "(?s:abc)", r"\x41bc", r"\101bc", r"\x{41}bc", r"\pNbc", r"\p{Greek}bc", r"\Qa.b\E",
        r"[\x41-\x5a]bc", "a*", "one|", "|one", "one|b?", "ab{x", "[a", "abc\\",
    ],
)  # fmt: skip
def test_what_makes_nothing_certain(pattern):
    assert certain_texts(pattern) == []


_QUIET = re2.Options()
_QUIET.log_errors = False
PIECES = [
    "a",
    "b",
    "ab",
    ".",
    "(",
    ")",
    "|",
    "*",
    "+",
    "?",
    "{2}",
    "{0,1}",
    "[ab]",
    "[^a]",
    r"\.",
    r"\d",
    "^",
    "(?:",
    r"\b",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.text("ab.1 ", max_size=8))
def test_every_match_holds_one_of_them(pattern, text):
    texts = certain_texts(pattern)
    try:
        found = re2.search(pattern, text, _QUIET)
    except re2.error:
        return
    assert not found or not texts or any(part in found[0] for part in texts)


@given(st.text(max_size=20))
def test_any_text_gives_an_answer(pattern):
    assert isinstance(certain_texts(pattern), list)
