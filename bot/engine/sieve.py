"""Finds the lines that may hold what a query requires, without looking at any line by itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any

import re2

from bot.query.required import Required, Sought

_SHORTEST = 4  # bytes; what is shorter is in nearly every event
_MOST = 3  # alternatives; each is searched for by itself
_IDLE = 8  # blocks in a row for which it was of no use, before it is given up

_ESCAPE = rb"\u"  # what may stand for a character of a text, in JSON
_AS_ITSELF = re.compile(r"[ !#-.0-\[\]-~]+")  # what is written in JSON as itself, or with `\u`
_REPLACED = re.compile("[\ud800-\udfff\ufffd]")  # what may stand for bytes that are not UTF-8
_HEAD = itemgetter(slice(0, 4))
_OBJECT, _HOLDER = b'{"', b'{"Re'  # `{"Records"` may hold many events

_OPTIONS = re2.Options()
_OPTIONS.literal = True
_OPTIONS.never_capture = True
_OPTIONS.encoding = re2.Options.Encoding.LATIN1  # bytes are sought, whatever they mean
_OPTIONS.log_errors = False


class Sieve:
    """Looks for texts in many lines at once; a line may be let through that holds none of them.

    What it does not let through can be no event that is sought, so nobody checks that it is one:
    it counts as an event if it begins as an object does.
    """

    def __init__(self, needles: Iterable[bytes]) -> None:
        """Look for these."""
        # RE2 looks at the first and last byte of a text in many places at once. Its speed is
        # several times that of `bytes.find`.
        self._searches: list[Callable[..., Any]] = [
            re2.compile(needle, _OPTIONS).search for needle in needles
        ]
        self._idle = 0

    def may_hold(self, data: bytes) -> bool:
        """Whether one of the texts may be there."""
        return any(search(data) for search in self._searches)

    def places(self, lines: Sequence[bytes], block: bytes) -> list[int] | None:
        """The places of the lines that may hold a text; None if all may.

        The block has the lines, but of the first one perhaps only the end; something may follow.
        """
        if not lines or self._idle >= _IDLE or not _are_objects(lines):
            return None
        found = self._found(lines, block)
        self._idle = self._idle + 1 if found is None else 0
        return None if found is None else sorted(found)

    def _found(self, lines: Sequence[bytes], block: bytes) -> set[int] | None:
        found, most = {0}, len(lines) // 4 + 1
        ends: list[int] = []
        for search in self._searches:
            start = 0
            while match := search(block, start):
                ends = ends or _ends(lines, block)
                place = bisect_right(ends, match.start())
                if place == len(ends):
                    break
                found.add(place)
                if len(found) > most:
                    return None
                start = ends[place]
        return found


def compile_sieve(required: Iterable[Required]) -> Sieve | None:
    """A sieve for one of the texts required, the longest; None if there is none worth it."""
    best: list[bytes] = []
    escaped = False
    for need in required:
        needles = [_needle(sought) for sought in need.texts]
        if len(needles) <= _MOST and _weight(needles) > max(_weight(best), _SHORTEST - 1):
            best = needles
            escaped = not all(sought.in_message for sought in need.texts)
    if not best:
        return None
    return Sieve([*best, _ESCAPE] if escaped else best)


def _weight(needles: Sequence[bytes]) -> int:
    return min(map(len, needles), default=0)


def _needle(sought: Sought) -> bytes:
    """Bytes that are there where the text is; for a text in JSON, unless an escape is there."""
    if sought.in_message:
        return b"" if _REPLACED.search(sought.text) else sought.text.encode()
    return max(_AS_ITSELF.findall(sought.text), key=len, default="").encode()


def _ends(lines: Sequence[bytes], block: bytes) -> list[int]:
    """Where in the block each line ends."""
    first = block.index(b"\n") + 1
    return list(accumulate(map(len, lines[1:]), initial=first))


def _are_objects(lines: Sequence[bytes]) -> bool:
    """Whether each line begins as an object does that is one event."""
    heads = set(map(_HEAD, lines))
    return all(head.startswith(_OBJECT) and head != _HOLDER for head in heads)
