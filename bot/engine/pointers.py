"""Pointers: text that leads back to one event, as `@ptr` does, also after a restart."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from typing import TypeAlias

from bot.engine.sources import LogFile
from bot.errors import BotError

_SHAPE = struct.Struct(">12sQI")


Place: TypeAlias = tuple[bytes, int, int]
"""Where an event stands: its file's identity, an offset in its content, a number there."""


def file_identity(file: LogFile) -> bytes:
    """Twelve bytes that stand for a file as part of its log and stream."""
    parts = (file.path, file.log, file.stream)
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).digest()[: _SHAPE.size - 12]


def write_pointer(place: Place) -> str:
    """The pointer for a place."""
    return base64.b64encode(_SHAPE.pack(*place)).decode()


def read_pointer(pointer: str) -> Place:
    """The place that a pointer stands for. Raises `BotError` if it was not made here."""
    try:
        identity, offset, nth = _SHAPE.unpack(base64.b64decode(pointer, validate=True))
    except (ValueError, binascii.Error, struct.error) as error:
        raise no_such_event() from error
    return identity, offset, nth


def no_such_event() -> BotError:
    """What to say when a pointer leads nowhere."""
    return BotError(
        "This pointer leads to no event here: it comes from elsewhere, or its file has changed. "
        "Run the query again and take the pointer from its rows."
    )
