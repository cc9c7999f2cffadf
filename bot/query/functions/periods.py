"""Periods of time such as `5m` and `1mo`, and the grids that they lay over time."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from bot.query.values import Timestamp, moment_of

_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_MONTHS = {"mo": 1, "q": 3, "y": 12}
_FIRST_MONDAY = -3 * 86_400_000  # 1969-12-29; days and less lie on the epoch itself
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# "If the amount is larger than the cap, it is cut to the cap": CloudWatch Logs user guide,
# "Supported operations and functions", `bin`. No cap is documented for days and longer.
CAPS = {"ms": 1000, "s": 60, "m": 60, "h": 24}


class Period(msgspec.Struct, frozen=True):
    """A whole number, at least 1, of a unit: `ms s m h d w mo q y`. `bin(300s)` means `60s`."""

    amount: int
    unit: str

    @property
    def capped(self) -> int:
        """The amount that counts."""
        return min(self.amount, CAPS.get(self.unit, self.amount))

    @property
    def milliseconds(self) -> int | None:
        """How long it is; None for months and longer, of which no two are alike."""
        return None if self.unit in _MONTHS else self.capped * _MS[self.unit]


def floor(ms: int, period: Period) -> Timestamp | None:
    """The last line of the period's grid at or before the moment; None outside years 1 to 9999.

    Lines are in UTC. Weeks begin on Monday; months, quarters and years are those of the calendar,
    counted from January 1970.
    """
    if period.unit in _MONTHS:
        return _calendar(ms, period, 0)
    step, origin = _grid(period)
    return Timestamp(ms - (ms - origin) % step)


def ceil(ms: int, period: Period) -> Timestamp | None:
    """The first line of the period's grid at or after the moment; None outside years 1 to 9999."""
    below = floor(ms, period)
    if below is None or below == ms:
        return below
    if period.unit in _MONTHS:
        return _calendar(ms, period, 1)
    return Timestamp(below + _grid(period)[0])


def _grid(period: Period) -> tuple[int, int]:
    """The distance of the lines, and the place of one of them, in milliseconds."""
    return period.capped * _MS[period.unit], _FIRST_MONDAY if period.unit == "w" else 0


def _calendar(ms: int, period: Period, ahead: int) -> Timestamp | None:
    """The line at or before the moment, or as many lines ahead of that one."""
    moment = moment_of(ms)
    if moment is None:
        return None
    step = period.capped * _MONTHS[period.unit]
    month = (moment.year - 1970) * 12 + moment.month - 1
    line = (month // step + ahead) * step
    year = 1970 + line // 12
    if not 1 <= year <= 9999:
        return None
    days = (datetime(year, line % 12 + 1, 1, tzinfo=UTC) - _EPOCH).days
    return Timestamp(days * _MS["d"])


def length_of(period: Period) -> int | None:
    """How many milliseconds the period lasts, whatever its cap; None for months and longer."""
    return period.amount * _MS[period.unit] if period.unit in _MS else None
