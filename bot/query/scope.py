"""Which command may follow which, and which names are visible there.

Rules: CloudWatch Logs user guide, pages of `stats`, `sort`, `limit` and `dedup`.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.query.ast import (
    Call,
    Command,
    Display,
    Expression,
    Field,
    Fields,
    Filter,
    Item,
    Limit,
    Node,
    Parse,
    Regex,
    Sort,
    Stats,
)
from bot.query.errors import QueryError, Span, quoted
from bot.query.functions import FUNCTIONS
from bot.query.groups import read_groups
from bot.query.walk import children, walk

MAX_STATS = 10


class Scope:
    """What is known after the commands read so far. `columns` is None before the first `stats`."""

    def __init__(self, text: str) -> None:
        self.columns: set[str] | None = None
        self._text = text
        self._stats = 0
        self._ordered: tuple[str, Span] | None = None
        self._deduplicated = False
        self._projected: set[str] = set()
        self._replaced: set[str] = set()

    def follow(self, command: Command, name: Span) -> None:
        """Take in the next command, whose name stands at `name`; `QueryError` if it may not follow."""
        if self._deduplicated and not isinstance(command, Limit):
            hint = "Put the other commands before `dedup`."
            raise self._error("Only `limit` may follow `dedup`.", name, hint)
        match command:
            case Fields(items) | Display(items):
                self._expressions(item.expression for item in items)
                self._once(items)
                self._add(item.column for item in items)
                self._replaced |= {i.alias for i in items if i.alias} & self._projected
                self._projected |= {item.column for item in items}
            case Filter(condition):
                self._expressions((condition,))
            case Stats(items, by):
                self._follow_stats(items, by, name)
            case Sort(keys):
                self._expressions(key.expression for key in keys)
                self._ordered = self._ordered or ("sort", name)
            case Limit():
                self._ordered = self._ordered or ("limit", name)
            case Parse():
                self._follow_parse(command, name)
            case _:  # `Dedup`, says mypy
                self._expressions(command.keys)
                self._deduplicated = True

    def _follow_parse(self, command: Parse, name: Span) -> None:
        self._expressions((command.source or Field(("@message",), name),))
        names = command.aliases
        if isinstance(command.pattern, Regex):
            names += read_groups(command.pattern, self._text).names
        self._add(names)

    def _follow_stats(self, items: Sequence[Item], by: Sequence[Item], name: Span) -> None:
        self._stats += 1
        if self._stats > MAX_STATS:
            raise self._error(f"A query has at most {MAX_STATS} `stats`.", name)
        if self._stats > 1 and self._ordered:
            word, place = self._ordered
            hint = "Put it after the last `stats`."
            raise self._error(f"`{word}` may not stand before a later `stats`.", place, hint)
        self._once((*items, *by))
        if self._stats == 1:
            self._check_replaced((*items, *by))
        self._expressions(key.expression for key in by)
        self._check_alone(items, by)
        earlier: set[str] = set()
        for item in items:
            self._stats_item(item, earlier)
            earlier.add(item.column)
        self.columns = earlier | {key.column for key in by}

    def _check_replaced(self, items: Iterable[Item]) -> None:
        """Check that no column is used that two `fields` made: observed, not documented.

        Logs Insights answers "Unknown symbols found in or after stats".
        """
        for node in (node for item in items for node in walk(item)):
            if isinstance(node, Field) and node.name in self._replaced:
                message = f"{quoted(node.name)} was made twice before this `stats`."
                raise self._error(message, node.span, "Give the second one a name of its own.")

    def _check_alone(self, items: Sequence[Item], by: Sequence[Item]) -> None:
        """Check that nothing stands beside `topk`: CloudWatch Logs user guide, `stats`."""
        calls = [n for item in items for n in walk(item) if isinstance(n, Call) and _aggregates(n)]
        for call in calls:
            if FUNCTIONS[call.name.lower()].alone and (by or len(calls) > 1):
                message = f"`{call.name}` stands alone in `stats`, and without `by`."
                hint = "Write `stats count(*) as n by field | sort n desc | limit 10`."
                raise self._error(message, call.span, hint)

    def _stats_item(self, item: Item, earlier: set[str]) -> None:
        """Check that the item holds an aggregate, or computes with earlier items of its `stats`."""
        computed = False
        for node in _outside_aggregates(item.expression):
            if isinstance(node, Call):
                computed = True
                self._expressions(node.arguments, within=node.name)
                self._implied(node)
            elif _visible(node, earlier):
                computed = True
            else:
                hint = f"Put it after `by`, or in an aggregate such as `latest({node})`."
                message = f"In `stats`, {quoted(node.name)} must stand in an aggregate."
                raise self._error(message, node.span, hint)
        if not computed:
            hint = "Such as `count(*)`. What to group by stands after `by`."
            raise self._error("Each item of `stats` needs an aggregate.", item.span, hint)

    def _expressions(self, expressions: Iterable[Expression], within: str = "") -> None:
        """Check expressions that may hold no aggregate: names must be visible."""
        for expression in expressions:
            for node in walk(expression):
                if isinstance(node, Field):
                    self._check_visible(node.name, node.span, node)
                elif isinstance(node, Call):
                    if _aggregates(node):
                        raise self._misplaced(node, within)
                    self._implied(node)

    def _misplaced(self, call: Call, within: str) -> QueryError:
        if within:
            message = f"`{call.name}` may not stand inside `{within}`."
            return self._error(message, call.span, "Compute it in a `stats` before this one.")
        hint = "Write `stats … as name` first, and use the name here."
        return self._error(f"`{call.name}` stands only in `stats`.", call.span, hint)

    def _implied(self, call: Call) -> None:
        """`bin(5m)`, `latest` and the like look at `@timestamp`, which a `stats` takes away."""
        alone = call.name == "bin" and len(call.arguments) == 1
        if alone or FUNCTIONS[call.name.lower()].dated:
            self._check_visible("@timestamp", call.span, Field(("@timestamp",)))

    def _check_visible(self, name: str, span: Span, field: Field) -> None:
        if self.columns is None or _visible(field, self.columns):
            return
        columns = sorted(self.columns)
        listed = ", ".join(map(quoted, columns[:10])) + (", …" if len(columns) > 10 else "")
        called = [column for column in columns if column.startswith(name + "(")]
        near = called or difflib.get_close_matches(name, columns, 1)
        other = "Add the field to it, or name one of its columns."
        hint = {
            "@timestamp": "Add `by bin(5m) as t` or `latest(@timestamp) as t` to it.",
            "@message": "Add `latest(@message) as message` to it.",
        }.get(name, f"Did you mean {quoted(near[0])}?" if near else other)
        message = f"After `stats` there is no {quoted(name)}, only {listed}."
        raise self._error(message, span, hint)

    def _once(self, items: Sequence[Item]) -> None:
        """Check that no alias takes the name of another column of the same command."""
        times = Counter(item.column for item in items)
        for item in items:
            if item.alias is not None and times[item.alias] > 1:
                message = f"Two columns have the name {quoted(item.alias)}."
                raise self._error(message, item.span, "Give each its own name.")

    def _add(self, names: Iterable[str]) -> None:
        if self.columns is not None:
            self.columns = self.columns | set(names)

    def _error(self, message: str, span: Span, hint: str = "") -> QueryError:
        return QueryError(message, span, self._text, hint)


def _aggregates(call: Call) -> bool:
    return FUNCTIONS[call.name.lower()].aggregate


def _visible(field: Field, columns: set[str]) -> bool:
    """Whether the field is one of the columns, or a part of one that holds a structure."""
    parts = range(1, len(field.parts) + 1)
    return any(Field(field.parts[:n]).name in columns for n in parts)


def _outside_aggregates(expression: Expression) -> Iterator[Field | Call]:
    """The fields that are in no aggregate, and the aggregates, in the order of the text."""
    waiting: list[Node] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Field) or (isinstance(node, Call) and _aggregates(node)):
            yield node
        else:
            waiting += reversed(list(children(node)))
