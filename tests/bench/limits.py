"""What no engine here can be faster than: unpacking the files, and decoding one field of each line."""

from __future__ import annotations

import zlib
from pathlib import Path

import msgspec


class _Event(msgspec.Struct, gc=False):
    eventSource: str | None = None  # noqa: N815 - a field of CloudTrail


def decode(path: Path) -> int:
    """How many events the file has, each decoded to the one field that question a asks for."""
    decoder = msgspec.json.Decoder(_Event).decode
    count = 0
    with path.open("rb", buffering=1 << 18) as file:
        for line in file:
            decoder(line)
            count += 1
    return count


def inflate(folder: Path) -> int:
    """How many bytes come out of the folder's gzip files, with the fastest inflater installed."""
    try:
        from isal.isal_zlib import decompress
    except ImportError:
        from zlib import decompress
    return sum(
        len(decompress(path.read_bytes(), wbits=zlib.MAX_WBITS | 16)) for path in folder.iterdir()
    )
