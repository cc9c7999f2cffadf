"""Patterns: the search for a regex, and the globs and regexes of `parse`.

Regexes are RE2 (CloudWatch Logs user guide, `regexReplace`): their time is linear in the text, so
no pattern and no log line can make a query hang.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeAlias

import re2

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
_INSIDE = frozenset(bytes([byte]) for byte in range(0x80, 0xC0))  # of a character in UTF-8
_SURROGATE = re.compile("[\ud800-\udfff]")


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


def _decoded(group: bytes) -> str:
    r"""The text of a group; `\C` may cut a character, which becomes U+FFFD."""
    return group.decode(errors="replace")


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
    characters like others. A pattern without a star copies the whole text.
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

    return extract if literals else lambda text: (text,)
