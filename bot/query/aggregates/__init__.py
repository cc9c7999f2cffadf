"""The aggregates of `stats`: what each knows of one group, and counting.

A state is made for each group. It gathers values, never a missing one, and gives its result at any
time. States of parts of the events can be merged and travel between processes as plain data; how
the events were split never changes a result, not by the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, Self, TypeAlias

from bot.query.aggregates.packing import pack, unpack
from bot.query.values import Number, Timestamp, Value, identity

Dated: TypeAlias = tuple[Number, Value]
"""The moment of an event, and the value there: what the aggregates take that look at the moment."""


class State(Protocol):
    """What an aggregate knows of one group."""

    __slots__ = ()

    def add(self, value: Any, /) -> None:
        """Take in one value."""
        ...

    def add_many(self, values: Sequence[Any], /) -> None:
        """Take in values, in their order: what `add` would do with one after another."""
        for value in values:
            self.add(value)

    def value(self) -> Value:
        """The result so far; None while there is none."""
        ...

    def merge(self, other: Self, /) -> None:
        """Take in what another state has gathered, from events that come after this one's."""
        ...

    def dump(self) -> Any:
        """What it has gathered, as lists, texts, numbers and None: `msgspec.msgpack` can write it."""
        ...

    def load(self, data: Any, /) -> Self:
        """This state, which has gathered nothing so far, with what `dump` gave."""
        ...


class Count(State):
    """`count(*)` and `count(field)`: how many."""

    __slots__ = ("_count",)

    def __init__(self) -> None:
        self._count = 0

    def add(self, _value: Value) -> None:
        """Count one."""
        self._count += 1

    def add_many(self, values: Sequence[Value]) -> None:
        """Count them."""
        self._count += len(values)

    def value(self) -> Value:
        """The number so far."""
        return self._count

    def merge(self, other: Self) -> None:
        """Add the other's number."""
        self._count += other._count

    def dump(self) -> int:
        """The number."""
        return self._count

    def load(self, data: int) -> Self:
        """This state with that number."""
        self._count = data
        return self


class CountDistinct(State):
    """`count_distinct(field)`: how many values that print differently. Exact, unlike AWS's.

    Most groups have one value, so a set is made only for a second one.
    """

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: str | set[str] | None = None

    def add(self, value: Value) -> None:
        """Take in one value; a structure is none."""
        text = value if isinstance(value, str) else identity(value)
        seen = self._seen
        if isinstance(seen, set):
            if text is not None:
                seen.add(text)
        elif seen is None:
            self._seen = text
        elif text is not None and text != seen:
            self._seen = {seen, text}

    def add_many(self, values: Sequence[Value]) -> None:
        """Take in values."""
        texts = (v if isinstance(v, str) else identity(v) for v in values)
        self._include({text for text in texts if text is not None})

    def value(self) -> Value:
        """The number so far."""
        seen = self._seen
        return len(seen) if isinstance(seen, set) else int(seen is not None)

    def merge(self, other: Self) -> None:
        """Take in the other's values."""
        seen = other._seen
        if isinstance(seen, set):
            self._include(seen)
        else:
            self.add(seen)

    def dump(self) -> Any:
        """The texts of the values."""
        seen = self._seen
        return [pack(text) for text in seen] if isinstance(seen, set) else pack(seen)

    def load(self, data: Any) -> Self:
        """This state with those values."""
        self._seen = {unpack(text) for text in data} if isinstance(data, list) else unpack(data)
        return self

    def _include(self, texts: set[str]) -> None:
        seen = self._seen
        if isinstance(seen, set):
            seen |= texts
        elif len(texts) > 1:
            self._seen = texts | {seen} if isinstance(seen, str) else set(texts)
        else:
            for text in texts:
                self.add(text)


def without_repeats(values: Sequence[Value]) -> Sequence[Value]:
    """Values of which the same are left, in the same order: texts stand only where they come first."""
    return list(dict.fromkeys(values)) if set(map(type, values)) == {str} else values


def undated(value: Value) -> Value:
    """The value; of a moment, its milliseconds, as these aggregates print it on AWS (observed)."""
    return int(value) if isinstance(value, Timestamp) else value
