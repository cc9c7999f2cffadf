"""The parser's place in a query: the current token, and what is known at that place."""

from __future__ import annotations

from collections.abc import Container

from bot.query.ast import Regex
from bot.query.errors import QueryError, Span, quoted
from bot.query.groups import read_groups
from bot.query.lexer import Token, read_regex, read_tail, read_token

MAX_DEPTH = 100


class Cursor:
    """Walks the tokens of one query.

    `end` is the place after the last token that was read. `columns` are the names that are
    visible after a `stats`, or None before the first.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.end = 0
        self.columns: Container[str] | None = None
        self._depth = 0
        self._token: Token | None = None

    @property
    def token(self) -> Token:
        """The token to be read next. It is looked at late: `[0]` after a call is no list."""
        if self._token is None:
            self._token = read_token(self.text, self.end)
        return self._token

    def error(self, message: str, hint: str = "", span: Span | None = None) -> QueryError:
        """An error at `span`, or at the current token."""
        return QueryError(message, span or self.token.span, self.text, hint)

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]

    def shown(self) -> str:
        """The current token, as part of a sentence."""
        return "the end of the query" if self.token.ends else quoted(self.slice(self.token.span))

    def advance(self) -> Token:
        """Read the current token and return it."""
        token = self.token
        self._continue(token.span.end)
        return token

    def take(self, word: str) -> bool:
        """Read the current token if it is this symbol or keyword."""
        found = self.token.word == word
        if found:
            self.advance()
        return found

    def close(self, symbol: str, opened: Span) -> None:
        """Read a closing symbol. Its absence is an error at what opened it."""
        if self.token.ends:
            message = f"This {quoted(self.slice(opened))} is not closed."
            raise self.error(message, f"Add the missing {quoted(symbol)}.", opened)
        if not self.take(symbol):
            raise self.error(f"Expected {quoted(symbol)} here, not {self.shown()}.")

    def regex(self) -> Regex:
        """Read the current token, a `/`, again as the beginning of a regex; it must be valid."""
        regex, end = read_regex(self.text, self.token.span.start)
        read_groups(regex, self.text)
        self._continue(end)
        return regex

    def tail(self) -> list[str | int]:
        """Read the `.name` and `[n]` parts that follow the last token directly."""
        parts, end = read_tail(self.text, self.end)
        if parts:
            self._continue(end)
        return parts

    def deeper(self) -> None:
        """Enter a nested expression; the depth has a bound, so that no query exhausts the stack."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error(f"This is nested more than {MAX_DEPTH} levels deep.")

    def shallower(self) -> None:
        """Leave a nested expression."""
        self._depth -= 1

    def _continue(self, end: int) -> None:
        self.end = end
        self._token = None
