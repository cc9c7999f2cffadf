"""Compiles `stats`: its keys and aggregates look at the rows before it, its items at their results.

CloudWatch Logs user guide, `stats`. An item may compute with aggregates and with earlier items.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from bot.query.aggregates import State
from bot.query.ast import Call, Star, Stats
from bot.query.columns.batch import Reader, at
from bot.query.columns.grouped import Gathered
from bot.query.columns.layout import Layout
from bot.query.columns.segments import Grouping, Segment
from bot.query.compiling.arguments import constants, gathered
from bot.query.compiling.compute import argument_reader, compute
from bot.query.compiling.place import Place
from bot.query.functions import FUNCTIONS, Function
from bot.query.functions.periods import Period, length_of
from bot.query.units import UNITS
from bot.query.values import number_of
from bot.query.walk import walk

_TIME = "@timestamp"


class _Aggregates(msgspec.Struct, frozen=True):
    """The aggregates of one `stats`, as its items name them."""

    events: Place
    layout: Layout
    gathered: list[Gathered] = msgspec.field(default_factory=list)

    def add(self, call: Call) -> Reader:
        """Gather for this call; the reader of its result in the rows for the groups."""
        function = FUNCTIONS[call.name.lower()]
        place = self.layout.reserve()
        if not call.arguments or isinstance(call.arguments[0], Star):
            self.gathered.append(Gathered(place))
        else:
            read, state = self._read(function, call), self._state(function, call)
            counts = function.name in ("count", "countOverTime")
            self.gathered.append(Gathered(place, read, None if counts else state))
        return at(place)

    def _state(self, function: Function, call: Call) -> Callable[[], State]:
        assert function.state is not None  # noqa: S101 - every aggregate of the table has one
        known = constants(self.events, function, call)
        return partial(function.state, *known) if known else function.state

    def _read(self, function: Function, call: Call) -> Reader:
        """What the aggregate takes of rows; None is nothing."""
        value = argument_reader(self.events, function, *gathered(function, call))
        if not function.dated:
            return value
        time = self.events.layout.field(_TIME)
        return lambda batch: list(map(_dated, time(batch), value(batch)))


def compile_stats(events: Place, command: Stats) -> tuple[Grouping, Segment, dict[str, Reader]]:
    """The end of the segment before, the segment that begins, and the columns: keys come first."""
    shifted = replace(events, shift=_shift(events, command))
    keys = tuple(compute(shifted, key.expression) for key in command.by)
    layout = Layout([key.column for key in command.by])
    aggregates = _Aggregates(events, layout)
    place = replace(events, layout=layout, aggregate=aggregates.add)
    after = Segment(layout)
    columns = {key.column: layout.field(key.column) for key in command.by}
    for item in command.items:
        column = after.assign(compute(place, item.expression))
        layout.name(item.column, column)
        columns[item.column] = at(column)
    always = events.readings.empty_stats == "one row"
    grouping = Grouping(layout, keys, tuple(aggregates.gathered), always=always)
    return grouping, after, columns


def _shift(place: Place, command: Stats) -> int:
    """How far `offset` moves the bins, in milliseconds."""
    if command.offset is None:
        return 0
    length = length_of(Period(command.offset.amount, UNITS[command.offset.unit]))
    if length is None:
        hint = "Write weeks, days, hours, minutes or seconds."
        raise place.error("An offset needs a fixed length.", command.offset, hint)
    if not any(isinstance(n, Call) and n.name == "bin" for k in command.by for n in walk(k)):
        raise place.error("`offset` shifts bins, and there is no `bin(…)`.", command.offset)
    return length


def _dated(time: Any, value: Any) -> Any:
    moment = number_of(time)
    return None if moment is None or value is None else (moment, value)
