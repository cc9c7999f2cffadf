"""Reads `SOURCE` in all its forms, and calls of saved queries."""

from __future__ import annotations

import re

from bot.query.ast import (
    Argument,
    DataSource,
    Duration,
    Field,
    LogGroups,
    LogGroupTags,
    Number,
    SavedCall,
    Selector,
    Source,
    TagFilter,
    Text,
)
from bot.query.errors import Span, quoted
from bot.query.syntax.cursor import Cursor
from bot.query.syntax.parts import named

_SELECTORS = ("loggroups", "datasource", "loggrouptags")
_TIMES = ("start", "end")
_CLASSES = ("STANDARD", "INFREQUENT_ACCESS")
_ARGUMENT = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
# CloudWatch Logs user guide, "SOURCE".
_MOST = {"namePrefix": 5, "accountIdentifier": 20, "class": len(_CLASSES)}
_KEYS = {key.lower(): key for key in _MOST}
MOST_SOURCES = 10
MOST_TAGS = 5


def read_source(cursor: Cursor) -> Source:
    """What follows `SOURCE`: the name of a log group, or what chooses log groups, and times."""
    start = cursor.token.span.start
    node, word = cursor.token.node, cursor.token.word
    name: str | None = None
    selectors: tuple[Selector, ...] = ()
    if word in _SELECTORS and cursor.peek() == "(":
        selectors = _selectors(cursor)
    elif isinstance(node, Text) and node.value:
        cursor.advance()
        name = node.value
    elif isinstance(node, Field) and named(cursor):
        cursor.advance()
        name = node.name
    else:
        hint = "Write `SOURCE \"name\"`, or `SOURCE logGroups(namePrefix: ['/aws'])`."
        raise cursor.error(f"Expected a log group here, not {cursor.shown()}.", hint)
    times = _times(cursor)
    span = Span(start, cursor.end)
    return Source(name, times.get("start"), times.get("end"), selectors, span)


def _times(cursor: Cursor) -> dict[str, str]:
    """`START=` and `END=`, as written."""
    times: dict[str, str] = {}
    while cursor.token.word in _TIMES:
        name = cursor.advance()
        if name.word in times:
            written = quoted(cursor.slice(name.span))
            raise cursor.error(f"{written} is given twice.", span=name.span)
        if not cursor.take("="):
            raise cursor.error(f"Expected `=` here, not {cursor.shown()}.")
        times[name.word] = _time(cursor)
    return times


def _time(cursor: Cursor) -> str:
    sign = "-" if cursor.take("-") else ""
    token = cursor.token
    whole = isinstance(token.node, Number) and token.node.text.isdigit()
    if whole or isinstance(token.node, Duration) or (token.word == "now" and not sign):
        cursor.advance()
        return sign + cursor.slice(token.span).lower()
    hint = "Milliseconds since the epoch, or a period such as `-1h`, or `now`."
    raise cursor.error(f"Expected a time here, not {cursor.shown()}.", hint)


def _selectors(cursor: Cursor) -> tuple[Selector, ...]:
    """`logGroups(…)`, `dataSource(…)` and `logGroupTags(…)`, each at most once."""
    selectors: dict[str, Selector] = {}
    while cursor.token.word in _SELECTORS:
        name = cursor.advance()
        written = quoted(cursor.slice(name.span))
        if name.word in selectors:
            raise cursor.error(f"{written} stands twice in this `SOURCE`.", span=name.span)
        opened = cursor.token.span
        if not cursor.take("("):
            raise cursor.error(f"Expected `(` after {written}, not {cursor.shown()}.")
        selectors[name.word] = _selector(cursor, name.word, name.span.start)
        cursor.close(")", opened)
    return tuple(selectors.values())


def _selector(cursor: Cursor, word: str, start: int) -> Selector:
    if word == "datasource":
        names = _texts(cursor, MOST_SOURCES)
        return DataSource(names, Span(start, cursor.end))
    if word == "loggrouptags":
        filters = _tag_filters(cursor)
        return LogGroupTags(filters, Span(start, cursor.end))
    given: dict[str, tuple[str, ...]] = {}
    while cursor.mark() not in (")", "") and (not given or cursor.take(",")):
        key = _key(cursor, given)
        given[key] = _classes(cursor) if key == "class" else _texts(cursor, _MOST[key])
    return LogGroups(
        given.get("namePrefix", ()),
        given.get("accountIdentifier", ()),
        given.get("class", ()),
        Span(start, cursor.end),
    )


def _key(cursor: Cursor, given: dict[str, tuple[str, ...]]) -> str:
    key = _KEYS.get(cursor.token.word)
    if key is None:
        listed = ", ".join(f"`{known}:`" for known in _MOST)
        hint = f"`logGroups` takes {listed}."
        raise cursor.error(f"`logGroups` has nothing called {cursor.shown()}.", hint)
    if key in given:
        raise cursor.error(f"{cursor.shown()} is given twice.")
    cursor.advance()
    cursor.take_mark(":")
    return key


