"""The functions of moments. A moment is a timestamp, or a number of milliseconds since the epoch."""

from __future__ import annotations

import math

from bot.query.values import Number, Timestamp


def to_millis(moment: int) -> int:
    """The moment in milliseconds since the epoch, as a number."""
    return int(moment)


def from_millis(number: Number) -> Timestamp:
    """The moment so many milliseconds after the epoch."""
    return Timestamp(math.floor(number))
