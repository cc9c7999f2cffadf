"""Runs a plan over events that are already decoded: those of tests, of AWS's answers, of one alert."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from bot.errors import BotError
from bot.query.columns.batch import Column
from bot.query.compiling.needs import Need, Table
from bot.query.compiling.sources import chosen
from bot.query.discovery import discovered, is_system
from bot.query.discovery.access import field_of
from bot.query.discovery.flattening import fields_of, has_many
from bot.query.errors import quoted
from bot.query.plan import MOST_ROWS, Context, Evaluation, Plan, Result, compile_query
from bot.query.values import Timestamp, Value

_TIMES = ("@timestamp", "@ingestionTime")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 4096

_Event: TypeAlias = Mapping[str, Any]


def evaluate(
    plan: Plan,
    events: Iterable[_Event],
    context: Context,
    limit: int = MOST_ROWS,
    groups: Mapping[str, Sequence[_Event]] | None = None,
) -> Result:
    """The plan's result over the events; the pointer of a row is its event's place, from 0.

    System fields such as `@timestamp` are keys of an event; moments are milliseconds or ISO 8601
    text (UTC where it names no zone), or else `BotError`. `@message` is by default the event
    without its system fields, as compact JSON. An event that has only system fields, a text as
    `@message` among them, has the fields that are discovered in that text. `groups` are the events
    of the log groups that subqueries name, by the names of the groups.
    """
    given = None
    if plan.needs:
        given = {need.key: answer(need, plan, context, groups or {}) for need in plan.needs}
    return _evaluation(plan, events, context, limit, given).result()


def answer(
    need: Need, plan: Plan, context: Context, groups: Mapping[str, Sequence[_Event]]
) -> Table:
    """The rows of a subquery of the plan, over the events of the log groups that it names.

    `BotError` if there is none of them.
    """
    names = [name for name in groups if chosen(need.sources, name)]
    if not names:
        there = ", ".join(map(quoted, groups)) or "none"
        raise BotError(f"The log group of a subquery has no events here; those given are: {there}.")
    events = [event for name in names for event in groups[name]]
    inner = compile_query(need.query, plan.readings, plan.tables)
    return _evaluation(inner, events, context, MOST_ROWS).table()


def _evaluation(
    plan: Plan,
    events: Iterable[_Event],
    context: Context,
    limit: int,
    given: Mapping[str, Table] | None = None,
) -> Evaluation:
    evaluation = plan.start(context, limit, given)
    readers = _readers(plan.reads)
    if isinstance(events, list | tuple) and len(events) <= _AT_ONCE:
        evaluation.feed(_Decoded(events, 0, readers))
        return evaluation
    waiting, first = iter(events), 0
    while not evaluation.enough and (some := list(itertools.islice(waiting, _AT_ONCE))):
        evaluation.feed(_Decoded(some, first, readers))
        first += len(some)
    return evaluation


class _Decoded:
    """Events that are mappings; the pointer of each is its place among all."""

    def __init__(
        self, events: Sequence[_Event], first: int, readers: Sequence[Callable[[_Event], Value]]
    ) -> None:
        self.size = len(events)
        self._events = list(map(as_found, events))
        self._first = first
        self._readers = readers

    def column(self, place: int, numbers: Sequence[int] | None) -> Column:
        """See `Events`."""
        events = self._events
        some = events if numbers is None else [events[number] for number in numbers]
        return list(map(self._readers[place], some))

    def pointer(self, number: int) -> int:
        """See `Events`."""
        return self._first + number


@lru_cache(maxsize=1024)
def _readers(names: tuple[str, ...]) -> Sequence[Callable[[_Event], Value]]:
    return [event_reader(name) for name in names]


class Found(dict[str, Any]):
    """An event whose fields are under the names that a query has for them."""


def as_found(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event; or its fields, where those are not the ones that its keys say.

    That is so where an event is given as a text, and where it may have more than 200 fields.
    """
    message = event.get("@message")
    if isinstance(message, str) and all(map(_is_given, event)):
        log = event.get("@log")
        found = Found(discovered(message, log if isinstance(log, str) else ""))
    elif has_many(event):
        found = Found(fields_of(_body(event)))
        found |= {f"@{name}": value for name, value in fields_of(_given(event)).items()}
    else:
        return event
    times = {name: event[name] for name in _TIMES if name in event}
    found |= fields_of(_given(event)) | times
    found["@message"] = _message(event)
    return found


def _is_given(key: object) -> bool:
    return isinstance(key, str) and key.startswith("@")


def _given(event: Mapping[str, Any]) -> dict[str, Any]:
    """The system fields of an event."""
    return {key: value for key, value in event.items() if _is_given(key)}


def _body(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event without its system fields."""
    return {key: value for key, value in event.items() if not _is_given(key)}


def event_reader(name: str) -> Callable[[Mapping[str, Any]], Value]:
    """How to read the field with this name from an event that `as_found` gave."""
    if name in _TIMES:
        return lambda event: _moment(event.get(name))
    if name == "@message":
        return _message
    # What begins with two `@` is a field whose own name begins with one.
    inside = name if is_system(name) else name.removeprefix("@")
    first, *rest = inside.split(".")

    def read(event: Mapping[str, Any]) -> Value:
        if event.__class__ is Found:
            return event.get(name)
        value = event.get(first)
        for segment in rest:
            if value.__class__ is not dict:
                break
            value = value.get(segment)
        else:
            if value.__class__ is str:  # the usual case, and the only one that needs no second look
                return value
        return field_of(event, inside)

    return read


def _moment(value: Any) -> Value:
    """A moment that was given in milliseconds or as ISO 8601 text."""
    if isinstance(value, bool) or not isinstance(value, int | str | datetime):
        if value is None:
            return None
        raise BotError(f"{quoted(str(value))} is no moment.")
    if isinstance(value, int):
        return Timestamp(value)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        words = "write milliseconds or a text such as `2026-11-01T12:00:00Z`"
        raise BotError(f"{quoted(str(value))} is no moment; {words}.") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Timestamp((aware - _EPOCH) // timedelta(milliseconds=1))


def _message(event: Mapping[str, Any]) -> Value:
    if "@message" in event:
        return field_of(event, "@message")
    try:
        return json.dumps(_body(event), ensure_ascii=False, separators=(",", ":"), default=str)
    except (TypeError, ValueError, RecursionError):  # a key, a number or a depth that JSON has not
        return None
