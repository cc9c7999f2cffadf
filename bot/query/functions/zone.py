"""Time zones by name: UTC, fixed offsets such as `+09:00`, and regions such as `Asia/Tokyo`.

A name without a region means no zone: what `localtime` is differs from machine to machine.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UTC = frozenset({"UTC", "GMT", "UT", "Z"})
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])([0-9]{1,2})(?::?([0-5][0-9]))?")
_REGION = re.compile(r"[A-Z][A-Za-z]{1,30}(?:/[A-Z][A-Za-z0-9_+-]{1,30}){1,2}")
_FARTHEST = 18 * 60  # minutes, as in Java


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo | None:
    """The zone with this name; None if there is none."""
    if name in _UTC:
        return UTC
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        return fixed(offset[1], int(offset[2]), int(offset[3] or 0))
    if _REGION.fullmatch(name) is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):  # a folder of zones is no zone either
        return None


def fixed(sign: str, hours: int, minutes: int, seconds: int = 0) -> tzinfo | None:
    """The zone that is always so far from UTC; None beyond 18 hours."""
    if hours * 60 + minutes + (seconds > 0) > _FARTHEST:
        return None
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-size if sign == "-" else size)
