"""Where an expression stands in a query: what its names mean there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.query.ast import Call, Expression
from bot.query.batch import Reader
from bot.query.errors import QueryError
from bot.query.layout import Layout
from bot.query.readings import Readings


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: what its names mean, how open questions are read.

    `text` is the query's, for errors. `aggregate` makes the reader of an aggregate's result,
    where the place is an item of `stats`.
    """

    layout: Layout
    readings: Readings
    text: str = ""
    aggregate: Callable[[Call], Reader] | None = None

    def error(self, message: str, node: Expression, hint: str = "") -> QueryError:
        """A `QueryError` at the node."""
        return QueryError(message, node.span, self.text, hint)
