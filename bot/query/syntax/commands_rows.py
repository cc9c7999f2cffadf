"""Reads the commands that count rows or look along them, one after the other."""

from __future__ import annotations

import re

from bot.query.ast import (
    Accum,
    AddTotals,
    Autoregress,
    CountFrequent,
    Dedup,
    Duration,
    Field,
    Fill,
    Filldown,
    Fillmissing,
    Limit,
    Number,
    Outlier,
    Parameter,
    Sessionize,
    Tail,
)
from bot.query.errors import Span
from bot.query.syntax.cursor import Cursor
from bot.query.syntax.expressions import expression
from bot.query.syntax.parts import (
    BOOLEAN,
    MAX_LIMIT,
    NAME,
    NUMBER,
    boolean,
    named,
    read_alias,
    read_field,
    read_fields,
    read_options,
    read_whole,
    span_of,
)
from bot.query.tree.leaves import WITH_STARS

MAX_LAG = 1_000
_NAME = re.compile(WITH_STARS.pattern + r"|`[^`\n]+`")
_SUMS = {"fieldname": NAME, "row": BOOLEAN, "col": BOOLEAN}
_ODD = {
    "action": "`remove` or `transform`",
    "param": NUMBER,
    "uselower": BOOLEAN,
    "mark": BOOLEAN,
}


def read_limit(cursor: Cursor) -> Limit:
    """What follows `limit`: `[any] n`."""
    start = cursor.token.span.start
    some = cursor.take("any")
    return Limit(_count(cursor, "limit"), some, Span(start, cursor.end))


def read_head(cursor: Cursor) -> Limit:
    """What follows `head`, the old name of `limit`."""
    start = cursor.token.span.start
    return Limit(_count(cursor, "head"), span=Span(start, cursor.end))


def read_tail(cursor: Cursor) -> Tail:
    """What follows `tail`: a number."""
    start = cursor.token.span.start
    return Tail(_count(cursor, "tail"), Span(start, cursor.end))


def _count(cursor: Cursor, command: str) -> Number | Parameter:
    node = cursor.token.node
    if isinstance(node, Parameter):
        cursor.advance()
        return node
    return read_whole(cursor, f"`{command}`", MAX_LIMIT)


def is_limit(number: Number) -> bool:
    """Whether the number may stand after `limit`."""
    return number.text.isdigit() and 1 <= int(number.text) <= MAX_LIMIT


def read_dedup(cursor: Cursor) -> Dedup:
    """What follows `dedup`: names of fields."""
    keys = read_fields(cursor, "dedup")
    return Dedup(keys, span_of(cursor, keys))


def read_accum(cursor: Cursor) -> Accum:
    """What follows `accum`: `field [as name]`."""
    field = read_field(cursor, "accum")
    return Accum(field, _alias(cursor), Span(field.span.start, cursor.end))


def _alias(cursor: Cursor) -> str | None:
    return read_alias(cursor) if cursor.take("as") else None


def read_autoregress(cursor: Cursor) -> Autoregress:
    """What follows `autoregress`: `field [as name] [p=n | p=n-m]`."""
    field = read_field(cursor, "autoregress")
    alias = _alias(cursor)
    first = last = None
    if cursor.token.word == "p" and cursor.peek() == "=":
        cursor.advance()
        cursor.advance()
        first, last = _lags(cursor)
    return Autoregress(field, alias, first, last, Span(field.span.start, cursor.end))


def _lags(cursor: Cursor) -> tuple[int, int]:
    start = cursor.token.span.start
    first = int(read_whole(cursor, "`p=`", MAX_LAG).text)
    if not cursor.take("-"):
        return first, first
    last = int(read_whole(cursor, "`p=`", MAX_LAG).text)
    if last < first:
        hint = f"Write `p={last}-{first}`."
        raise cursor.error("This range is empty.", hint, Span(start, cursor.end))
    return first, last


def read_filldown(cursor: Cursor) -> Filldown:
    """What follows `filldown`: names with or without `*`, joined by white space."""
    start, name = cursor.next_start, cursor.heads[-1]
    names: list[str] = []
    while written := cursor.match(_NAME):
        names.append(written.strip("`"))
    if cursor.mark() == ",":
        raise cursor.error("The names of `filldown` are joined by spaces.", "Remove the comma.")
    span = Span(start, cursor.end) if names else name
    return Filldown(tuple(names), span)


def read_fillmissing(cursor: Cursor) -> Fillmissing:
    """What follows `fillmissing`: `[with value for name, …]`."""
    if not cursor.take("with"):
        return Fillmissing((), cursor.heads[-1])
    fills = [_fill(cursor)]
    while cursor.take(","):
        cursor.take("with")
        fills.append(_fill(cursor))
    return Fillmissing(tuple(fills), span_of(cursor, fills))


def _fill(cursor: Cursor) -> Fill:
    value = expression(cursor)
    if not cursor.take("for"):
        hint = "Write `fillmissing with 0 for name`."
        raise cursor.error(f"Expected `for` and a name here, not {cursor.shown()}.", hint)
    place = cursor.token.span
    return Fill(value, read_alias(cursor, "for"), place)


def read_sessionize(cursor: Cursor) -> Sessionize:
    """What follows `sessionize`: `field, … [maxspan 30m] [as name]`."""
    fields = read_fields(cursor, "sessionize")
    longest: Duration | None = None
    if cursor.take("maxspan"):
        node = cursor.token.node
        if not isinstance(node, Duration):
            hint = "Such as `30m`."
            raise cursor.error(f"Expected a period after `maxspan`, not {cursor.shown()}.", hint)
        cursor.advance()
        longest = node
    return Sessionize(fields, longest, _alias(cursor), span_of(cursor, fields))


def read_add_totals(cursor: Cursor) -> AddTotals:
    """What follows `addtotals`: `[fieldname=n] [row=…] [col=…] [field, …]`."""
    start = cursor.next_start
    options = read_options(cursor, "addtotals", _SUMS)
    fields = read_fields(cursor, "addtotals") if named(cursor) else ()
    row, col = boolean(options, "row"), boolean(options, "col")
    span = Span(start, cursor.end) if options or fields else cursor.heads[-1]
    return AddTotals(options.get("fieldname"), row, col, fields, span)


def read_outlier(cursor: Cursor) -> Outlier:
    """What follows `outlier`: options and names of fields, joined by white space or commas."""
    start = cursor.next_start
    options = read_options(cursor, "outlier", _ODD)
    fields: list[Field] = [read_field(cursor, "outlier")]
    while cursor.take(",") or named(cursor):
        fields.append(read_field(cursor, "outlier"))
    action = options.get("action")
    return Outlier(
        action.lower() if action else None,
        Number(options["param"]) if "param" in options else None,
        boolean(options, "uselower"),
        boolean(options, "mark"),
        tuple(fields),
        Span(start, cursor.end),
    )


def read_count_frequent(cursor: Cursor) -> CountFrequent:
    """What follows `countFrequent`: names of fields."""
    fields = read_fields(cursor, "countFrequent")
    return CountFrequent(fields, span_of(cursor, fields))
