"""Opens a file of any kind safely, and gives its content in blocks: gzip undone, BOM removed.

What a file is, its first bytes say; its name is never asked.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from functools import cache
from typing import BinaryIO, cast

from isal import isal_zlib

from bot.engine.troubles import Troubles

BLOCK = 256 * 1024

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"

# First bytes → what it is. These are not read as text: they would only look like strange events.
_REFUSED = {
    b"\xff\xfe": "is UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "is UTF-16 text; save it as UTF-8",
    b"PK\x03\x04": "is a zip file; unpack it first",
    b"BZh": "is packed with bzip2; unpack it first",
    b"\xfd7zXZ\x00": "is packed with xz; unpack it first",
    b"\x28\xb5\x2f\xfd": "is packed with zstd; unpack it first",
    b"PAR1": "is a Parquet file; export it as JSON lines",
    b"SQLite format 3\x00": "is a SQLite database; export its rows as JSON lines",
    _GZIP: "is gzip inside gzip; unpack it once",
}

_DAMAGED = cast("type[Exception]", isal_zlib.error)  # its stub says that it is an exception
_MUCH = 16 * 1024 * 1024

_LONGEST_SIGN = max(map(len, _REFUSED))

Ticker = Callable[[int], None]
"""Is told of every block how many bytes were read from the disk."""


def nothing(_size: int) -> None:
    """A ticker that does nothing."""


@cache  # a second block would come out of what is kept, and be written to
def keep_memory() -> None:
    """Have the allocator keep what is freed, some megabytes of it, for the blocks to come.

    glibc otherwise gives large blocks back at once, and a scan spends a fifth of its time getting
    them again. Its threshold follows the largest block freed (mallopt(3), M_MMAP_THRESHOLD); one
    that nobody writes to costs nothing.
    """
    bytes(_MUCH)


def read_blocks(
    path: str, troubles: Troubles, tick: Ticker = nothing, begin: int = 0, end: int | None = None
) -> Generator[bytes]:
    """The file's content in blocks that are not empty and hold about 256 KiB.

    With `begin` or `end`, only the bytes between, which are taken as they are.
    Whatever keeps the file, or its rest, from being read is added to `troubles`, and the blocks
    end there. `tick` may raise to end the reading.
    """
    try:
        file = _open(path)
    except (OSError, ValueError) as error:
        troubles.add(path, _words(error))
        return
    if begin or end is not None:
        with file:
            yield from _part(file, path, troubles, tick, (begin, end))
        return
    with file, closing(_content(file, path, troubles, tick)) as blocks:
        first = _start(blocks)
        for magic, why in _REFUSED.items():
            if first.startswith(magic):
                troubles.add(path, why)
                return
        first = first.removeprefix(_BOM)
        for at in range(0, len(first), BLOCK):
            yield first[at : at + BLOCK]
        yield from blocks


def _start(blocks: Iterator[bytes]) -> bytes:
    """The first block; or the first ones, until they show what the content is."""
    start = b""
    for block in blocks:
        start += block
        if len(start) >= _LONGEST_SIGN:
            break
    return start


def _words(error: OSError | ValueError) -> str:
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return f"cannot be read: {words}"


def _open(path: str) -> BinaryIO:
    """The file, if it is a regular one; opening a pipe or a device must not wait for anybody."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISREG(kind):
        return os.fdopen(descriptor, "rb", buffering=0)
    os.close(descriptor)
    what = "a folder" if stat.S_ISDIR(kind) else "a pipe, socket or device"
    raise ValueError(f"it is {what}, not a file")


def _content(file: BinaryIO, path: str, troubles: Troubles, tick: Ticker) -> Generator[bytes]:
    raw = _raw(file, path, troubles, tick)
    first = next(raw, b"")
    if first.startswith(_GZIP):
        yield from _unpacked(first, raw, path, troubles)
    elif first:
        yield first
        yield from raw


def _raw(file: BinaryIO, path: str, troubles: Troubles, tick: Ticker) -> Generator[bytes]:
    while True:
        try:
            block = file.read(BLOCK)
        except OSError as error:
            troubles.add(path, _words(error))
            return
        if not block:
            return
        tick(len(block))
        yield block


def _part(
    file: BinaryIO, path: str, troubles: Troubles, tick: Ticker, span: tuple[int, int | None]
) -> Generator[bytes]:
    begin, end = span
    file.seek(begin)
    left = None if end is None else end - begin
    for block in _raw(file, path, troubles, tick):
        yield block if left is None else block[:left]
        if left is not None:
            left -= len(block)
            if left <= 0:
                return


def _unpacked(
    first: bytes, raw: Iterator[bytes], path: str, troubles: Troubles
) -> Generator[bytes]:
    """What gzip holds, member after member, in blocks of bounded size."""
    packed = first
    while True:
        member = isal_zlib.decompressobj(wbits=31)
        while not member.eof:
            if not packed and not (packed := next(raw, b"")):
                troubles.add(path, "its gzip data ends early; what should follow is missing")
                return
            try:
                block = member.decompress(packed, BLOCK)
            except _DAMAGED:
                troubles.add(path, "its gzip data is damaged; what follows is missing")
                return
            packed = member.unused_data if member.eof else member.unconsumed_tail
            if block:
                yield block
        # Zeros after a member are padding (RFC 1952 leaves it open; gzip(1) skips them).
        while not (packed := packed.lstrip(b"\x00")):
            if not (packed := next(raw, b"")):
                return
        if len(packed) < len(_GZIP):
            packed += next(raw, b"")
        if not packed.startswith(_GZIP):
            troubles.add(path, "something that is not gzip follows its gzip data; it is left out")
            return
