"""Comparisons of two values, under a set of readings.

Each gives True, False, or None where the answer is not known: a value is missing, is a structure,
or the two have no common order. What "not known" means for a condition is up to `compute`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bot.query.readings import Readings
from bot.query.values import Value, number_of, order_key

Answer: TypeAlias = bool | None
Comparison: TypeAlias = Callable[[Value, Value], Answer]

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(symbol: str, readings: Readings) -> Comparison:
    """What the operator does: one of `= != < <= > >=`."""
    if symbol in _ORDERS:
        return _ordering(_ORDERS[symbol], readings)
    equal = equality(readings)
    return equal if symbol == "=" else lambda left, right: opposite(equal(left, right))


def opposite(answer: Answer) -> Answer:
    """The other answer; what is not known stays so."""
    return None if answer is None else not answer


def equality(readings: Readings) -> Comparison:
    """Whether two values are equal. Case counts (CloudWatch Logs user guide, `filter`).

    A number and a text are equal if the text is that number; two texts only if they are the same.
    """
    empty = readings.missing == "empty"
    texts_as_numbers = readings.numeric_texts == "number"
    booleans_differ = readings.boolean_text == "differ"

    def equal(left: Value, right: Value) -> Answer:
        if left is None or right is None:
            if left is right or not empty:  # two that are missing are never equal: `flag = true`
                return None
            left, right = ("" if value is None else value for value in (left, right))
        if isinstance(left, list | dict) or isinstance(right, list | dict):
            return None
        texts = isinstance(left, str) + isinstance(right, str)
        if texts == 2 and not texts_as_numbers:
            return left == right
        if texts == 1 and booleans_differ and (isinstance(left, bool) or isinstance(right, bool)):
            return False
        return left == right or _equal_numbers(left, right)

    return equal


def _equal_numbers(left: Value, right: Value) -> bool:
    first = number_of(left)
    return first is not None and first == number_of(right)


def _ordering(holds: Callable[[Any, Any], bool], readings: Readings) -> Comparison:
    natural = readings.mixed_order == "natural"

    def ordered(left: Value, right: Value) -> Answer:
        first, second = order_key(left), order_key(right)
        if first is None or second is None:
            return None
        if first[0] != second[0] and not natural:  # a number and a text that is none
            return None
        return holds(first, second)

    return ordered
