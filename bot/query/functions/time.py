"""The functions of moments. A moment is a timestamp, or a number of milliseconds since the epoch.

CloudWatch Logs user guide, "Datetime functions".
"""

from __future__ import annotations

import math

from bot.query.functions import periods
from bot.query.functions.row import MOMENT, NUMBER, Kind, given, scalar
from bot.query.functions.time_format import format_date
from bot.query.functions.time_read import parse_date
from bot.query.values import Number, Timestamp


def to_millis(moment: int) -> int:
    """The moment in milliseconds since the epoch, as a number."""
    return int(moment)


def from_millis(number: Number) -> Timestamp:
    """The moment so many milliseconds after the epoch."""
    return Timestamp(math.floor(number))


_PAGE, _GENERAL = "Datetime functions", "General functions"
_LAID_ON_GRID = (Kind.MOMENT, Kind.PERIOD)
_READ = (Kind.TEXT, Kind.DATE_PATTERN, Kind.ZONE)
_PRINTED = (Kind.MOMENT, Kind.TIME_FORMAT, Kind.ZONE)

ROWS = (
    scalar("bin", (1, 2), _LAID_ON_GRID, periods.floor, "the beginning of the event's period", _PAGE),
    scalar("datefloor", (2, 2), _LAID_ON_GRID, periods.floor, "the beginning of a moment's period", _PAGE),
    scalar("dateceil", (2, 2), _LAID_ON_GRID, periods.ceil, "the end of a moment's period", _PAGE),
    scalar("toMillis", (1, 1), MOMENT, to_millis, "a moment in milliseconds since the epoch", _PAGE),
    scalar("fromMillis", (1, 1), NUMBER, from_millis, "the moment so many milliseconds after the epoch", _PAGE),
    scalar("parseDate", (2, 3), _READ, parse_date, "the milliseconds since the epoch of a written date: its pattern, its zone", _PAGE),
    scalar("formatDate strftime", (2, 3), _PRINTED, format_date, "a moment, written as this format says, in this zone", _PAGE),
    given("now", "now", "the moment of the query, in seconds since the epoch", _PAGE),
    given("queryStartTime", "start", "where the searched time begins, in milliseconds since the epoch", _GENERAL),
    given("queryEndTime", "end", "where the searched time ends, in milliseconds since the epoch", _GENERAL),
    given("queryTimeRange", "range", "how long the searched time is, in milliseconds", _GENERAL),
)  # fmt: skip
"""The rows of these functions. `bin(period)` looks at `@timestamp`."""
