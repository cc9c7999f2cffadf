"""The rows of the aggregates, which stand only in `stats`.

CloudWatch Logs user guide, `stats`, "Functions to use with stats", and "Time-series functions".
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from bot.query.aggregates import Count, CountDistinct, State
from bot.query.aggregates.lists import Topk, Values
from bot.query.aggregates.number import Average, Deviation, Sum, Variance
from bot.query.aggregates.order import Earliest, First, Last, Latest, Median, Percentile, Rate
from bot.query.functions.row import ANY, NUMBER, Function, Kind, Takes

_STATS, _SERIES = "stats", "Time-series functions"


def _row(
    names: str,
    least: int,
    takes: Takes,
    state: Callable[..., State],
    meaning: str,
    page: str = _STATS,
) -> Function:
    """The row of an aggregate with at least so many arguments, and at most as many as it `takes`."""
    name, *_ = spellings = names.split()
    lower = tuple(spelling.lower() for spelling in spellings)
    return Function(
        name, lower, least, len(takes), True, takes, state=state, meaning=meaning, page=page
    )


ROWS = (
    _row("count", 0, ANY, Count, "how many events, or how many have the field"),
    _row("count_distinct countDistinct", 1, ANY, CountDistinct, "how many different values"),
    _row("sum", 1, NUMBER, Sum, "the sum"),
    _row("avg", 1, NUMBER, Average, "the mean"),
    _row("min", 1, ANY, First, "the smallest value"),
    _row("max", 1, ANY, Last, "the largest value"),
    _row("pct", 2, (Kind.NUMBER, Kind.PERCENT), Percentile, "the number that so many percent do not exceed"),
    _row("median", 1, NUMBER, Median, "the 50th percentile", "observed"),
    _row("stddev", 1, NUMBER, Deviation, "the standard deviation of all the numbers"),
    _row("variance", 1, NUMBER, Variance, "the variance of all the numbers"),
    _row("values collect_values", 1, ANY, Values, "the list of the different values"),
    replace(_row("topk", 2, (Kind.RANKS, Kind.ANY), Topk, "the list of the so many most frequent values"), alone=True),
    replace(_row("earliest", 1, ANY, Earliest, "the value on the first event that has one"), dated=True),
    replace(_row("latest", 1, ANY, Latest, "the value on the last event that has one"), dated=True),
    _row("sortsFirst sorts_first", 1, ANY, First, "the value that sorts first"),
    _row("sortsLast sorts_last", 1, ANY, Last, "the value that sorts last"),
    replace(_row("rate", 2, (Kind.NUMBER, Kind.SPAN), Rate, "how far the number goes in such a period", _SERIES), dated=True),
    _row("countOverTime count_over_time", 0, ANY, Count, "how many events, with `by bin(…)`", _SERIES),
    _row("sumOverTime sum_over_time", 1, NUMBER, Sum, "the sum, with `by bin(…)`", _SERIES),
)  # fmt: skip
"""The rows of these functions."""
