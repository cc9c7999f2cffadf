"""Aggregates whose result is a list of different values: `values` and `topk`.

Two values are one if they print alike; the list has the first of them that came. Its order is that
of `sort`, so that it does not depend on the order of the events. A list that would be too long to
print is missing. CloudWatch Logs user guide, `stats`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeAlias

from bot.query.aggregates import State, undated, without_repeats
from bot.query.aggregates.packing import pack, unpack
from bot.query.values import MOST_TEXT, OrderKey, Value, identity, order_key

_LEAST, _MOST = -(1 << 63), (1 << 63) - 1  # whole numbers that JSON can show everywhere
_Named: TypeAlias = tuple[str, Value]
"""How a value prints, and the value."""


class Values(State):
    """`values(field)`: its different values."""

    __slots__ = ("_room", "_seen")

    def __init__(self) -> None:
        self._seen: dict[str, Value] = {}
        self._room = MOST_TEXT  # characters that still fit

    def add(self, value: Value) -> None:
        """Take in one value; a structure is none."""
        shown = undated(value)
        name = identity(shown)
        if name is None or name in self._seen or self._room < 0:
            return
        self._room -= len(name) + 1
        self._seen[name] = shown
        if self._room < 0:
            self._seen.clear()

    def add_many(self, values: Sequence[Value]) -> None:
        """Take in values. Texts that come again are looked at once."""
        super().add_many(without_repeats(values))

    def value(self) -> Value:
        """The values so far, in order; None of nothing."""
        return _listed(sorted(self._seen.items(), key=_order)) if self._seen else None

    def merge(self, other: Self) -> None:
        """Take in the other's values."""
        self._fill(other._seen.values(), fits=other._room >= 0)

    def dump(self) -> Any:
        """The values; None where there are too many."""
        return [pack(value) for value in self._seen.values()] if self._room >= 0 else None

    def load(self, data: Any) -> Self:
        """This state with those values."""
        self._fill(map(unpack, data or ()), fits=data is not None)
        return self

    def _fill(self, values: Iterable[Value], *, fits: bool) -> None:
        self.add_many(list(values))
        if not fits:
            self._room = -1
            self._seen.clear()


class Topk(State):
    """`topk(k, field)`: its `k` most frequent values, the most frequent one first."""

    __slots__ = ("_k", "_times", "_values")

    def __init__(self, k: int) -> None:
        self._k = k
        self._times: dict[str, int] = {}
        self._values: dict[str, Value] = {}

    def add(self, value: Value) -> None:
        """Take in one value; a structure is none."""
        self._count(undated(value), 1)

    def value(self) -> Value:
        """The values so far, in order of frequency and then of `sort`; None of nothing."""
        if not self._times:
            return None
        last = sorted(self._times.values(), reverse=True)[: self._k][-1]
        frequent = [named for named in self._values.items() if self._times[named[0]] >= last]
        frequent.sort(key=lambda named: (-self._times[named[0]], *_order(named)))
        return _listed(frequent[: self._k])

    def merge(self, other: Self) -> None:
        """Take in the other's values."""
        for name, value in other._values.items():
            self._count(value, other._times[name])

    def dump(self) -> Any:
        """Each value, and how often it came."""
        return [[pack(value) for value in self._values.values()], list(self._times.values())]

    def load(self, data: Any) -> Self:
        """This state with those values."""
        for value, times in zip(map(unpack, data[0]), data[1], strict=True):
            self._count(value, times)
        return self

    def _count(self, value: Value, times: int) -> None:
        name = identity(value)
        if name is not None:
            self._times[name] = self._times.get(name, 0) + times
            self._values.setdefault(name, value)


def _order(named: _Named) -> tuple[OrderKey | None, str]:
    return order_key(named[1]), named[0]


def _listed(named: Iterable[_Named]) -> Value:
    """The values as a list whose elements print as the values do; None where it is too long."""
    values = [_element(name, value) for name, value in named]
    return values if sum(len(str(value)) + 1 for value in values) <= MOST_TEXT else None


def _element(name: str, value: Value) -> Value:
    if isinstance(value, float):
        return int(name) if name.lstrip("-").isdecimal() else value
    if isinstance(value, int) and _LEAST <= value <= _MOST:
        return int(value)
    # JSON has no half characters, and no whole numbers without bounds.
    return name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
