"""Finds the lines that may hold what a query requires, without looking at any line by itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any, TypeAlias

import re2

from bot.query.scans.required import Required, Sought

_SHORTEST = 4  # bytes; what is shorter is in nearly every event
_MOST = 3  # alternatives; each is searched for by itself
_IDLE = 8  # blocks in a row for which it was of no use, before it is given up

_AS_ITSELF = re.compile(r"[ !#-.0-\[\]-~]+")  # what is written in JSON as itself, or with `\u`
_REPLACED = re.compile("[\ud800-\udfff\ufffd]")  # what may stand for bytes that are not UTF-8
_HEAD = itemgetter(slice(0, 4))
_OBJECT, _HOLDER = b'{"', b'{"Re'  # `{"Records"` may hold many events

_OPTIONS = re2.Options()
_OPTIONS.literal = True
_OPTIONS.never_capture = True
_OPTIONS.encoding = re2.Options.Encoding.LATIN1  # bytes are sought, whatever they mean
_OPTIONS.log_errors = False
_REGEX_OPTIONS = re2.Options()
_REGEX_OPTIONS.never_capture = True
_REGEX_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_REGEX_OPTIONS.log_errors = False


Search: TypeAlias = Callable[..., Any]


class Sieve:
    """Looks for texts in many lines at once; a line may be let through that holds none of them.

    What it does not let through can be no event that is sought, so nobody checks that it is one:
    it counts as an event if it begins as an object does.
    """

    def __init__(self, sought: Iterable[Sequence[Search]]) -> None:
        """One of each must find something; which of these finds least shows in the first lines."""
        self._sought = list(sought)
        self._rarest: Sequence[Search] | None = None
        self._idle = 0

    def may_hold(self, data: bytes) -> bool:
        """Whether all that is sought may be there."""
        return all(any(search(data) for search in searches) for searches in self._sought)

    def places(self, lines: Sequence[bytes], block: bytes) -> list[int] | None:
        """The places of the lines that may hold what is sought; None if all may.

        The block has the lines, but of the first one perhaps only the end; something may follow.
        """
        if not lines or self._idle >= _IDLE or not _are_objects(lines):
            return None
        found = self._found(lines, block)
        self._idle = self._idle + 1 if found is None else 0
        return None if found is None else sorted(found)

    def _found(self, lines: Sequence[bytes], block: bytes) -> set[int] | None:
        if self._rarest is not None:
            return _held(self._rarest, lines, block)
        best: set[int] | None = None
        for searches in self._sought:
            found = _held(searches, lines, block)
            if found is not None and (best is None or len(found) < len(best)):
                best, self._rarest = found, searches
        return best


def _held(searches: Iterable[Search], lines: Sequence[bytes], block: bytes) -> set[int] | None:
    """The places of the lines where a search finds something, and of the first; None for many."""
    found, most = {0}, len(lines) // 4 + 1
    ends: list[int] = []
    for search in searches:
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
    """A sieve for the texts required; None if none is worth it."""
    worth: list[list[Search]] = []
    for need in required:
        needles = [_needle(sought) for sought in need.texts]
        if len(needles) <= _MOST and _weight(needles) >= _SHORTEST:
            # RE2 looks at the first and last byte of a text in many places at once. Its speed is
            # several times that of `bytes.find`.
            searches = [re2.compile(needle, _OPTIONS).search for needle in needles]
            in_json = zip(needles, need.texts, strict=True)
            escaped = b"".join(n for n, sought in in_json if not sought.in_message)
            worth.append([*searches, _escape(escaped)] if escaped else searches)
    return Sieve(worth) if worth else None


def _escape(needles: bytes) -> Search:
    """A search for what may stand for a character of these in JSON, such as `\\u0061` for an `a`.

    Many logs escape `<` or `&` so, and few lines have one for a letter.
    """
    codes = {f"{byte:02x}" for byte in needles}
    either = "|".join(sorted(f"{code[0]}[{code[1]}{code[1].upper()}]" for code in codes))
    search: Search = re2.compile(rf"\\u00(?:{either})".encode(), _REGEX_OPTIONS).search
    return search


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
