"""From an event's bytes to the values of the fields that a plan names, decoding little else.

The fast way is a decoder made for these names: `msgspec` skips what nobody asked for. It gives
up whenever an event is not as usual (an object under part of a name, bytes that are not UTF-8, …);
then the whole object is decoded and `bot.query.discovery.access` reads it. Both ways agree on every event.
What has more than 200 fields is read as a whole, too: the fields behind them are not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Annotated, Any, TypeAlias

import msgspec

from bot.engine.decoding import Buffer, decode_object
from bot.query.discovery import discovered, is_system
from bot.query.discovery.access import field_of
from bot.query.discovery.flattening import MOST_FIELDS, fields_of, may_have_more

Path: TypeAlias = tuple[str, ...]
Getter: TypeAlias = Callable[[Sequence[Any]], list[Any]]
"""The values of one field in some decoded objects."""

_SCALAR: Any = str | int | float | bool | None
_NEVER: Any = Annotated[int, msgspec.Meta(gt=0, lt=0)]
"""The type of a key that must not be there: whatever its value is, the decoder refuses it."""

LONG = 10 * MOST_FIELDS
"""Bytes of an event from which on its fields are counted.

That takes nearly as long as to decode one of them. In a shorter event with more than 200 fields
these would be of fewer than ten bytes each, their names included.
"""

NOT_USUAL = (ValueError, RecursionError)
"""What the fast way raises where it gives up."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Fields that are decoded together: what decodes them, and for each place its getter.

    `blank` is an object without any of them.
    """

    decode: Callable[[Buffer], Any]
    getters: dict[int, Getter]
    blank: Any = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Two ways from an object to its values: a fast one, in one stage or two, and a patient one."""

    stages: tuple[Stage, ...]
    """Between them they have all places. The first one refuses what is no object."""
    names: tuple[str | None, ...]
    """Each field's name within the event; None for system fields, which no event holds itself."""
    asked: tuple[str, ...]
    """The names that a query has for the same fields."""
    free: int = 0
    """How many of the first ones are found behind the first 200 fields, too."""

    def stage_of(self, place: int) -> tuple[int, Stage]:
        """The stage that has a place, with its number."""
        for at, stage in enumerate(self.stages[:-1]):
            if place in stage.getters:
                return at, stage
        return len(self.stages) - 1, self.stages[-1]

    def read(self, data: Buffer) -> list[Any]:
        """One value for each name, None where there is none. Raises `NotAnObjectError`."""
        if may_be_cut(data):
            return self.read_whole(data)
        values: dict[int, Any] = {}
        try:
            for stage in self.stages:
                event = [stage.decode(data)]
                values |= {place: get(event)[0] for place, get in stage.getters.items()}
        except NOT_USUAL:
            return self.read_whole(data)
        return [values[place] for place in range(len(self.names))]

    def read_whole(self, data: Buffer) -> list[Any]:
        """The same, the patient way."""
        event = decode_object(data)
        names, free = self.names, self.free
        values = [None if name is None else field_of(event, name) for name in names]
        if may_be_cut(data):
            found = fields_of(event)
            values[free:] = [None if name is None else found.get(name) for name in names[free:]]
        return values

    def read_line(self, text: str, log: str) -> list[Any]:
        """One value for each name out of a line of text, in the log group of this name."""
        if len(self.asked) == self.free:
            return [None] * self.free
        found = discovered(text, log)
        return list(map(found.get, self.asked))


def compile_reader(
    names: Sequence[str],
    early: Collection[int] | None = None,
    *,
    never: Collection[str] = (),
    plain: bool = False,
    free: int = 0,
) -> Reader:
    """A reader for these flattened names: those that discovered fields have in a query.

    A name that begins with `@` is a system field and never in an event; a field that begins with
    `@` in the event has one more here (insights-ql, "Supported logs and discovered fields").
    `early` are the places that the first stage decodes, None for all; an object with one of the
    keys `never` is not usual for it. A `plain` reader has the patient way only. The first `free`
    names are of use to whoever reads, and are found in whatever place of the event.
    """
    inside = tuple(map(_inside, names))
    first = range(len(names)) if early is None else sorted(set(early))
    later = [place for place in range(len(names)) if place not in set(first)]
    if plain:
        return Reader((_refusing(range(len(names))),), inside, tuple(names), free)
    stages = [_stage(inside, first, never)]
    if later:
        stages.append(_stage(inside, later, ()))
    return Reader(tuple(stages), inside, tuple(names), free)


