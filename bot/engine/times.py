"""When an event happened, as far as its fields or the start of its line say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.query.values import Timestamp

TIME_FIELDS = ("eventTime", "@timestamp", "timestamp", "time")
"""Fields of an event that may say when it happened; the first that reads as a time does."""

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[Zz]|[+-]\d\d:?\d\d)?"
_WHOLE = re.compile(_ISO, re.ASCII)
_AT_START = re.compile(rb"[\[\"'(]?(" + _ISO.encode() + rb")(?![0-9])")
_NUMBER = re.compile(r"\d{9,19}(?:\.\d{1,9})?", re.ASCII)

_LONGEST = 40  # characters of a time
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def event_time(value: Any) -> Timestamp | None:
    """The moment that a field's value means: ISO 8601 text, or epoch seconds to nanoseconds.

    Text without a zone is UTC. Numbers before 1973 (as seconds) are durations or ids, not times.
    """
    kind = type(value)
    if kind is str:
        return _text_time(value) if len(value) <= _LONGEST else None
    if kind is int or kind is float:
        return _number_time(value)
    return None


def line_time(line: bytes) -> Timestamp | None:
    """The moment that a line of text begins with, as ISO 8601."""
    return event_time(time_at_start(line))


def time_at_start(line: bytes) -> str | None:
    """The text at the start of a line that looks like a time in ISO 8601."""
    found = _AT_START.match(line)
    return found[1].decode() if found else None


def _text_time(text: str) -> Timestamp | None:
    if _WHOLE.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text.upper().replace(" Z", "Z"))
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return Timestamp((moment - _EPOCH) // _MILLISECOND)
    if _NUMBER.fullmatch(text):
        return _number_time(float(text) if "." in text else int(text))
    return None


def _number_time(number: float) -> Timestamp | None:
    if not 1e8 <= number < 1e20:  # false for nan, too
        return None
    if number < 1e11:
        return Timestamp(round(number * 1000))
    scale = 1 if number < 1e14 else 1000 if number < 1e17 else 1_000_000
    return Timestamp(int(number) // scale)
