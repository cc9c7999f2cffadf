"""What `json field=f "a.b" as x` takes out of a JSON object.

CloudWatch Logs user guide, `json`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.query.discovery.access import part_of
from bot.query.functions.structure import parse_json
from bot.query.values import Value

_INDEX = re.compile(r"\[([0-9]{1,9})\]")


def json_path(path: str) -> Callable[[Value], Value]:
    """A function that takes the value at a path out of a structure, or out of text that is one.

    Parts are separated by dots; a position in a list is a number, as `items.0.id` or
    `items[0].id`. None where there is no such value, or it is null. The value may be a structure.
    """
    parts = tuple(_INDEX.sub(r".\1", path).split("."))

    def extract(value: Value) -> Value:
        node: Value = parse_json(value) if isinstance(value, str) else value
        for part in parts:
            node = _child(node, part)
        return node

    return extract


def _child(node: Value, part: str) -> Value:
    """What one part of a path leads to."""
    if isinstance(node, list):
        digits = part.isascii() and part.isdigit() and len(part) < 10
        return part_of(node, (int(part),)) if digits else None
    return part_of(node, (part,))
