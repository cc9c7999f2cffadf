"""Which values some fields must have for an event to pass the filters that stand first in a query.

It only ever allows too much: whoever leaves out other events changes no result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from bot.query.ast import (
    Binary,
    Command,
    Display,
    Expression,
    Field,
    Fields,
    Filter,
    In,
    Query,
    Sort,
    Text,
)
from bot.query.compiling.compute import operands
from bot.query.values import number_of

Guards: TypeAlias = Mapping[str, frozenset[str]]
"""Flattened name of a field → the texts of which it must be one."""


def guards(query: Query) -> Guards:
    """The fields of an event that must be one of a few texts. Holds under every reading."""
    found: dict[str, frozenset[str]] = {}
    made: set[str] = set()
    for command in query.commands:
        if isinstance(command, Filter):
            _narrow(found, _possible(command.condition, made))
        elif isinstance(command, Fields | Display):
            made |= {item.alias for item in command.items if item.alias is not None}
        elif not isinstance(command, _WITHOUT_EFFECT):
            break
    return found


_WITHOUT_EFFECT: tuple[type[Command], ...] = (Sort,)
"""Commands that neither drop rows nor make names, whatever stands before a filter."""


def _narrow(found: dict[str, frozenset[str]], more: Guards) -> None:
    """Make both hold: where a field has two sets of texts, it must be in both."""
    for name, texts in more.items():
        found[name] = found[name] & texts if name in found else texts


def _possible(node: Expression, made: Iterable[str]) -> Guards:
    match node:
        case Binary("=", Field() as field, Text(value)) | Binary(
            "=", Text(value), Field() as field
        ):
            return _guard(field, [value], made)
        case In(Field() as field, items, False):
            texts = [item.value for item in items if isinstance(item, Text)]
            return _guard(field, texts, made) if len(texts) == len(items) else {}
        case Binary("and"):
            both: dict[str, frozenset[str]] = {}
            for part in operands(node, "and"):
                _narrow(both, _possible(part, made))
            return both
        case Binary("or"):
            branches = [_possible(part, made) for part in operands(node, "or")]
            shared = set(branches[0]).intersection(*branches[1:])
            return {
                name: frozenset().union(*[branch[name] for branch in branches]) for name in shared
            }
        case _:
            return {}


def _guard(field: Field, texts: list[str], made: Iterable[str]) -> Guards:
    """A guard, unless the name means a computed column or another value could equal a text.

    A text that reads as a number equals numbers that are written otherwise, and a missing field may
    count as an empty text.
    """
    raw = all(isinstance(part, str) for part in field.parts) and not any(
        Field(field.parts[:length]).name in made for length in range(1, len(field.parts) + 1)
    )
    plain = all(text and number_of(text) is None for text in texts)
    return {field.name: frozenset(texts)} if raw and plain else {}
