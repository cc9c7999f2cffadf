"""Many plans in one pass over the same events, each fed only with what can pass its filters.

Columns are shared between plans. Where the filters of a plan say which values a field must have
(`bot.query.scans.guards`), the events of a batch are looked up by that field's value once for all such
plans, so that one more rule costs next to nothing. The plan itself still decides about every event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from bot.query.columns.batch import Column, Events, Pointer
from bot.query.plan import Plan
from bot.query.scans.guards import Guards, guards


class Consumer(Protocol):
    """What takes in events: an evaluation of a plan, or several of them."""

    def feed(self, events: Events, /) -> None:
        """Take in some events."""
        ...


class _Shared:
    """Events whose columns several plans ask for: a whole column is made once."""

    def __init__(self, events: Events) -> None:
        self.size = events.size
        self.pointer = events.pointer
        self._events = events
        self._whole: dict[int, Column] = {}

    def column(self, place: int, numbers: Sequence[int] | None) -> Column:
        """See `Events`."""
        whole = self._whole.get(place)
        if whole is None:
            if numbers is not None and len(numbers) * 2 < self.size:
                return self._events.column(place, numbers)
            whole = self._whole[place] = self._events.column(place, None)
        return whole if numbers is None else [whole[number] for number in numbers]


class _View:
    """Some of the shared events, as one plan asks for them: by the places of its own `reads`."""

    def __init__(
        self, shared: _Shared, places: Sequence[int], numbers: Sequence[int] | None
    ) -> None:
        self.size = shared.size if numbers is None else len(numbers)
        self._shared = shared
        self._places = places
        self._numbers = numbers

    def column(self, place: int, numbers: Sequence[int] | None) -> Column:
        """See `Events`."""
        mine = self._numbers
        if numbers is None or mine is None:
            chosen = mine if numbers is None else numbers
        else:
            chosen = [mine[number] for number in numbers]
        return self._shared.column(self._places[place], chosen)

    def pointer(self, number: int) -> Pointer:
        """See `Events`."""
        return self._shared.pointer(number if self._numbers is None else self._numbers[number])


class Many:
    """Several plans to be run together. `reads` and `early` are as those of one `Plan`.

    With `plain`, every plan is fed every event.
    """

    def __init__(self, plans: Sequence[Plan], *, plain: bool = False) -> None:
        self.plans = tuple(plans)
        names = dict.fromkeys(name for plan in plans for name in plan.reads)
        self.reads = tuple(names)
        at = {name: place for place, name in enumerate(self.reads)}
        self._places = [[at[name] for name in plan.reads] for plan in plans]
        known = [{} if plain else guards(plan.query) for plan in plans]
        self._guards = _chosen(known, at)
        self._looked_up = _by_place(self._guards)
        self.early = self._early(known, at)
        self._also = [
            [(at[name], texts) for name, texts in one.items() if at[name] in self.early]
            for one in known
        ]
        for also, guard in zip(self._also, self._guards, strict=True):
            if guard is not None:
                also.remove(guard)

    def _early(self, known: Sequence[Guards], at: Mapping[str, int]) -> tuple[int, ...]:
        """What is looked at in every event: fields that guard, and the filters of the other plans.

        A field at the top of an event costs next to nothing, so it guards too where it can.
        """
        early = dict.fromkeys(self._looked_up)
        for plan, places, guard in zip(self.plans, self._places, self._guards, strict=True):
            if guard is None:
                early |= dict.fromkeys(places[place] for place in plan.early)
        return tuple(early | dict.fromkeys(at[n] for one in known for n in one if "." not in n))

    def feed(self, events: Events, consumers: Sequence[Consumer]) -> None:
        """Give each consumer, one for each plan, the events that can matter to it."""
        shared = _Shared(events)
        found = {
            place: _rows_of(shared.column(place, None), texts)
            for place, texts in self._looked_up.items()
        }
        for consumer, places, guard, also in zip(
            consumers, self._places, self._guards, self._also, strict=True
        ):
            if guard is None:
                consumer.feed(_View(shared, places, None))
                continue
            place, texts = guard
            rows = found[place]
            lists = [rows[text] for text in texts if text in rows]
            if not lists:
                continue
            numbers = lists[0] if len(lists) == 1 else sorted([n for one in lists for n in one])
            for other, wanted in also:
                numbers = _having(shared.column(other, None), wanted, numbers)
            if numbers:
                consumer.feed(_View(shared, places, numbers))


_Guard = tuple[int, frozenset[str]]


def _chosen(found: Sequence[Guards], at: Mapping[str, int]) -> list[_Guard | None]:
    """For each plan the guard to look its events up by: that whose field tells most apart."""
    variety: dict[str, set[str]] = {}
    for one in found:
        for name, texts in one.items():
            variety.setdefault(name, set()).update(texts)
    chosen: list[_Guard | None] = []
    for one in found:
        best = max(one, key=lambda name: (len(variety[name]), name), default=None)
        chosen.append(None if best is None else (at[best], one[best]))
    return chosen


def _by_place(chosen: Iterable[_Guard | None]) -> dict[int, set[str]]:
    looked_up: dict[int, set[str]] = {}
    for guard in chosen:
        if guard is not None:
            looked_up.setdefault(guard[0], set()).update(guard[1])
    return looked_up


def _having(column: Column, texts: frozenset[str], numbers: Sequence[int]) -> list[int]:
    """The numbers of those rows that have one of the texts."""
    return [n for n in numbers if (v := column[n]).__class__ is str and v in texts]


def _rows_of(column: Column, texts: set[str]) -> dict[Any, list[int]]:
    """For each of the texts the numbers of the rows that have it, in order."""
    rows: dict[Any, list[int]] = {}
    for number, value in enumerate(column):
        if value.__class__ is str and value in texts:
            rows.setdefault(value, []).append(number)
    return rows
