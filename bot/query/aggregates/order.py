"""Aggregates that pick values: by the order of `sort`, by rank, and by the moment of the event.

Of values that are equal in that order, the first one that came is taken, unless its row says
otherwise. A structure is no value here: CloudWatch Logs user guide, "Structure types".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any, Self

from bot.query.aggregates import Dated, State, undated, without_repeats
from bot.query.aggregates.packing import pack, unpack
from bot.query.values import STRUCTURES, Number, OrderKey, Value, bounded, order_key


class First(State):
    """`min` and `sortsFirst`: the value that sorts first in the order of `sort`."""

    __slots__ = ("_best", "_key")

    def __init__(self) -> None:
        self._key: OrderKey | None = None
        self._best: Value = None

    def add(self, value: Value) -> None:
        """Take in one value; a structure is none."""
        key = (1, value) if isinstance(value, int) else order_key(value)
        if key is not None and (self._key is None or self.beats(key, self._key)):
            self._key, self._best = key, undated(value)

    def add_many(self, values: Sequence[Value]) -> None:
        """Take in values. Texts that come again are looked at once."""
        super().add_many(without_repeats(values))

    def value(self) -> Value:
        """The value so far."""
        return self._best

    def beats(self, key: OrderKey, best: OrderKey) -> bool:
        """Whether a new value takes the place of the best one so far."""
        return key < best

    def merge(self, other: Self) -> None:
        """Take in the other's best."""
        self.add(other._best)

    def dump(self) -> Any:
        """The best."""
        return pack(self._best)

    def load(self, data: Any) -> Self:
        """This state with that best."""
        self.add(unpack(data))
        return self


class Last(First):
    """`max` and `sortsLast`: the value that sorts last in the order of `sort`."""

    __slots__ = ()

    def beats(self, key: OrderKey, best: OrderKey) -> bool:
        """Whether a new value takes the place of the best one so far."""
        return key > best


class Earliest(State):
    """`earliest(field)`: its value on the first event that has one."""

    __slots__ = ("_moment", "_value")

    def __init__(self) -> None:
        self._moment: Number | None = None
        self._value: Value = None

    def add(self, dated: Dated) -> None:
        """Take in the value of one event; a structure is none."""
        moment, value = dated
        if self._moment is None or moment < self._moment:
            self._take(moment, value)

    def value(self) -> Value:
        """The value so far."""
        return self._value

    def merge(self, other: Self) -> None:
        """Take in the other's value."""
        if other._moment is not None:
            self.add((other._moment, other._value))

    def dump(self) -> Any:
        """The moment and the value."""
        return [pack(self._moment), pack(self._value)]

    def load(self, data: Any) -> Self:
        """This state with that value."""
        self._moment, self._value = map(unpack, data)
        return self

    def _take(self, moment: Number, value: Value) -> None:
        if not isinstance(value, STRUCTURES):
            self._moment, self._value = moment, undated(value)


class Latest(Earliest):
    """`latest(field)`: its value on the last event that has one; of equals, the last that came."""

    __slots__ = ()

    def add(self, dated: Dated) -> None:
        """Take in the value of one event; a structure is none."""
        moment, value = dated
        if self._moment is None or moment >= self._moment:
            self._take(moment, value)


class Rate(State):
    """`rate(field, period)`: how far its number goes in a period, from the first event to the last.

    `period` is in milliseconds.
    """

    __slots__ = ("_first", "_last", "_period")

    def __init__(self, period: int) -> None:
        self._period = period
        self._first: tuple[Number, Number] | None = None
        self._last: tuple[Number, Number] | None = None

    def add(self, dated: tuple[Number, Number]) -> None:
        """Take in the moment and the number of one event."""
        if self._first is None or dated[0] < self._first[0]:
            self._first = dated
        if self._last is None or dated[0] >= self._last[0]:
            self._last = dated

    def value(self) -> Value:
        """The rate so far; None of nothing, and of a change that takes no time."""
        if self._first is None or self._last is None:
            return None
        (start, low), (end, high) = self._first, self._last
        try:
            change = high - low
            return bounded(change * self._period / (end - start)) if change else 0
        except (OverflowError, ZeroDivisionError):
            return None

    def merge(self, other: Self) -> None:
        """Take in the other's numbers."""
        for dated in (other._first, other._last):
            if dated is not None:
                self.add(dated)

    def dump(self) -> Any:
        """The first number and the last, each with its moment."""
        ends = (self._first, self._last)
        return [pack(part) for dated in ends if dated is not None for part in dated]

    def load(self, data: Any) -> Self:
        """This state with those numbers."""
        if data:
            start, low, end, high = map(unpack, data)
            self._first, self._last = (start, low), (end, high)
        return self


class Percentile(State):
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

    def add_many(self, numbers: Sequence[Number]) -> None:
        """Take in numbers."""
        self._include(Counter(numbers))

    def value(self) -> Value:
        """The smallest number that at least `percent` of the numbers do not exceed."""
        rank = (self._percent * self._count / 100).to_integral_value(ROUND_CEILING)
        for number in sorted(self._times):
            rank -= self._times[number]
            if rank <= 0:
                return undated(number)
        return None

    def merge(self, other: Self) -> None:
        """Take in the other's numbers."""
        self._include(other._times)

    def dump(self) -> Any:
        """Each number, and how often it came."""
        return [[pack(undated(number)) for number in self._times], list(self._times.values())]

    def load(self, data: Any) -> Self:
        """This state with those numbers."""
        self._include(dict(zip(map(unpack, data[0]), data[1], strict=True)))
        return self

    def _include(self, counted: Mapping[Number, int]) -> None:
        for number, times in counted.items():
            self._count += times
            self._times[number] = self._times.get(number, 0) + times


class Median(Percentile):
    """`median(field)`: the 50th percentile."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(50)
