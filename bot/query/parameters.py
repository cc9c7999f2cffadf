"""Puts typed values into the places of a query's parameters, so that no value changes its meaning.

A value becomes a literal of the tree, never a piece of text. What cannot be printed as a string
beyond doubt becomes an anchored regex that is made of escapes only, or is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TypeAlias, cast

from bot.errors import BotError
from bot.query.ast import (
    Binary,
    Call,
    Duration,
    Expression,
    In,
    Item,
    Like,
    Limit,
    Node,
    Number,
    Parameter,
    Query,
    Regex,
    Tail,
    Text,
    Unary,
    chain,
)
from bot.query.errors import quoted
from bot.query.parameter_types import (
    PARAMETER_TYPES,
    ParameterType,
    ParameterValue,
    read_value,
)
from bot.query.parser import MAX_LENGTH, parse
from bot.query.syntax.commands_rows import is_limit
from bot.query.syntax.parts import MAX_LIMIT
from bot.query.walk import rebuild, walk

__all__ = [
    "PARAMETER_TYPES",
    "ParameterType",
    "ParameterValue",
    "bind",
    "parameters_of",
    "read_value",
]

# AWS expands these in the text, before it reads it (user guide, "Saved queries with parameters").
_EXPANDED = re.compile(r"\{\{|\$\s*(?:\w+|`[^`]*`)\s*\(")

_Values: TypeAlias = Mapping[str, ParameterValue]


def parameters_of(query: Query) -> tuple[str, ...]:
    """The names of the query's parameters, each once, in the order of their first place."""
    places = (node.name for node in walk(query) if isinstance(node, Parameter))
    return tuple(dict.fromkeys(places))


def bind(query: Query, values: Mapping[str, ParameterValue]) -> Query:
    """The query with a value in each parameter's place; its `str()` is what `StartQuery` takes.

    Raises `BotError` if a value is missing or has no place, if one cannot stand where its
    parameter does, or if the whole becomes longer than Logs Insights takes.
    """
    names = parameters_of(query)
    if missing := [name for name in names if name not in values]:
        raise BotError(f"There is no value for {', '.join(map(quoted, missing))}.")
    if unknown := [name for name in values if name not in names]:
        there = f"its parameters are {', '.join(map(quoted, names))}" if names else "it takes none"
        raise BotError(f"The query has no parameter {', '.join(map(quoted, unknown))}; {there}.")
    bound = rebuild(query, partial(_placed, values))
    if (length := len(str(bound))) > MAX_LENGTH:
        message = f"With these values the query has {length:,} characters"
        raise BotError(f"{message}; Logs Insights takes {MAX_LENGTH:,}.")
    return _read_again(bound)


def _read_again(bound: Query) -> Query:
    """The query as its own text reads, which must be what was meant: the last line of defence."""
    read = parse(str(bound))
    if read != bound:
        raise BotError("With these values the query would mean something else, so it does not run.")
    return read


def _placed(values: _Values, node: Node) -> Node:
    """The node with its parameters replaced, in the form in which the parser makes it."""
    made: Node
    match node:
        case Parameter():
            made = _operand(values[node.name], node)
        case Binary("and" | "or" as operator, left, right):
            made = chain(operator, (_expression(values, left), _expression(values, right)))
        case Binary("=" | "!=" as operator, left, right):
            made = _comparison(values, operator, left, right)
        case In():
            made = _membership(values, node)
        case Like(operand, Parameter() as place, negated):
            made = Like(_expression(values, operand), _part(values[place.name], place), negated)
        case Call(name, arguments):
            made = Call(name, tuple(_argument(values, argument) for argument in arguments))
        case Limit(Parameter() as place, some):
            made = Limit(_count(values[place.name], place), some)
        case Tail(Parameter() as place):
            made = Tail(_count(values[place.name], place))
        case Item(expression, str() as alias):
            column = _expression(values, expression)
            made = Item(column, alias, str(column))
        case _:
            made = rebuild(node, partial(_placed, values))
    return made