def may_be_cut(data: Buffer) -> bool:
    """Whether to count the fields of an event that is a JSON object; most are too short for it."""
    # What comes out of a holder may be a `msgspec.Raw`, which counts nothing.
    return len(data) >= LONG and may_have_more(data if isinstance(data, str) else bytes(data))


def _inside(name: str) -> str | None:
    return None if is_system(name) else name.removeprefix("@")


def _stage(inside: Sequence[str | None], places: Iterable[int], never: Collection[str]) -> Stage:
    paths = {
        place: tuple(name.split(".")) for place in places if (name := inside[place]) is not None
    }
    try:
        kind, getters = _shape(list(dict.fromkeys(paths.values())), never)
        decode = msgspec.json.Decoder(kind).decode
    except (TypeError, ValueError, RecursionError):  # a name that no key of a Struct can have
        return _refusing(places)
    return Stage(
        decode,
        {place: getters[paths[place]] if place in paths else _nothing for place in places},
        kind(),
    )


def _refusing(places: Iterable[int]) -> Stage:
    return Stage(_refuse, dict.fromkeys(places, _nothing))


def _refuse(_data: Buffer) -> None:
    raise ValueError


def _nothing(events: Sequence[Any]) -> list[Any]:
    return [None] * len(events)


class _Keys:
    """The keys that a Struct decodes, each under an attribute of its own."""

    def __init__(self) -> None:
        self._attributes: dict[str, tuple[str, Any, Any]] = {}

    def add(self, key: str, kind: Any) -> str:
        """Decode this key; the name of its attribute, which is None where the key is missing."""
        attribute = f"f{len(self._attributes)}"
        return self._attributes.setdefault(key, (attribute, kind, None))[0]

    def add_dotted(self, path: Path) -> str:
        """Decode the path spelt as one key, and refuse keys that are a part of it with dots.

        A nested path wins over this one (`field_of`), so all others would have to be tried first.
        """
        for length in range(2, len(path)):
            self.add(".".join(path[:length]), _NEVER)
        return self.add(".".join(path), _SCALAR)

    def struct(self) -> type[msgspec.Struct]:
        """The Struct. `gc=False`: it never refers to itself."""
        return msgspec.defstruct(
            "Object",
            list(self._attributes.values()),
            rename={attribute[0]: key for key, attribute in self._attributes.items()},
            gc=False,
        )


def _shape(
    paths: Sequence[Path], never: Collection[str] = ()
) -> tuple[type[msgspec.Struct], dict[Path, Getter]]:
    """A Struct for an object with these paths, and how to get each path's values out of some."""
    keys = _Keys()
    by_head: dict[str, list[Path]] = {}
    for path in paths:
        by_head.setdefault(path[0], []).append(path)
    getters: dict[Path, Getter] = {}
    for head, group in by_head.items():
        if group == [(head,)]:
            getters[(head,)] = _attribute(keys.add(head, _SCALAR))
        elif any(len(path) == 1 or _has_position(path) for path in group):
            attribute = keys.add(head, Any)
            for path in group:
                getters[path] = _else_dotted(_from_whole(attribute, path), path, keys)
        else:
            kind, inner = _shape([path[1:] for path in group])
            anything: Any = kind | str | int | float | bool | list | None
            attribute = keys.add(head, anything)
            for path in group:
                getter = _from_object(attribute, inner[path[1:]])
                getters[path] = _else_dotted(getter, path, keys)
    for key in never:
        keys.add(key, _NEVER)
    return keys.struct(), getters


def _has_position(path: Path) -> bool:
    """Whether a part of the path may be the position of an element in an array."""
    return any(part.isdigit() for part in path[1:])


def _attribute(name: str) -> Getter:
    # Where an object was expected there may be anything; nothing else has such an attribute.
    return lambda events: list(map(getattr, events, repeat(name), repeat(None)))


def _from_object(attribute: str, inner: Getter) -> Getter:
    parts = _attribute(attribute)
    return lambda events: inner(parts(events))


def _from_whole(attribute: str, path: Path) -> Getter:
    parts, head, name = _attribute(attribute), path[0], ".".join(path)
    return lambda events: [field_of({head: part}, name) for part in parts(events)]


def _else_dotted(getter: Getter, path: Path, keys: _Keys) -> Getter:
    """The getter, and where it finds nothing the value of a key that is the whole path."""
    if len(path) == 1:
        return getter
    dotted = _attribute(keys.add_dotted(path))

    def values(events: Sequence[Any]) -> list[Any]:
        found = getter(events)
        if None in found:
            others = dotted(events)
            if others.count(None) < len(others):
                pairs = zip(found, others, strict=True)
                return [other if value is None else value for value, other in pairs]
        return found

    return values
