"""Choosing among values. CloudWatch Logs user guide, "General functions"."""

from __future__ import annotations

from bot.query.functions.row import ANY, scalar
from bot.query.values import Value, number_of, truth

_PAGE = "General functions"


def is_present(value: Value) -> bool:
    """Whether the value is there."""
    return value is not None


def coalesce(*values: Value) -> Value:
    """The first value that is there."""
    return next((value for value in values if value is not None), None)


def choose(condition: Value, yes: Value, no: Value) -> Value:
    """`if(condition, yes, no)`. A missing condition is no."""
    return yes if truth(condition) else no


def case(*arguments: Value) -> Value:
    """`case(condition, value, condition, value, …, otherwise)`: the value of the first that is true."""
    for at in range(0, len(arguments) - 1, 2):
        if truth(arguments[at]):
            return arguments[at + 1]
    return arguments[-1] if len(arguments) % 2 else None


def is_numeric(value: Value) -> bool:
    """Whether the value is a number or text that is only a number."""
    return number_of(value) is not None


ROWS = (
    scalar("ispresent", (1, 1), ANY, is_present, "whether the field is there", _PAGE),
    scalar("coalesce", (1, None), ANY, coalesce, "the first value that is there", _PAGE),
    scalar("if", (3, 3), ANY, choose, "the second value where the first holds, else the third", _PAGE),
    scalar("case", (2, 21), ANY, case, "the value behind the first condition that holds", _PAGE),
    scalar("isNumeric", (1, 1), ANY, is_numeric, "whether the value is a number, or text that is one", _PAGE),
)  # fmt: skip
"""The rows of these functions."""
