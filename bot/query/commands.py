"""Reads the commands of a query. A command is one row of `COMMANDS`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from bot.query.ast import (
    KEYWORDS,
    Access,
    Call,
    Command,
    Dedup,
    Display,
    Field,
    Fields,
    Filter,
    Item,
    Limit,
    Number,
    Parameter,
    Parse,
    Regex,
    Sort,
    SortKey,
    Stats,
    Text,
)
from bot.query.cursor import Cursor
from bot.query.errors import Span, quoted
from bot.query.expressions import expression, operand
from bot.query.groups import read_groups
from bot.query.walk import walk

MAX_LIMIT = 100_000  # CloudWatch Logs user guide, `limit`


def _fields(cursor: Cursor) -> Fields:
    items = _items(cursor)
    return Fields(items, _span(cursor, items))


def _display(cursor: Cursor) -> Display:
    items = _items(cursor)
    return Display(items, _span(cursor, items))


def _filter(cursor: Cursor) -> Filter:
    start = cursor.token.span.start
    return Filter(expression(cursor), Span(start, cursor.end))


def _stats(cursor: Cursor) -> Stats:
    if cursor.token.word == "by":
        raise cursor.error("`stats` needs an aggregate before `by`.", "Such as `count(*)`.")
    items = _items(cursor)
    if cursor.token.word == "group":
        raise cursor.error("There is no `group by`.", "Write `by`.")
    by = _items(cursor) if cursor.take("by") else ()
    if cursor.token.word == "offset":
        raise cursor.error("`offset` does not run here yet.")
    return Stats(items, by, span=_span(cursor, items))


def _items(cursor: Cursor) -> tuple[Item, ...]:
    items = [_item(cursor)]
    while cursor.take(","):
        items.append(_item(cursor))
    return tuple(items)


def _item(cursor: Cursor) -> Item:
    start = cursor.token.span.start
    value = expression(cursor)
    written = cursor.text[start : cursor.end]
    alias = _alias(cursor) if cursor.take("as") else None
    # The exact text matters only where it is the name of the column.
    exact = alias is None and not isinstance(value, Field)
    if exact and any(isinstance(node, Parameter) for node in walk(value)):
        message = f"This column has no name of its own, and {quoted(written)} holds a parameter."
        raise cursor.error(message, "Write `as` and a name after it.", Span(start, cursor.end))
    return Item(value, alias, written if exact else str(value), Span(start, cursor.end))


def _alias(cursor: Cursor) -> str:
    node = cursor.token.node
    parts = node.parts if isinstance(node, Field) and _named(cursor) else ()
    names = [part for part in parts if isinstance(part, str)]
    if not names or len(names) != len(parts):
        hint = "A name with odd characters needs backticks."
        raise cursor.error(f"Expected a name after `as`, not {cursor.shown()}.", hint)
    cursor.advance()
    return ".".join(names)


def _sort(cursor: Cursor) -> Sort:
    if cursor.token.word == "by":
        raise cursor.error("`sort` takes no `by`.", "Write `sort field desc`.")
    keys = [_sort_key(cursor)]
    while cursor.take(","):
        keys.append(_sort_key(cursor))
    return Sort(tuple(keys), _span(cursor, keys))


def _sort_key(cursor: Cursor) -> SortKey:
    start = cursor.token.span.start
    value = expression(cursor)
    descending = {"desc": True, "asc": False}.get(cursor.token.word)
    if descending is not None:
        cursor.advance()
    return SortKey(value, descending, Span(start, cursor.end))


def _limit(cursor: Cursor) -> Limit:
    token = cursor.token
    if token.word == "any":
        raise cursor.error("`limit any` does not run here yet.", "Write `limit` and a number.")
    if isinstance(token.node, Parameter):
        cursor.advance()
        return Limit(token.node, span=token.span)
    if not isinstance(token.node, Number) or not is_limit(token.node):
        message = f"`limit` takes a whole number from 1 to {MAX_LIMIT:,}, not {cursor.shown()}."
        raise cursor.error(message)
    cursor.advance()
    return Limit(token.node, span=token.span)


def is_limit(number: Number) -> bool:
    """Whether the number may stand after `limit`."""
    return number.text.isdigit() and 1 <= int(number.text) <= MAX_LIMIT


def _dedup(cursor: Cursor) -> Dedup:
    keys: list[Field] = []
    while not keys or cursor.take(","):
        node = cursor.token.node
        if not isinstance(node, Field) or not _named(cursor):
            raise cursor.error(f"`dedup` takes names of fields, not {cursor.shown()}.")
        keys.append(node)
        cursor.advance()
    return Dedup(tuple(keys), _span(cursor, keys))


def _parse(cursor: Cursor) -> Parse:
    start = cursor.token.span.start
    source = None if _pattern_ahead(cursor) else operand(cursor)
    if source is not None and not isinstance(source, Field | Call | Access):
        span = Span(start, cursor.end)
        raise cursor.error("`parse` reads a field or the result of a function.", span=span)
    pattern = _parse_pattern(cursor)
    aliases: list[str] = []
    if cursor.take("as"):
        aliases.append(_alias(cursor))
        while cursor.take(","):
            aliases.append(_alias(cursor))
    if cursor.token.word == "multi":
        raise cursor.error("`parse … multi` does not run here yet.")
    command = Parse(source, pattern, tuple(aliases), span=Span(start, cursor.end))
    if isinstance(pattern, Regex):
        _check_groups(cursor, pattern, aliases)
    else:
        _check_stars(cursor, pattern, aliases)
    return command


def _pattern_ahead(cursor: Cursor) -> bool:
    return isinstance(cursor.token.node, Text) or cursor.token.word == "/"


def _parse_pattern(cursor: Cursor) -> Text | Regex:
    node = cursor.token.node
    if cursor.token.word == "/":
        return cursor.regex()
    if isinstance(node, Text):
        cursor.advance()
        return node
    if cursor.token.word in ("logfmt", "csv"):
        raise cursor.error(f"`parse … {cursor.token.word}` does not run here yet.")
    hint = 'Write `parse field "text * text" as name` or `parse field /(?<name>…)/`.'
    raise cursor.error(f"Expected a pattern for `parse` here, not {cursor.shown()}.", hint)


def _check_stars(cursor: Cursor, pattern: Text, aliases: Sequence[str]) -> None:
    stars = pattern.value.count("*")
    if not aliases:
        hint = "Write `as` and a name for each `*`."
        raise cursor.error("The values of this pattern have no names.", hint, pattern.span)
    copies = not pattern.value and len(aliases) == 1  # `parse f "" as x` works on AWS: a copy
    if stars != len(aliases) and not copies:
        message = f"The pattern has {stars} `*`, but {len(aliases)} names follow `as`."
        raise cursor.error(message, "Each `*` needs one name.", pattern.span)
    _check_once(cursor, aliases, pattern.span)


def _check_groups(cursor: Cursor, pattern: Regex, aliases: Sequence[str]) -> None:
    groups = read_groups(pattern, cursor.text)
    if groups.names and aliases:
        hint = "Name every group inside the regex, and leave out `as`; or name none there."
        raise cursor.error("These values have two names.", hint, pattern.span)
    if not groups.names and not aliases:
        hint = "Write `(?<name>…)` around each value."
        raise cursor.error("This regex names no group to take a value from.", hint, pattern.span)
    if aliases and groups.unnamed != len(aliases):
        message = f"The regex has {groups.unnamed} groups, but {len(aliases)} names follow `as`."
        hint = "Write `(?<name>…)` around each value, and leave out `as`."
        raise cursor.error(message, hint, pattern.span)
    _check_once(cursor, groups.names or aliases, pattern.span)


def _check_once(cursor: Cursor, names: Sequence[str], span: Span) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise cursor.error(f"The name {quoted(name)} is given twice.", span=span)


def _named(cursor: Cursor) -> bool:
    """Whether the current token is a name that is no keyword."""
    return isinstance(cursor.token.node, Field) and cursor.token.word not in KEYWORDS


def _span(cursor: Cursor, parts: Sequence[Item | SortKey | Field]) -> Span:
    return Span(parts[0].span.start, cursor.end)


COMMANDS: Mapping[str, Callable[[Cursor], Command]] = {
    "fields": _fields,
    "display": _display,
    "filter": _filter,
    "where": _filter,
    "stats": _stats,
    "sort": _sort,
    "limit": _limit,
    "parse": _parse,
    "dedup": _dedup,
}
"""Spelling → the function that reads what follows it."""
