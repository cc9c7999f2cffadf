"""What a query needs of other queries: the rows of a subquery, of a `join`, of `appendcols`.

They are known before the query itself begins. CloudWatch Logs user guide, "Subqueries" and `join`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from bot.query.ast import Query, Source
from bot.query.columns.batch import Column


class Table(msgspec.Struct, frozen=True):
    """The rows of a query, as columns of values that are not printed yet."""

    columns: Mapping[str, Column]
    size: int


Prepare: TypeAlias = Callable[[Table], Any]
"""Makes of a table what the query looks at."""


class Need(msgspec.Struct, frozen=True):
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
