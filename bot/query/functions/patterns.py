"""Patterns: the search for a regex, its replacement, and the globs and regexes of `parse`.

Regexes are RE2 (CloudWatch Logs user guide, `regexReplace`): their time is linear in the text, so
no pattern and no log line can make a query hang.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, TypeAlias

import msgspec
import re2

from bot.query.values import MOST_TEXT

Test: TypeAlias = Callable[[str], bool]
Extract: TypeAlias = Callable[[str], tuple[str | None, ...] | None]
ExtractAll: TypeAlias = Callable[[str], list[tuple[str | None, ...]]]

MOST_MATCHES = 10_000
"""Matches of one text that `parse … multi` makes rows of."""

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_TEST_OPTIONS = re2.Options()
_TEST_OPTIONS.log_errors = False
_TEST_OPTIONS.never_capture = True  # a test needs no groups, and is twice as fast without
_LITERAL = re.compile(r"[\w :/=,@<>\"'!#%&;~-]+", re.ASCII)  # what means itself in a regex
_SURROGATE = re.compile("[\ud800-\udfff]")
_ATOM = re.compile(r"^\(\?[a-zA-Z]+\)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]", re.DOTALL)
_LONGEST_PATTERN = 10_000  # characters, as of a query
_MOST_SEARCHED = 1 << 28  # bytes, where each search for the next match may look at all the rest
_INSIDE = frozenset(bytes([byte]) for byte in range(0x80, 0xC0))  # no character begins with them


class _Search(msgspec.Struct, frozen=True):
    """How to find every match, and whether finding one may look at all of the text."""

    finditer: Callable[[bytes], Iterator[Any]]
    far: bool


def regex_test(pattern: str) -> Test:
    """Whether a text has a match anywhere. Case counts, unless the pattern begins with `(?i)`."""
    if _LITERAL.fullmatch(pattern):
        return lambda text: pattern in text
    search = re2.compile(pattern, _TEST_OPTIONS).search
    return lambda text: search(_encoded(text)) is not None


def regex_extract(pattern: str, names: Sequence[str]) -> Extract:
    """The values of the first match's groups with these names, or else of all its groups.

    None if there is no match. A group that took no part in the match has no value.
    """
    search = re2.compile(pattern, _OPTIONS).search

    def extract(text: str) -> tuple[str | None, ...] | None:
        found = search(_encoded(text))
        if found is None:
            return None
        groups = [found.group(name) for name in names] if names else found.groups()
        return tuple(None if group is None else _decoded(group) for group in groups)

    return extract


def regex_extract_all(pattern: str, names: Sequence[str]) -> ExtractAll:
    """The same for every match of a text, one behind the other; at most 10,000 of them."""
    find = re2.compile(pattern, _OPTIONS).finditer

    def extract(text: str) -> list[tuple[str | None, ...]]:
        data = _encoded(text)
        # An empty match is found at each byte; those inside a character are none.
        found = (m for m in find(data) if data[m.start() : m.start() + 1] not in _INSIDE)
        groups = (
            [match.group(name) for name in names] if names else match.groups()
            for match in islice(found, MOST_MATCHES)
        )
        return [tuple(None if g is None else _decoded(g) for g in values) for values in groups]

    return extract


def replaced(text: str, pattern: str, replacement: str) -> str | None:
    """The text with every match replaced; an empty match only where no other match has just ended.

    None if the pattern is no regex, if the replacement may refer to groups, and where the result
    would be too long or take too long.
    """
    search = _searching(pattern)
    if search is None or refers_to_groups(replacement):
        return None
    data = _encoded(text)
    spans = _matches(search, data, len(replacement))
    if spans is None:
        return None
    kept = [data[end:start] for (_, end), (start, _) in pairwise([(0, 0), *spans, (len(data), 0)])]
    result = replacement.join(map(_decoded, kept))
    return result if len(result) <= MOST_TEXT else None


def refers_to_groups(replacement: str) -> bool:
    """Whether the replacement may refer to groups: with `$1` or `\\1`, AWS does not say."""
    return "$" in replacement or "\\" in replacement


def _matches(search: _Search, data: bytes, longer: int) -> list[tuple[int, int]] | None:
    """The places to replace; None where there are more of them than time or memory allows."""
    spans: list[tuple[int, int]] = []
    last = -1
    left = _MOST_SEARCHED
    for found in search.finditer(data):
        start, end = found.span()
        if start == end and (start == last or data[start : start + 1] in _INSIDE):
            continue
        spans.append((start, end))
        last = end
        left -= len(data) - start if search.far else 0
        if left < 0 or len(spans) * longer > MOST_TEXT:
            return None
    return spans


@lru_cache(maxsize=64)
def _searching(pattern: str) -> _Search | None:
    if len(pattern) > _LONGEST_PATTERN:
        return None
    try:
        compiled = re2.compile(pattern, _TEST_OPTIONS)
    except (re2.error, UnicodeEncodeError):  # the latter for half a character
        return None
    return _Search(compiled.finditer, _looks_far(pattern))


def _looks_far(pattern: str) -> bool:
    """Whether the search for one match may look far behind its end, again for every match.

    It cannot where at most one character class repeats and nothing is an alternative.
    """
    rest = _ATOM.sub("x", pattern)
    repeats = rest.count("*") + rest.count("+")
    choices = any(sign in rest for sign in ("|", "?", "{", ")*", ")+"))
    return repeats > 1 or choices or "\\Q" in pattern


def _decoded(data: bytes) -> str:
    """The bytes as text; what `\\C` has cut out of a character becomes U+FFFD."""
    return data.decode("utf-8", "replace")


def _encoded(text: str) -> bytes:
    """The text as RE2 takes it; half a character, which UTF-8 cannot hold, becomes U+FFFD.

    Bytes, because the wrapper counts the characters of a str before every place that it reports.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def glob_extract(pattern: str) -> Extract:
    """The texts in place of each `*`; None if the pattern does not fit.

    What is before the first literal is skipped. A star ends at the next place of the literal
    that follows it; a star at the end of the pattern takes all that is left. Newlines are
    characters like others. A pattern without a star copies
    the whole text, if its literal is there.
    CloudWatch Logs user guide, `parse`.
    """
    first, *literals = pattern.split("*")

    def extract(text: str) -> tuple[str | None, ...] | None:
        start = text.find(first)
        if start < 0:
            return None
        start += len(first)
        values: list[str | None] = []
        for literal in literals[:-1]:
            end = text.find(literal, start)
            if end < 0:
                return None
            values.append(text[start:end])
            start = end + len(literal)
        end = text.find(literals[-1], start) if literals[-1] else len(text)
        if end < 0:
            return None
        return (*values, text[start:end])

    return extract if literals else lambda text: (text,) if first in text else None
