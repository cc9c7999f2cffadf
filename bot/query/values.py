"""The values of the language: how they count as numbers and texts, how they sort, how they print.

A value is a text, a number, a moment in time, a structure (list or map), or missing (None).
JSON booleans stay Python bools: they count as 1 and 0, and print so.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec


class Timestamp(int):
    """A moment, in milliseconds since the epoch. It prints as a date; it counts as a number."""

    __slots__ = ()


Structure: TypeAlias = list[Any] | dict[str, Any]
Number: TypeAlias = int | float
Value: TypeAlias = str | Number | Structure | None
OrderKey: TypeAlias = tuple[int, Any]

STRUCTURES = (list, dict)  # a union would be made anew at each test of a value

MOST_BITS = 4096  # of a whole number that the language computes; larger ones are missing
MOST_TEXT = 4 * 1024 * 1024  # characters that a function may make; longer texts are missing
_LONGEST_NUMBER = 1000  # characters; longer text is no number
_PRINTABLE_BITS = 13_000  # Python refuses to print more than 4,300 digits
_PLAIN_BELOW = 1e15  # whole floats below it print without a fraction

_NUMERIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def bounded(number: Number) -> Number | None:
    """The number, or None where it is infinite, no number at all, or too large to compute with."""
    if isinstance(number, float):
        return number if math.isfinite(number) else None
    return number if number.bit_length() <= MOST_BITS else None


def number_of(value: Value) -> Number | None:
    """The value as a number: numbers, moments (ms), booleans, and text that is only a number.

    Text may have a sign, a fraction and an exponent; spaces and other letters make it no number.
    """
    if isinstance(value, str):
        if len(value) > _LONGEST_NUMBER or not _NUMERIC.fullmatch(value):
            return None
        return int(value) if _WHOLE.fullmatch(value) else bounded(float(value))
    if isinstance(value, float):
        return bounded(value)
    return value if isinstance(value, int) else None


def text_of(value: Value) -> str | None:
    """The value as text; None for what is missing and for structures.

    "Maps and lists count as null in string functions": CloudWatch Logs user guide, `jsonParse`.
    """
    if isinstance(value, str):
        return value
    return None if isinstance(value, STRUCTURES) else render(value)


def truth(value: Value) -> bool:
    """Whether the value counts as true: a number other than 0, also when it is written as text."""
    return bool(number_of(value))


def render(value: Value) -> str | None:
    """The value as CloudWatch prints it; None where the row leaves the field out.

    Moments print as `YYYY-MM-DD HH:MM:SS.mmm` in UTC, booleans as 1 and 0, whole numbers without
    a fraction, structures as JSON.
    """
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, int):
        return _render_whole(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        whole = value.is_integer() and abs(value) < _PLAIN_BELOW
        return str(int(value)) if whole else repr(value)
    return render_structure(value)


def _render_whole(value: int) -> str | None:
    if isinstance(value, Timestamp):
        return render_time(value)
    return str(int(value)) if value.bit_length() <= _PRINTABLE_BITS else None


@lru_cache(maxsize=1024)  # one bin has many events
def render_time(ms: int) -> str | None:
    """The moment as `YYYY-MM-DD HH:MM:SS.mmm`, UTC; as plain milliseconds outside years 1 to 9999."""
    moment = moment_of(ms)
    if moment is None:
        return render(int(ms))
    return moment.isoformat(" ", "milliseconds")[:23]


def moment_of(ms: int) -> datetime | None:
    """The moment as a datetime in UTC; None outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return None


def render_structure(value: Structure) -> str | None:
    """The list or map as compact JSON; None where it holds what JSON cannot."""
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, UnicodeEncodeError, RecursionError, OverflowError):
        return None


def identity(value: Value) -> str | None:
    """What makes two values one group, one distinct value, one `dedup` key: that they print alike.

    None for missing values, and for structures, which cannot be grouped by.
    """
    return value if isinstance(value, str) else text_of(value)


def order_key(value: Value) -> OrderKey | None:
    """A key that puts values into the natural order of `sort`, ascending; None for missing.

    CloudWatch Logs user guide, `sort`: values that are no numbers come first, then numbers. Text
    is cut into chunks of digits and of other characters; digits compare by length and then by
    value, other characters by code point.
    """
    number = number_of(value)
    if number is not None:
        return (1, number)
    text = text_of(value)
    return None if text is None else (0, _natural(text))


def _natural(text: str) -> str:
    """A text whose plain order is the natural order of `text`.

    A chunk of digits gets its length before it, behind a digit, so that it still compares with
    other characters as a digit does; the NUL ends the chunk before it, as the shorter one.
    """
    return _DIGITS.sub(_marked, text)


def _marked(digits: re.Match[str]) -> str:
    chunk = digits[0]
    before = "\0" if digits.start() else ""
    return f"{before}0{chr(min(len(chunk), 0x10FFFF))}{chunk}"
