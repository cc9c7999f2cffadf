"""Pairs and comma-separated values in text."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.extracting.forms import csv_values, logfmt


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("level=info code=200", {"level": "info", "code": "200"}),
        ('  a="b c"\td=\n', {"a": "b c", "d": ""}),
        ('a="" b=""', {"a": "", "b": ""}),
        (r'a="say \"x\" \\ \n\t\r \d" b=c\n', {"a": 'say "x" \\ \n\t\r \\d', "b": "c\\n"}),
        ("started a=1 =2 ==3 4", {"a": "1"}),
        ("a=b=c", {"a": "b=c"}),
        ("a=1 a=2", {"a": "2"}),
        ('a="b"c=d', {"a": "b", "c": "d"}),
        ('a="open b=c', {"a": '"open', "b": "c"}),
        ('{"x":"y=z"}', None),
        ("no pairs", None),
        ("", None),
    ],
)
def test_logfmt(text: str, pairs: Any) -> None:
    assert logfmt(text) == pairs


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a,b,c", ["a", "b", "c"]),
        ("a,b,c,d", ["a", "b", "c"]),
        ("a", ["a", None, None]),
        ("", ["", None, None]),
        (",", ["", "", None]),
        ('"a, b","say ""x""",c', ["a, b", 'say "x"', "c"]),
        ('"a"b,"c', ["ab", '"c', None]),
        ('a"b"," c"', ['a"b"', " c", None]),
        (' "a,b"', [' "a', 'b"', None]),
        ("a, 1\r\nb", ["a", " 1", None]),
        ('"a\nb",c\n', ["a\nb", "c", None]),
    ],
)
def test_csv(text: str, values: list[Any]) -> None:
    assert csv_values(text, 3) == values
    assert csv_values(text, 0) == []


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.text(alphabet='a,"\n\r 1é', max_size=6), min_size=1, max_size=5))
def test_what_a_csv_writer_writes_is_read(values: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    assert csv_values(out.getvalue(), len(values)) == values


@pytest.mark.parametrize("text", ['a="' * 200_000, 'a=\\"' * 200_000, '"' * 600_001, "a" * 600_000])
def test_no_text_runs_away(text: str) -> None:
    logfmt(text)
    csv_values(text, 100_000)
