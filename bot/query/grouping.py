"""Compiles `stats`: its keys and aggregates look at the rows before it, its items at their results.

CloudWatch Logs user guide, `stats`. An item may compute with aggregates and with earlier items.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from operator import itemgetter
from typing import Any

from bot.query.aggregates import Dated, State
from bot.query.arguments import constants, gathered
from bot.query.ast import Call, Star, Stats
from bot.query.collect import Gathered
from bot.query.compute import argument_reader, compute
from bot.query.functions import FUNCTIONS, Function
from bot.query.layout import Layout, Reader, Row
from bot.query.place import Place
from bot.query.segments import Grouping, Segment
from bot.query.values import number_of

_TIME = "@timestamp"


@dataclass(frozen=True, slots=True)
class _Aggregates:
    """The aggregates of one `stats`, as its items name them."""

    events: Place
    layout: Layout
    gathered: list[Gathered] = field(default_factory=list)

    def add(self, call: Call) -> Reader:
        """Gather for this call; the reader of its result in the row of a group."""
        function = FUNCTIONS[call.name.lower()]
        place = self.layout.reserve()
        if not call.arguments or isinstance(call.arguments[0], Star):
            self.gathered.append(Gathered(place))
        else:
            read, state = self._read(function, call), self._state(function, call)
            self.gathered.append(Gathered(place, read, state))
        return itemgetter(place)

    def _state(self, function: Function, call: Call) -> Callable[[], State]:
        assert function.state is not None  # noqa: S101 - every aggregate of the table has one
        return partial(function.state, *constants(self.events, function, call))

    def _read(self, function: Function, call: Call) -> Callable[[Row], Any]:
        """What the aggregate takes of a row; None is nothing."""
        value = argument_reader(self.events, function, *gathered(function, call))
        if not function.dated:
            return value
        time = self.events.layout.field(_TIME)
        return lambda row: _dated(time(row), value(row))


def compile_stats(events: Place, command: Stats) -> tuple[Grouping, Segment, dict[str, Reader]]:
    """The end of the segment before, the segment that begins, and the columns: keys come first."""
    keys = tuple(compute(events, key.expression) for key in command.by)
    layout = Layout([key.column for key in command.by])
    aggregates = _Aggregates(events, layout)
    place = replace(events, layout=layout, aggregate=aggregates.add)
    after = Segment(layout)
    columns = {key.column: layout.field(key.column) for key in command.by}
    for item in command.items:
        column = after.assign(compute(place, item.expression))
        layout.name(item.column, column)
        columns[item.column] = itemgetter(column)
    always = events.readings.empty_stats == "one row"
    grouping = Grouping(layout, keys, tuple(aggregates.gathered), always=always)
    return grouping, after, columns


def _dated(time: Any, value: Any) -> Dated | None:
    moment = number_of(time)
    return None if moment is None or value is None else (moment, value)
