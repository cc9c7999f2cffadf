"""Aggregates that compute with numbers: sums, means and deviations. All are exact until they print.

A sum of fractions depends on the order of its additions, unless nothing is rounded before the end.
So whole numbers add up as they are, and fractions as a few floats whose sum is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

from bot.query.aggregates import State
from bot.query.aggregates.packing import pack, unpack
from bot.query.values import Number, Value, bounded

_ALL_WHOLE = float(1 << 53)  # from here on every float is a whole number
_MOST_FLOATS = 64  # of one state, before it makes fewer of them


class Sum(State):
    """`sum(field)`: exact, and rounded once if there were fractions."""

    __slots__ = ("_count", "_floats", "_whole")

    def __init__(self) -> None:
        self._count = 0
        self._whole = 0
        self._floats: list[float] | None = None  # None as long as all numbers were whole

    def add(self, number: Number) -> None:
        """Add one number."""
        self._count += 1
        if not isinstance(number, float):
            self._whole += number
            return
        floats = self._floats
        if floats is None:
            floats = self._floats = []
        if -_ALL_WHOLE < number < _ALL_WHOLE:
            floats.append(number)
            if len(floats) > _MOST_FLOATS:
                self._floats = _fewer(floats)
        else:
            self._whole += int(number)

    def add_many(self, numbers: Sequence[Number]) -> None:
        """Add numbers."""
        kinds = set(map(type, numbers))
        if float not in kinds:
            self._count += len(numbers)
            self._whole += sum(numbers)  # type: ignore[assignment]  # none of them is a float
        elif len(kinds) == 1 and max(map(abs, numbers)) < _ALL_WHOLE:
            self._count += len(numbers)
            self._floats = _fewer([*(self._floats or ()), *numbers])
        else:
            super().add_many(numbers)

    def value(self) -> Value:
        """The total; None of nothing, and where it is out of bounds."""
        if self._floats is None:
            return bounded(self._whole) if self._count else None
        return self.divided(1)

    def divided(self, by: int) -> Value:
        """The exact total divided by a whole number, rounded once; None where it is out of bounds."""
        ratios = [number.as_integer_ratio() for number in self._floats or ()]
        places = max([divisor.bit_length() - 1 for _, divisor in ratios], default=0)
        total = self._whole << places
        for whole, divisor in ratios:
            total += whole << places - divisor.bit_length() + 1
        try:
            return total / (by << places)
        except OverflowError:
            return None

    def merge(self, other: Self) -> None:
        """Add the other's numbers."""
        self._count += other._count
        self._whole += other._whole
        if other._floats is not None:
            self._floats = _fewer([*(self._floats or ()), *other._floats])

    def dump(self) -> Any:
        """The count, the whole part, and the floats."""
        floats = None if self._floats is None else _fewer(self._floats)
        return [self._count, pack(self._whole), floats]

    def load(self, data: Any) -> Self:
        """This state with those sums."""
        self._count, whole, self._floats = data
        self._whole = unpack(whole)
        return self


class Average(Sum):
    """`avg(field)`: the mean."""

    __slots__ = ()

    def value(self) -> Value:
        """The mean; None of nothing, and where it is out of bounds."""
        return self.divided(self._count) if self._count else None


def _fewer(floats: Sequence[float]) -> list[float]:
    """Floats with exactly the same sum, the largest first; at most some twenty of them."""
    rest, parts = list(floats), []
    while part := math.fsum(rest):
        parts.append(part)
        rest.append(-part)
    return parts


class Variance(State):
    """`variance(field)`: that of all the numbers, not of a sample of them.

    The sums of the numbers and of their squares are kept exactly, as whole multiples of a power
    of two that is small enough for all of them.
    """

    __slots__ = ("_count", "_places", "_squares", "_sum")

    def __init__(self) -> None:
        self._count = 0
        self._places = 0  # binary ones, behind the point
        self._sum = 0
        self._squares = 0

    def add(self, number: Number) -> None:
        """Take in one number."""
        whole = number
        if isinstance(number, float):
            whole, divisor = number.as_integer_ratio()
            self._refine(divisor.bit_length() - 1)
            whole <<= self._places - divisor.bit_length() + 1
        else:
            whole = number << self._places
        self._count += 1
        self._sum += whole
        self._squares += whole * whole

    def value(self) -> Value:
        """The variance so far; None of nothing, and where it is out of bounds."""
        if not self._count:
            return None
        above = self._count * self._squares - self._sum * self._sum
        try:
            return above / (self._count * self._count << 2 * self._places)
        except OverflowError:
            return None

    def merge(self, other: Self) -> None:
        """Take in the other's numbers."""
        self._refine(other._places)
        finer = self._places - other._places
        self._count += other._count
        self._sum += other._sum << finer
        self._squares += other._squares << 2 * finer

    def dump(self) -> Any:
        """The count, the places, and the two sums."""
        return [self._count, self._places, pack(self._sum), pack(self._squares)]

    def load(self, data: Any) -> Self:
        """This state with those sums."""
        self._count, self._places, total, squares = data
        self._sum, self._squares = unpack(total), unpack(squares)
        return self

    def _refine(self, places: int) -> None:
        """Make the sums multiples of at least so fine a power of two."""
        finer = places - self._places
        if finer > 0:
            self._places = places
            self._sum <<= finer
            self._squares <<= 2 * finer


class Deviation(Variance):
    """`stddev(field)`: the standard deviation of all the numbers, the root of their variance."""

    __slots__ = ()

    def value(self) -> Value:
        """The deviation so far; None of nothing, and where its square is out of bounds."""
        variance = super().value()
        return math.sqrt(variance) if isinstance(variance, int | float) else None
