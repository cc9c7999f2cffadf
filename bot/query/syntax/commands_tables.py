"""Reads the commands that bring other rows in: lookup tables, `join`, `appendcols`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypeVar

from msgspec.structs import replace

from bot.query.ast import (
    AppendCols,
    CidrLookup,
    Field,
    Join,
    Lookup,
    Match,
    Output,
)
from bot.query.errors import Span
from bot.query.syntax.cursor import Cursor
from bot.query.syntax.parts import (
    BOOLEAN,
    NUMBER,
    boolean,
    named,
    one_of,
    read_alias,
    read_field,
    read_options,
)

MAX_APPENDED = 100_000  # CloudWatch Logs user guide, `appendcols`
_TABLE = re.compile(r"[A-Za-z0-9_]{1,256}", re.ASCII)
_OUTPUTS = ("output", "outputnew")
_SIDES = ("type", "left", "right")
_Part = TypeVar("_Part")


def read_lookup(cursor: Cursor) -> Lookup:
    """What follows `lookup`: `table column [as field], … OUTPUT column [as name], …`."""
    start = cursor.next_start
    table = _table(cursor, "lookup")
    if cursor.token.word in _OUTPUTS and cursor.peek() not in ("as", ",", *_OUTPUTS):
        hint = "Write `lookup table column as field OUTPUT …`."
        raise cursor.error(f"Expected a column to match here, not {cursor.shown()}.", hint)
    matches = _listed(cursor, _match)
    new = _output(cursor)
    outputs = _listed(cursor, _out)
    return Lookup(table, matches, new, outputs, Span(start, cursor.end))


def read_cidr_lookup(cursor: Cursor) -> CidrLookup:
    """What follows `cidrlookup`: `table field [as column] OUTPUT column [as name], …`."""
    start = cursor.next_start
    table = _table(cursor, "cidrlookup")
    field = read_field(cursor, "cidrlookup")
    column = read_alias(cursor) if cursor.take("as") else None
    new = _output(cursor)
    outputs = _listed(cursor, _out)
    return CidrLookup(table, field, column, new, outputs, Span(start, cursor.end))


def _table(cursor: Cursor, command: str) -> str:
    name = cursor.match(_TABLE)
    if not name:
        hint = "A table's name has letters, digits and `_`."
        raise cursor.error(f"`{command}` needs the name of a table, not {cursor.shown()}.", hint)
    return name


def _listed(cursor: Cursor, read: Callable[[Cursor], _Part]) -> tuple[_Part, ...]:
    parts = [read(cursor)]
    while cursor.take(","):
        parts.append(read(cursor))
    return tuple(parts)


def _match(cursor: Cursor) -> Match:
    place = cursor.token.span
    column = _column(cursor)
    field = read_field(cursor, "lookup") if cursor.take("as") else None
    return Match(column, field, Span(place.start, cursor.end))


def _out(cursor: Cursor) -> Output:
    place = cursor.token.span
    column = _column(cursor)
    alias = read_alias(cursor) if cursor.take("as") else None
    return Output(column, alias, Span(place.start, cursor.end))


def _column(cursor: Cursor) -> str:
    """The name of a column of the table."""
    node = cursor.token.node
    if not isinstance(node, Field) or not named(cursor):
        raise cursor.error(f"Expected a column of the table here, not {cursor.shown()}.")
    cursor.advance()
    return node.name


def _output(cursor: Cursor) -> bool:
    """Read `OUTPUT` or `OUTPUTNEW`; whether it is the second."""
    word = one_of(cursor, _OUTPUTS)
    if not word:
        hint = "After it stand the columns that the table gives."
        message = f"Expected `OUTPUT` or `OUTPUTNEW` here, not {cursor.shown()}."
        raise cursor.error(message, hint)
    return word == "outputnew"


def read_join(cursor: Cursor) -> Join:
    """What follows `join`: `[type=…] left=a right=b where a.x=b.y (sub-query)`."""
    start, name = cursor.token.span.start, cursor.heads[-1]
    kind: Literal["inner", "left"] = "inner"
    sides: dict[str, str] = {}
    while cursor.token.word in _SIDES and cursor.peek() == "=":
        if cursor.token.word in sides:
            raise cursor.error(f"The option {cursor.shown()} is given twice.")
        option = cursor.advance().word
        cursor.advance()
        sides[option] = _side(cursor, option)
    if sides.get("type") == "left":
        kind = "left"
    if not {"left", "right"} <= sides.keys():
        hint = "Write `join type=inner left=a right=b where a.field = b.field (SOURCE … | …)`."
        raise cursor.error("`join` needs names for both sides, `left=` and `right=`.", hint, name)
    left, right = sides["left"], sides["right"]
    if left == right:
        place = Span(start, cursor.end)
        raise cursor.error("Both sides of this `join` have the same name.", span=place)
    left_field, right_field = _equal_fields(cursor, left, right)
    query = cursor.query("the query of a `join`")
    span = Span(start, cursor.end)
    return Join(kind, left, right, left_field, right_field, query, span)


def _side(cursor: Cursor, option: str) -> str:
    """The value of an option of `join`."""
    node, word = cursor.token.node, cursor.token.word
    if option == "type":
        if not one_of(cursor, ("inner", "left")):
            raise cursor.error(f"`type=` takes `inner` or `left`, not {cursor.shown()}.")
        return word
    if not isinstance(node, Field) or len(node.parts) > 1 or not named(cursor):
        raise cursor.error(f"`{option}=` takes a name without dots, not {cursor.shown()}.")
    cursor.advance()
    return node.name


def _equal_fields(cursor: Cursor, left: str, right: str) -> tuple[Field, Field]:
    """Read `where left.x = right.y`, in either order; the two fields without their sides."""
    if not cursor.take("where"):
        hint = f"Write `where {left}.field = {right}.field`."
        raise cursor.error(f"Expected `where` here, not {cursor.shown()}.", hint)
    first = _of_side(cursor, (left, right))
    if not cursor.take("=") and not cursor.take("=="):
        hint = "`join` finds rows of equal value only."
        raise cursor.error(f"Expected `=` here, not {cursor.shown()}.", hint)
    second = _of_side(cursor, (right,) if first.parts[0] == left else (left,))
    fields = (first, second) if first.parts[0] == left else (second, first)
    without = [replace(field, parts=field.parts[1:]) for field in fields]
    return without[0], without[1]


def _of_side(cursor: Cursor, sides: tuple[str, ...]) -> Field:
    node = cursor.token.node
    if (
        not isinstance(node, Field)
        or len(node.parts) < 2
        or node.parts[0] not in sides
        or not isinstance(node.parts[1], str)
    ):
        names = " or ".join(f"`{side}.field`" for side in sides)
        raise cursor.error(f"Expected {names} here, not {cursor.shown()}.")
    cursor.advance()
    return node


def read_append_cols(cursor: Cursor) -> AppendCols:
    """What follows `appendcols`: `[override=…] [max=…] (sub-query)`."""
    start = cursor.token.span.start
    place = cursor.token.span
    options = read_options(cursor, "appendcols", {"override": BOOLEAN, "max": NUMBER})
    most: int | None = None
    if "max" in options:
        most = int(options["max"]) if options["max"].isdigit() else 0
        if not 1 <= most <= MAX_APPENDED:
            message = f"`max=` takes a whole number from 1 to {MAX_APPENDED:,}."
            raise cursor.error(message, span=Span(place.start, cursor.end))
    query = cursor.query("the query of `appendcols`")
    return AppendCols(boolean(options, "override"), most, query, Span(start, cursor.end))
