"""Arithmetic: the operators and the functions of numbers. What has no finite result is missing."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from bot.query.values import MOST_BITS, Number, Value, bounded, number_of

_ROOMY = Context(prec=400)  # digits; the largest float has 309 before its point


def _within_bounds(compute: Callable[[Number, Number], Number]) -> Callable[..., Number | None]:
    def run(left: Number, right: Number) -> Number | None:
        try:
            return bounded(compute(left, right))
        except (OverflowError, ZeroDivisionError):
            return None

    return run


def _remainder(left: Number, right: Number) -> Number:
    """What is left of a division that cuts towards zero, as in Java: it has the dividend's sign."""
    if isinstance(left, int) and isinstance(right, int):
        rest = abs(left) % abs(right)
        return -rest if left < 0 else rest
    return math.fmod(left, right) if right else math.nan


def _power(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int) and right >= 0:
        if left in (-1, 0, 1):
            right = 2 - right % 2 if right else 0  # the same result, at once
        return left**right if (left.bit_length() - 1) * right < MOST_BITS else math.inf
    result = float(left) ** float(right)
    return result if isinstance(result, float) else math.nan


OPERATORS: Mapping[str, Callable[[Number, Number], Number | None]] = {
    "+": _within_bounds(operator.add),
    "-": _within_bounds(operator.sub),
    "*": _within_bounds(operator.mul),
    "/": _within_bounds(operator.truediv),
    "%": _within_bounds(_remainder),
    "^": _within_bounds(_power),
}
"""What the arithmetic operators do with two numbers. Division is real division."""


def square_root(number: Number) -> Number | None:
    """The square root; None of a negative number."""
    return _analytic(math.sqrt, number)


def natural_log(number: Number) -> Number | None:
    """The natural logarithm; None of zero and of negative numbers."""
    return _analytic(math.log, number)


def _analytic(compute: Callable[[Number], float], number: Number) -> Number | None:
    try:
        return bounded(compute(number))
    except (ValueError, OverflowError):
        return None


def rounded(number: Number, places: Number = 0) -> Number | None:
    """The number with so many decimals (-15 to 15); halves go away from zero."""
    if not -15 <= places <= 15:
        return None
    if isinstance(number, int):
        step: int = 10 ** max(0, -int(places))
        away = (abs(number) + step // 2) // step * step
        return away if number > 0 else -away
    unit = Decimal(1).scaleb(-int(places))
    exact = Decimal(repr(number)).quantize(unit, ROUND_HALF_UP, _ROOMY)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def ceiling(number: Number) -> int:
    """The smallest whole number that is not below it."""
    return math.ceil(number)


def floor(number: Number) -> int:
    """The largest whole number that is not above it."""
    return math.floor(number)


def same(number: Number) -> Number:
    """The number itself: what makes it one has happened before."""
    return number


def greatest(*numbers: Number) -> Number:
    """The largest of the numbers."""
    return max(numbers)


def least(*numbers: Number) -> Number:
    """The smallest of the numbers."""
    return min(numbers)


def to_int(number: Number) -> Number | None:
    """The number without its fraction; None beyond 32 bits."""
    return _within(math.trunc(number), 32)


def to_long(number: Number) -> Number | None:
    """The number without its fraction; None beyond 64 bits."""
    return _within(math.trunc(number), 64)


def _within(number: int, bits: int) -> int | None:
    return number if -(1 << bits - 1) <= number < 1 << bits - 1 else None


def to_double(number: Number) -> Number | None:
    """The number as a float; None if it is too large for one."""
    try:
        return float(number)
    except OverflowError:
        return None


def is_numeric(value: Value) -> bool:
    """Whether the value is a number or text that is only a number."""
    return number_of(value) is not None
