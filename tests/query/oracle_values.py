"""What the values of the language are to the oracle: numbers, texts, order, equality, print.

Written from the reference of the language alone, in the most obvious way. Nothing here uses the
code under test, so that both are not wrong together.
"""

from __future__ import annotations

import datetime
import functools
import json
import math
import re
from fractions import Fraction
from typing import Any

from bot.query.ast import Duration
from bot.query.readings import Readings
from bot.query.units import UNITS

EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001  all moments here are UTC
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


class Moment(int):
    """A moment, in milliseconds since 1970."""


def number(value: Any) -> Any:
    """The value as a number, or None where it is none."""
    if isinstance(value, str):
        if NUMBER.fullmatch(value) is None:
            return None
        return int(value) if value.lstrip("+-").isdigit() else finite(float(value))
    if isinstance(value, Moment):
        return int(value)
    return value if isinstance(value, int | float) else None


def finite(value: Any) -> Any:
    """The number, or None where it is infinite or none at all."""
    return value if isinstance(value, int) or math.isfinite(value) else None


def text(value: Any) -> str | None:
    """The value as text: what it prints; None for what is missing, and for lists and maps."""
    return None if isinstance(value, list | dict) else printed(value)


def printed(value: Any) -> str | None:
    """What stands in a row of the result; None where the row leaves the field out."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Moment):
        stamp = date(value)
        return str(int(value)) if stamp is None else stamp.isoformat(" ", "milliseconds")
    if isinstance(value, bool | int):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)
    return compact(value)


def date(moment: int) -> datetime.datetime | None:
    """The moment as a date, if a calendar has it."""
    try:
        return EPOCH + datetime.timedelta(milliseconds=moment)
    except OverflowError:
        return None


def compact(value: Any) -> str:
    """A list or map as JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def holds(value: Any) -> bool:
    """Whether a value counts as true: a number other than 0."""
    return number(value) not in (None, 0)


# ---------------------------------------------------------------------------------- equality
def gone(value: Any) -> bool:
    """Whether comparisons with the value are not known: it is missing, a list or a map."""
    return value is None or isinstance(value, list | dict)


def equal(left: Any, right: Any, readings: Readings) -> bool:
    """Whether two values that are there are equal."""
    texts = [isinstance(side, str) for side in (left, right)]
    if left == right and all(texts):
        return True
    if all(texts) and readings.numeric_texts == "text":
        return False
    boolean = any(isinstance(side, bool) for side in (left, right))
    if any(texts) and boolean and readings.boolean_text == "differ":
        return False  # a JSON boolean equals no text
    one, other = number(left), number(right)
    return one is not None and other is not None and one == other


def compared(operator: str, left: Any, right: Any, readings: Readings) -> bool | None:
    """The answer of `= != < <= > >=`; None where it is not known."""
    if operator in ("=", "!="):
        if readings.missing == "empty" and not (left is None and right is None):
            left, right = ("" if side is None else side for side in (left, right))
        if gone(left) or gone(right):
            return None
        return equal(left, right, readings) == (operator == "=")
    if gone(left) or gone(right):
        return None
    if (number(left) is None) != (number(right) is None) and readings.mixed_order == "false":
        return None  # a number, and a text that is none
    sign = natural(left, right)
    return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}[operator]


# ------------------------------------------------------------------------------------- order
def natural(left: Any, right: Any) -> int:
    """-1, 0 or 1: which of two values that are there comes first in the order of `sort`."""
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return (one > other) - (one < other)
    if one is not None or other is not None:
        return 1 if other is None else -1
    for a, b in zip(chunks(left), chunks(right), strict=False):
        if a != b:
            return chunk_order(a, b)
    longer = len(chunks(left)) - len(chunks(right))
    return (longer > 0) - (longer < 0)


def chunks(value: Any) -> list[str]:
    """A text cut into runs of digits and runs of other characters."""
    return re.findall(r"[0-9]+|[^0-9]+", text(value) or "")


def chunk_order(a: str, b: str) -> int:
    """Digits by length and then by value, anything else by code point."""
    if a[0] in "0123456789" and b[0] in "0123456789" and len(a) != len(b):
        return -1 if len(a) < len(b) else 1
    return -1 if a < b else 1


in_order = functools.cmp_to_key(natural)


# ----------------------------------------------------------------------------------- periods
def period(node: Duration) -> tuple[int, str]:
    """A period as the amount and the short name of the unit."""
    return node.amount, UNITS[node.unit.lower()]


LENGTHS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
CAPS = {"ms": 1000, "s": 60, "m": 60, "h": 24}
MONTHS = {"mo": 1, "q": 3, "y": 12}
MONDAY = 4 * LENGTHS["d"]  # 5 January 1970


def line_below(moment: int, amount: int, unit: str) -> Moment | None:
    """The last beginning of a period that is not after the moment."""
    if unit in MONTHS and date(moment) is None:
        return None
    amount = min(amount, CAPS.get(unit, amount))
    if unit in MONTHS:
        return month(month_of(moment) // (amount * MONTHS[unit]) * (amount * MONTHS[unit]))
    start, length = (MONDAY if unit == "w" else 0), amount * LENGTHS[unit]
    return Moment((moment - start) // length * length + start)


def line_above(moment: int, amount: int, unit: str) -> Moment | None:
    """The first beginning of a period that is not before the moment."""
    below = line_below(moment, amount, unit)
    if below is None or below == moment:
        return below
    amount = min(amount, CAPS.get(unit, amount))
    if unit in MONTHS:
        return month(month_of(below) + amount * MONTHS[unit])
    return Moment(below + amount * LENGTHS[unit])


def month_of(moment: int) -> int:
    """How many months after January 1970 the moment is."""
    stamp = date(moment)
    assert stamp is not None
    return (stamp.year - 1970) * 12 + stamp.month - 1


def month(count: int) -> Moment:
    """The beginning of a month."""
    stamp = datetime.datetime(1970 + count // 12, count % 12 + 1, 1)  # noqa: DTZ001
    return Moment((stamp - EPOCH) // datetime.timedelta(milliseconds=1))


# -------------------------------------------------------------------------------- arithmetic
def arithmetic(operator: str, left: Any, right: Any) -> Any:
    """The result of `+ - * / % ^`, or None where a side is no number or there is none."""
    a, b = number(left), number(right)
    if a is None or b is None:
        return None
    a, b = (int(n) if isinstance(n, int) else n for n in (a, b))
    try:
        result = _CALCULATED[operator](a, b)
    except (ArithmeticError, ValueError):
        return None
    return None if isinstance(result, complex) else finite(result)


def _remainder(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return math.copysign(1, a).__int__() * (abs(a) % abs(b))
    return math.fmod(a, b)


def _quotient(a: Any, b: Any) -> Any:
    exact = Fraction(a) / Fraction(b)
    return int(exact) if exact.denominator == 1 else float(exact)


def _power(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int) and abs(a) > 1 and abs(b) > 2000:
        return math.inf if b > 0 else 0.0  # too large to compute, or too small to tell from 0
    return a**b


_CALCULATED: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "%": _remainder,
    "^": _power,
}
