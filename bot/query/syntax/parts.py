"""Reads the parts that several commands have: items, names, options, numbers."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Protocol

from bot.query.ast import KEYWORDS, Field, Item, Number, Parameter, Text
from bot.query.errors import Span, quoted
from bot.query.syntax.cursor import Cursor
from bot.query.syntax.expressions import expression
from bot.query.walk import walk

MAX_LIMIT = 100_000  # CloudWatch Logs user guide, `limit`


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


def read_items(cursor: Cursor) -> tuple[Item, ...]:
    """Expressions with or without a name for each, as `fields` and `stats` take them."""
    items = [_item(cursor)]
    while cursor.take(","):
        items.append(_item(cursor))
    return tuple(items)


def _item(cursor: Cursor) -> Item:
    start = cursor.token.span.start
    value = expression(cursor)
    written = cursor.text[start : cursor.end]
    alias = read_alias(cursor) if cursor.take("as") else None
    # The exact text matters only where it is the name of the column.
    exact = alias is None and not isinstance(value, Field)
    if exact and any(isinstance(node, Parameter) for node in walk(value)):
        message = f"This column has no name of its own, and {quoted(written)} holds a parameter."
        raise cursor.error(message, "Write `as` and a name after it.", Span(start, cursor.end))
    return Item(value, alias, written if exact else str(value), Span(start, cursor.end))


def read_alias(cursor: Cursor, after: str = "as") -> str:
    """The name of a new column, dotted or not; it stands after the word `after`."""
    node = cursor.token.node
    parts = node.parts if isinstance(node, Field) and named(cursor) else ()
    names = [part for part in parts if isinstance(part, str)]
    if not names or len(names) != len(parts):
        hint = "A name with odd characters needs backticks."
        raise cursor.error(f"Expected a name after `{after}`, not {cursor.shown()}.", hint)
    cursor.advance()
    return ".".join(names)


def read_aliases(cursor: Cursor) -> tuple[str, ...]:
    """The names after `as`, joined by commas, each another; none if there is no `as`."""
    names: list[str] = []
    more = cursor.take("as")
    while more:
        place = cursor.token.span
        names.append(read_alias(cursor))
        if names[-1] in names[:-1]:
            raise cursor.error(f"The name {quoted(names[-1])} is given twice.", span=place)
        more = cursor.take(",")
    return tuple(names)


def named(cursor: Cursor) -> bool:
    """Whether the current token is a name that is no keyword."""
    return isinstance(cursor.token.node, Field) and cursor.token.word not in KEYWORDS


def read_field(cursor: Cursor, command: str) -> Field:
    """The name of one field, for a command that takes no more than names."""
    node = cursor.token.node
    if not isinstance(node, Field) or not named(cursor):
        raise cursor.error(f"`{command}` takes names of fields, not {cursor.shown()}.")
    cursor.advance()
    return node


def read_fields(cursor: Cursor, command: str) -> tuple[Field, ...]:
    """Names of fields, joined by commas."""
    keys = [read_field(cursor, command)]
    while cursor.take(","):
        keys.append(read_field(cursor, command))
    return tuple(keys)


def read_options(cursor: Cursor, command: str, known: Mapping[str, str]) -> dict[str, str]:
    """The options `name=value` before what a command takes, by name in lower case.

    `known` says what each takes, in words. Values are as written, without quotes. An option that
    is not known or stands twice is an error.
    """
    options: dict[str, str] = {}
    while cursor.token.word and cursor.peek() == "=":
        name = cursor.token
        if name.word not in known:
            listed = ", ".join(f"`{option}=`" for option in known)
            written = quoted(cursor.slice(name.span))
            raise cursor.error(f"`{command}` has no option {written}.", f"It has {listed}.")
        if name.word in options:
            raise cursor.error(f"The option {quoted(name.word)} is given twice.")
        cursor.advance()
        cursor.advance()
        options[name.word] = _option(cursor, name.word, known[name.word])
    return options


BOOLEAN = "`true` or `false`"
NUMBER = "a number"
NAME = "a name"


def _option(cursor: Cursor, name: str, takes: str) -> str:
    node = cursor.token.node
    value = ""
    if isinstance(node, Number):
        value = node.text if takes == NUMBER else ""
    elif isinstance(node, Text) and takes == NAME:
        value = node.value
    elif isinstance(node, Field) and named(cursor) and takes != NUMBER:
        value = node.name
    if not value or (takes not in (NUMBER, NAME) and f"`{value.lower()}`" not in takes):
        raise cursor.error(f"`{name}=` takes {takes}, not {cursor.shown()}.")
    cursor.advance()
    return value


def boolean(options: Mapping[str, str], name: str) -> bool | None:
    """The value of a boolean option, or None where the query leaves it out."""
    return options[name].lower() == "true" if name in options else None


def read_whole(cursor: Cursor, what: str, most: int) -> Number:
    """A whole number from 1 to `most`; `what` takes it."""
    node = cursor.token.node
    if not isinstance(node, Number) or not (node.text.isdigit() and 1 <= int(node.text) <= most):
        message = f"{what} takes a whole number from 1 to {most:,}, not {cursor.shown()}."
        raise cursor.error(message)
    cursor.advance()
    return node


def one_of(cursor: Cursor, words: Container[str]) -> str:
    """Read the current token if it is one of these words; nothing if it is not."""
    word = cursor.token.word
    if not word or word not in words:
        return ""
    cursor.advance()
    return word


def span_of(cursor: Cursor, parts: Sequence[_Placed]) -> Span:
    """From the first of the parts to the last token that was read."""
    return Span(parts[0].span.start, cursor.end)
