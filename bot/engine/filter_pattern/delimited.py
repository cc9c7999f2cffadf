"""Patterns for events of fields between blanks: `[ip, user, ..., status = 4*, bytes > 1000]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from bot.engine.filter_pattern.conditions import either, value_test
from bot.engine.filter_pattern.cursor import Cursor, Test

_NAME = re.compile(r"[\w-]+")
# What stands in brackets or double quotes is one field.
_FIELD = re.compile(r'\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)')
_MORE = "..."

_Fields: TypeAlias = Mapping[str, str]
_Check: TypeAlias = Callable[[_Fields], bool]


def delimited_test(pattern: str) -> Test:
    """What says whether a message has these fields, with the conditions true of them.

    There are as many fields as names. `...` stands for any number of them, and so does a last name
    without a condition, for one or more: the page has `[w1=ERROR, w2]` find longer events.
    """
    cursor = Cursor(pattern)
    cursor.expect("[")
    names: list[str] = []
    checks: list[_Check] = []
    open_end = False
    while True:
        open_end = _field(cursor, names, checks)
        if not cursor.take(","):
            break
    cursor.expect("]")
    cursor.end()
    cursor.few_regexes()
    place = names.index(_MORE) if _MORE in names else None

    def test(message: str) -> bool:
        found = _fields(message)
        fields = _named(found, names, place, open_end=open_end)
        return fields is not None and all(check(fields) for check in checks)

    return test


def _field(cursor: Cursor, names: list[str], checks: list[_Check]) -> bool:
    """Read one field of the pattern; whether it is a name without a condition."""
    if cursor.take(_MORE):
        if _MORE in names:
            raise cursor.error("`...` stands once in a pattern")
        names.append(_MORE)
        return False
    start = cursor.at
    name = _name(cursor)
    if name in names:
        cursor.at = start
        raise cursor.error(f"the field `{name}` is there twice")
    names.append(name)
    if cursor.sees(",") or cursor.sees("]"):
        return True
    cursor.at = start

    def condition() -> _Check:
        asked = _name(cursor)
        if asked != name:
            raise cursor.error(f"the condition is about `{name}` only")
        test = value_test(cursor)
        return lambda fields: test(fields[name])

    checks.append(either(cursor, condition))
    return False


def _name(cursor: Cursor) -> str:
    found = cursor.match(_NAME)
    if found is None:
        raise cursor.error("expected the name of a field, or `...`")
    cursor.skip()
    return found[0]


def _fields(message: str) -> list[str]:
    """The fields of an event, without what encloses them."""
    return [
        next(part for part in match.groups() if part is not None)
        for match in _FIELD.finditer(message)
    ]


def _named(
    found: Sequence[str], names: Sequence[str], more: int | None, *, open_end: bool
) -> _Fields | None:
    """The fields under their names; None if they are too few or too many."""
    if more is None:
        if len(found) < len(names) or (len(found) > len(names) and not open_end):
            return None
        return dict(zip(names, found, strict=False))
    before, after = names[:more], names[more + 1 :]
    if len(found) < len(before) + len(after):
        return None
    fields = dict(zip(before, found, strict=False))
    return fields | dict(zip(after, found[len(found) - len(after) :], strict=True))
