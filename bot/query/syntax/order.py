"""Which command may follow which.

Rules: CloudWatch Logs user guide, pages of the commands; that `diff` needs a `pattern` and what
may follow `dedup` is observed. After a saved query, whose commands nobody knows, less is certain.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.query.ast import (
    Anomaly,
    Call,
    Command,
    Dedup,
    Diff,
    Display,
    Estimate,
    Expression,
    Fields,
    Join,
    Limit,
    PatternCommand,
    SavedCall,
    Sort,
    Source,
    Stats,
    Tail,
)
from bot.query.errors import QueryError, Span
from bot.query.walk import walk_here

MAX_STATS = 10
_ALONE = "topk"


class Order:
    """What is known of the commands so far, as far as it bears on those to come."""

    def __init__(self, text: str) -> None:
        self.stats = 0
        self._text = text
        self._only_sources = True
        self._ordered: tuple[str, Span] | None = None
        self._sorted = False
        self._patterns = False
        self._joined = False
        self._deduplicated = False
        self._estimated = False

    def follow(self, command: Command, name: Span) -> None:
        """Take in the next command, whose name stands at `name`; `QueryError` if it may not follow."""
        self._check_ended(command, name)
        match command:
            case Source():
                if not self._only_sources:
                    hint = "Put it before all other commands."
                    raise self._error("`SOURCE` stands only first.", name, hint)
            case Stats():
                self._follow_stats(command, name)
            case Sort() | Limit() | Tail():
                self._ordered = self._ordered or (self._written(name), name)
                self._sorted = self._sorted or isinstance(command, Sort)
            case PatternCommand() | Diff() | Anomaly():
                self._follow_pattern(command, name)
            case Join():
                if self._joined:
                    raise self._error("A query has at most one `join`.", name)
                self._joined = True
            case _:
                self._follow_other(command)
        self._only_sources = isinstance(command, Source)

    def _check_ended(self, command: Command, name: Span) -> None:
        """Check what may follow `dedup` (an AWS page has `fields` after it) and `estimate`."""
        if self._estimated:
            raise self._error("Nothing may follow `estimate`.", name, "Put `estimate` last.")
        allowed = isinstance(command, Limit | Fields | Display | Estimate | SavedCall)
        if self._deduplicated and not allowed:
            hint = "Put the other commands before `dedup`."
            message = "Only `limit`, `fields` and `display` may follow `dedup`."
            raise self._error(message, name, hint)

    def _follow_stats(self, command: Stats, name: Span) -> None:
        self.stats += 1
        if self.stats > MAX_STATS:
            raise self._error(f"A query has at most {MAX_STATS} `stats`.", name)
        if self.stats > 1 and self._ordered:
            word, place = self._ordered
            hint = "Put it after the last `stats`."
            raise self._error(f"`{word}` may not stand before a later `stats`.", place, hint)
        for call in _calls_alone(command):
            self._check_alone(command, call)
        self._sorted = False

    def _check_alone(self, command: Stats, call: Call) -> None:
        """Check that `topk` is the only aggregate of its `stats`, which has no `by`."""
        if command.by:
            place = command.by[0].span.to(command.by[-1].span)
            raise self._error(f"`{call.name}` takes no `by`.", place, "Remove `by` and its keys.")
        if len(command.items) > 1 or command.items[0].expression is not call:
            hint = "Put the other aggregates in a query of their own."
            raise self._error(f"`{call.name}` stands alone in its `stats`.", call.span, hint)

    def _follow_pattern(self, command: PatternCommand | Diff | Anomaly, name: Span) -> None:
        word = self._written(name)
        if isinstance(command, PatternCommand):
            if self._sorted:
                hint = "Put `sort` after it."
                raise self._error("`pattern` may not follow `sort`.", name, hint)
            self._patterns = True
        elif not self._patterns:
            hint = f"Write `pattern @message | {word}`."
            raise self._error(f"`{word}` needs a `pattern` before it.", name, hint)

    def _follow_other(self, command: Command) -> None:
        self._deduplicated = self._deduplicated or isinstance(command, Dedup)
        self._estimated = isinstance(command, Estimate)
        self._patterns = self._patterns or isinstance(command, SavedCall)

    def _written(self, name: Span) -> str:
        return self._text[name.start : name.end].lower()

    def _error(self, message: str, span: Span, hint: str = "") -> QueryError:
        return QueryError(message, span, self._text, hint)


def _calls_alone(command: Stats) -> Iterator[Call]:
    expressions: list[Expression] = [item.expression for item in (*command.items, *command.by)]
    for expression in expressions:
        for node in walk_here(expression):
            if isinstance(node, Call) and node.name == _ALONE:
                yield node
