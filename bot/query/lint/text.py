"""The text of a query without its literals, for what the tree no longer tells: spelling, parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.query.ast import Field, Query, Regex, Text
from bot.query.errors import Span
from bot.query.lint.traps import Placed, Warning, warn
from bot.query.walk import walk

_HIDDEN = re.compile(r"`[^`\n]*`|#[^\n]*")
_COMMAND = re.compile(r"(?:^|[|(])\s*(head|tail|search|order\s+by|sort\s+by)\b", re.IGNORECASE)
_DOUBLE = re.compile("==")
_INSTEAD = {
    "head": "Write `limit`.",
    "tail": "Write `sort @timestamp asc`, or `desc`, and `limit`.",
    "search": 'Write `filter @message like "text"`.',
    "order": "Write `sort x desc`.",
    "sort": "Write `sort x desc`, without `by`.",
}


class Skeleton:
    """The text with blanks for its names, literals and comments: every place stays where it is."""

    def __init__(self, query: Query) -> None:
        """The text of a query that knows its text; without one it has no words and no brackets."""
        text = query.text
        for node in walk(query):
            if isinstance(node, Text | Regex) or (isinstance(node, Field) and _is_odd(node)):
                text = _blanked(text, node.span)
        self.text = _HIDDEN.sub(lambda found: " " * len(found[0]), text)
        self._closed_by = dict(_pairs(self.text))
        self._opened_by = {closed: opened for opened, closed in self._closed_by.items()}

    def encloses(self, node: Placed) -> bool:
        """Whether the node stands in parentheses of its own, as in `(a and b)`."""
        start, end = node.span.start, node.span.end
        while True:
            before = len(self.text[:start].rstrip()) - 1
            after = end + len(self.text[end:]) - len(self.text[end:].lstrip())
            closed = self._closed_by.get(before)
            if closed is not None and closed == after:
                return True
            opened = self._opened_by.get(after)
            if closed is not None and closed < end:  # it belongs to the first part of the node
                start = before
            elif opened is not None and opened >= start:  # and this to the last
                end = after + 1
            else:
                return False


def _is_odd(node: Field) -> bool:
    return "`" in str(node)


def _blanked(text: str, span: Span) -> str:
    return text[: span.start] + " " * (span.end - span.start) + text[span.end :]


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    opened: list[int] = []
    for at, character in enumerate(text):
        if character == "(":
            opened.append(at)
        elif character == ")" and opened:
            yield opened.pop(), at


def spelling(skeleton: Skeleton) -> Iterator[Warning]:
    """Words and operators that no page names: Q002, Q018."""
    for found in _DOUBLE.finditer(skeleton.text):
        message = "`==` is not in the manual of the language, which knows `=`."
        yield warn("Q002", Span(*found.span()), message)
    for found in _COMMAND.finditer(skeleton.text):
        word = " ".join(found[1].lower().split())
        message = f"`{word}` is not in the manual of the language."
        yield warn("Q018", Span(*found.span(1)), message, _INSTEAD[word.split()[0]])
