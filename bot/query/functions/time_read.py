"""Reads a date as `parseDate` does: from the pieces of its pattern to milliseconds.

CloudWatch Logs user guide, "Datetime functions".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from bot.query.functions.time_pattern import (
    Digits,
    Found,
    Matched,
    Name,
    Optional,
    Piece,
    pieces_of,
    read_pieces,
)
from bot.query.functions.zone import fixed, zone_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOURS = {"hour": (0, 23), "hour to 24": (1, 24), "hour to 12": (1, 12), "hour to 11": (0, 11)}
_HALVES = ("hour to 12", "hour to 11")  # hours that need `a`


def parse_date(text: str, pattern: str, zone: str = "UTC") -> int | None:
    """The milliseconds since the epoch of a date as the pattern writes it; None if it does not fit.

    `zone` is where its clock stands, unless the text itself says so. A date without a time is its
    first moment.
    """
    try:
        pieces = _pieces(pattern)
    except ValueError:
        return None
    there = zone_of(zone)
    found: Found = {}
    if there is None or read_pieces(pieces, text, 0, found) != len(text):
        return None
    try:
        return _millis(found, there)
    except (KeyError, ValueError, OverflowError):  # no such day, time or zone
        return None


def wrong_pattern(pattern: str) -> str:
    """What is wrong with the date pattern, as a sentence; nothing if it is right."""
    try:
        _pieces(pattern)
    except ValueError as error:
        return str(error)
    return ""


@lru_cache(maxsize=256)
def _pieces(pattern: str) -> tuple[Piece, ...]:
    """The pieces of the pattern. `ValueError` in words if it is none, or no date can come of it."""
    pieces = pieces_of(pattern)
    fields = set(_fields(pieces))
    if "year" not in fields or not ({"month", "day"} <= fields or "day of year" in fields):
        raise ValueError("A date pattern needs a year, a month and a day.")
    if not fields.isdisjoint(("minute", "second", "nano", "half")) and fields.isdisjoint(_HOURS):
        raise ValueError("A date pattern with a time needs an hour.")
    if not fields.isdisjoint(_HALVES) and "half" not in fields:
        raise ValueError("`h` and `K` need `a` in a date pattern: write `H` for hours up to 23.")
    return pieces


def _fields(pieces: Iterable[Piece]) -> Iterable[str]:
    for piece in pieces:
        if isinstance(piece, Optional):
            yield from _fields(piece.pieces)
        elif isinstance(piece, Digits | Name | Matched):
            yield piece.field


def _millis(found: Found, there: tzinfo) -> int:
    """The moment that was read. `KeyError`, `ValueError` or `OverflowError` if there is none."""
    clock = _day(found).replace(
        hour=_hour(found), minute=found.get("minute", 0), second=found.get("second", 0)
    )
    zone = _zone(found, there)
    since = (clock.replace(tzinfo=zone) - _EPOCH) // timedelta(milliseconds=1)
    return since + int(found.get("nano", 0)) // 1_000_000


def _day(found: Found) -> datetime:
    year = found["year"]
    if "day of year" in found:
        day = datetime(year, 1, 1) + timedelta(days=found["day of year"] - 1)  # noqa: DTZ001 - the zone comes last
    else:
        day = datetime(year, found["month"], found["day"])  # noqa: DTZ001 - the zone comes last
    said = {"year": day.year, "month": day.month, "day": day.day, "weekday": day.weekday()}
    if any(found.get(name, value) != value for name, value in said.items()):
        raise ValueError
    return day


def _hour(found: Found) -> int:
    """The hour of the day that was read, in whatever ways; 0 if none was."""
    hours = set()
    for name, (least, most) in _HOURS.items():
        if name in found:
            if not least <= found[name] <= most:
                raise ValueError
            half = 12 * found["half"] if name in _HALVES else 0
            hours.add(found[name] % (most + 1 - least) + half)
    if len(hours) > 1:
        raise ValueError
    hour: int = hours.pop() if hours else 0
    if hour // 12 != found.get("half", hour // 12):
        raise ValueError
    return hour


def _zone(found: Found, there: tzinfo) -> tzinfo:
    """The zone that the text names, an offset before a name, or else this one."""
    zone: tzinfo | None = there
    if "offset" in found:
        sign, digits = found["offset"][0], found["offset"][1:].replace(":", "")
        hours, minutes, seconds = (int(digits[at : at + 2] or 0) for at in (0, 2, 4))
        zone = UTC if sign == "Z" else fixed(sign, hours, minutes, seconds)
        if minutes > 59 or seconds > 59:
            raise ValueError
    elif "zone" in found:
        zone = zone_of(found["zone"])
    if zone is None:
        raise ValueError
    return zone
