"""The functions of JSON. CloudWatch Logs user guide, "JSON functions"."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.query.functions.row import ANY, TEXT, scalar
from bot.query.values import Structure, Value, identity, render_structure

_PAGE = "JSON functions"


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


ROWS = (
    scalar("jsonParse", (1, 1), TEXT, parse_json, "the list or map that a text is as JSON", _PAGE),
    scalar("jsonStringify", (1, 1), ANY, print_json, "a list or map as JSON", _PAGE),
    scalar("jsonArraySize", (1, 1), TEXT, array_size, "how many elements a JSON array has", _PAGE),
    scalar("jsonArrayContains", (2, 2), TEXT, array_contains, "1 if a JSON array has this element", _PAGE),
)  # fmt: skip
"""The rows of these functions."""
