"""QueryError: what is wrong with a query, and where in its text."""

from __future__ import annotations

import msgspec

from bot.errors import BotError


def plain(text: str) -> str:
    """The text with a space for each tab and `?` for what a terminal might obey or not show."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)


def quoted(text: str) -> str:
    """A piece of somebody's input inside a sentence: one line, at most 40 characters, marked."""
    shown = plain(text if len(text) <= 40 else text[:39] + "…")
    return f"`{shown}`"


class Span(msgspec.Struct, frozen=True):
    """A half-open range of character offsets in a query's text."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The range from the start of this one to the end of `other`."""
        return Span(self.start, other.end)


class QueryError(BotError):
    """A query that cannot be read or run as it stands.

    `message` is one sentence without the position; `span` points into `text`, the query as it
    was given; `hint` says what would work, or is empty. `str()` draws the line with a caret.
    """

    def __init__(self, message: str, span: Span, text: str = "", hint: str = "") -> None:
        super().__init__(message, span, text, hint)  # whole, so that it can cross to a process
        self.message = message
        self.span = span
        self.text = text
        self.hint = hint

    def within(self, text: str) -> QueryError:
        """The same error, knowing the query text that its span points into."""
        return QueryError(self.message, self.span, text, self.hint)

    @property
    def position(self) -> tuple[int, int]:
        """Line and column of the error, both counted from 1."""
        before = self.text[: self.span.start]
        return before.count("\n") + 1, self.span.start - (before.rfind("\n") + 1) + 1

    def __str__(self) -> str:
        words = self.message + (f"\n{self.hint}" if self.hint else "")
        if not self.text:
            return words
        line_number, column = self.position
        line = plain(self.text.split("\n")[line_number - 1])
        room = max(len(line) - column + 1, 1)
        marks = "^" * min(max(self.span.end - self.span.start, 1), room)
        # A very long line is cut around the place, so that the caret stays in sight.
        cut = max(0, column - 1 - 60)
        shown = ("…" if cut else "") + line[cut : cut + 120]
        pad = " " * (column - 1 - cut + (1 if cut else 0))
        return f"line {line_number}, column {column}: {words}\n  {shown}\n  {pad}{marks[:120]}"
