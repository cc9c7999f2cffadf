"""Arithmetic: the operators and the functions of numbers. What has no finite result is missing."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from bot.query.functions.row import NUMBER, Kind, scalar
from bot.query.values import MOST_BITS, Number, bounded

_PAGE = "Numeric operators"
_EARTH = 6371.0  # kilometres, the mean radius
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


def haversine(
    latitude: Number, longitude: Number, to_latitude: Number, to_longitude: Number
) -> Number | None:
    """The kilometres between two places on a sphere of the Earth's mean radius; degrees go in.

    None where a latitude is beyond 90 degrees, or a longitude beyond 180.
    """
    if not (-90 <= latitude <= 90 and -90 <= to_latitude <= 90):
        return None
    if not (-180 <= longitude <= 180 and -180 <= to_longitude <= 180):
        return None
    north, to_north = math.radians(latitude), math.radians(to_latitude)
    up = math.sin((to_north - north) / 2)
    along = math.sin(math.radians(to_longitude - longitude) / 2)
    chord = up * up + math.cos(north) * math.cos(to_north) * along * along
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(chord)))


def histogram(number: Number, width: Number) -> Number | None:
    """The lower end of the bucket that the number is in, where buckets of this width begin at 0."""
    return _bucket(number, width) if width > 0 else None


_bucket = _within_bounds(lambda number, width: number // width * width)

_ONE, _SOME = (1, 1), (1, None)

ROWS = (
    scalar("abs", _ONE, NUMBER, abs, "the number without its sign", _PAGE),
    scalar("ceil", _ONE, NUMBER, ceiling, "the smallest whole number not below it", _PAGE),
    scalar("floor", _ONE, NUMBER, floor, "the largest whole number not above it", _PAGE),
    scalar("round", (1, 2), NUMBER, rounded, "rounded, to so many decimals", _PAGE),
    scalar("sqrt", _ONE, NUMBER, square_root, "the square root", _PAGE),
    scalar("log", _ONE, NUMBER, natural_log, "the natural logarithm", _PAGE),
    scalar("greatest", _SOME, NUMBER, greatest, "the largest of the numbers", _PAGE),
    scalar("least", _SOME, NUMBER, least, "the smallest of the numbers", _PAGE),
    scalar("haversine", (4, 4), NUMBER, haversine, "kilometres between two places: latitude, longitude, latitude, longitude", _PAGE),
    scalar("toNumber", _ONE, NUMBER, same, "the number that a text is", _PAGE),
    scalar("toInt", _ONE, NUMBER, to_int, "the number without its fraction, within 32 bits", _PAGE),
    scalar("toLong", _ONE, NUMBER, to_long, "the number without its fraction, within 64 bits", _PAGE),
    scalar("toDouble", _ONE, NUMBER, to_double, "the number in double precision", _PAGE),
    scalar("histogram", (2, 2), (Kind.NUMBER, Kind.WIDTH), histogram, "the lower end of the number's bucket, buckets being so wide; a key for `by`", "observed"),
)  # fmt: skip
"""The rows of these functions."""
