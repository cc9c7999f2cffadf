"""Finds the places where a query will probably not do what its author thinks.

The traps are in `bot.query.lint.traps`, one row each. A warning stops nothing: the query runs.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from bot.query.ast import Query
from bot.query.lint.calls import calls
from bot.query.lint.commands import commands
from bot.query.lint.comparisons import BOOLEANS, comparisons
from bot.query.lint.missing import missing
from bot.query.lint.names import names
from bot.query.lint.text import Skeleton, spelling
from bot.query.lint.traps import TRAPS, Trap, Warning
from bot.query.walk import walk

__all__ = ["BOOLEANS", "TRAPS", "Trap", "Warning", "lint"]


def lint(query: Query, booleans: Container[str] = BOOLEANS) -> list[Warning]:
    """The warnings of a query, in the order of its text.

    `booleans` are the fields that hold JSON booleans, by flattened name. A query that was parsed
    knows its text; what only the text can tell is not found in one that was put together.
    """
    found = sorted(_found(query, booleans), key=lambda w: (w.span.start, w.code))
    return list(dict.fromkeys(found))


def _found(query: Query, booleans: Container[str]) -> Iterator[Warning]:
    skeleton = Skeleton(query)
    yield from spelling(skeleton)
    yield from comparisons(query, skeleton, booleans)
    yield from calls(query)
    yield from names(query)
    for pipeline in walk(query):
        if isinstance(pipeline, Query):
            yield from commands(pipeline)
            yield from missing(pipeline)
