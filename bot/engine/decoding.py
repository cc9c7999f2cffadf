"""One JSON object from bytes, as forgiving as can be without guessing."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from bot.query.discovery.json_text import decode_patiently

Buffer: TypeAlias = bytes | str


class NotAnObjectError(Exception):
    """The bytes are no JSON object; the text says what they are instead, for a `Trouble`."""


NOT_JSON = "is not JSON that can be read; it is left out"
NOT_AN_OBJECT = "is JSON but no object; it is left out"
TOO_DEEP = "is nested too deeply to be read; it is left out"


def decode_object(data: Buffer) -> dict[str, Any]:
    """The object, the last of equal keys winning. Raises `NotAnObjectError`.

    What strict decoders refuse and a log still holds is read: bytes that are not UTF-8 (replaced),
    half surrogate pairs, raw control characters, `NaN` (as null), numbers of any size (infinite
    where they are beyond a float).
    """
    try:
        value = _decode_strictly(data)
    except RecursionError:
        raise NotAnObjectError(TOO_DEEP) from None
    except ValueError:  # msgspec's own errors and UnicodeDecodeError are ValueErrors
        value = _decode_patiently(data)
    if not isinstance(value, dict):
        raise NotAnObjectError(NOT_AN_OBJECT)
    return value


def text_of(data: Buffer) -> str:
    """The bytes as text, with U+FFFD for what is not UTF-8."""
    return data if isinstance(data, str) else data.decode("utf-8", "replace")


def _decode_patiently(data: Buffer) -> Any:
    try:
        return decode_patiently(text_of(data))
    except RecursionError:
        raise NotAnObjectError(TOO_DEEP) from None
    except ValueError:
        raise NotAnObjectError(NOT_JSON) from None


_decode_strictly = msgspec.json.Decoder().decode
