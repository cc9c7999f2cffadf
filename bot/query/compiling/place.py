"""Where an expression stands in a query: what its names mean there."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bot.query.ast import Call, Expression, Query
from bot.query.columns.batch import Reader
from bot.query.columns.layout import Layout
from bot.query.compiling.needs import Prepare
from bot.query.errors import QueryError
from bot.query.readings import Readings


class Place(msgspec.Struct, frozen=True):
    """Where an expression stands: what its names mean, how open questions are read.

    `text` is the query's, for errors. `aggregate` makes the reader of an aggregate's result,
    where the place is an item of `stats`. `need` asks for a subquery's rows, see `Frame.need`.
    `shift` is how many milliseconds `bin` lies behind its usual grid.
    """

    layout: Layout
    readings: Readings
    text: str = ""
    aggregate: Callable[[Call], Reader] | None = None
    need: Callable[[Query, Prepare], str] | None = None
    shift: int = 0

    def error(self, message: str, node: Expression, hint: str = "") -> QueryError:
        """A `QueryError` at the node."""
        return QueryError(message, node.span, self.text, hint)
