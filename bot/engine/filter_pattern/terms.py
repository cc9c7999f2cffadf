"""Patterns of terms: `ERROR -"GET /health"`, `?one ?other`, `%regex%`.

A term is found anywhere in a message, within a word too: AWS's page speaks of words, but `error`
was seen to find `errors`, and `"exact phrases"` are found within what surrounds them.
"""

from __future__ import annotations

import re

from bot.engine.filter_pattern.cursor import Cursor, Test

_WORD = re.compile(r"[^\s\"%]+")
_PLAIN = re.compile(r"\w+")


def terms_test(pattern: str) -> Test:
    """What says whether a message has all terms and none of the excluded ones.

    Terms with a `?` count only where there are no others: then one of them must be there ("if you
    combine ? with other filter patterns, all question mark terms will be ignored").
    """
    cursor = Cursor(pattern)
    wanted: list[Test] = []
    excluded: list[Test] = []
    optional: list[Test] = []
    while not cursor.ended:
        if cursor.sees("-"):
            cursor.at += 1
            excluded.append(_term(cursor))
        elif cursor.sees("?"):
            cursor.at += 1
            optional.append(_term(cursor))
        else:
            wanted.append(_term(cursor))
        cursor.skip()
    if optional and not wanted and not excluded:
        return lambda message: any(test(message) for test in optional)

    def passes(message: str) -> bool:
        return all(test(message) for test in wanted) and not any(test(message) for test in excluded)

    return passes


def _term(cursor: Cursor) -> Test:
    regex = cursor.regex()
    if regex is not None:
        return regex
    text = cursor.text()
    if text is None:
        start = cursor.at
        found = cursor.match(_WORD)
        text = found[0] if found else ""
        if not _PLAIN.fullmatch(text):
            cursor.at = start
            raise cursor.error(f"Invalid character(s) in term '{text[:100]}'")
    # `" "` is the page's way to match everything.
    wanted = "" if text.isspace() else text
    return lambda message: wanted in message
