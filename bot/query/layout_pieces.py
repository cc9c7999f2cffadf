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

    def text(self) -> str:
        """The chain on one line."""
        inside = f" {self.operator} ".join(_text(operand) for operand in self.operands)
        return f"({inside})" if self.enclosed else inside


@dataclass(slots=True)
class Listed:
    """`x in [` and the items up to the `]`."""

    opened: Piece
    items: list[Piece]

    def text(self) -> str:
        """The list on one line."""
        return f"{self.opened.text}{', '.join(item.text for item in self.items)}]"


@dataclass(slots=True)
class Inner:
    """What opens a sub-query, `(` included, and its commands."""

    opened: Piece
    steps: list[Step]


Heads: TypeAlias = Mapping[int, Span]
"""By `id` of a command: where its name stands."""

Part: TypeAlias = Piece | Chain | Listed | Inner


@dataclass(slots=True)
class Step:
    """A command: its name, or all of it, and groups of parts, each after a keyword or after none."""

    head: Piece
    groups: list[tuple[str, list[Part]]]


def _text(part: Part) -> str:
    match part:
        case Piece(text):
            return text
        case Inner(opened):
            return opened.text
        case _:
            return part.text()


def pieces(part: Step | Part) -> Iterator[Piece]:
    """The pieces of a command or a part, in the order of the text."""
    match part:
        case Piece():
            yield part
        case Chain(_, operands):
            for operand in operands:
                yield from pieces(operand)
        case Listed(opened, items):
            yield opened
            yield from items
        case Inner(opened, steps):
            yield opened
            for step in steps:
                yield from pieces(step)
        case Step(head, groups):
            yield head
            for _, group in groups:
                for below in group:
                    yield from pieces(below)


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
        case Join(query=query) | AppendCols(query=query):
            opening = command.opening.removeprefix(f"{name} ")
            return Step(named, [("", [_inner(opening, head.end, query, heads)])])
        case _:
            return Step(Piece(str(command), head.to(command.span)), [])


def _items(items: Sequence[Item | SortKey | Field]) -> list[Part]:
    return [Piece(str(item), item.span) for item in items]


def _inner(opening: str, start: int, query: Query, heads: Heads) -> Inner:
    steps = steps_of(query, heads)
    return Inner(Piece(opening, Span(start, steps[0].head.span.start)), steps)


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
            return _inner(node.opening, operand.span.start, query, heads)
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
