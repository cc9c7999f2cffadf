"""Patterns for JSON events: `{ $.eventName = "Put*" && $.errorCode NOT EXISTS }`.

Where a selector leads to nothing, or to null, an array or an object, no comparison is true, `!=`
neither ("the filter pattern won't match"); with a wildcard one of the values is enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from bot.engine.decoding import NotAnObjectError, decode_object
from bot.engine.filter_pattern.conditions import ValueTest, either, value_test
from bot.engine.filter_pattern.cursor import Cursor, Test

MOST_WILDCARDS = 3
"""Wildcards of one pattern; a selector has one at most ("Quotas" of the page)."""

_ANY = object()
"""A step of a selector that leads to all there is."""

_NAME = re.compile(r"[\w-]+")
_INSIDE = re.compile(r"""\[\s*(?:(\d{1,9})|(\*)|'([^']*)'|"([^"]*)")\s*\]""")
_IS = re.compile(r"IS\s+(NULL|TRUE|FALSE)\b", re.IGNORECASE)
_NOT_EXISTS = re.compile(r"NOT\s+EXISTS\b", re.IGNORECASE)
_UNSUPPORTED = re.compile(r"(?:IS\s+NOT|EXISTS)\b", re.IGNORECASE)

_SAID = {"NULL": None, "TRUE": True, "FALSE": False}

_Selector: TypeAlias = list[Any]
_EventTest: TypeAlias = Callable[[Any], bool]


def json_test(pattern: str) -> Test:
    """What says whether a message is a JSON object that the conditions are true of."""
    cursor = Cursor(pattern)
    cursor.expect("{")
    wildcards: list[object] = []
    holds = either(cursor, lambda: _condition(cursor, wildcards))
    cursor.expect("}")
    cursor.end()
    cursor.few_regexes()

    def test(message: str) -> bool:
        if "{" not in message:
            return False
        try:
            return holds(decode_object(message))
        except NotAnObjectError:
            return False

    return test


def _condition(cursor: Cursor, wildcards: list[object]) -> _EventTest:
    selector = _selector(cursor)
    wildcards += (step for step in selector if step is _ANY)
    if len(wildcards) > MOST_WILDCARDS:
        raise cursor.error(f"there are more than {MOST_WILDCARDS} wildcards in selectors")
    if cursor.match(_UNSUPPORTED):
        raise cursor.error("IS NOT and EXISTS are not supported; NOT EXISTS is")
    if cursor.match(_NOT_EXISTS):
        cursor.skip()
        return lambda event: not any(True for _ in _chosen(event, selector))
    said = cursor.match(_IS)
    if said is not None:
        cursor.skip()
        wanted = _SAID[said[1].upper()]
        return lambda event: any(value is wanted for value in _chosen(event, selector))
    return _compared(selector, value_test(cursor))


def _compared(selector: _Selector, test: ValueTest) -> _EventTest:
    return lambda event: any(
        test(value) for value in _chosen(event, selector) if isinstance(value, str | int | float)
    )


def _selector(cursor: Cursor) -> _Selector:
    """`$.a.b[0]`, `$.a[*]`, `$.*`, `$.['a.b']`, as the keys and places that it leads along."""
    if not cursor.sees("$"):
        raise cursor.error("expected a selector such as `$.name`")
    cursor.at += 1
    steps: _Selector = []
    while cursor.sees(".") or cursor.sees("["):
        if cursor.sees("."):
            cursor.at += 1
        steps.append(_step(cursor))
    if not steps:
        raise cursor.error("expected `.name` after `$`")
    if steps.count(_ANY) > 1:
        raise cursor.error("a selector has one wildcard at most")
    cursor.skip()
    return steps


def _step(cursor: Cursor) -> Any:
    inside = cursor.match(_INSIDE)
    if inside is not None:
        place, star, single, double = inside.groups()
        if place is not None:
            return int(place)
        return _ANY if star else single if single is not None else double
    if cursor.sees("*"):
        cursor.at += 1
        return _ANY
    name = cursor.match(_NAME)
    if name is None:
        raise cursor.error("expected the name of a property; others stand in `['…']`")
    return name[0]


def _chosen(value: Any, steps: _Selector) -> Iterator[Any]:
    """What the steps lead to from a value: nothing, one value, or several after a wildcard."""
    if not steps:
        yield value
        return
    first, *rest = steps
    if first is _ANY:
        inside = value.values() if isinstance(value, dict) else value
        for one in inside if isinstance(value, dict | list) else ():
            yield from _chosen(one, rest)
    elif isinstance(first, int):
        if isinstance(value, list) and first < len(value):
            yield from _chosen(value[first], rest)
    elif isinstance(value, dict) and first in value:
        yield from _chosen(value[first], rest)
