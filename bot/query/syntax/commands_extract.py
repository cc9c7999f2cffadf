"""Reads the commands that take values out of a field: `parse` in its forms, `json`, `unnest`, `expand`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.query.ast import (
    Access,
    Call,
    Expand,
    Field,
    JsonExtract,
    Parse,
    ParseForm,
    Regex,
    Text,
    Unnest,
)
from bot.query.errors import Span, quoted
from bot.query.syntax.cursor import Cursor
from bot.query.syntax.expressions import expression, operand
from bot.query.syntax.groups import read_groups
from bot.query.syntax.parts import one_of, read_alias, read_aliases, read_field

_FORMS = ("logfmt", "csv")


def read_parse(cursor: Cursor) -> Parse | ParseForm:
    """What follows `parse`: `[source] pattern [as names] [multi]`, or a form of its own."""
    start = cursor.token.span.start
    source = None if _pattern_ahead(cursor) else operand(cursor)
    if source is not None and not isinstance(source, Field | Call | Access):
        span = Span(start, cursor.end)
        raise cursor.error("`parse` reads a field or the result of a function.", span=span)
    form = one_of(cursor, _FORMS)
    if form:
        return _form(cursor, source, form, start)
    pattern = _pattern(cursor)
    aliases = read_aliases(cursor)
    multi = cursor.token
    many = cursor.take("multi")
    command = Parse(source, pattern, aliases, many, Span(start, cursor.end))
    if isinstance(pattern, Regex):
        _check_groups(cursor, pattern, aliases)
    else:
        _check_stars(cursor, pattern, aliases)
        if many:
            hint = "Write a regex, such as `/(?<name>…)/ multi`."
            raise cursor.error("`multi` stands only after a regex.", hint, multi.span)
    return command


def _pattern_ahead(cursor: Cursor) -> bool:
    word = cursor.token.word
    if word in _FORMS:
        return cursor.peek() == "as"  # else it is the name of a field
    return isinstance(cursor.token.node, Text) or word == "/"


def _form(cursor: Cursor, source: Field | Call | Access | None, form: str, start: int) -> ParseForm:
    if cursor.token.word != "as":
        hint = f"Write `parse field {form} as name`."
        raise cursor.error(f"Expected `as` and a name here, not {cursor.shown()}.", hint)
    first = cursor.token.span
    aliases = read_aliases(cursor)
    if form == "logfmt" and len(aliases) > 1:
        place = Span(first.start, cursor.end)
        hint = "Take its parts as `name.key`."
        raise cursor.error("`logfmt` makes one value, which takes one name.", hint, place)
    return ParseForm(source, form, aliases, Span(start, cursor.end))


def _pattern(cursor: Cursor) -> Text | Regex:
    node = cursor.token.node
    if cursor.token.word == "/":
        return cursor.regex()
    if isinstance(node, Text):
        cursor.advance()
        return node
    hint = 'Write `parse field "text * text" as name` or `parse field /(?<name>…)/`.'
    raise cursor.error(f"Expected a pattern for `parse` here, not {cursor.shown()}.", hint)


def _check_stars(cursor: Cursor, pattern: Text, aliases: Sequence[str]) -> None:
    """Check that each star has a name. AWS samples have more names than stars too."""
    stars = pattern.value.count("*")
    if not aliases:
        hint = "Write `as` and a name for each `*`."
        raise cursor.error("The values of this pattern have no names.", hint, pattern.span)
    if stars > len(aliases):
        message = f"The pattern has {stars} `*`, but {_follow(aliases)} `as`."
        raise cursor.error(message, "Each `*` needs one name.", pattern.span)


def _check_groups(cursor: Cursor, pattern: Regex, aliases: Sequence[str]) -> None:
    """Check that each group has a name, inside or after `as`; AWS samples have both too."""
    groups = read_groups(pattern, cursor.text)
    if not groups.names and not aliases:
        hint = "Write `(?<name>…)` around each value."
        raise cursor.error("This regex names no group to take a value from.", hint, pattern.span)
    count = len(groups.names) or groups.unnamed
    if aliases and count != len(aliases):
        found = f"{count} group" + ("" if count == 1 else "s")
        message = f"The regex has {found}, but {_follow(aliases)} `as`."
        hint = "Write `(?<name>…)` around each value, and leave out `as`."
        raise cursor.error(message, hint, pattern.span)
    for name, times in Counter(groups.names).items():
        if times > 1:
            raise cursor.error(f"The name {quoted(name)} is given twice.", span=pattern.span)


def _follow(aliases: Sequence[str]) -> str:
    return f"{len(aliases)} names follow" if len(aliases) > 1 else "1 name follows"


def read_json(cursor: Cursor) -> JsonExtract:
    """What follows `json`: `[field=f] "a.b" as name`."""
    start = cursor.token.span.start
    source: Field | None = None
    if cursor.token.word == "field" and cursor.peek() == "=":
        cursor.advance()
        cursor.advance()
        source = read_field(cursor, "json")
    path = cursor.token.node
    if not isinstance(path, Text) or not path.value:
        hint = 'Write `json field=name "a.b" as alias`.'
        raise cursor.error(f"Expected a path in quotes here, not {cursor.shown()}.", hint)
    cursor.advance()
    if not cursor.take("as"):
        raise cursor.error(f"Expected `as` and a name here, not {cursor.shown()}.")
    return JsonExtract(source, path, read_alias(cursor), Span(start, cursor.end))


def read_unnest(cursor: Cursor) -> Unnest:
    """What follows `unnest`: `value into name`."""
    start = cursor.token.span.start
    value = expression(cursor)
    if not cursor.take("into"):
        hint = "Write `unnest list into name`."
        raise cursor.error(f"Expected `into` and a name here, not {cursor.shown()}.", hint)
    return Unnest(value, read_alias(cursor, "into"), Span(start, cursor.end))


def read_expand(cursor: Cursor) -> Expand:
    """What follows `expand`: one field."""
    field = read_field(cursor, "expand")
    return Expand(field, field.span)
