"""Moments and zones as typed on the command line."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import BotError

_SHAPES = "2026-11-01, 2026-11-01T09:30, 2026-11-01T09:30:00Z"


def read_zone(name: str | None) -> ZoneInfo:
    """The zone of that name; without a name the one of `TZ` or of this machine, else UTC."""
    if name is None:
        name = _zone_of_machine()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "Zones have names such as Europe/Berlin or UTC."
        raise BotError(f"There is no time zone {name!r}. {hint}") from error


def _zone_of_machine() -> str:
    """The IANA name of this machine's zone, as far as it tells."""
    candidates = [os.environ.get("TZ", "").lstrip(":")]
    try:
        where = str(Path("/etc/localtime").resolve())
        candidates.append(where.partition("/zoneinfo/")[2])
    except OSError:
        candidates.append("")  # it does not say: UTC
    return next((name for name in candidates if _is_zone(name)), "UTC")


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and ZoneInfo(name).key == name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def read_moment(text: str | None, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """The moment that was typed, in UTC; without text, the present.

    A date stands for its first moment, or as an `end` for the first moment of the next day, so
    that the day is included. A time without an offset is in `zone`. `BotError` for anything else.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        moment = _parsed(text.strip(), zone, end=end)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BotError(f"{text!r} is no time. Such as: {_SHAPES}") from error


def _parsed(text: str, zone: ZoneInfo, *, end: bool) -> datetime:
    if len(text) <= 10:
        day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
        return datetime.combine(day, time(), zone)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def read_instant(text: str | None, zone: ZoneInfo, *, end: bool = False) -> int:
    """The same as milliseconds since the epoch."""
    return round(read_moment(text, zone, end=end).timestamp() * 1000)
