"""The functions of texts and of encodings at their edges; the goldens have the plain cases."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote_plus, unquote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.errors import QueryError
from bot.query.functions.encoding import (
    base64_decode,
    base64_encode,
    hex_to_number,
    hex_to_text,
    number_to_hex,
    url_decode,
    url_encode,
)
from bot.query.functions.patterns import replaced
from bot.query.values import MOST_TEXT
from tests.query.evaluating import run, value

texts = st.text(alphabet="aZ09 +%=./é€𝄞\0\ud800", max_size=12)
clean = st.text(alphabet="aZ09 +%=./é€𝄞\0", max_size=12)


@pytest.mark.parametrize(
    ("text", "pattern", "by", "wanted"),
    [
        ("a1b22", r"\d", "", "ab"),
        ("a1b22", r"\d+", "#", "a#b#"),
        ("abc", "x", "y", "abc"),
        ("abc", "x*", "-", "-a-b-c-"),
        ("xabx", "x*", "-", "-a-b-"),
        ("é€", "", "-", "-é-€-"),
        ("", "^$", "x", "x"),
        ("aAa", "(?i)a", "b", "bbb"),
        ("one two", "(one|two)", "x", "x x"),
        ("a\nb", "(?m)^", "> ", "> a\n> b"),
        ("\ud800", ".", "x", "x"),
        ("a.b", r"\.", "", "ab"),
        ("a]b[c", r"[\[\]]", "", "abc"),
        ("a|b", r"\Q|\E", "", "ab"),
        ("aé", r"\C", "x", "xxx"),
    ],
)
def test_regex_replace(text: str, pattern: str, by: str, wanted: str) -> None:
    assert replaced(text, pattern, by) == wanted


@pytest.mark.parametrize(
    ("pattern", "by"), [("(", ""), ("(?=a)", ""), ("a", "$1"), ("a", "\\1"), ("a" * 10_001, "")]
)
def test_replacements_that_mean_nothing_are_missing(pattern: str, by: str) -> None:
    assert replaced("aaa", pattern, by) is None
    assert value("regexReplace(a, b, c)", {"a": "aaa", "b": pattern, "c": by}) is None


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.text(alphabet="abé", max_size=8),
    st.sampled_from(["a", "[ab]", "a+", "é", "(a|b)", "b?a", "aé|b", "[^a]", "a{2}", ".", "a.*b"]),
)
def test_what_matches_something_is_replaced_as_python_does(text: str, pattern: str) -> None:
    assert replaced(text, pattern, "-") == re.sub(pattern, "-", text)


def test_replacing_has_bounds_in_time_and_length() -> None:
    assert replaced("a" * 200_000, "a.*b|a", "") is None
    assert replaced("a" * 200_000, "a(a*b)?", "") is None
    assert replaced("a" * 1000, "a.*b|a", "") == ""
    assert replaced("1" * 200_000, "[0-9]", "#") == "#" * 200_000
    assert replaced("1 " * 100_000, "[0-9]+", "") == " " * 100_000
    assert replaced("a" * 3000, "a", "b" * 2000) is None
    assert replaced("a" * 3000, "a", "b" * 1000) == "b" * 3_000_000
    assert replaced("x" * MOST_TEXT + "a", "a", "bb") is None


@settings(max_examples=100, derandomize=True, deadline=None)
@given(clean)
def test_encodings_are_those_of_others(text: str) -> None:
    encoded = url_encode(text)
    assert encoded == quote_plus(text, safe="*").replace("~", "%7E")
    assert url_decode(text) == unquote_plus(text)
    in_base64 = base64_encode(text)
    assert in_base64 == base64.b64encode(text.encode()).decode()


@settings(max_examples=100, derandomize=True, deadline=None)
@given(texts)
def test_what_is_encoded_can_be_decoded(text: str) -> None:
    whole = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert url_decode(url_encode(text) or "") == whole
    encoded = base64_encode(text) or ""
    assert base64_decode(encoded) == base64_decode(encoded.rstrip("=")) == whole
    assert hex_to_text(text.encode("utf-8", "surrogatepass").hex()) == whole


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers())
def test_hex_numbers_come_back(number: int) -> None:
    assert hex_to_number(number_to_hex(number) or "") == number


@pytest.mark.parametrize(
    "text", ["a", "aGk=x", "aG k", "aGk-", "aGk==", "=", "aaaa=", "aGk\n", "é"]
)
def test_what_is_no_base64_is_missing(text: str) -> None:
    assert base64_decode(text) is None


@pytest.mark.parametrize("text", ["4", "0x4", "4g", "0x0x41", " 41", "41\n", "é"])
def test_what_is_no_hex_is_missing(text: str) -> None:
    assert hex_to_text(text) is None


def test_hex_text() -> None:
    assert hex_to_text("0x4869") == "Hi"
    assert hex_to_text("") == ""
    assert hex_to_text("ff41") == "\ufffdA"


def test_hex_numbers_have_bounds() -> None:
    for text in ("", "0x", "-", "+1", "g", "0x-1", "1.5", "f" * 1025, "1\n"):
        assert hex_to_number(text) is None
    assert hex_to_number("FF") == hex_to_number("0Xff") == 255
    assert hex_to_number("-0xff") == -255
    assert hex_to_number("f" * 1024) == 2**4096 - 1
    assert number_to_hex(2**4096) is None
    assert number_to_hex(-0.9) == "0x0"
    assert number_to_hex(1e300) is not None


def test_no_encoding_makes_a_text_without_end() -> None:
    assert url_encode("é" * (MOST_TEXT // 4)) is None
    assert base64_encode("x" * MOST_TEXT) is None
    assert url_encode("x" * (MOST_TEXT + 1)) is base64_encode("x" * (MOST_TEXT + 1)) is None
    assert len(url_encode("x" * MOST_TEXT) or "") == MOST_TEXT


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("fields regexReplace(a, «'('», '')", "This regex is not valid: missing ): (."),
        ("fields regexReplace(a, 'b', «'$1'»)", "What `$` and `\\` mean in a replacement is not documented."),
        ("fields histogram(a, «0»)", "A bucket must be wider than nothing."),
        ("stats topk(«0», a)", "`topk` needs a whole number from 1 to 10,000 here."),
        ("stats topk(«10001», a)", "`topk` needs a whole number from 1 to 10,000 here."),
        ("stats topk(«1.5», a)", "`topk` needs a whole number from 1 to 10,000 here."),
        ("stats topk(«a», a)", "`topk` needs a whole number from 1 to 10,000 here."),
        ("stats topk(2, a) by «b»", "`topk` takes no `by`."),
        ("stats count(*), «topk(2, a)»", "`topk` stands alone in its `stats`."),
        ("stats count(*) by a | stats «rate(a, 1m)»",
         "After `stats` there is no `@timestamp`, only `a`, `count(*)`."),
        ("stats rate(a, «1mo»)", "`rate` needs a period of one length."),
        ("stats rate(a, «b»)", "`rate` needs a period here, such as `5m`."),
    ],
)  # fmt: skip
def test_wrong_literals_are_refused_at_their_place(marked: str, message: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    with pytest.raises(QueryError) as caught:
        run(text, [{}])
    span = caught.value.span
    assert caught.value.message == message
    assert text[span.start : span.end] == marked[marked.index("«") + 1 : marked.index("»")]
