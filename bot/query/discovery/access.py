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
    node: Any = event
    for segment in name.split("."):
        node = _child(node, segment)
    value = leaf(node)
    return value if value is not None else _search(event, name)


def _child(node: Any, segment: str) -> Any:
    """What one segment of a name leads to."""
    if isinstance(node, Mapping):
        return node.get(segment)
    if isinstance(node, list):
        position = _position(segment)
        return node[position] if 0 <= position < len(node) else None
    return None


def _search(event: Mapping[str, Any], name: str) -> Value:
    """The value at a name some of whose dots may be parts of keys; short keys are tried first."""
    waiting: list[tuple[Any, int]] = [(event, 0)]
    while waiting:
        node, at = waiting.pop()
        if at > len(name):
            if (value := leaf(node)) is not None:
                return value
        elif isinstance(node, list):
            segment = name[at:].partition(".")[0]
            waiting.append((_child(node, segment), at + len(segment) + 1))
        elif isinstance(node, Mapping):
            keys = [key for key in node if _continues(name, at, key)]
            keys.sort(key=len, reverse=True)
            waiting += [(node[key], at + len(key) + 1) for key in keys]
    return None


def _continues(name: str, at: int, key: object) -> bool:
    """Whether the key is the next part of the name, up to a dot or the end."""
    if not isinstance(key, str) or not name.startswith(key, at):
        return False
    end = at + len(key)
    return end == len(name) or name[end] == "."


def _position(segment: str) -> int:
    """The position that the segment names; -1 if it names none."""
    usual = segment.isascii() and segment.isdigit() and len(segment) < 10
    return int(segment) if usual and str(int(segment)) == segment else -1


def leaf(node: Any) -> Value:
    """The node as the value of a field; None for null, objects, lists and infinite numbers."""
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
    return node if isinstance(node, list | dict) else leaf(node)
