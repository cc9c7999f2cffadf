"""The query of a rule's tests: bound, compiled once for each set of readings, run on few events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot.query.ast import Query
from bot.query.evaluate import evaluate
from bot.query.plan import Context, Plan, compile_query
from bot.query.readings import CHOSEN, Readings, plausible
from bot.query.values import Timestamp
from bot.rules.times import event_time

# Events of a test that do not say when they happened are a second apart, from here on.
_BEGIN = 1_767_225_600_000  # 2026-01-01T00:00:00Z

Row: TypeAlias = Mapping[str, str]
Events: TypeAlias = Sequence[Mapping[str, Any]]


def timed(events: Events) -> list[Mapping[str, Any]]:
    """The events with a `@timestamp`, as the log service gives them one."""
    given = [(event, event_time(event)) for event in events]
    return [
        {**event, "@timestamp": Timestamp(_BEGIN + i * 1000 if time is None else time)}
        for i, (event, time) in enumerate(given)
    ]


def context_of(events: Events) -> Context:
    """What a run over these events knows of its surroundings: their own whole seconds."""
    times = [int(event["@timestamp"]) for event in events] or [_BEGIN]
    end = max(times) // 1000 * 1000 + 1000
    return Context(now=end, start=min(times) // 1000 * 1000, end=end)


class Prepared:
    """A query with its values; nothing is compiled before it is asked for."""

    def __init__(self, query: Query) -> None:
        """A query without parameters."""
        self.query = query
        self.others = plausible(query)[1:]
        self._plans: dict[Readings, Plan] = {}

    def rows(self, events: Events, readings: Readings = CHOSEN) -> Sequence[Row]:
        """The rows of the events under a set of readings."""
        plan = self._plans.get(readings)
        if plan is None:
            plan = self._plans[readings] = compile_query(self.query, readings)
        return evaluate(plan, events, context_of(events)).rows
