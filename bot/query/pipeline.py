"""Compiles the commands of a query, one after the other, into segments.

CloudWatch Logs user guide, pages of the commands. Names mean what the commands before made of
them; the items of one `fields` do not see each other, those of one `stats` do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.query.arguments import texts
from bot.query.ast import (
    Command,
    Dedup,
    Display,
    Field,
    Fields,
    Filter,
    Item,
    Limit,
    Number,
    Parse,
    Query,
    Regex,
    Sort,
    SortKey,
    Stats,
)
from bot.query.batch import Batch, Column, Reader, at
from bot.query.collect import SortKey as Rank
from bot.query.collect import sort_key
from bot.query.compute import compute, condition, conjuncts
from bot.query.errors import QueryError, quoted
from bot.query.grouping import compile_stats
from bot.query.groups import read_groups
from bot.query.layout import Layout
from bot.query.patterns import Extract, glob_extract, regex_extract
from bot.query.place import Place
from bot.query.readings import Readings
from bot.query.segments import Order, Ranking, Segment
from bot.query.values import Timestamp, Value, identity, number_of

_TIME = "@timestamp"
_EVENT_COLUMNS = (_TIME, "@message")


class Pipeline:
    """The segments of a query, as far as its commands have been followed."""

    def __init__(self, query: Query, readings: Readings) -> None:
        self.events = Layout()
        self.segments = [Segment(self.events)]
        self._readings = readings
        self._text = query.text
        self._order: list[Order] = []
        self._columns: dict[str, Reader] = {}
        self._displayed: dict[str, Reader] | None = None
        for command in query.commands:
            self._follow(command)
        self._finish()

    @property
    def columns(self) -> dict[str, Reader]:
        """The columns of the result, in order, and how to read each from a row of the last segment."""
        if self._displayed is not None:
            return self._displayed
        return self._columns or {name: self._layout.field(name) for name in _EVENT_COLUMNS}

    @property
    def _segment(self) -> Segment:
        return self.segments[-1]

    @property
    def _layout(self) -> Layout:
        return self._segment.layout

    @property
    def _place(self) -> Place:
        return Place(self._layout, self._readings, self._text)

    def _follow(self, command: Command) -> None:
        match command:
            case Fields(items):
                self._columns |= self._add_items(items)
            case Display(items):
                self._displayed = self._add_items(items)
            case Filter(test):
                for part in conjuncts(test):
                    self._segment.add_filter(condition(self._place, part))
            case Parse():
                self._add_parse(command)
            case Sort(keys):
                self._order = [*map(self._sort_key, keys), *self._order]
            case Limit():
                self._limit(command)
            case Dedup(keys):
                self._dedup(keys)
            case Stats():
                self._stats(command)
            case _:
                name = str(command).split(" ")[0]
                message = f"`{name}` parses, but does not run here yet."
                raise QueryError(message, command.span, self._text)

    # ------------------------------------------------------------------- commands of single rows
    def _add_items(self, items: Sequence[Item]) -> dict[str, Reader]:
        """Compute the items; the columns that they make."""
        columns: dict[str, Reader] = {}
        made: dict[str, int] = {}
        visible = self._readings.same_fields == "visible"
        for item in items:
            reader = compute(self._place, item.expression)
            if item.alias is not None or not isinstance(item.expression, Field):
                place = self._segment.assign(reader)
                reader = at(place)
                made[item.column] = place
                if visible:
                    self._layout.name(item.column, place)
            columns[item.column] = reader
        for name, place in made.items():
            self._layout.name(name, place)
        return columns

    def _add_parse(self, command: Parse) -> None:
        source = texts(compute(self._place, command.source or Field(("@message",))))
        extract, names = self._extraction(command)
        found = self._segment.assign(lambda batch: _extracted(extract, source(batch)))
        for nth, name in enumerate(names):
            place = self._segment.assign(partial(_nth, found, nth))
            self._layout.name(name, place)
            self._columns[name] = at(place)

    def _extraction(self, command: Parse) -> tuple[Extract, tuple[str, ...]]:
        """How `parse` takes values from a text, and their names."""
        if not isinstance(command.pattern, Regex):
            return glob_extract(command.pattern.value), command.aliases
        inside = read_groups(command.pattern, self._text).names
        return regex_extract(command.pattern.pattern, inside), inside or command.aliases

    # ----------------------------------------------------------------------- commands of all rows
    def _sort_key(self, key: SortKey) -> Order:
        descending = key.descending
        if descending is None:
            descending = self._readings.sort_direction == "descending"
        missing_last = self._readings.sort_missing == "last"
        rank = partial(sort_key, descending=descending, missing_last=missing_last)
        return compute(self._place, key.expression), rank

    def _limit(self, command: Limit) -> None:
        if not isinstance(command.count, Number):
            name = quoted(command.count.name)
            message = f"The parameter {name} has no value."
            raise QueryError(message, command.count.span, self._text)
        self._rank(Ranking(limit=command.count.value))

    def _dedup(self, keys: Sequence[Field]) -> None:
        readers = [compute(self._place, key) for key in keys]

        def distinct(batch: Batch) -> Sequence[tuple[str, ...] | None]:
            columns = [map(identity, reader(batch)) for reader in readers]
            rows = zip(*columns, strict=True)
            return [None if None in row else row for row in rows]

        self._rank(Ranking(distinct=distinct))

    def _stats(self, command: Stats) -> None:
        self._segment.end, after, self._columns = compile_stats(self._place, command)
        self._displayed = None
        self._begin(after)

    def _rank(self, ranking: Ranking) -> None:
        """End the segment; events are in the order of `sort`, else newest first.

        A limit that directly follows another end only makes that one smaller.
        """
        before = self.segments[-2].end if len(self.segments) > 1 else None
        idle = not self._segment.steps and not self._order
        if idle and isinstance(before, Ranking) and ranking.distinct is None:
            self.segments[-2].end = replace(before, limit=min(before.limit, ranking.limit))
            return
        order = list(self._order)
        if before is None:
            order.append((self._layout.field(_TIME), _newest_first))
        self._segment.end = replace(ranking, order=tuple(order))
        self._begin(Segment(self._layout))

    def _begin(self, segment: Segment) -> None:
        self.segments.append(segment)
        self._order = []

    def _finish(self) -> None:
        """End the last segment; the one that this begins is not needed."""
        self._rank(Ranking())
        self.segments.pop()


def _newest_first(moment: Value) -> Rank:
    if moment.__class__ is Timestamp:
        return (-moment,)
    number = number_of(moment)
    return (math.inf if number is None else -number,)


def _extracted(extract: Extract, column: Column) -> Column:
    """What `parse` takes from each text, as a list of values; None where it does not fit."""
    return [None if text is None else extract(text) for text in column]  # type: ignore[misc, arg-type]


def _nth(found: int, nth: int, batch: Batch) -> Column:
    """One of the values that `parse` took."""
    return [None if values is None else values[nth] for values in batch.column(found)]  # type: ignore[index]
