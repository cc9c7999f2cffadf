"""The capture groups of a regex, as RE2 counts them."""

from __future__ import annotations

import pytest
import re2

from bot.query.ast import Regex
from bot.query.errors import QueryError, Span
from bot.query.syntax.groups import Groups, read_groups


@pytest.mark.parametrize(
    ("pattern", "names", "unnamed"),
    [
        ("a", (), 0),
        ("(a)", (), 1),
        ("(?:a)(?i:b)(?i)c", (), 0),
        ("(?<x>a)(?P<y_2>b)", ("x", "y_2"), 0),
        ("(?<x>(a)(b))", ("x",), 2),
        (r"\(a\)(b)", (), 1),
        (r"\\(a)", (), 1),
        ("[(](a)[^)(](b)", (), 2),
        ("[]()](a)", (), 1),
        ("[^]()](a)", (), 1),
        ("[[:alpha:](](a)", (), 1),
        (r"[\](](a)", (), 1),
        (r"\Q(a)\E(b)", (), 1),
        (r"(b)\Q(a)", (), 1),
    ],
)
def test_groups_are_counted_as_re2_does(pattern: str, names: tuple[str, ...], unnamed: int) -> None:
    assert read_groups(Regex(pattern), "") == Groups(names, unnamed)
    compiled = re2.compile(pattern)
    assert compiled.groups == len(names) + unnamed
    assert set(compiled.groupindex) == set(names)


@pytest.mark.parametrize("pattern", ["(", ")", "a**", "[", "(?!a)", "(?<=a)b", r"\1", "(?<a-b>c)"])
def test_what_re2_cannot_read_is_refused_at_its_place(pattern: str) -> None:
    with pytest.raises(QueryError, match=r"This regex is not valid: .+\.") as caught:
        read_groups(Regex(pattern, Span(7, 9)), "the query")
    assert (caught.value.span, caught.value.text) == (Span(7, 9), "the query")