def _classes(cursor: Cursor) -> tuple[str, ...]:
    start = cursor.token.span.start
    names = tuple(name.upper() for name in _texts(cursor, len(_CLASSES)))
    if not set(names) <= set(_CLASSES):
        hint = f"Classes are {' and '.join(map(quoted, _CLASSES))}."
        raise cursor.error("There is no such class.", hint, Span(start, cursor.end))
    return names


def _texts(cursor: Cursor, most: int) -> tuple[str, ...]:
    """A list of texts in square brackets, at most so many."""
    opened = cursor.token.span
    if not cursor.take("["):
        raise cursor.error(f"Expected `[` here, not {cursor.shown()}.")
    texts: list[str] = []
    while not texts or cursor.take(","):
        node = cursor.token.node
        if not isinstance(node, Text) or not node.value:
            raise cursor.error(f"Expected a text in quotes here, not {cursor.shown()}.")
        cursor.advance()
        texts.append(node.value)
    cursor.close("]", opened)
    if len(texts) > most:
        raise cursor.error(f"This list takes at most {most}.", span=Span(opened.start, cursor.end))
    return tuple(texts)


def _tag_filters(cursor: Cursor) -> tuple[TagFilter, ...]:
    opened = cursor.token.span
    if not cursor.take("["):
        raise cursor.error(f"Expected `[` here, not {cursor.shown()}.")
    filters = [_tag_filter(cursor)]
    while cursor.take(","):
        filters.append(_tag_filter(cursor))
    cursor.close("]", opened)
    if len(filters) > MOST_TAGS:
        place = Span(opened.start, cursor.end)
        raise cursor.error(f"This list takes at most {MOST_TAGS}.", span=place)
    return tuple(filters)


def _tag_filter(cursor: Cursor) -> TagFilter:
    """`{"key": "k", "values": ["a*", "!b"]}`, its keys in either order."""
    start = cursor.next_start
    cursor.take_mark("{")
    key: str | None = None
    values: tuple[str, ...] = ()
    for turn in range(2):
        if turn:
            cursor.take_mark(",")
        node = cursor.token.node
        if isinstance(node, Text) and node.value == "key" and key is None:
            cursor.advance()
            cursor.take_mark(":")
            key = _text(cursor)
        elif isinstance(node, Text) and node.value == "values" and not values:
            cursor.advance()
            cursor.take_mark(":")
            values = _texts(cursor, MOST_TAGS)
        else:
            hint = 'Write `{"key": "team", "values": ["a*", "!b"]}`.'
            raise cursor.error(f'Expected `"key"` or `"values"`, not {cursor.shown()}.', hint)
    cursor.take_mark("}")
    return TagFilter(key or "", values, Span(start, cursor.end))


def _text(cursor: Cursor) -> str:
    node = cursor.token.node
    if not isinstance(node, Text) or not node.value:
        raise cursor.error(f"Expected a text in quotes here, not {cursor.shown()}.")
    cursor.advance()
    return node.value


def read_saved_call(cursor: Cursor) -> SavedCall:
    """What follows the `$` of `$Name(p = "v", q = 3)`."""
    start = cursor.end
    node = cursor.token.node
    if not isinstance(node, Field) or len(node.parts) > 1:
        hint = "Put it in backticks: $`Name With Spaces`()."
        raise cursor.error("This is no name of a saved query.", hint)
    cursor.advance()
    opened = cursor.token.span
    if not cursor.take("("):
        raise cursor.error(f"Expected `(` after the name, not {cursor.shown()}.")
    arguments: list[Argument] = []
    if cursor.mark() not in (")", ""):
        arguments.append(_argument(cursor))
        while cursor.take(","):
            arguments.append(_argument(cursor))
    cursor.close(")", opened)
    seen: set[str] = set()
    for argument in arguments:
        if argument.name in seen:
            message = f"The parameter {quoted(argument.name)} is given twice."
            raise cursor.error(message, span=argument.span)
        seen.add(argument.name)
    return SavedCall(node.name, tuple(arguments), Span(start - 1, cursor.end))


def _argument(cursor: Cursor) -> Argument:
    start = cursor.token.span.start
    name = cursor.slice(cursor.token.span)
    if not cursor.token.node or not _ARGUMENT.fullmatch(name):
        hint = 'Write `$Name(parameter = "value")`.'
        raise cursor.error(f"Expected the name of a parameter here, not {cursor.shown()}.", hint)
    cursor.advance()
    if not cursor.take("="):
        raise cursor.error(f"Expected `=` here, not {cursor.shown()}.")
    negative = cursor.take("-")
    value = cursor.token.node
    fits = Number | Duration if negative else Text | Number | Duration | Field
    if not isinstance(value, fits):
        hint = "It is a text in quotes, a number, a period or a name."
        raise cursor.error(f"{cursor.shown()} is no value of a parameter.", hint)
    cursor.advance()
    return Argument(name, value, negative, Span(start, cursor.end))
