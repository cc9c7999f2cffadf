"""The sets of answers under which queries run, and which sets can matter to a query.

A *reading* is one plausible answer to a question that AWS leaves open (`bot.query.questions`). A
rule's tests run under every set that `plausible` gives for its query, and must agree.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec
from msgspec.structs import fields, replace

from bot.errors import BotError
from bot.query.ast import (
    Accum,
    AppendCols,
    Autoregress,
    Binary,
    Command,
    CountFrequent,
    Dedup,
    Display,
    Expression,
    Field,
    Fields,
    Filldown,
    Filter,
    FilterIndex,
    In,
    InQuery,
    Join,
    Like,
    Limit,
    Lookup,
    Node,
    Number,
    Query,
    Regex,
    Sessionize,
    Sort,
    Stats,
    Tail,
    Text,
    Unary,
)
from bot.query.errors import quoted
from bot.query.functions.patterns import regex_test
from bot.query.questions import QUESTIONS, Question
from bot.query.values import number_of
from bot.query.walk import children, walk

__all__ = [
    "CHOSEN", "MOST_SETS", "QUESTIONS", "Question", "Readings", "changes", "open_questions",
    "plausible", "read_readings", "uses_order",
]  # fmt: skip


class Readings(msgspec.Struct, frozen=True):
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


MOST_SETS = 64
"""Sets under which one query is run, at most."""


def open_questions(query: Query) -> list[Question]:
    """The questions whose answer can matter to the query.

    One is left out where the query's text shows that no event could make its answers differ.
    """
    return [q for q in QUESTIONS if q.id in _MATTERS and _MATTERS[q.id](query)]


def plausible(query: Query) -> list[Readings]:
    """The sets of readings that can matter to the query: the chosen one, then those near it first.

    They are all combinations of answers to its open questions where there are at most `MOST_SETS`
    of them. Beyond, they are those in which one answer differs from the chosen one, and then those
    in which two do, as many as there is room for.
    """
    questions = open_questions(query)
    product = math.prod(len(question.readings) for question in questions)
    most = len(questions) if product <= MOST_SETS else 2
    return list(itertools.islice(_sets(questions, most), MOST_SETS))


def _sets(questions: Sequence[Question], most: int) -> Iterator[Readings]:
    """The sets in which up to `most` answers are not the chosen ones, the nearest first."""
    for size in range(most + 1):
        for some in itertools.combinations(questions, size):
            for answers in itertools.product(*(q.readings[1:] for q in some)):
                changes: dict[str, Any] = {
                    q.id: answer for q, answer in zip(some, answers, strict=True)
                }
                yield replace(CHOSEN, **changes)


def changes(readings: Readings) -> dict[str, str]:
    """The answers that are not the chosen ones, by the id of their question."""
    answers = {field.name: getattr(readings, field.name) for field in fields(Readings)}
    return {name: a for name, a in answers.items() if a != getattr(CHOSEN, name)}


def read_readings(given: Iterable[str]) -> Readings:
    """The chosen answers, changed by some that were written `question=answer`.

    `BotError` names what there is where a question or an answer is not in the table.
    """
    known = {q.id: q for q in QUESTIONS if len(q.readings) > 1}
    changed: dict[str, Any] = {}
    for text in given:
        name, sign, answer = (part.strip() for part in text.partition("="))
        if name not in known:
            there = ", ".join(map(quoted, known))
            message = f"{quoted(name)} is no question with several readings; there are {there}."
            raise BotError(message)
        readings = known[name].readings
        if not sign or answer not in readings:
            there = " or ".join(quoted(f"{name}={reading}") for reading in readings)
            raise BotError(f"{quoted(text)} is no reading; write {there}.")
        changed[name] = answer
    return replace(CHOSEN, **changed)


def _comparisons(query: Query) -> Iterator[tuple[str, Expression, Expression]]:
    """Each comparison of two operands, the items of lists included: operator and both sides."""
    for node in walk(query):
        if isinstance(node, Binary) and node.operator in _COMPARED:
            yield node.operator, node.left, node.right
        elif isinstance(node, In):
            for item in node.items:
                yield "!=" if node.negated else "=", node.operand, item
        elif isinstance(node, InQuery):  # what the sub-query finds may be any value
            yield "!=" if node.negated else "=", node.operand, _ANY
        elif isinstance(node, Join):
            yield "=", node.left_field, node.right_field
        elif isinstance(node, Lookup):
            for match in node.matches:  # the texts of a table may be any
                yield "=", match.field or _ANY, _ANY


_ANY = Field(("any",))
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
    return isinstance(node, Like | In | InQuery) or (
        isinstance(node, Binary) and node.operator in _COMPARED
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
    return any(isinstance(node, Unary) and node.operator == "not" for node in walk(query)) or (
        _holds_value_condition(query)
    )


def _holds_value_condition(query: Query) -> bool:
    """Whether a comparison stands anywhere but in the `and` and `or` of a filter."""
    waiting: list[Node] = [query]
    while waiting:
        node = waiting.pop()
        logical = isinstance(node, Filter | FilterIndex) or (
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
    """A key of a `sort` has no direction, and something looks at the order of the rows."""
    return any(any(key.descending is None for key in sort.keys) for sort in _decisive_sorts(query))


def _sort_missing_matters(query: Query) -> bool:
    return any(True for _ in _decisive_sorts(query))


def _decisive_sorts(query: Query) -> Iterator[Sort]:
    """Each `sort` whose order something looks at, those of sub-queries too.

    Of a sub-query, the order alone can matter: it is cut at some number of rows.
    """
    for pipeline in _pipelines(query):
        for at, command in enumerate(pipeline.commands):
            if isinstance(command, Sort) and (
                pipeline is not query or uses_order(pipeline.commands[at:])
            ):
                yield command


def _pipelines(query: Query) -> Iterator[Query]:
    """The query and its sub-queries."""
    return (node for node in walk(query) if isinstance(node, Query))


_LOOK_AT_ORDER = (Limit, Tail, Dedup, Accum, Autoregress, Filldown, Sessionize, AppendCols)


def uses_order(commands: Sequence[Command]) -> bool:
    """Whether a command looks at the order of the rows, before a `stats` forgets it."""
    for command in commands:
        if isinstance(command, _LOOK_AT_ORDER):
            return True
        if isinstance(command, Stats | CountFrequent):
            return False
    return False


def _empty_stats_matters(query: Query) -> bool:
    return any(isinstance(node, Stats) and not node.by for node in walk(query))


def _same_fields_matters(query: Query) -> bool:
    """An item names what an earlier item of the same command makes."""
    for command in (node for node in walk(query) if isinstance(node, Fields | Display)):
        made: set[str | int] = set()
        for item in command.items:
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
