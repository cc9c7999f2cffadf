"""The query of an alert run: the rule's query with `when` in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.query.ast import (
    Accum,
    AddTotals,
    AppendCols,
    Autoregress,
    CidrLookup,
    Command,
    CountFrequent,
    Dedup,
    Display,
    Expand,
    Field,
    Filldown,
    InQuery,
    Join,
    Limit,
    Lookup,
    Outlier,
    Parse,
    Query,
    Sessionize,
    Sort,
    Source,
    Stats,
    Tail,
    Unnest,
)
from bot.query.errors import QueryError, Span
from bot.query.parser import parse
from bot.query.walk import walk_here


def firing_query(query: Query, when: str) -> Query:
    """The query without its closing `sort`, `limit` and `display`, followed by the commands of `when`.

    Each row that is left is a finding. Raises `QueryError`: its `text` is that of `when` where the
    fault is there, and else that of the query.
    """
    core = _without_closing(query)
    _refuse(core, query.text)
    when = when.strip().removeprefix("|").strip()
    head = "\n| ".join(map(str, core))
    before = f"{head}\n| " if head and when else head
    try:
        firing = parse(before + when)
    except QueryError as error:
        raise _moved(error, len(before), when) from None
    _refuse(firing.commands[len(core) :], when, len(before))
    if not aggregates(firing):
        _refuse_neighbours(firing.commands[: len(core)], query.text)
        _refuse_neighbours(firing.commands[len(core) :], when, len(before))
    return firing


_GATHERED = "Remove it; `alert.key` gathers equal findings."
_INSTEAD = {
    "countFrequent": "Write `stats count(*) as n by …`.",
    "addtotals": "Remove it: its sums are no findings.",
    "outlier": "Leave out `action=remove`, and compare with what it makes.",
}
_VALUES = "Write the values into a `filter`, or into a parameter."
_ELSEWHERE: Mapping[type[Command], tuple[str, str]] = {
    Source: ("choose where it looks", "Remove it; `log` says where the rule looks."),
    Join: ("look at another query", "Write a `stats` over the events of both."),
    AppendCols: ("look at another query", "Write a `stats` over the events of both."),
    Lookup: ("look into a table", _VALUES),
    CidrLookup: ("look into a table", _VALUES),
}
"""What a rule's tests and its log cannot give."""


def aggregates(query: Query) -> bool:
    """Whether the query has a `stats`: its rows stand for groups, not for events."""
    return any(isinstance(command, Stats) for command in query.commands)


def spreads(query: Query) -> bool:
    """Whether an event can have several rows."""
    return any(
        isinstance(command, Unnest | Expand) or (isinstance(command, Parse) and command.multi)
        for command in query.commands
    )


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


def _refuse(commands: Sequence[Command], text: str, offset: int = 0) -> None:
    """Refuse what would hide findings, and what looks elsewhere than at the rule's own events."""
    for command in commands:
        thins = isinstance(command, Limit | Dedup | Tail | CountFrequent | AddTotals)
        if thins or (isinstance(command, Outlier) and command.action == "remove"):
            # A row that a limit or a dedup keeps out is one that nobody is told of.
            word = str(command).partition(" ")[0]
            message = f"A rule that alerts may not have a `{word}` here: it would hide findings."
            raise _error(message, command.span, offset, text, _INSTEAD.get(word, _GATHERED))
        if type(command) in _ELSEWHERE:
            does, instead = _ELSEWHERE[type(command)]
            message = f"A rule that alerts may not {does}."
            raise _error(message, command.span, offset, text, instead)
        for node in walk_here(command):
            if isinstance(node, InQuery):
                message = "A rule that alerts may not look at another query."
                raise _error(message, node.span, offset, text, _VALUES)


def _refuse_neighbours(commands: Sequence[Command], text: str, offset: int = 0) -> None:
    """Refuse what looks at the rows around a row: without buckets, runs begin anywhere."""
    for command in commands:
        if isinstance(command, Accum | Autoregress | Filldown | Sessionize | Outlier):
            word = str(command).partition(" ")[0]
            message = f"What `{word}` gives depends on where a run begins, and runs overlap."
            instead = "Let a `stats` follow it; with `over`, each run then begins on a grid."
            raise _error(message, command.span, offset, text, instead)


def _error(message: str, span: Span, offset: int, text: str, hint: str) -> QueryError:
    return QueryError(message, Span(span.start - offset, span.end - offset), text, hint)


def _moved(error: QueryError, offset: int, when: str) -> QueryError:
    """The error with its place in the text of `when`, or as it is if it is in the part before."""
    if error.span.start < offset:
        return error
    span = Span(error.span.start - offset, error.span.end - offset)
    return QueryError(error.message, span, when, error.hint)
