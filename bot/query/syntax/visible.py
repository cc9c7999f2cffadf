"""Which names are visible at a place in a query, and which functions may stand there."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable

from bot.query.ast import Call, Expression, Field
from bot.query.errors import QueryError, Span, quoted
from bot.query.functions import FUNCTIONS
from bot.query.walk import walk_here

TIME = "@timestamp"
_ADD = "Add the field to it, or name one of its columns."
_FROM_STATS = {
    TIME: "Add `by bin(5m) as t` or `latest(@timestamp) as t` to it.",
    "@message": "Add `latest(@message) as message` to it.",
}


class Visible:
    """The names that are visible after the commands so far.

    `columns` is None before the first command that makes new rows, such as `stats`: all fields of
    an event can be named. After it only its columns are there; unless `more` is true, since there
    are commands of which AWS does not say what columns they make.
    """

    def __init__(self, text: str) -> None:
        self.columns: set[str] | None = None
        self.more = True
        self._text = text
        self._maker = ""

    def reset(self, maker: str, names: Iterable[str]) -> None:
        """From here on only these names are visible, which the command `maker` makes."""
        self.columns = set(names)
        self.more = False
        self._maker = maker

    def add(self, names: Iterable[str]) -> None:
        """From here on these names are visible too."""
        if self.columns is not None:
            self.columns = self.columns | set(names)

    def holds(self, field: Field) -> bool:
        """Whether the field can be named: it is a column, or a part of one that holds a structure."""
        return self.more or self.columns is None or is_among(field, self.columns)

    def check(self, expressions: Iterable[Expression], within: str = "") -> None:
        """Check expressions that may hold no aggregate: all names must be visible.

        Sub-queries are left out, since their names mean events of their own.
        """
        for expression in expressions:
            for node in walk_here(expression):
                if isinstance(node, Field):
                    self.check_field(node, node.span)
                elif isinstance(node, Call):
                    if is_aggregate(node):
                        raise self._misplaced(node, within)
                    self.check_implied(node)

    def _misplaced(self, call: Call, within: str) -> QueryError:
        if within:
            message = f"`{call.name}` may not stand inside `{within}`."
            return self._error(message, call.span, "Compute it in a `stats` before this one.")
        hint = "Write `stats … as name` first, and use the name here."
        return self._error(f"`{call.name}` stands only in `stats`.", call.span, hint)

    def check_implied(self, call: Call) -> None:
        """`bin(5m)`, `latest` and the like look at `@timestamp`, which a `stats` takes away."""
        alone = call.name == "bin" and len(call.arguments) == 1
        if alone or FUNCTIONS[call.name.lower()].dated:
            self.check_field(Field((TIME,)), call.span)

    def check_field(self, field: Field, span: Span) -> None:
        """Check that the field, which the text at `span` means, can be named."""
        if self.columns is None or self.holds(field):
            return
        name = field.name
        columns = sorted(self.columns)
        listed = ", ".join(map(quoted, columns[:10])) + (", …" if len(columns) > 10 else "")
        called = [column for column in columns if column.startswith(name + "(")]
        short = [column for column in columns if len(column) <= 80]
        near = called or difflib.get_close_matches(name[:80], short, 1)
        hint = f"Did you mean {quoted(near[0])}?" if near else "Name one of its columns."
        if self._maker == "stats":
            hint = _FROM_STATS.get(name, hint if near else _ADD)
        message = f"After `{self._maker}` there is no {quoted(name)}, only {listed}."
        raise self._error(message, span, hint)

    def _error(self, message: str, span: Span, hint: str = "") -> QueryError:
        return QueryError(message, span, self._text, hint)


def is_aggregate(call: Call) -> bool:
    """Whether the call is of an aggregate."""
    return FUNCTIONS[call.name.lower()].aggregate


def is_among(field: Field, columns: Container[str]) -> bool:
    """Whether the field is one of the columns, or a part of one that holds a structure."""
    parts = range(1, len(field.parts) + 1)
    return any(Field(field.parts[:n]).name in columns for n in parts)
