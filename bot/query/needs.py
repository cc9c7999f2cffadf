"""What a query needs of other queries: the rows of a subquery, of a `join`, of `appendcols`.

They are known before the query itself begins. CloudWatch Logs user guide, "Subqueries" and `join`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.query.ast import Query, Source
from bot.query.batch import Column


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a query, as columns of values that are not printed yet."""

    columns: Mapping[str, Column]
    size: int


Prepare: TypeAlias = Callable[[Table], Any]
"""Makes of a table what the query looks at."""


@dataclass(frozen=True, slots=True)
class Need:
    """One other query. `key` is the name under which the run of the whole looks for its table."""

    key: str
    query: Query
    sources: tuple[Source, ...]
    prepare: Prepare


def parted(query: Query) -> tuple[tuple[Source, ...], Query]:
    """The `SOURCE` commands that a query begins with, and the rest of it."""
    sources = tuple(command for command in query.commands if isinstance(command, Source))
    rest = tuple(command for command in query.commands if not isinstance(command, Source))
    return sources, Query(rest, query.text)
