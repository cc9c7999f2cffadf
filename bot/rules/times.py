"""When the events of a test happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z


def event_time(event: Mapping[str, Any]) -> int | None:
    """The event's `@timestamp`, or else its `eventTime`, in ms since the epoch; None if neither.

    `@timestamp` may be a number of milliseconds; a time in text without a zone is UTC.
    """
    given = event.get("@timestamp", event.get("eventTime"))
    time = _from_text(given) if isinstance(given, str) else given
    if isinstance(time, bool) or not isinstance(time, int):
        return None
    return time if 0 <= time <= _LAST else None


def _from_text(text: str) -> int | None:
    if not _ISO.fullmatch(text):
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = read if read.tzinfo else read.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)
