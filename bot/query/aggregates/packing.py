"""Values as plain data that `msgspec.msgpack` can write, for states that leave their process.

Most values stay as they are. What the format cannot hold becomes a map of one entry: a moment, a
whole number beyond 64 bits, a text with half a character.
"""

from __future__ import annotations

from typing import Any

from bot.query.values import Timestamp, Value

_LEAST, _MOST = -(1 << 63), (1 << 64) - 1  # whole numbers of the format


def pack(value: Value) -> Any:
    """The value as plain data. Lists and maps pass as they are: no state holds one."""
    if isinstance(value, str):
        return value if value.isascii() else _packed_text(value)
    if isinstance(value, Timestamp):
        return {"moment": pack(int(value))}
    if isinstance(value, int) and not _LEAST <= value <= _MOST:
        return {"whole": hex(value)}
    return value


def _packed_text(text: str) -> Any:
    try:
        text.encode()
    except UnicodeEncodeError:
        return {"text": text.encode("utf-8", "surrogatepass").hex()}
    return text


def unpack(data: Any) -> Any:
    """The value that `pack` made this of."""
    if not isinstance(data, dict):
        return data
    ((kind, packed),) = data.items()
    if kind == "moment":
        return Timestamp(unpack(packed))
    return (
        int(packed, 16)
        if kind == "whole"
        else bytes.fromhex(packed).decode("utf-8", "surrogatepass")
    )
