"""What expressions are to the oracle, on one row or on the rows of one group."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
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
)
from bot.query.readings import CHOSEN, Readings
from tests.query import oracle_values as values
from tests.query.oracle_aggregates import AGGREGATES, aggregated
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


@dataclass(frozen=True)
class Scene:
    """Under which readings, over which group and with which shift of bins a value is asked for."""

    readings: Readings = CHOSEN
    group: tuple[Row, ...] | None = None
    shift: int = 0


def value_of(node: Any, row: Row, scene: Scene) -> Any:
    """The value of an expression on a row; aggregates are those of the group."""
    match node:
        case Field(parts):
            value = row.read(parts)
        case Text() | Number():
            value = node.value
        case Access(base, parts):
            value = part(value_of(base, row, scene), parts)
        case Call():
            value = _call(node, row, scene)
        case Unary("-", operand):
            value = values.arithmetic("-", 0, value_of(operand, row, scene))
        case Binary(operator, left, right) if operator in "+-*/%^":
            sides = (value_of(side, row, scene) for side in (left, right))
            value = values.arithmetic(operator, *sides)
        case _:
            known = _condition(node, row, scene)
            unknown = known is None and scene.readings.logic == "two-valued"
            value = False if unknown else known
    return value


def _condition(node: Any, row: Row, scene: Scene) -> bool | None:
    """Whether a condition holds; None where that is not known."""
    readings = scene.readings
    match node:
        case Unary(_, operand):
            return opposite(_truth(operand, row, scene))
        case Binary("and" | "or", left, right):
            both = [_truth(side, row, scene) for side in (left, right)]
            return any_of(both) if node.operator == "or" else opposite(any_of(map(opposite, both)))
        case Binary(operator, left, right):
            sides = (value_of(side, row, scene) for side in (left, right))
            return values.compared(operator, *sides, readings)
        case Like(operand):
            known = _like(node, value_of(operand, row, scene), readings)
        case In(operand, items):
            value = value_of(operand, row, scene)
            among = [value_of(item, row, scene) for item in items]
            known = any_of(values.compared("=", value, item, readings) for item in among)
    return opposite(known) if node.negated else known


def _truth(node: Any, row: Row, scene: Scene) -> bool | None:
    value = value_of(node, row, scene)
    unknown = value is None and scene.readings.logic == "three-valued"
    return None if unknown else values.holds(value)


def opposite(known: bool | None) -> bool | None:
    """The negation; what is not known stays so."""
    return None if known is None else not known


def any_of(several: Iterable[bool | None]) -> bool | None:
    """Whether one of them holds: not known, if none does and one is not known."""
    known = list(several)
    return True if True in known else None if None in known else False


def _like(node: Like, value: Any, readings: Readings) -> bool | None:
    text = "" if value is None and readings.missing == "empty" else values.text(value)
    if text is None:
        return None
    if isinstance(node.pattern, Regex):
        return pattern(node.pattern).search(text) is not None
    return node.pattern.value in text


def _call(node: Call, row: Row, scene: Scene) -> Any:
    name, arguments = node.name, node.arguments
    if name in AGGREGATES:
        assert scene.group is not None
        if not arguments or isinstance(arguments[0], Star):
            return len(scene.group)
        inner = Scene(scene.readings)
        dated = [
            (one.read(("@timestamp",)), value_of(arguments[0], one, inner)) for one in scene.group
        ]
        return aggregated(name, dated, arguments[-1])
    if name in ("bin", "datefloor", "dateceil"):
        of, length = (Field(("@timestamp",)), *arguments) if len(arguments) == 1 else arguments
        shift = scene.shift if name == "bin" else 0
        return _line(name, values.number(value_of(of, row, scene)), length, shift)
    if name == "regexReplace":
        text = values.text(value_of(arguments[0], row, scene))
        return None if text is None else re.sub(arguments[1].value, arguments[2].value, text)
    return run(name, [value_of(argument, row, scene) for argument in arguments])


def _line(name: str, moment: Any, length: Duration, shift: int) -> Any:
    if moment is None:
        return None
    line = values.line_above if name == "dateceil" else values.line_below
    found = line(math.floor(moment) - shift, *values.period(length))
    return None if found is None else values.Moment(found + shift)