def _expression(values: _Values, node: Expression) -> Expression:
    # An expression is only ever replaced by an expression; the types of `rebuild` cannot say so.
    return cast(Expression, _placed(values, node))


def _comparison(
    values: _Values, operator: str, left: Expression, right: Expression
) -> Binary | Like:
    """`=` and `!=`. A value that needs it becomes the regex of a `like`, which has one side."""
    for place, other in ((right, left), (left, right)):
        if isinstance(place, Parameter) and (regex := _regex(values[place.name], whole=True)):
            return Like(_expression(values, other), regex, negated=operator == "!=")
    return Binary(operator, _expression(values, left), _expression(values, right))


def _membership(values: _Values, node: In) -> Expression:
    """`in` and `not in`: values that need a regex leave the list and stand beside it."""
    operand = _expression(values, node.operand)
    plain: list[Expression] = []
    tests: list[Expression] = []
    for item in node.items:
        regex = _regex(values[item.name], whole=True) if isinstance(item, Parameter) else None
        if regex:
            tests.append(Like(operand, regex, node.negated))
        else:
            plain.append(_expression(values, item))
    if plain:
        tests.insert(0, In(operand, tuple(plain), node.negated))
    return chain("and" if node.negated else "or", tests)


def _part(value: ParameterValue, place: Parameter) -> Text | Regex:
    """What stands after `like`: a part of the text that is searched."""
    if value.type == "duration":
        raise _refused(value, place, "a duration stands only in a function, as in `bin(5m)`")
    return _regex(value, whole=False) or Text(value.text)


def _argument(values: _Values, node: Expression) -> Expression:
    """An argument of a function, which may be a period."""
    if isinstance(node, Parameter) and values[node.name].type == "duration":
        return _duration(values[node.name])
    return _expression(values, node)


def _operand(value: ParameterValue, place: Parameter) -> Expression:
    """The value as a literal, where no regex can stand."""
    if value.type == "number":
        size = Number(value.text.removeprefix("-"))
        return Unary("-", size) if value.text.startswith("-") else size
    if value.type == "duration":
        raise _refused(value, place, "a duration stands only in a function, as in `bin(5m)`")
    if _regex(value, whole=True):
        why = (
            "a pattern with `*`" if value.type == "pattern" and "*" in value.text
            else "a text with both kinds of quote, a backslash, a control character or a `$name(`"
        )  # fmt: skip
        raise _refused(value, place, f"{why} stands only beside `=`, `!=`, `in` or `like`")
    return Text(value.text)


def _count(value: ParameterValue, place: Parameter) -> Number:
    number = Number(value.text)
    if value.type != "number" or not is_limit(number):
        raise _refused(value, place, f"`limit` takes a whole number from 1 to {MAX_LIMIT:,}")
    return number


def _duration(value: ParameterValue) -> Duration:
    unit = value.text.lstrip("0123456789")
    return Duration(int(value.text.removesuffix(unit)), unit)


def _regex(value: ParameterValue, *, whole: bool) -> Regex | None:
    """The regex that finds exactly this value, or None where it can stand as it is.

    `whole`: the regex must match all of a text, not a part of it.
    """
    if value.type in ("number", "duration"):
        return None
    start, end = (r"\A", r"\z") if whole else ("", "")
    if value.type == "pattern" and "*" in value.text:
        parts = re.split(r"\*+", value.text)
        return Regex(f"(?s){start}{'.*'.join(map(_escaped, parts))}{end}")
    quotes = '"' in value.text and "'" in value.text
    if quotes or "\\" in value.text or not value.text.isprintable() or _EXPANDED.search(value.text):
        return Regex(f"{start}{_escaped(value.text)}{end}")
    return None


def _escaped(text: str) -> str:
    """The text as a regex: an escape for everything but ASCII letters and digits."""
    return "".join(c if c.isascii() and c.isalnum() else f"\\x{{{ord(c):x}}}" for c in text)


def _refused(value: ParameterValue, place: Parameter, why: str) -> BotError:
    return BotError(f"{quoted(value.text)} cannot stand in the place of `{place}`: {why}.")
