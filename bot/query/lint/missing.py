"""Warnings about conditions that depend on what a missing field means: Q006, Q039."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.query.ast import (
    Binary,
    Call,
    Expression,
    Field,
    Fields,
    Filter,
    FilterIndex,
    In,
    InQuery,
    Item,
    Like,
    Node,
    Number,
    Query,
    Stats,
    Text,
    Unary,
    print_name,
)
from bot.query.errors import quoted
from bot.query.lint.traps import Warning, warn
from bot.query.walk import children

# Every event has its system fields; every event of CloudTrail has these ("CloudTrail record
# contents" marks the other ones as optional), and every flow log its addresses, or a `-`.
ALWAYS = frozenset({
    "@message", "@timestamp", "@ingestionTime", "@log", "@logStream", "@ptr",
    "eventVersion", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
    "eventID", "eventType", "userIdentity.type",
    "srcAddr", "dstAddr", "srcPort", "dstPort", "interfaceId", "logStatus",
})  # fmt: skip

_COUNTS = ("count", "count_distinct", "countOverTime")
_PRESENCE = ("ispresent", "isNumeric")
_ABSENCE = ("isempty", "isblank")
# Functions that have a value where their argument has none.
_WITHOUT = (*_PRESENCE, *_ABSENCE, "coalesce", "if", "case", "jsonArrayContains", "jsonArraySize")


def missing(query: Query) -> Iterator[Warning]:
    """The conditions of one pipeline that may hold, or not, for want of a field."""
    look = _Look(set(ALWAYS))
    for command in query.commands:
        match command:
            case Filter(condition) | FilterIndex(condition):
                yield from look.condition(condition, look.present, negative=False)
                look.present |= _shown_by(condition)
            case Fields(items):
                for item in items:
                    look.made(item)
            case Stats(items, by):
                counts = {i.column for i in items if _is_count(i.expression)}
                kept = {i.column for i in by if _names(i.expression) <= look.present}
                look.present, look.sources = counts | kept, {}
            case _:
                pass


def _is_count(node: Expression) -> bool:
    return isinstance(node, Call) and node.name in _COUNTS


@dataclass(slots=True)
class _Look:
    """One pipeline while it is looked through: the fields that each row has by now."""

    present: set[str]
    told: set[str] = field(default_factory=set)
    sources: dict[str, set[str]] = field(default_factory=dict)
    """Columns that are there wherever one of some fields is."""

    def made(self, item: Item) -> None:
        """Take in a column that a `fields` makes."""
        if item.alias is None:
            return
        self.present.discard(item.alias)  # it hides the field of that name
        needed = _names(item.expression)
        match item.expression:
            case Call("coalesce", arguments):
                if all(isinstance(argument, Field) for argument in arguments):
                    self.sources[item.alias] = _fields(arguments)
                    return
            case _ if not needed <= self.present:
                self.sources[item.alias] = needed if len(needed) == 1 else set()
                return
        self.present.add(item.alias)

    def is_known(self, name: str, present: set[str]) -> bool:
        """Whether a row has the field where it has those that are `present`."""
        return name in present or bool(self.sources.get(name, set()) & present)

    def condition(self, node: Expression, known: set[str], *, negative: bool) -> Iterator[Warning]:
        """Look at a condition where the fields in `known` are there, or else it does not matter.

        `negative`: at least one `not` stands before it.
        """
        match node:
            case Binary("and" | "or" as operator):
                told_by = _shown_by if operator == "and" else _excused_by
                parts = [(part, told_by(part)) for part in operands(node, operator)]
                times = Counter(name for _, names in parts for name in names)
                for part, names in parts:
                    others = {name for name, n in times.items() if n > (name in names)}
                    yield from self.condition(part, known | others, negative=negative)
            case Unary("not", operand):
                yield from self.condition(operand, known, negative=True)
            case Binary("=" | "!=" | "<" | "<=" | ">" | ">=") | Like() | In() | InQuery():
                yield from self._comparison(node, known, negative)
            case _:
                pass

    def _comparison(
        self, node: Binary | Like | In | InQuery, known: set[str], negative: bool
    ) -> Iterator[Warning]:
        unknown = [name for name in sorted(_names(node)) if not self.is_known(name, known)]
        if not unknown:
            return
        name = quoted(unknown[0])
        if (negative and not _is_empty(node)) or _is_negated(node):
            if unknown[0] not in self.told:
                self.told.add(unknown[0])
                guard = print_name(unknown[0])
                message = f"AWS does not say whether this holds where {name} is missing."
                hint = (
                    f"Write `ispresent({guard}) and …` to leave such events out, or"
                    f" `not ispresent({guard}) or …` to keep them."
                )
                yield warn("Q006", node, message, hint)
        elif _is_empty(node):
            message = f"AWS does not say whether this holds where {name} is missing."
            guard = print_name(unknown[0])
            hint = f"Write `isempty({guard})` if it should, and `ispresent` beside it if not."
            yield warn("Q039", node, message, hint)


def _is_negated(node: Binary | Like | In | InQuery) -> bool:
    match node:
        case Binary(operator, left, right):
            # `x != ""` holds for no missing field, whatever it counts as.
            return operator == "!=" and not _is_empty_text(left) and not _is_empty_text(right)
        case Like(_, Text("")):
            return False
        case _:
            return node.negated


def _is_empty(node: Node) -> bool:
    """Whether the comparison is `x = ""`."""
    match node:
        case Binary("=", left, right):
            return _is_empty_text(left) or _is_empty_text(right)
        case _:
            return False


def _is_empty_text(node: Node) -> bool:
    return isinstance(node, Text) and not node.value


def operands(node: Expression, operator: str) -> Iterator[Expression]:
    """What a chain of this operator joins, in the order of the text; the node if it is no chain."""
    if isinstance(node, Binary) and node.operator == operator:
        yield from operands(node.left, operator)
        yield from operands(node.right, operator)
    else:
        yield node


def _names(node: Node) -> set[str]:
    """The fields without which the comparison or value is not known."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Field):
            found.add(part.name)
        elif not isinstance(part, Query) and not (isinstance(part, Call) and part.name in _WITHOUT):
            waiting += children(part)
    return found


def _shown_by(node: Expression) -> set[str]:
    """The fields that are there wherever the condition holds."""
    found: set[str] = set()
    match node:
        case Binary("and"):
            found = set().union(*map(_shown_by, operands(node, "and")))
        case Binary("or"):
            found = set.intersection(*map(_shown_by, operands(node, "or")))
        case Unary("not", operand):
            found = _empty_by(operand)
        case Call(name, arguments) if name in _PRESENCE:
            found = _fields(arguments)
        case Binary("=", Call() as call, Number("0")):
            found = _empty_by(call)
        case Binary() | Like() | In() | InQuery() if not _is_negated(node) and not _is_empty(node):
            found = _names(node)
        case Field(_):
            found = {node.name}
        case _:
            pass
    return found


def _empty_by(node: Expression) -> set[str]:
    """The fields that are there wherever this test for absence does not hold."""
    if isinstance(node, Call) and node.name in _ABSENCE:
        return _fields(node.arguments)
    return set()


def _excused_by(node: Expression) -> set[str]:
    """The fields whose absence makes the condition hold."""
    match node:
        case Unary("not", Call(name) as call) if name in _PRESENCE:
            return _fields(call.arguments)
        case Binary("=", Call("ispresent") as call, Number("0")):
            return _fields(call.arguments)
        case Call():
            return _empty_by(node)
        case _:
            return set()


def _fields(nodes: Sequence[Node]) -> set[str]:
    return {node.name for node in nodes if isinstance(node, Field)}
