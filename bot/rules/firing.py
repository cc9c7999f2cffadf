"""The query of an alert run: the rule's query with `when` in its place."""

from __future__ import annotations

from collections.abc import Sequence

from bot.query.ast import Command, Dedup, Display, Field, Limit, Query, Sort, Stats
from bot.query.errors import QueryError, Span
from bot.query.parser import parse


def firing_query(query: Query, when: str) -> Query:
    """The query without its closing `sort`, `limit` and `display`, followed by the commands of `when`.

    Each row that is left is a finding. Raises `QueryError`: its `text` is that of `when` where the
    fault is there, and else that of the query.
    """
    core = _without_closing(query)
    # A row that a limit or a dedup keeps out is one that nobody is told of.
    _refuse_thinning(core, query.text)
    when = when.strip().removeprefix("|").strip()
    head = "\n| ".join(map(str, core))
    before = f"{head}\n| " if head and when else head
    try:
        firing = parse(before + when)
    except QueryError as error:
        raise _moved(error, len(before), when) from None
    _refuse_thinning(firing.commands[len(core) :], when, len(before))
    return firing


def aggregates(query: Query) -> bool:
    """Whether the query has a `stats`: its rows stand for groups, not for events."""
    return any(isinstance(command, Stats) for command in query.commands)


def _without_closing(query: Query) -> tuple[Command, ...]:
    commands = list(query.commands)
    while commands and isinstance(commands[-1], Sort | Limit | Display):
        dropped = commands.pop()
        if not isinstance(dropped, Display):
            continue
        for item in dropped.items:
            if item.alias is not None or not isinstance(item.expression, Field):
                message = f"An alert drops the closing `display`, and with it `{item.column}`."
                hint = "Make the column in a `fields` before it."
                raise QueryError(message, item.span, query.text, hint)
    return tuple(commands)


def _refuse_thinning(commands: Sequence[Command], text: str, offset: int = 0) -> None:
    for command in commands:
        if isinstance(command, Limit | Dedup):
            word = "limit" if isinstance(command, Limit) else "dedup"
            span = Span(command.span.start - offset, command.span.end - offset)
            message = f"A rule that alerts may not have a `{word}` here: it would hide findings."
            raise QueryError(message, span, text, "Remove it; `alert.key` gathers equal findings.")


def _moved(error: QueryError, offset: int, when: str) -> QueryError:
    """The error with its place in the text of `when`, or as it is if it is in the part before."""
    if error.span.start < offset:
        return error
    span = Span(error.span.start - offset, error.span.end - offset)
    return QueryError(error.message, span, when, error.hint)
