"""The aggregates of `stats` as the oracle has them: each takes all the values of its group at once."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from bot.query.ast import Duration
from tests.query import oracle_values as values


def aggregated(name: str, dated: list[tuple[Any, Any]], constant: Any) -> Any:
    """The aggregate over moments and values, in the order in which they came.

    `constant` is the second argument of the call, as it stands in the query.
    """
    there = [(moment, value) for moment, value in dated if value is not None]
    if name in ("earliest", "latest"):
        return _undated(_by_time(name, there))
    if name == "rate":
        return _rate(there, constant)
    if name in _OF_NUMBERS:
        numbers = [n for _, value in there if (n := values.number(value)) is not None]
        return _OF_NUMBERS[name](numbers, constant) if numbers else None
    return AGGREGATES[name]([value for _, value in there])


def _undated(value: Any) -> Any:
    return int(value) if isinstance(value, values.Moment) else value


def _by_time(name: str, there: list[tuple[Any, Any]]) -> Any:
    """The first of the earliest, the last of the latest."""
    there = [pair for pair in there if pair[0] is not None]
    if name == "latest":
        there = there[::-1]
    choose = min if name == "earliest" else max
    return choose(there, key=lambda pair: pair[0])[1] if there else None


def _rate(there: list[tuple[Any, Any]], length: Duration) -> Any:
    numbers = [(moment, n) for moment, value in there if (n := values.number(value)) is not None]
    numbers = [pair for pair in numbers if pair[0] is not None]
    if not numbers:
        return None
    first = min(numbers, key=lambda pair: pair[0])
    last = max(numbers[::-1], key=lambda pair: pair[0])
    amount, unit = values.period(length)
    amount = min(amount, values.CAPS.get(unit, amount))
    change = Fraction(last[1]) - Fraction(first[1])
    if last[0] == first[0]:
        return None if change else 0  # a constant has no rate, however short the time
    return float(change * amount * values.LENGTHS[unit] / (last[0] - first[0]))


def _total(numbers: list[Any]) -> Fraction:
    return sum((Fraction(n) for n in numbers), Fraction(0))


def _rank(numbers: list[Any], percent: Any) -> Any:
    """The nearest rank: the smallest number that so many percent do not exceed."""
    ordered = sorted(numbers)
    needed = Fraction(str(percent)) * len(ordered) / 100
    return next(n for at, n in enumerate(ordered, 1) if at >= needed)


def _variance(numbers: list[Any]) -> float:
    mean = _total(numbers) / len(numbers)
    return float(_total([(Fraction(n) - mean) ** 2 for n in numbers]) / len(numbers))


_OF_NUMBERS: dict[str, Any] = {
    "sum": lambda numbers, _: float(_total(numbers)),
    "sumOverTime": lambda numbers, _: float(_total(numbers)),
    "avg": lambda numbers, _: float(_total(numbers) / len(numbers)),
    "pct": lambda numbers, percent: _rank(numbers, percent.value),
    "median": lambda numbers, _: _rank(numbers, 50),
    "variance": lambda numbers, _: _variance(numbers),
    "stddev": lambda numbers, _: _variance(numbers) ** 0.5,
}


def _distinct(there: list[Any]) -> list[Any]:
    """The values that print differently, in the order of sort, the first that came of each."""
    known: dict[str, Any] = {}
    for value in there:
        if not values.gone(value):
            known.setdefault(str(values.printed(value)), value)
    return sorted(known.values(), key=values.in_order)


def _listed(value: Any) -> Any:
    """A value as an element of a list: numbers as they print."""
    return value if isinstance(value, str) else json.loads(values.printed(_undated(value)) or "")


def _end(there: list[Any], at: int) -> Any:
    ordered = sorted((v for v in there if not values.gone(v)), key=values.in_order)
    return _undated(ordered[at]) if ordered else None


AGGREGATES: dict[str, Any] = {
    "count": len,
    "countOverTime": len,
    "count_distinct": lambda there: len(_distinct(there)),
    "values": lambda there: [_listed(value) for value in _distinct(there)] or None,
    "min": lambda there: _end(there, 0),
    "max": lambda there: _end(there, -1),
    "sortsFirst": lambda there: _end(there, 0),
    "sortsLast": lambda there: _end(there, -1),
    **dict.fromkeys(("earliest", "latest", "rate")),
    **dict.fromkeys(_OF_NUMBERS),
}
