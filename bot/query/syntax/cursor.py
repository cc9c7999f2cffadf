"""The parser's place in a query: the current token, and what is known at that place."""

from __future__ import annotations

import re
from collections.abc import Callable, Container

from bot.query.ast import Query, Regex
from bot.query.errors import QueryError, Span, quoted
from bot.query.syntax.groups import read_groups
from bot.query.syntax.lexer import Token, read_regex, read_tail, read_token, skip

MAX_DEPTH = 100
MAX_PROGRAM = 100_000
"""Instructions of all regexes of a query: some 50 ms to compile."""
_COMMENT = re.compile(r"#[^\n]*")


class Cursor:
    """Walks the tokens of one query.

    `end` is the place after the last token that was read. `columns` are the names that are
    visible after a `stats`, or None before the first. `heads` are the names of the commands so
    far, and `comments` the places of the comments.
    `gathers` is whether an aggregate stands here for itself, as in an item of `stats`, even where
    a column has its name.
    """

    def __init__(
        self,
        text: str,
        read_query: Callable[[Cursor], Query],
        begins_query: Callable[[str], bool],
    ) -> None:
        self.text = text
        self.end = 0
        self.columns: Container[str] | None = None
        self.gathers = False
        self.heads: list[Span] = []
        self.comments: dict[int, Span] = {}
        self.begins_query = begins_query
        self._read_query = read_query
        self._within = ""
        self._depth = 0
        self._programs = 0
        self._token: Token | None = None

    @property
    def token(self) -> Token:
        """The token to be read next. It is looked at late: `[0]` after a call is no list."""
        if self._token is None:
            self._token = read_token(self.text, self.end)
            self._note_comments(self._token.span.start)
        return self._token

    def peek(self) -> str:
        """The word of the token after the current one."""
        return read_token(self.text, self.token.span.end).word

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

    def query(self, within: str) -> Query:
        """Read a sub-query in parentheses, which stands in what `within` names.

        A sub-query holds no other: CloudWatch Logs user guide, pages of `join` and sub-queries.
        """
        opened = self.token.span
        if self._within:
            hint = "Write the inner query as one of its own."
            raise self.error(f"There is no sub-query in {self._within}.", hint)
        if not self.take("("):
            raise self.error(f"Expected `(` and a query here, not {self.shown()}.")
        columns, self.columns, self._within = self.columns, None, within
        query = self._read_query(self)
        self.columns, self._within = columns, ""
        self.close(")", opened)
        return query

    @property
    def nested(self) -> bool:
        """Whether this is inside a sub-query."""
        return bool(self._within)

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
        self._programs += read_groups(regex, self.text).size
        if self._programs > MAX_PROGRAM:
            hint = "Write fewer or simpler ones."
            raise self.error("The regexes up to here are too large together.", hint, regex.span)
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

    def mark(self) -> str:
        """The next character past white space and comments, token or not; nothing at the end."""
        return self.text[self.next_start : self.next_start + 1]

    def take_mark(self, mark: str) -> None:
        """Read a character that is no token of queries, as the forms of `SOURCE` have them."""
        at = self.next_start
        if not self.text.startswith(mark, at):
            shown = quoted(self.text[at]) if at < len(self.text) else "the end of the query"
            message = f"Expected {quoted(mark)} here, not {shown}."
            raise self.error(message, span=Span(at, min(at + 1, len(self.text))))
        self._note_comments(at)
        self._continue(at + len(mark))

    def match(self, pattern: re.Pattern[str]) -> str:
        """Read what the pattern finds past white space; nothing is read if it finds nothing."""
        at = self.next_start
        found = pattern.match(self.text, at)
        if not found:
            return ""
        self._note_comments(at)
        self._continue(found.end())
        return found[0]

    @property
    def next_start(self) -> int:
        """The place past white space and comments, whatever stands there."""
        return skip(self.text, self.end)

    def _note_comments(self, until: int) -> None:
        for found in _COMMENT.finditer(self.text, self.end, until):
            self.comments[found.start()] = Span(found.start(), found.end())

    def _continue(self, end: int) -> None:
        self.end = end
        self._token = None
