"""JSON objects in the text of an event, as forgiving as can be without guessing."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

_LONGEST_WHOLE = 4_000  # digits; Python refuses to read much longer ones
_MOST_STARTS = 100  # of what may be an object: each costs a look at all that is before it
_START = re.compile(r'\{[ \t\r\n]{0,100}["}]')


def object_of(text: str) -> dict[str, Any] | None:
    """The object that the whole text is, the last of equal keys winning; None for anything else.

    What strict decoders refuse and a log still holds is read: raw control characters, halves of
    surrogate pairs, `NaN` (as null), numbers of any size (infinite where no float holds them).
    """
    try:
        value = _decode_strictly(text)
    except RecursionError:
        return None
    except ValueError:  # msgspec's own errors and UnicodeEncodeError are ValueErrors
        value = _whatever(text)
    return value if isinstance(value, dict) else None


def first_object_in(text: str) -> dict[str, Any] | None:
    """The first object within the text; None if there is none.

    Where something begins like an object and is none, the search goes on behind the place that
    is wrong. It gives up after many such places, so that no text takes long.
    """
    at = 0
    for _ in range(_MOST_STARTS):
        start = _START.search(text, at)
        if start is None:
            return None
        try:
            value: dict[str, Any] = _PATIENT.raw_decode(text, start.start())[0]
        except json.JSONDecodeError as error:
            at = max(start.start() + 1, error.pos)
        except RecursionError:
            return None
        else:
            return value
    return None


def decode_patiently(text: str) -> Any:
    """The JSON value that the text is, with all that `object_of` forgives.

    Raises `ValueError` for what is no JSON, and `RecursionError` where it is nested too deeply.
    """
    return _PATIENT.decode(text)


def _whatever(text: str) -> Any:
    try:
        return decode_patiently(text)
    except (ValueError, RecursionError):
        return None


def _whole_number(text: str) -> int | float:
    return int(text) if len(text) < _LONGEST_WHOLE else float(text)


_decode_strictly = msgspec.json.Decoder().decode
_PATIENT = json.JSONDecoder(
    strict=False, parse_int=_whole_number, parse_constant=lambda _name: None
)
