"""Choosing among values, and the functions of JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.query.values import Structure, Value, identity, render_structure, truth


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


def parse_json(text: str) -> Structure | None:
    """The list or map that the text is as JSON; None for anything else."""
    value = _decoded(text)
    return value if isinstance(value, list | dict) else None


def print_json(value: Value) -> str | None:
    """The list or map as JSON; None for anything else."""
    return render_structure(value) if isinstance(value, list | dict) else None


def array_size(text: str) -> int | None:
    """The number of elements of a JSON array; None if the text is none."""
    value = _decoded(text)
    return len(value) if isinstance(value, list) else None


def array_contains(text: str, wanted: str) -> int:
    """1 if an element of the JSON array is this text; 0 too if the text is no array."""
    value = _decoded(text)
    return int(isinstance(value, list) and any(_prints(item) == wanted for item in value))


def _prints(item: Any) -> str | None:
    return identity(item) if isinstance(item, str | int | float) else None


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
