"""What expressions are to the oracle, on one row or on the rows of one group."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from bot.query.ast import (
    Access,
    Binary,
    Call,
    Duration,
    Field,
    In,
    Like,
    Number,
    Regex,
    Star,
    Text,
    Unary,
    UNITS,
)
from tests.query import oracle_values as values
from tests.query.oracle_functions import run


@dataclass
class Row:
    """One row: the event it stands for, if any, the columns made so far, and when it came."""

    event: dict[str, Any] | None
    columns: dict[str, Any] = field(default_factory=dict)
    at: int = 0

    def read(self, parts: tuple[str | int, ...]) -> Any:
        """A column, or a part of one; else a field of the event."""
        for length in range(len(parts), 0, -1):
            name = Field(parts[:length]).name
            if name in self.columns:
                return part(self.columns[name], parts[length:])
        return None if self.event is None else leaf(self.event, Field(parts).name.split("."))

    def copy(self, **more: Any) -> Row:
        """This row with more columns."""
        return Row(self.event, self.columns | more, self.at)


def part(value: Any, parts: tuple[str | int, ...]) -> Any:
    """What is inside a list or map."""
    for key in parts:
        if isinstance(value, dict):
            value = value.get(str(key))
        elif isinstance(value, list) and str(key).isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def leaf(event: dict[str, Any], path: list[str]) -> Any:
    """The field of an event with this flattened name; lists and maps themselves are none."""
    value = part(event, tuple(path))
    return None if isinstance(value, list | dict) else value


def pattern(node: Regex) -> re.Pattern[str]:
    """The regex as Python has it."""
    return re.compile(node.pattern.replace("(?<", "(?P<"), re.ASCII)


def period(node: Duration) -> tuple[int, str]:
    """A period as the amount and the short name of the unit."""
    return node.amount, UNITS[node.unit.lower()]


def value_of(node: Any, row: Row, group: list[Row] | None = None, shift: int = 0) -> Any:
    """The value of an expression; aggregates are those of the group, `shift` is that of bins."""
    match node:
        case Field(parts):
            return row.read(parts)
        case Text() | Number():
            return node.value
        case Access(base, parts):
            return part(value_of(base, row, group, shift), parts)
        case Unary("not", operand):
            return not values.holds(value_of(operand, row, group, shift))
        case Unary(_, operand):
            return values.arithmetic("-", 0, value_of(operand, row, group, shift))
        case Binary():
            return _binary(node, row, group, shift)
        case Like():
            return _like(node, value_of(node.operand, row, group, shift))
        case In(operand, items, negated):
            value = value_of(operand, row, group, shift)
            among = [value_of(item, row, group, shift) for item in items]
            if negated:
                return all(values.compared("!=", value, item) for item in among)
            return any(values.compared("=", value, item) for item in among)
        case Call():
            return _call(node, row, group, shift)
    raise AssertionError(node)


def _binary(node: Binary, row: Row, group: list[Row] | None, shift: int) -> Any:
    left, right = (value_of(side, row, group, shift) for side in (node.left, node.right))
    if node.operator in ("and", "or"):
        both = values.holds(left), values.holds(right)
        return all(both) if node.operator == "and" else any(both)
    if node.operator in "+-*/%^":
        return values.arithmetic(node.operator, left, right)
    return values.compared(node.operator, left, right)


def _like(node: Like, value: Any) -> bool:
    text = values.text(value)
    if text is None:
        return False
    if isinstance(node.pattern, Regex):
        return (pattern(node.pattern).search(text) is not None) != node.negated
    return (node.pattern.value in text) != node.negated


def _call(node: Call, row: Row, group: list[Row] | None, shift: int) -> Any:
    name, arguments = node.name, node.arguments
    if name in AGGREGATES:
        assert group is not None
        return _aggregate(node, group)
    if name in ("bin", "datefloor", "dateceil"):
        of, length = (Field(("@timestamp",)), *arguments) if len(arguments) == 1 else arguments
        moment = values.number(value_of(of, row, group, shift))
        if moment is None:
            return None
        shift = shift if name == "bin" else 0
        line = values.line_above if name == "dateceil" else values.line_below
        found = line(math.floor(moment) - shift, *period(length))
        return None if found is None else values.Moment(found + shift)
    if name == "regexReplace":
        text = values.text(value_of(arguments[0], row, group, shift))
        return None if text is None else re.sub(arguments[1].value, arguments[2].value, text)
    return run(name, [value_of(argument, row, group, shift) for argument in arguments])


# ------------------------------------------------------------------------------- aggregates
def _aggregate(node: Call, group: list[Row]) -> Any:
    """The aggregate over the rows of the group, which are in the order in which they came."""
    if not node.arguments or isinstance(node.arguments[0], Star):
        return len(group)
    of = node.arguments[-1] if node.name == "topk" else node.arguments[0]
    dated = [(row.read(("@timestamp",)), value_of(of, row)) for row in group]
    there = [(moment, value) for moment, value in dated if value is not None]
    if node.name in ("earliest", "latest"):
        return _undated(_by_time(node.name, there))
    if node.name == "rate":
        return _rate(there, node.arguments[1])
    if node.name in _OF_NUMBERS:
        numbers = [n for _, value in there if (n := values.number(value)) is not None]
        return _OF_NUMBERS[node.name](numbers, node) if numbers else None
    return AGGREGATES[node.name]([value for _, value in there])


def _undated(value: Any) -> Any:
    return int(value) if isinstance(value, values.Moment) else value


def _by_time(name: str, there: list[tuple[Any, Any]]) -> Any:
    """The first of the earliest, the last of the latest."""
    there = [pair for pair in there if pair[0] is not None]
    if name == "latest":
        there = there[::-1]
    choose = min if name == "earliest" else max
    return choose(there, key=lambda pair: pair[0])[1] if there else None


def _rate(there: list[tuple[Any, Any]], length: Any) -> Any:
    numbers = [(moment, n) for moment, value in there if (n := values.number(value)) is not None]
    numbers = [pair for pair in numbers if pair[0] is not None]
    if not numbers:
        return None
    first = min(numbers, key=lambda pair: pair[0])
    last = max(numbers[::-1], key=lambda pair: pair[0])
    amount, unit = period(length)
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
    "pct": lambda numbers, node: _rank(numbers, node.arguments[1].value),
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
    **dict.fromkeys(("earliest", "latest", "rate", "topk")),
    **dict.fromkeys(_OF_NUMBERS),
}
