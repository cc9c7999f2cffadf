"""Conditions of JSON and delimited patterns: `= "text*"`, `!= 4*`, `>= 400`, `= %regex%`, && and ||."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from bot.engine.filter_pattern.cursor import Cursor, Test

Scalar: TypeAlias = str | int | float | bool
ValueTest: TypeAlias = Callable[[Scalar], bool]

_OPERATOR = re.compile(r"!=|>=|<=|=|>|<")
_BARE = re.compile(r"(?:(?!&&|\|\|)[^\s\"%(){}\[\],=!<>])+")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")

_ORDERS: dict[str, Callable[[float, float], bool]] = {
    ">": lambda value, limit: value > limit,
    "<": lambda value, limit: value < limit,
    ">=": lambda value, limit: value >= limit,
    "<=": lambda value, limit: value <= limit,
}

_T = TypeVar("_T")
_Check: TypeAlias = Callable[[_T], bool]


def value_test(cursor: Cursor) -> ValueTest:
    """What tests a value for the operator and the operand that come next."""
    found = cursor.match(_OPERATOR)
    if found is None:
        raise cursor.error("expected one of = != > < >= <=")
    operator = found[0]
    cursor.skip()
    if operator in _ORDERS:
        return _order(cursor, operator)
    same = _equality(cursor)
    if operator == "=":
        return same
    return lambda value: not same(value)


def either(cursor: Cursor, leaf: Callable[[], _Check[_T]]) -> _Check[_T]:
    """Conditions with `&&`, `||` and parentheses between them; `&&` binds closer."""
    tests = [_both(cursor, leaf)]
    while cursor.take("||"):
        tests.append(_both(cursor, leaf))
    return tests[0] if len(tests) == 1 else _any(tests)


def _both(cursor: Cursor, leaf: Callable[[], _Check[_T]]) -> _Check[_T]:
    tests = [_one(cursor, leaf)]
    while cursor.take("&&"):
        tests.append(_one(cursor, leaf))
    return tests[0] if len(tests) == 1 else _all(tests)


def _one(cursor: Cursor, leaf: Callable[[], _Check[_T]]) -> _Check[_T]:
    if not cursor.take("("):
        return leaf()
    cursor.deeper()
    test = either(cursor, leaf)
    cursor.expect(")")
    cursor.shallower()
    return test


def _any(tests: Sequence[_Check[_T]]) -> _Check[_T]:
    return lambda value: any(test(value) for test in tests)


def _all(tests: Sequence[_Check[_T]]) -> _Check[_T]:
    return lambda value: all(test(value) for test in tests)


def _order(cursor: Cursor, operator: str) -> ValueTest:
    """`>` and its like compare numbers only. Fields of text are read as numbers if they are some."""
    found = cursor.match(_BARE)
    limit = number_of(found[0]) if found else None
    if limit is None:
        raise cursor.error(f"`{operator}` takes a number")
    cursor.skip()
    order, bound = _ORDERS[operator], limit

    def test(value: Scalar) -> bool:
        number = number_of(value)
        return number is not None and order(number, bound)

    return test


def _equality(cursor: Cursor) -> ValueTest:
    """A quoted text is equal to texts only; what is not quoted, also to what is written like it."""
    regex = cursor.regex()
    if regex is not None:
        cursor.skip()
        return _of_text(regex)
    text = cursor.text()
    if text is not None:
        cursor.skip()
        same = _glob(text)
        return lambda value: isinstance(value, str) and same(value)
    found = cursor.match(_BARE)
    if found is None:
        raise cursor.error("expected a text, a number or a %regex%")
    cursor.skip()
    same, number = _of_text(_glob(found[0])), number_of(found[0])
    if number is None:
        return same
    return lambda value: same(value) or (not isinstance(value, str) and number_of(value) == number)


def _of_text(test: Test) -> ValueTest:
    return lambda value: test(written(value))


def _glob(text: str) -> Test:
    """Whether a whole text is this one, where `*` stands for anything."""
    if "*" not in text:
        return lambda value: value == text
    parts = text.split("*")
    start, middle, end = parts[0], [part for part in parts[1:-1] if part], parts[-1]

    def test(value: str) -> bool:
        if len(value) < len(start) + len(end):
            return False
        if not (value.startswith(start) and value.endswith(end)):
            return False
        at, last = len(start), len(value) - len(end)
        for part in middle:
            found = value.find(part, at, last)
            if found < 0:
                return False
            at = found + len(part)
        return True

    return test


def written(value: Scalar) -> str:
    """A value as JSON writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def number_of(value: Scalar) -> float | None:
    """The value as a number, if it is one; a text must be nothing else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    try:
        return float(value)
    except OverflowError:
        return None
