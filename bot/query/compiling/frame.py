"""What is known of a query while its commands are compiled, one after the other.

`bot.query.compiling.pipeline` says which function compiles which command; they work on this frame.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from bot.query.ast import Command, Query, Source
from bot.query.columns.batch import Column, Reader, at
from bot.query.columns.collect import SortKey
from bot.query.columns.layout import Layout
from bot.query.columns.segments import Order, Ranking, Segment, Step
from bot.query.compiling.needs import Need, Prepare, parted
from bot.query.compiling.place import Place
from bot.query.errors import QueryError, Span
from bot.query.readings import Readings
from bot.query.values import Timestamp, Value, number_of

if TYPE_CHECKING:
    from bot.query.tables.lookups import LookupTable

TIME = "@timestamp"
_EVENT_COLUMNS = (TIME, "@message")

Tables: TypeAlias = "Mapping[str, LookupTable]"


class Frame:
    """The segments of a query, as far as its commands have been followed.

    `shown` are the columns that its commands have made or named so far, in order; a `display`
    decides instead of them.
    """

    def __init__(
        self,
        query: Query,
        readings: Readings,
        tables: Tables,
        columns_of: Callable[[Query], Sequence[str]],
    ) -> None:
        """`columns_of` compiles another query and tells the columns of its result."""
        self.query = query
        self._columns_of = columns_of
        self.readings = readings
        self.tables = tables
        self.events = Layout()
        self.segments = [Segment(self.events)]
        self.shown: dict[str, Reader] = {}
        self.displayed: dict[str, Reader] | None = None
        self.sources: list[Source] = []
        self.needs: list[Need] = []
        self.order: list[Order] = []
        self.followed: list[Command] = []

    @property
    def columns(self) -> dict[str, Reader]:
        """The columns of the result, in order, and how to read each from the last segment's rows."""
        if self.displayed is not None:
            return self.displayed
        return self.shown or {name: self.layout.field(name) for name in _EVENT_COLUMNS}

    @property
    def segment(self) -> Segment:
        """The segment that is being made."""
        return self.segments[-1]

    @property
    def layout(self) -> Layout:
        """The layout of its rows."""
        return self.segment.layout

    @property
    def place(self) -> Place:
        """Where an expression of the next command stands."""
        return Place(self.layout, self.readings, self.query.text, need=self.need)

    def need(self, query: Query, prepare: Prepare) -> str:
        """Note that another query must run first; the name of the fact that it becomes."""
        sources, rest = parted(query)
        key = f"query {len(self.needs) + 1}"
        self.needs.append(Need(key, rest, sources, prepare))
        return key

    def columns_of(self, other: Query) -> Sequence[str]:
        """The columns of another query's result."""
        return self._columns_of(parted(other)[1])

    # ------------------------------------------------------------------------- adding to a segment
    def add_step(self, step: Step) -> None:
        """Let the rows of this segment go through a step."""
        self.segment.steps.append(step)

    def make(self, name: str, reader: Reader) -> None:
        """Add a computed column of this name, which is shown."""
        self.name(name, self.segment.assign(reader))

    def name(self, name: str, place: int) -> None:
        """Give a name to what stands at a place, and show it."""
        self.layout.name(name, place)
        self.show(name, at(place))

    def show(self, name: str, reader: Reader) -> None:
        """Show a column of this name; in its old place where a `display` has it."""
        self.shown[name] = reader
        if self.displayed is not None and name in self.displayed:
            self.displayed[name] = reader

    # ----------------------------------------------------------------------------- ending segments
    def rank(self, ranking: Ranking) -> None:
        """End the segment; events are in the order of `sort`, else newest first.

        A limit that directly follows another end only makes that one smaller.
        """
        before = self.segments[-2].end if len(self.segments) > 1 else None
        idle = not self.segment.steps and not self.order
        if idle and isinstance(before, Ranking) and ranking.distinct is None:
            self.segments[-2].end = replace(before, limit=min(before.limit, ranking.limit))
            return
        order = [] if ranking.any else list(self.order)
        if before is None and not ranking.any:
            order.append((self.layout.field(TIME), _newest_first))
        self.segment.end = replace(ranking, order=tuple(order))
        self.begin(Segment(self.layout))

    def begin(self, segment: Segment) -> None:
        """Begin a segment."""
        self.segments.append(segment)
        self.order = []

    def gather(self) -> None:
        """Let the next step see all rows at once, in their order."""
        self.rank(Ranking())

    def rebuild(self, names: Sequence[str], step: Step) -> None:
        """Let a step that sees all rows give rows with these columns and no others."""
        layout = Layout(names)
        self.begin_with(layout, step)
        self.shown = {name: layout.field(name) for name in names}
        self.displayed = None

    def begin_with(self, layout: Layout, step: Step) -> None:
        """Gather, and begin with a step whose rows have another layout."""
        self.gather()
        self.segments[-1] = Segment(layout, steps=[step])

    def finish(self) -> None:
        """End the last segment; the one that this begins is not needed."""
        self.rank(Ranking())
        self.segments.pop()

    # -------------------------------------------------------------------------------------- errors
    def error(self, message: str, span: Span, hint: str = "") -> QueryError:
        """A `QueryError` at a place of the query."""
        return QueryError(message, span, self.query.text, hint)


def _newest_first(moments: Column) -> list[SortKey]:
    return [(-m,) if m.__class__ is Timestamp else _latest(m) for m in moments]


def _latest(moment: Value) -> SortKey:
    number = number_of(moment)
    return (math.inf if number is None else -number,)
