"""The pieces of a query that a line break or a comment may stand between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.query.ast import (
    AppendCols,
    Binary,
    Command,
    Dedup,
    Display,
    Expression,
    Field,
    Fields,
    Filter,
    FilterIndex,
    In,
    InQuery,
    Item,
    Join,
    Query,
    Sort,
    SortKey,
    Stats,
)
from bot.query.errors import Span


@dataclass(slots=True)
class Piece:
    """A text that stays together, its place in the source, and the comments that go with it."""

    text: str
    span: Span
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Chain:
    """Operands of `and` or `or`; `nested` in another chain, and then in parentheses if `enclosed`."""

    operator: str
    operands: list[Part]
    nested: bool
    enclosed: bool


@dataclass(slots=True)
class Listed:
    """`x in [` and the items up to the `]`."""

    opened: Piece
    items: list[Piece]


@dataclass(slots=True)
class Inner:
    """What opens a sub-query, `(` included, unless the command's head does; and its commands."""

    opened: Piece | None
    steps: list[Step]


Heads: TypeAlias = Mapping[int, Span]
"""By `id` of a command: where its name stands."""

Part: TypeAlias = Piece | Chain | Listed | Inner


@dataclass(slots=True)
class Step:
    """A command: its name, or all of it, and groups of parts, each after a keyword or after none."""

    head: Piece
    groups: list[tuple[str, list[Part]]]


def one_line(part: Part) -> str | None:
    """The part on one line, or None where it holds a sub-query, which has lines of its own."""
    match part:
        case Piece(text):
            return text
        case Listed(opened, items):
            return f"{opened.text}{', '.join(item.text for item in items)}]"
        case Chain(operator, operands, _, enclosed):
            texts = [text for text in map(one_line, operands) if text is not None]
            if len(texts) < len(operands):
                return None
            inside = f" {operator} ".join(texts)
            return f"({inside})" if enclosed else inside
        case _:  # `Inner`, says mypy
            return None


def pieces(part: Step | Part) -> Iterator[Piece]:
    """The pieces of a command or a part, in the order of the text."""
    match part:
        case Piece():
            yield part
        case Chain(_, operands):
            yield from _all(operands)
        case Listed(opened, items):
            yield opened
            yield from items
        case Inner(opened, steps):
            if opened is not None:
                yield opened
            yield from _all(steps)
        case _:  # `Step`, says mypy
            yield part.head
            for _, group in part.groups:
                yield from _all(group)


def _all(parts: Sequence[Step | Part]) -> Iterator[Piece]:
    for part in parts:
        yield from pieces(part)


def steps_of(query: Query, heads: Heads) -> list[Step]:
    """The commands of a query as pieces."""
    return [_step(command, heads) for command in query.commands]


def _step(command: Command, heads: Heads) -> Step:
    head = heads[id(command)]
    name, *_ = str(command).split(" ", 1)
    named = Piece(name, head)
    match command:
        case Fields(items) | Display(items) | Sort(items) | Dedup(items):
            return Step(named, [("", _items(items))])
        case Stats(items, by, offset):
            groups = [("", _items(items))]
            if by:
                groups.append(("by", _items(by)))
            if offset is not None:
                groups.append(("offset", [Piece(str(offset), offset.span)]))
            return Step(named, groups)
        case Filter(condition) | FilterIndex(condition):
            return Step(named, [("", [_condition(condition, "", heads)])])
        case Join(query=query, left_field=left, right_field=right):
            return _around(command.opening, head.to(max(left, right, key=_end).span), query, heads)
        case AppendCols(query=query):
            return _around(command.opening, head, query, heads)
        case _:
            return Step(Piece(str(command), head.to(command.span)), [])


def _items(items: Sequence[Item | SortKey | Field]) -> list[Part]:
    return [Piece(str(item), item.span) for item in items]


def _around(opening: str, place: Span, query: Query, heads: Heads) -> Step:
    """A command around a sub-query, which its name and all up to the parenthesis open."""
    return Step(Piece(opening, place), [("", [Inner(None, steps_of(query, heads))])])


def _end(field: Field) -> int:
    return field.span.end


def _condition(node: Expression, outer: str, heads: Heads) -> Part:
    """A condition, parted where `and` and `or` join it; `outer` joins it to its neighbours."""
    match node:
        case Binary("and" | "or" as operator):
            operands = [_condition(part, operator, heads) for part in _operands(node)]
            return Chain(operator, operands, nested=bool(outer), enclosed=outer == "and")
        case In(operand, items):
            texts = zip(node.listed, items, strict=True)
            return Listed(
                Piece(node.opening, operand.span), [Piece(text, i.span) for text, i in texts]
            )
        case InQuery(operand, query):
            return Inner(Piece(node.opening, operand.span), steps_of(query, heads))
        case _:
            return Piece(str(node), node.span)


def _operands(node: Binary) -> list[Expression]:
    """The operands of a chain of one operator, in order."""
    found: list[Expression] = []
    waiting: list[Expression] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Binary) and current.operator == node.operator:
            waiting += (current.right, current.left)
        else:
            found.append(current)
    return found
