"""Finds where JSON values begin and end, in bytes that no decoder takes whole.

Torn files, values joined without a break, nesting without end: a stack of brackets is counted, so
nothing here recurses. What lies between the brackets is for a decoder to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

# A string (to the end of the data if it is never closed) or a bracket. Possessive: no going back.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[{}\[\]]', re.DOTALL)
_OPEN, _CLOSE = b"{[", b"}]"
_BETWEEN = re.compile(rb"[\s,]*")


class Part(msgspec.Struct, frozen=True):
    """One object or array at `data[start:end]`. `clean`: only blanks and commas stood before it."""

    start: int
    end: int
    closed: bool
    clean: bool


def parts(data: bytes, start: int = 0) -> Iterator[Part]:
    """The objects and arrays that lie side by side from `start`, to the end or a closing bracket.

    The last one is not `closed` if the data end within it. Scalars between them are no parts.
    """
    depth, first, last = 0, start, start
    for token in _TOKEN.finditer(data, start):
        mark = token[0][:1]
        if mark in _OPEN:
            if not depth:
                first = token.start()
            depth += 1
        elif mark in _CLOSE:
            depth -= 1
            if depth < 0:
                return
            if not depth:
                yield Part(first, token.end(), True, _is_clean(data, last, first))
                last = token.end()
    if depth:
        yield Part(first, len(data), False, _is_clean(data, last, first))


def _is_clean(data: bytes, start: int, end: int) -> bool:
    between = _BETWEEN.match(data, start, end)
    return between is not None and between.end() == end


def opens(line: bytes) -> bool:
    """Whether an object or array that begins in this line does not end in it."""
    return any(not part.closed for part in parts(line))
