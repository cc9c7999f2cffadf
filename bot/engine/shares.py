"""Cuts the files of a scan into shares of about equal work, one for each process.

Shares follow each other in the order of the files, so that what is gathered of them can be put
together as if one process had read everything. A file of lines may be cut between two lines.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bot.engine.decoding import NotAnObjectError, decode_object
from bot.engine.sources import LogFile

WORTH = 24 * 1024 * 1024
"""Bytes of text for which a second process is worth its start, which takes about a tenth of a second."""

_PACKED = 6  # how much larger the text of a gzip file is than the file, about
_HEAD = 64 * 1024
_GZIP = b"\x1f\x8b"


class _Weighed(msgspec.Struct, frozen=True):
    """A file, how many bytes of text it holds about, and whether it can be cut between lines."""

    file: LogFile
    size: int
    weight: int
    cuttable: bool


def processes_for(files: Sequence[LogFile], most: int | None) -> int:
    """How many processes a scan of the files is worth: at most `most`, or the machine's cores."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    weight = sum(_weighed(file).weight for file in files)
    return max(1, min(cores if most is None else most, weight // WORTH))


def shares(files: Sequence[LogFile], count: int) -> list[tuple[LogFile, ...]]:
    """The files in `count` shares, or fewer; none is empty."""
    weighed = [_weighed(file) for file in files]
    total = sum(one.weight for one in weighed)
    cut: list[list[LogFile]] = [[]]
    left = room = total / count
    for one in weighed:
        rest = one
        while len(cut) < count and rest.weight > left + room / 8:
            first, rest = _cut(rest, left)
            if first is not None:
                cut[-1].append(first)
            cut.append([])
            left = room
        cut[-1].append(rest.file)
        left -= rest.weight
        if left <= room / 8 and len(cut) < count:
            cut.append([])
            left += room
    return [tuple(share) for share in cut if share]


def _cut(one: _Weighed, weight: float) -> tuple[LogFile | None, _Weighed]:
    """About so much of the file, and the rest. A file that cannot be cut is all rest."""
    if not one.cuttable or weight < _HEAD:
        return None, one
    middle = _next_line(one.file.path, one.file.begin + int(weight))
    if middle is None or (one.file.end is not None and middle >= one.file.end):
        return None, one
    rest = replace(one.file, begin=middle)
    size = one.size - (middle - one.file.begin)
    return replace(one.file, end=middle), _Weighed(rest, size, size, True)


def _next_line(path: str, at: int) -> int | None:
    """Where the next line begins behind a place of the file; None if there is none."""
    try:
        with Path(path).open("rb") as opened:
            opened.seek(at)
            while block := opened.read(_HEAD):
                found = block.find(b"\n")
                if found >= 0:
                    return at + found + 1
                at += len(block)
    except OSError:
        pass  # reading it will say why
    return None


def _weighed(file: LogFile) -> _Weighed:
    try:
        size = Path(file.path).stat().st_size
        with Path(file.path).open("rb") as opened:
            head = opened.read(_HEAD)
    except (OSError, ValueError):
        return _Weighed(file, 0, 0, False)  # reading it will say why
    if head.startswith(_GZIP):
        return _Weighed(file, size, size * _PACKED, False)
    end = size if file.end is None else min(file.end, size)
    part = max(0, end - file.begin)
    return _Weighed(file, part, part, file.stored or _has_lines(head))


def _has_lines(head: bytes) -> bool:
    """Whether the content is an object on each line, as far as its first line shows."""
    first, end, _ = head.partition(b"\n")
    if not end or not first.startswith(b"{"):
        return False
    try:
        return "Records" not in decode_object(first)
    except NotAnObjectError:
        return False
