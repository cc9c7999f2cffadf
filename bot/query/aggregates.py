"""The aggregates of `stats`: each gathers values, never a missing one, and gives one at any time.

A state is made for each group. `add` takes one value; `value()` may be asked again and again while
values come, and is None while there is no result.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Decimal
from typing import Any, Protocol, TypeAlias

from bot.query.values import Number, OrderKey, Timestamp, Value, bounded, identity, order_key

Dated: TypeAlias = tuple[Number, Value]
"""The moment of an event, and the value that `earliest` or `latest` would give for it."""


class State(Protocol):
    """What an aggregate knows of one group."""

    def add(self, value: Any, /) -> None:
        """Take in one value."""
        ...

    def value(self) -> Value:
        """The result so far."""
        ...


class Count:
    """`count(*)` and `count(field)`: how many."""

    __slots__ = ("_count",)

    def __init__(self) -> None:
        self._count = 0

    def add(self, _value: Value) -> None:
        """Count one."""
        self._count += 1

    def value(self) -> Value:
        """The number so far."""
        return self._count


class CountDistinct:
    """`count_distinct(field)`: how many values that print differently. Exact, unlike AWS's."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def add(self, value: Value) -> None:
        """Take in one value; a structure is none."""
        text = identity(value)
        if text is not None:
            self._seen.add(text)

    def value(self) -> Value:
        """The number so far."""
        return len(self._seen)


class Sum:
    """`sum(field)`: exact while the numbers are whole."""

    __slots__ = ("_count", "_total")

    def __init__(self) -> None:
        self._total: Number = 0
        self._count = 0

    def add(self, number: Number) -> None:
        """Add one number."""
        self._count += 1
        try:
            self._total += number
        except OverflowError:  # a whole number too large to meet a fraction
            self._total = math.nan

    def value(self) -> Value:
        """The total; None of nothing, and where it is out of bounds."""
        return bounded(self._total) if self._count else None


class Average(Sum):
    """`avg(field)`: the mean."""

    __slots__ = ()

    def value(self) -> Value:
        """The mean; None of nothing, and where it is out of bounds."""
        try:
            return bounded(self._total / self._count) if self._count else None
        except OverflowError:
            return None


class Deviation:
    """`stddev(field)`: the standard deviation of all the numbers (not of a sample of them).

    Welford's method: one pass, no differences of large squares.
    """

    __slots__ = ("_count", "_mean", "_squares")

    def __init__(self) -> None:
        self._count = 0
        self._mean = 0.0
        self._squares = 0.0

    def add(self, number: Number) -> None:
        """Take in one number."""
        self._count += 1
        try:
            off = float(number) - self._mean
        except OverflowError:
            off = math.nan
        self._mean += off / self._count
        self._squares += off * (float(number) - self._mean) if math.isfinite(off) else math.nan

    def value(self) -> Value:
        """The deviation so far; None of nothing."""
        return bounded(math.sqrt(self._squares / self._count)) if self._count else None


class Percentile:
    """`pct(field, percent)` by nearest rank: one of the numbers themselves.

    `percent` is from 0 to 100. Exact, where AWS may estimate; memory is bounded by the number of
    different numbers.
    """

    __slots__ = ("_count", "_percent", "_times")

    def __init__(self, percent: Number) -> None:
        self._percent = Decimal(repr(percent))
        self._times: dict[Number, int] = {}
        self._count = 0

    def add(self, number: Number) -> None:
        """Take in one number."""
        self._count += 1
        self._times[number] = self._times.get(number, 0) + 1

    def value(self) -> Value:
        """The smallest number that at least `percent` of the numbers do not exceed."""
        rank = (self._percent * self._count / 100).to_integral_value(ROUND_CEILING)
        for number in sorted(self._times):
            rank -= self._times[number]
            if rank <= 0:
                return number
        return None


class First:
    """`min` and `sortsFirst`: the value that sorts first in the order of `sort`."""

    __slots__ = ("_best", "_key")

    def __init__(self) -> None:
        self._key: OrderKey | None = None
        self._best: Value = None

    def add(self, value: Value) -> None:
        """Take in one value; a structure is none."""
        key = order_key(value)
        if key is not None and (self._key is None or self.beats(key, self._key)):
            self._key, self._best = key, undated(value)

    def value(self) -> Value:
        """The value so far."""
        return self._best

    def beats(self, key: OrderKey, best: OrderKey) -> bool:
        """Whether a new value takes the place of the best one so far."""
        return key < best


class Last(First):
    """`max` and `sortsLast`: the value that sorts last in the order of `sort`."""

    __slots__ = ()

    def beats(self, key: OrderKey, best: OrderKey) -> bool:
        """Whether a new value takes the place of the best one so far."""
        return key > best


class Earliest:
    """`earliest(field)`: its value on the first event that has one."""

    __slots__ = ("_best",)

    def __init__(self) -> None:
        self._best: Dated | None = None

    def add(self, dated: Dated) -> None:
        """Take in the value of one event."""
        if self._best is None or dated[0] < self._best[0]:
            self._best = dated

    def value(self) -> Value:
        """The value so far."""
        return undated(self._best[1]) if self._best else None


class Latest(Earliest):
    """`latest(field)`: its value on the last event that has one; of equals, the last that came."""

    __slots__ = ()

    def add(self, dated: Dated) -> None:
        """Take in the value of one event."""
        if self._best is None or dated[0] >= self._best[0]:
            self._best = dated


def undated(value: Value) -> Value:
    """The value; of a moment, its milliseconds, as these aggregates print it on AWS (observed)."""
    return int(value) if isinstance(value, Timestamp) else value
