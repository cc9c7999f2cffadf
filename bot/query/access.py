"""Finds the value of a field in an event that is already decoded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bot.query.values import Value


def field_of(event: Mapping[str, Any], name: str) -> Value:
    """The value at a flattened name such as `userIdentity.arn` or `items.0.id`; None if missing.

    A position in a list is a number from 0 (CloudWatch Logs user guide, "Fields in JSON logs").
    Null, and whatever holds other fields (objects and lists, empty ones too), has no value of its
    own. Keys may hold dots; where a nested path and such a key make the same name, the nested
    path wins. Every step goes to a child that exists, so the event's size bounds the work.
    """
    segments = name.split(".")
    waiting: list[tuple[Any, int]] = [(event, 0)]
    while waiting:
        node, at = waiting.pop()
        if at < len(segments):
            waiting += _children(node, segments, at)
        elif (value := _leaf(node)) is not None:
            return value
    return None


def _children(node: Any, segments: Sequence[str], at: int) -> list[tuple[Any, int]]:
    """What the next segments may name below this node, the likeliest last."""
    if isinstance(node, list):
        position = _position(segments[at])
        return [(node[position], at + 1)] if 0 <= position < len(node) else []
    if not isinstance(node, Mapping):
        return []
    found: list[tuple[Any, int]] = []
    key = segments[at]
    for end in range(at + 1, len(segments) + 1):
        if key in node:
            found.append((node[key], end))
        if end < len(segments):
            key = f"{key}.{segments[end]}"
    return found[::-1]


def _position(segment: str) -> int:
    """The position that the segment names; -1 if it names none."""
    usual = segment.isascii() and segment.isdigit() and len(segment) < 10
    return int(segment) if usual and str(int(segment)) == segment else -1


def _leaf(node: Any) -> Value:
    if isinstance(node, float):
        return node if math.isfinite(node) else None
    return node if isinstance(node, str | int) else None


def part_of(value: Value, parts: Sequence[str | int]) -> Value:
    """A part of a structure such as `jsonParse` makes, as in `.users[1].action`; None if missing.

    The result may be a structure itself.
    """
    node: Any = value
    for part in parts:
        if isinstance(part, int):
            node = node[part] if isinstance(node, list) and part < len(node) else None
        else:
            node = node.get(part) if isinstance(node, dict) else None
    return node if isinstance(node, list | dict) else _leaf(node)
