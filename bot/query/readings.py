"""The sets of answers under which queries run, and which sets can matter to a query.

A *reading* is one plausible answer to a question that AWS leaves open (`bot.query.questions`). A
rule's tests run under every set that `plausible` gives for its query, and must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.query.ast import (
    Binary,
    Command,
    Dedup,
    Display,
    Expression,
    Field,
    Fields,
    Filter,
    In,
    Like,
    Limit,
    Number,
    Query,
    Regex,
    Sort,
    Stats,
    Text,
    Unary,
)
from bot.query.patterns import regex_test
from bot.query.questions import QUESTIONS, Question
from bot.query.values import number_of
from bot.query.walk import children, walk

__all__ = ["CHOSEN", "QUESTIONS", "Question", "Readings", "plausible"]


@dataclass(frozen=True, slots=True)
class Readings:
    """One answer to each question that the engine can answer in more than one way."""

    missing: Literal["false", "empty"] = "false"
    logic: Literal["two-valued", "three-valued"] = "two-valued"
    boolean_text: Literal["differ", "equal"] = "differ"
    numeric_texts: Literal["text", "number"] = "text"
    mixed_order: Literal["false", "natural"] = "false"
    sort_direction: Literal["ascending", "descending"] = "ascending"
    sort_missing: Literal["last", "smallest"] = "last"
    empty_stats: Literal["one row", "no row"] = "one row"
    same_fields: Literal["hidden", "visible"] = "hidden"


CHOSEN = Readings()
"""The answers with which queries run unless somebody asks for others."""


def plausible(query: Query) -> list[Readings]:
    """The sets of readings that can matter to the query, the chosen one first.

    Each other set differs from the chosen one in one answer. A question is left out where the
    query's text shows that no event could make its answers differ.
    """
    found = [CHOSEN]
    for question in QUESTIONS:
        matters = _MATTERS.get(question.id)
        if matters is not None and matters(query):
            changes: list[dict[str, Any]] = [{question.id: r} for r in question.readings[1:]]
            found += [replace(CHOSEN, **change) for change in changes]
    return found


def _comparisons(query: Query) -> Iterator[tuple[str, Expression, Expression]]:
    """Each comparison of two operands, the items of lists included: operator and both sides."""
    for node in walk(query):
        if isinstance(node, Binary) and node.operator in _COMPARED:
            yield node.operator, node.left, node.right
        elif isinstance(node, In):
            for item in node.items:
                yield "!=" if node.negated else "=", node.operand, item


_ORDERED = ("<", "<=", ">", ">=")
_COMPARED = ("=", "!=", *_ORDERED)


def _missing_matters(query: Query) -> bool:
    """A comparison is negated, or an empty text satisfies it."""
    if any(isinstance(node, Unary) and node.operator == "not" for node in walk(query)):
        return any(_compares(node) for node in walk(query))
    pairs = (p for p in _comparisons(query) if p[0] not in _ORDERED)
    return any(
        operator == "!=" or _may_be_text("", left, right) for operator, left, right in pairs
    ) or any(_like_matters(node) for node in walk(query) if isinstance(node, Like))


def _compares(node: object) -> bool:
    return isinstance(node, Like | In) or (
        isinstance(node, Binary) and node.operator in ("=", "!=", *_ORDERED)
    )


def _like_matters(node: Like) -> bool:
    if isinstance(node.pattern, Regex):
        return node.negated or regex_test(node.pattern.pattern)("")
    return node.negated or (isinstance(node.pattern, Text) and not node.pattern.value)


def _may_be_text(text: str, *sides: Expression) -> bool:
    """Whether one side is this text, or no side is a literal."""
    literals = [side for side in sides if isinstance(side, Text | Number)]
    return not literals or any(isinstance(s, Text) and s.value == text for s in literals)


def _logic_matters(query: Query) -> bool:
    """A condition is under `not`, or is used as a value."""
    return any(isinstance(node, Unary) and node.operator == "not" for node in walk(query)) or any(
        _holds_value_condition(command) for command in query.commands
    )


def _holds_value_condition(command: Command) -> bool:
    """Whether a comparison stands anywhere but in the `and` and `or` of a filter."""
    waiting: list[Any] = [command]
    while waiting:
        node = waiting.pop()
        logical = isinstance(node, Filter) or (
            isinstance(node, Binary) and node.operator in ("and", "or")
        )
        for child in children(node):
            if _compares(child) and not logical:
                return True
            waiting.append(child)
    return False


def _boolean_text_matters(query: Query) -> bool:
    """A text that is the number 0 or 1 is compared, or two fields are."""
    return any(
        _number_in_text(*sides, among=(0, 1))
        for operator, *sides in _comparisons(query)
        if operator not in _ORDERED
    )


def _numeric_texts_matters(query: Query) -> bool:
    """A text that is a number is compared, or two fields are."""
    return any(
        _number_in_text(*sides)
        for operator, *sides in _comparisons(query)
        if operator not in _ORDERED
    )


def _number_in_text(*sides: Expression, among: Sequence[int] | None = None) -> bool:
    literals = [side for side in sides if isinstance(side, Text | Number)]
    numbers = [number_of(side.value) for side in literals if isinstance(side, Text)]
    found = [n for n in numbers if n is not None and (among is None or n in among)]
    return not literals or bool(found)


def _mixed_order_matters(query: Query) -> bool:
    return any(operator in _ORDERED for operator, *_ in _comparisons(query))


def _sort_direction_matters(query: Query) -> bool:
    """A key of a `sort` has no direction, and some of the rows are dropped by their order."""
    return any(
        isinstance(command, Sort)
        and any(key.descending is None for key in command.keys)
        and _cut_after(query.commands[at:])
        for at, command in enumerate(query.commands)
    )


def _sort_missing_matters(query: Query) -> bool:
    return any(
        isinstance(command, Sort) and _cut_after(query.commands[at:])
        for at, command in enumerate(query.commands)
    )


def _cut_after(commands: Sequence[Command]) -> bool:
    """Whether rows are dropped by their order, before a `stats` forgets it."""
    for command in commands:
        if isinstance(command, Limit | Dedup):
            return True
        if isinstance(command, Stats):
            return False
    return False


def _empty_stats_matters(query: Query) -> bool:
    return any(isinstance(command, Stats) and not command.by for command in query.commands)


def _same_fields_matters(query: Query) -> bool:
    """An item names what an earlier item of the same command makes."""
    for command in query.commands:
        made: set[str | int] = set()
        for item in command.items if isinstance(command, Fields | Display) else ():
            used = {
                Field(node.parts[:length]).name
                for node in walk(item.expression)
                if isinstance(node, Field)
                for length in range(1, len(node.parts) + 1)
            }
            if used & made:
                return True
            if item.alias is not None:
                made.add(item.alias)
    return False


_MATTERS: dict[str, Callable[[Query], bool]] = {
    "missing": _missing_matters,
    "logic": _logic_matters,
    "boolean_text": _boolean_text_matters,
    "numeric_texts": _numeric_texts_matters,
    "mixed_order": _mixed_order_matters,
    "sort_direction": _sort_direction_matters,
    "sort_missing": _sort_missing_matters,
    "empty_stats": _empty_stats_matters,
    "same_fields": _same_fields_matters,
}
