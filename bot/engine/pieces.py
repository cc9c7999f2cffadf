"""Cuts a file's content into events, each with the exact bytes it is made of.

The forms, by content: a JSON object on each line; lines of text; CloudTrail's
`{"Records": [...]}` and arrays of objects, whole or one on each line; values written over several
lines, or joined without a break, as `jq` and Firehose do.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from bot.engine.decoding import TOO_DEEP, NotAnObjectError, decode_object
from bot.engine.sieve import Sieve
from bot.engine.split import opens, parts
from bot.engine.troubles import Troubles

LONGEST = 256 * 1024 * 1024
"""Bytes that one line, or one value over several lines, may have."""

SOME = 512
"""Values that come out of one place at a time."""

TOGETHER = 256 * 1024
"""Bytes of lines that are given together, at least, unless the content ends."""

TOO_LONG = f"a line or value is longer than {LONGEST >> 20} MiB; what is over is left out"
CUT_OFF = "its last event is cut off; it is left out"
NO_OBJECTS = "something between its events is no object; it is left out"

# What holds events instead of being one. `Records` must be the first key, as CloudTrail has it.
_HOLDER = re.compile(rb'\s*(?:\{\s*"Records"\s*:\s*\[|\[(?=\s*(?:\{\s*["}]|\]\s*\Z)))')

_AFTER_LAST = re.compile(rb"[\s,]*(?:\]|\Z)")


class _File(msgspec.Struct):
    Records: list[msgspec.Raw]


_decode_file = msgspec.json.Decoder(_File).decode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_any = msgspec.json.Decoder(msgspec.Raw).decode


class Batch(NamedTuple):
    """Some of a content, in order: lines one after the other, or values out of one place."""

    items: list[bytes]
    """Lines have their line feeds still: `bare` takes them off. Values may be `msgspec.Raw`."""
    offset: int
    """Where the first line starts in the content; or where what holds all the values does."""
    line: int | None
    """The number of the first line, or of the line that holds all the values; None if several do."""
    held: bool = False
    """Whether the items come out of an array, or of a value over several lines."""
    first: int = 0
    """How many values of the same place came before, in other batches."""
    ended: bool = True
    """False for the last line of a content that does not end with a line feed."""
    returns: bool = True
    """Whether there may be carriage returns before the line feeds."""
    sought: Sequence[int] | None = None
    """The places of the items that may hold what is sought; None if all may."""


def bare(line: bytes) -> bytes:
    """The line without what ends it."""
    return line.removesuffix(b"\n").removesuffix(b"\r")


class _Gathered:
    """Lines that are to be given together, and where the first of them starts."""

    def __init__(self, sieve: Sieve | None, begin: int) -> None:
        self.offset, self.number = begin, 1
        self.size = 0
        self._sieve = sieve
        self._lines: list[bytes] = []
        self._sought: list[int] = []
        self._returns = False

    def add(self, lines: list[bytes], block: bytes, size: int) -> None:
        """Add the lines, of that size, which end in a block. The first may have begun before it."""
        if self._sieve is not None:
            first = len(self._lines)
            places = self._sieve.places(lines, block)
            self._sought += (
                range(first, first + len(lines))
                if places is None
                else [first + place for place in places]
            )
        self._lines += lines
        self.size += size
        self._returns = self._returns or b"\r" in block

    def skip(self, size: int) -> None:
        """Leave out a line of this size."""
        self.offset += size
        self.number += 1

    def take(self) -> Iterator[Batch]:
        """The lines, if there are any; those to come follow them."""
        if self._lines:
            sought = None if self._sieve is None else self._sought
            yield Batch(self._lines, self.offset, self.number, returns=self._returns, sought=sought)
            self.offset += self.size
            self.number += len(self._lines)
            self._lines, self._sought, self.size = [], [], 0


def read_lines(
    blocks: Iterable[bytes],
    path: str,
    troubles: Troubles,
    sieve: Sieve | None = None,
    begin: int = 0,
) -> Iterator[Batch]:
    """The lines of a content, about `TOGETHER` bytes at a time.

    A line that is over `LONGEST` is a trouble, and is left out. `begin` is where the blocks begin
    in the whole content.
    """
    gathered = _Gathered(sieve, begin)
    rest: list[bytes] = []  # what is there of a line that has not ended
    size = 0  # of that line
    for block in blocks:
        lines = io.BytesIO(block).readlines()  # much faster than `split`
        last = b"" if block.endswith(b"\n") else lines.pop()
        if lines:
            if size + len(lines[0]) > LONGEST + 1:
                yield from gathered.take()
                troubles.add(path, TOO_LONG, gathered.number)
                gathered.skip(size + len(lines[0]))
                block = block[len(lines.pop(0)) :]
                size = 0
            elif rest:
                lines[0] = b"".join([*rest, lines[0]])
            gathered.add(lines, block, size + len(block) - len(last))
            rest, size = [], 0
        size += len(last)
        if size > LONGEST:
            rest = []
        elif last:
            rest.append(last)
        if gathered.size >= TOGETHER:
            yield from gathered.take()
    yield from gathered.take()
    if size > LONGEST:
        troubles.add(path, TOO_LONG, gathered.number)
    elif size:
        yield Batch([b"".join(rest)], gathered.offset, gathered.number, ended=False)


def read_batches(
    blocks: Iterable[bytes], path: str, troubles: Troubles, sieve: Sieve | None = None
) -> Iterator[Batch]:
    """The lines of a content, or the values in it if it is one JSON document over several lines."""
    lines = read_lines(blocks, path, troubles, sieve)
    start = _to_second_line(lines)
    first = next((line for batch in start for line in batch.items if _has_text(line)), b"")
    if first and _goes_on(start) and _opens_a_value(first):
        start += _up_to_longest(lines)
        data = b"".join(line for batch in start for line in batch.items)
        if _is_document(data):
            yield from held_values(data, 0, None, path, troubles, sieve)
            if next(lines, None) is not None:
                troubles.add(path, TOO_LONG)
            return
    yield from start
    yield from lines


def _to_second_line(lines: Iterator[Batch]) -> list[Batch]:
    """Batches up to the first line that is not blank, and the one after it."""
    start: list[Batch] = []
    for batch in lines:
        start.append(batch)
        if any(map(_has_text, batch.items)):
            break
    return start + list(itertools.islice(lines, 1))


# Whether this is a file of CloudTrail's, or an array of objects, rather than one event. Not a
# function of ours, because it is asked of every line.
holds_events = _HOLDER.match


def held_values(
    data: bytes,
    offset: int,
    line: int | None,
    path: str,
    troubles: Troubles,
    sieve: Sieve | None = None,
) -> Iterator[Batch]:
    """The values in what holds events, or in several such side by side, some at a time.

    Scalars in an array come out too, to be named as what they are. Where a decoder gives up (a
    torn file, one bad event among good ones) the bracketed parts are what there is.
    """
    values = _values_in(data, path, troubles)
    sought = None if sieve is None or sieve.may_hold(data) else ()
    first = 0
    while items := list(itertools.islice(values, SOME)):
        yield Batch(items, offset, line, held=True, first=first, sought=sought)
        first += len(items)


def joined_values(data: bytes) -> list[bytes]:
    """The objects of a line that holds several without a break, or nothing if that is not so."""
    found = list(parts(data))
    if len(found) < 2 or not all(part.closed and part.clean for part in found):
        return []
    return [data[part.start : part.end] for part in found]


def _has_text(line: bytes) -> bool:
    return bool(line) and not line.isspace()


def _goes_on(start: list[Batch]) -> bool:
    """Whether there is more than one line with something in it."""
    lines = (line for batch in start for line in batch.items if _has_text(line))
    return len(list(itertools.islice(lines, 2))) > 1


def _up_to_longest(lines: Iterator[Batch]) -> Iterator[Batch]:
    size = 0
    for batch in lines:
        yield batch
        size += sum(map(len, batch.items))
        if size > LONGEST:
            return


def _opens_a_value(line: bytes) -> bool:
    """Whether an object or array begins in this line and goes on after it."""
    if line.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        _decode_any(line)
    except (msgspec.DecodeError, RecursionError):
        return opens(line)
    return False


def _is_document(data: bytes) -> bool:
    """Whether the content is JSON over several lines, rather than lines of which the first is torn."""
    if _HOLDER.match(data):
        return True
    first = next(parts(data))
    if not first.closed:
        return False
    try:
        decode_object(data[first.start : first.end])
    except NotAnObjectError as error:
        return str(error) == TOO_DEEP
    return True


def _values_in(data: bytes, path: str, troubles: Troubles) -> Iterator[bytes]:
    try:
        values = _decode_array(data) if data.lstrip()[:1] == b"[" else _decode_file(data).Records
    except (msgspec.DecodeError, RecursionError):
        yield from _salvaged(data, path, troubles)
    else:
        yield from values


def _salvaged(data: bytes, path: str, troubles: Troubles) -> Iterator[bytes]:
    for value in parts(data):
        inside = _HOLDER.match(data, value.start, value.end)
        if not inside:
            if value.closed:
                yield data[value.start : value.end]
        else:
            last, clean = inside.end(), True
            for part in parts(data, last):
                if part.closed:
                    yield data[part.start : part.end]
                last, clean = part.end, clean and part.clean
            if not clean or not _AFTER_LAST.match(data, last, value.end):
                troubles.add(path, NO_OBJECTS)
        if not value.closed:
            troubles.add(path, CUT_OFF)
