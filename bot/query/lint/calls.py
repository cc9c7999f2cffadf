"""Warnings about functions and periods: Q001, Q019, Q021, Q022, Q025, Q027, Q028, Q032, Q038."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.query.ast import (
    Binary,
    Call,
    Duration,
    Field,
    In,
    InQuery,
    Like,
    Number,
    Query,
    Unary,
)
from bot.query.errors import quoted
from bot.query.functions.periods import CAPS
from bot.query.lint.missing import ALWAYS
from bot.query.lint.traps import Warning, warn
from bot.query.units import UNITS
from bot.query.walk import walk

_UNDOCUMENTED = {
    "median": "Write `pct(x, 50)`.",
    "percentile": "Write `pct(x, 95)`.",
    "pow": "Write `x ^ 2`.",
    "mod": "Write `x % 2`.",
    "length": "Write `strlen(x)`.",
    "dc": "Write `count_distinct(x)`.",
}
_WHOLE = {"ms": 1000, "s": 60, "m": 60, "h": 24, "d": 1}
"""How many of a unit make the next one; a grid of days longer than one begins nobody knows where."""
_NEXT = {"ms": "s", "s": "m", "m": "h", "h": "d"}

_LAID = frozenset({"bin", "datefloor", "dateceil"})


def calls(query: Query) -> Iterator[Warning]:
    """The calls of the query, those of its sub-queries too."""
    for node in walk(query):
        if isinstance(node, Call):
            yield from _undocumented(node)
            yield from _periods(node)
            yield from _CHECKS.get(node.name.lower(), _nothing)(node)


def _nothing(_call: Call) -> Iterator[Warning]:
    return iter(())


def _undocumented(call: Call) -> Iterator[Warning]:
    hint = _UNDOCUMENTED.get(call.name.lower())
    if hint is not None:
        yield warn("Q019", call, f"`{call.name}` is not in the manual of the language.", hint)


def _periods(call: Call) -> Iterator[Warning]:
    for period in call.arguments:
        if not isinstance(period, Duration):
            continue
        unit = UNITS[period.unit]
        cap = CAPS.get(unit)
        if cap is not None and period.amount > cap:
            message = f"`{period}` is cut to `{cap}{period.unit}`."
            yield warn("Q001", period, message, _larger(period.amount, unit))
        elif call.name in _LAID and not _divides(period.amount, unit):
            yield warn("Q032", period, f"AWS does not say when periods of `{period}` begin.")


def _divides(amount: int, unit: str) -> bool:
    return unit in _WHOLE and amount > 0 and _WHOLE[unit] % amount == 0


def _larger(amount: int, unit: str) -> str:
    """The same length in a unit that can hold it."""
    fits = ""
    while unit in _NEXT and amount % _WHOLE[unit] == 0:
        amount, unit = amount // _WHOLE[unit], _NEXT[unit]
        if amount <= CAPS.get(unit, amount):
            fits = f"Write `{amount}{unit}`."
    return fits


def _histogram(call: Call) -> Iterator[Warning]:
    if len(call.arguments) > 1:
        message = "The manual calls this the number of buckets; on AWS it was the width of one."
        yield warn("Q021", call.arguments[1], message)


def _strcontains(call: Call) -> Iterator[Warning]:
    if len(call.arguments) > 2:
        yield warn("Q022", call.arguments[2], "On AWS this argument had no effect: case counts.")


def _count(call: Call) -> Iterator[Warning]:
    for argument in call.arguments:
        if _is_condition(argument):
            shown = quoted(str(argument))
            message = f"This counts the rows where {shown} is known, also those where it is 0."
            yield warn("Q025", call, message, f"Write `sum({quoted(str(argument))[1:-1]})`.")


def _is_condition(node: object) -> bool:
    match node:
        case Binary(operator):
            return operator not in "+-*/%^"
        case Unary(operator):
            return operator == "not"
        case Call(name):
            return name in ("ispresent", "isempty", "isblank", "strcontains", "startsWith", "if")
        case _:
            return isinstance(node, Like | In | InQuery)


def _earliest(call: Call) -> Iterator[Warning]:
    argument = call.arguments[0]
    if isinstance(argument, Field) and argument.name == "@timestamp":
        other = "min" if call.name == "earliest" else "max"
        message = "The result is a number of milliseconds, not a date."
        hint = (
            f"Write `fromMillis(t)` in a later command; `{other}(@timestamp)` is the same moment."
        )
        yield warn("Q027", call, message, hint)


def _concat(call: Call) -> Iterator[Warning]:
    for argument in call.arguments:
        if isinstance(argument, Field) and argument.name not in ALWAYS:
            name = quoted(argument.name)
            message = f"AWS does not say what this is where {name} is missing; here it is missing."
            yield warn("Q028", argument, message, f'Write `coalesce({argument}, "")`.')
            return


def _pct(call: Call) -> Iterator[Warning]:
    for rank in call.arguments[1:]:
        value = rank.value if isinstance(rank, Number) else None
        if value is not None and 0 < value < 1:
            hint = f"Write `pct(…, {value * 100:g})`."
            yield warn("Q038", rank, "A percentile is a number from 0 to 100.", hint)


_CHECKS: Mapping[str, Callable[[Call], Iterator[Warning]]] = {
    "histogram": _histogram,
    "strcontains": _strcontains,
    "count": _count,
    "earliest": _earliest,
    "latest": _earliest,
    "concat": _concat,
    "pct": _pct,
}
