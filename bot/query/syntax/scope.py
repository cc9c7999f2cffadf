"""Goes along with the commands of a query: their order, and the names that each leaves visible.

Rules: CloudWatch Logs user guide, pages of `stats` and of the commands named below. What nobody
knows is let through; a lint tells its author.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeGuard

from bot.query.ast import (
    Accum,
    AddTotals,
    Anomaly,
    AppendCols,
    Autoregress,
    Call,
    CidrLookup,
    Command,
    CountFrequent,
    Dedup,
    Diff,
    Display,
    Expand,
    Expression,
    Field,
    Fields,
    Fillmissing,
    Filter,
    FilterIndex,
    Item,
    Join,
    JsonExtract,
    LogCompare,
    Lookup,
    Node,
    Outlier,
    Parse,
    ParseForm,
    PatternCommand,
    Query,
    Regex,
    RelevantFields,
    SavedCall,
    Sessionize,
    Sort,
    Stats,
    Unmask,
    Unnest,
)
from bot.query.errors import QueryError, Span, quoted
from bot.query.syntax.groups import read_groups
from bot.query.syntax.order import Order
from bot.query.syntax.visible import Visible, is_aggregate, is_among
from bot.query.walk import children, walk_here

_MESSAGE = ("@message",)
_PATTERN = ("@pattern", "@ratio", "@sampleCount", "@severityLabel")
_RELEVANCE = (
    "@fieldName",
    "@relevanceScore",
    "@topRelevanceContributors",
    "@conditionalMedian",
    "@baselineMedian",
)


class Scope:
    """What is known after the commands read so far. `columns` is None before the first `stats`."""

    def __init__(self, text: str) -> None:
        self._order = Order(text)
        self._visible = Visible(text)
        self._text = text
        self._projected: set[str] = set()
        self._replaced: set[str] = set()

    @property
    def columns(self) -> set[str] | None:
        """The columns of the last `stats` and those made after it."""
        return self._visible.columns

    def follow(self, command: Command, name: Span) -> None:
        """Take in the next command, whose name stands at `name`; `QueryError` if it may not follow."""
        self._order.follow(command, name)
        match command:
            case Fields(items) | Display(items):
                self._project(items)
            case Filter(condition) | FilterIndex(condition):
                self._visible.check((condition,))
            case Stats(items, by, offset):
                self._follow_stats(items, by)
                if offset is not None and not any(map(_is_bin, by)):
                    message = "`offset` shifts the bins of `bin()`, and there is none here."
                    raise self._error(message, offset.span, "Write `by bin(1h) offset 30m`.")
            case Sort(keys):
                self._visible.check(
                    key.expression for key in keys if not isinstance(key.expression, Field)
                )
            case Parse() | ParseForm() | JsonExtract() | Unnest() | Expand():
                self._extract(command, name)
            case Lookup() | CidrLookup() | Join() | AppendCols():
                self._bring_in(command)
            case Dedup(fields) | Unmask(fields):
                self._visible.check(fields)
            case _:
                self._look_along(command)

    # ------------------------------------------------------------------------ columns of one row
    def _project(self, items: Sequence[Item]) -> None:
        self._visible.check(item.expression for item in items if not _is_system(item.expression))
        self._once(items)
        self._visible.add(
            item.column
            for item in items
            if not _is_system(item.expression) or self._visible.holds(item.expression) or item.alias
        )
        self._replaced |= {i.alias for i in items if i.alias} & self._projected
        self._projected |= {item.column for item in items}

    def _extract(
        self, command: Parse | ParseForm | JsonExtract | Unnest | Expand, name: Span
    ) -> None:
        match command:
            case Parse(source, pattern, aliases):
                self._visible.check((source or Field(_MESSAGE, name),))
                inside = (
                    read_groups(pattern, self._text).names if isinstance(pattern, Regex) else ()
                )
                self._visible.add((*aliases, *inside))
            case ParseForm(source, _, aliases):
                self._visible.check((source or Field(_MESSAGE, name),))
                self._visible.add(aliases)
            case JsonExtract(source, _, alias):
                self._visible.check((source or Field(_MESSAGE, name),))
                self._visible.add((alias,))
            case Unnest(value, alias):
                self._visible.check((value,))
                self._visible.add((alias,))
            case _:  # `Expand`, says mypy
                self._visible.check((command.field,))

    # ------------------------------------------------------------------------- rows from elsewhere
    def _bring_in(self, command: Lookup | CidrLookup | Join | AppendCols) -> None:
        match command:
            case Lookup(_, matches, _, outputs):
                self._visible.check(
                    m.field or Field(tuple(m.column.split(".")), m.span) for m in matches
                )
                self._visible.add(output.name for output in outputs)
            case CidrLookup(_, field, _, _, outputs):
                self._visible.check((field,))
                self._visible.add(output.name for output in outputs)
            case Join():
                self._join(command)
            case _:  # `AppendCols`, says mypy
                added = columns_of(command.query, self._text)
                self._visible.add(added or ())
                self._visible.more = self._visible.more or added is None

    def _join(self, command: Join) -> None:
        """Both sides' columns get the names of their sides before them."""
        self._visible.check((command.left_field,))
        mine = self._visible.columns if not self._visible.more else None
        others = columns_of(command.query, self._text)
        if mine is None or others is None:
            self._visible.more = True
            return
        if not is_among(command.right_field, others):
            shown = quoted(command.right_field.name)
            hint = f"Its columns are {', '.join(map(quoted, sorted(others)[:10]))}."
            message = f"The query of this `join` makes no {shown}."
            raise self._error(message, command.right_field.span, hint)
        self._visible.reset(
            "join",
            [f"{command.left}.{column}" for column in mine]
            + [f"{command.right}.{column}" for column in others],
        )

    # ------------------------------------------------------------------------------ along the rows
    def _look_along(self, command: Command) -> None:
        visible = self._visible
        match command:
            case Accum(field, alias):
                visible.check((field,))
                visible.add((alias,) if alias else ())
                visible.more = visible.more or alias is None
            case Autoregress(field):
                visible.check((field,))
                visible.add(command.names)
            case Sessionize(fields, _, alias):
                visible.check(fields)
                visible.add((alias or "session_id",))
            case AddTotals(alias, _, _, fields):
                visible.check(fields)
                visible.add((alias or "Total",))
            case Outlier(fields=fields, mark=mark):
                visible.check(fields)
                visible.more = visible.more or bool(mark)
            case Fillmissing(fills):
                visible.check(fill.value for fill in fills)
                visible.check(Field(tuple(fill.name.split(".")), fill.span) for fill in fills)
            case CountFrequent(fields):
                visible.check(fields)
                visible.reset("countFrequent", (*(field.name for field in fields), "_approxcount"))
            case _:
                self._ask_aws(command)

    def _ask_aws(self, command: Command) -> None:
        """Commands that only AWS runs, and saved queries, which only AWS knows."""
        visible = self._visible
        match command:
            case PatternCommand(value):
                visible.check((value,))
                visible.reset("pattern", _PATTERN)
            case RelevantFields(fields, condition):
                visible.check((*fields, condition))
                visible.reset("relevantfields", _RELEVANCE)
            case Anomaly() | Diff() | LogCompare() | SavedCall():
                visible.more = True
            case _:
                pass

    # -------------------------------------------------------------------------------------- stats
    def _follow_stats(self, items: Sequence[Item], by: Sequence[Item]) -> None:
        self._once((*items, *by))
        if self._order.stats == 1:
            self._check_replaced((*items, *by))
        self._visible.check(key.expression for key in by)
        earlier: set[str] = set()
        for item in items:
            self._stats_item(item, earlier)
            earlier.add(item.column)
        self._visible.reset("stats", earlier | {key.column for key in by})

    def _check_replaced(self, items: Iterable[Item]) -> None:
        """Check that no column is used that two `fields` made: observed, not documented.

        Logs Insights answers "Unknown symbols found in or after stats".
        """
        for node in (node for item in items for node in walk_here(item)):
            if isinstance(node, Field) and node.name in self._replaced:
                message = f"{quoted(node.name)} was made twice before this `stats`."
                raise self._error(message, node.span, "Give the second one a name of its own.")

    def _stats_item(self, item: Item, earlier: set[str]) -> None:
        """Check that the item holds an aggregate, or computes with earlier items of its `stats`."""
        computed = False
        for node in _outside_aggregates(item.expression):
            if isinstance(node, Call):
                computed = True
                self._visible.check(node.arguments, within=node.name)
                self._visible.check_implied(node)
            elif is_among(node, earlier):
                computed = True
            else:
                hint = f"Put it after `by`, or in an aggregate such as `latest({node})`."
                message = f"In `stats`, {quoted(node.name)} must stand in an aggregate."
                raise self._error(message, node.span, hint)
        if not computed:
            hint = "Such as `count(*)`. What to group by stands after `by`."
            raise self._error("Each item of `stats` needs an aggregate.", item.span, hint)

    def _once(self, items: Sequence[Item]) -> None:
        """Check that no alias takes the name of another column of the same command."""
        times = Counter(item.column for item in items)
        for item in items:
            if item.alias is not None and times[item.alias] > 1:
                message = f"Two columns have the name {quoted(item.alias)}."
                raise self._error(message, item.span, "Give each its own name.")

    def _error(self, message: str, span: Span, hint: str = "") -> QueryError:
        return QueryError(message, span, self._text, hint)


def columns_of(query: Query, text: str) -> set[str] | None:
    """The columns that a sub-query makes, or None if they cannot be known before it runs."""
    scope = Scope(text)
    for command in query.commands:
        scope.follow(command, command.span)
    known = scope._visible
    return None if known.more else known.columns


def _is_bin(key: Item) -> bool:
    return isinstance(key.expression, Call) and key.expression.name == "bin"


def _is_system(expression: Expression) -> TypeGuard[Field]:
    """Whether this is no more than the name of a system field: AWS samples show them after `stats`."""
    return isinstance(expression, Field) and str(expression.parts[0]).startswith("@")


def _outside_aggregates(expression: Expression) -> Iterator[Field | Call]:
    """The fields that are in no aggregate, and the aggregates, in the order of the text."""
    waiting: list[Node] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Field) or (isinstance(node, Call) and is_aggregate(node)):
            yield node
        else:
            below = [child for child in children(node) if not isinstance(child, Query)]
            waiting += reversed(below)
