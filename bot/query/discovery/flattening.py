"""The flattened fields of a decoded event: the first 200 of them, as CloudWatch finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import msgspec

from bot.query.discovery.access import leaf
from bot.query.values import Value

MOST_FIELDS = 200
"""Of one event; "the rest need `parse`" (CloudWatch Logs user guide, "Fields in JSON logs")."""

_encode = msgspec.json.Encoder().encode

_Path: TypeAlias = "tuple[_Path, str] | None"  # a name's parts, the last one first
_Node: TypeAlias = tuple[_Path, Any]


def fields_of(event: Mapping[str, Any], most: int = MOST_FIELDS) -> dict[str, Value]:
    """The first fields of an event, in its own order, each under its flattened name.

    A name has the value that `field_of` gives for it, where all that stands behind the first
    `most` fields is left out. What is missing (null, an empty object or list) does not count.
    """
    found: dict[str, Value] = {}
    spelt: dict[str, list[int]] = {}
    waiting: list[_Node] = [(None, event)]
    left = most
    while waiting and left:
        path, node = waiting.pop()
        if isinstance(node, Mapping | list):
            waiting += reversed(list(_children(path, node)))
        elif (value := leaf(node)) is not None:
            left -= 1
            parts = _parts(path)
            name, lengths = ".".join(parts), [len(part) for part in parts]
            # Dots in keys can make one name twice: then short keys go first, as in `field_of`.
            if name not in spelt or lengths < spelt[name]:
                found[name], spelt[name] = value, lengths
    return found


def _children(path: _Path, node: Mapping[str, Any] | list[Any]) -> Iterable[_Node]:
    if isinstance(node, list):
        return (((path, str(place)), child) for place, child in enumerate(node))
    return (((path, key), child) for key, child in node.items() if isinstance(key, str))


def _parts(path: _Path) -> list[str]:
    parts = []
    while path:
        path, part = path
        parts.append(part)
    return parts[::-1]


def may_have_more(message: str | bytes) -> bool:
    """Whether an event that is this JSON may have more than 200 fields; most cannot.

    Between any two fields stands a comma. This costs next to nothing beside decoding.
    """
    if len(message) < 2 * MOST_FIELDS:
        return False
    commas = message.count(",") if isinstance(message, str) else message.count(b",")
    return commas >= MOST_FIELDS


def has_many(event: Mapping[str, Any]) -> bool:
    """Whether a decoded event may have more than 200 fields.

    To print it and count the commas takes half the time that going through it would.
    """
    try:
        return may_have_more(_encode(event))
    except (TypeError, ValueError, RecursionError, OverflowError):  # it holds what JSON cannot
        return True
