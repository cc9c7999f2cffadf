"""From an event's bytes to the values of the fields that a plan names, decoding little else.

The fast way is a decoder made for these names: `msgspec` skips what nobody asked for. It gives
up whenever an event is not as usual (a key with a dot in it, bytes that are not UTF-8, …); then
the whole object is decoded and `bot.query.access` reads it. Both ways agree on every event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

import msgspec

from bot.engine.decoding import Buffer, decode_object
from bot.query.access import field_of

Path: TypeAlias = tuple[str, ...]
Getter: TypeAlias = Callable[[Any], Any]

_ABSENT = msgspec.UNSET
_SCALAR: Any = str | int | float | bool | None


class _UnusualError(Exception):
    """The event is not one for the fast way."""


NOT_USUAL = (ValueError, RecursionError, _UnusualError)
"""What the fast way raises where it gives up."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Two ways from an object to its values: a fast one that may give up, and a patient one."""

    decode: Callable[[Buffer], Any]
    getters: tuple[Getter, ...]
    names: tuple[str | None, ...]
    """Each field's name within the event; None for system fields, which no event holds itself."""

    def columns(self, items: Iterable[Buffer]) -> list[list[Any]]:
        """For each name its values in the objects, the fast way. Raises one of `NOT_USUAL`."""
        events = list(map(self.decode, items))
        return [list(map(get, events)) for get in self.getters]

    def read(self, data: Buffer) -> list[Any]:
        """One value for each name, None where there is none. Raises `NotAnObjectError`."""
        try:
            event = self.decode(data)
            return [get(event) for get in self.getters]
        except NOT_USUAL:
            event = decode_object(data)
            return [None if name is None else field_of(event, name) for name in self.names]


def compile_reader(names: Sequence[str]) -> Reader:
    """A reader for these flattened names: those that discovered fields have in a query.

    A name that begins with `@` is a system field and never in an event; a field that begins with
    `@` in the event has one more here (insights-ql, "Supported logs and discovered fields").
    """
    inside = tuple(_inside(name) for name in names)
    paths = {name: tuple(name.split(".")) for name in inside if name is not None}
    try:
        kind, getters = _shape(list(paths.values()))
    except (TypeError, ValueError, RecursionError):  # a name that no key of a Struct can have
        return Reader(_refuse, (), inside)
    order = [_nothing if name is None else getters[paths[name]] for name in inside]
    return Reader(msgspec.json.Decoder(kind).decode, tuple(order), inside)


def is_system(name: str) -> bool:
    """Whether a name is that of a system field, which no event holds itself."""
    return name.startswith("@") and not name.startswith("@@")


def _inside(name: str) -> str | None:
    return None if is_system(name) else name[1:] if name.startswith("@@") else name


def _refuse(_data: Buffer) -> None:
    raise _UnusualError


def _nothing(_event: Any) -> None:
    return None


class _Keys:
    """The keys that a Struct decodes, each under an attribute of its own."""

    def __init__(self) -> None:
        self._attributes: dict[str, tuple[str, Any, Any]] = {}

    def add(self, key: str, kind: Any, default: Any) -> str:
        """Decode this key; the name of its attribute."""
        attribute = f"f{len(self._attributes)}"
        return self._attributes.setdefault(key, (attribute, kind, default))[0]

    def watch(self, path: Path) -> Callable[[Any], None]:
        """What raises `_UnusualError` where the path may be spelt with dots in its first key."""
        keys = [".".join(path[:length]) for length in range(2, len(path) + 1)]
        watched = [attrgetter(self.add(key, Any, _ABSENT)) for key in keys]

        def check(event: Any) -> None:
            for get in watched:
                if get(event) is not _ABSENT:
                    raise _UnusualError

        return check

    def struct(self) -> type[msgspec.Struct]:
        """The Struct. `gc=False`: it never refers to itself."""
        return msgspec.defstruct(
            "Object",
            list(self._attributes.values()),
            rename={attribute[0]: key for key, attribute in self._attributes.items()},
            gc=False,
        )


def _shape(paths: Sequence[Path]) -> tuple[type[msgspec.Struct], dict[Path, Getter]]:
    """A Struct for an object with these paths, and how to get each path's value out of one."""
    keys = _Keys()
    by_head: dict[str, list[Path]] = {}
    for path in paths:
        by_head.setdefault(path[0], []).append(path)
    getters: dict[Path, Getter] = {}
    for head, group in by_head.items():
        if group == [(head,)]:
            getters[(head,)] = attrgetter(keys.add(head, _SCALAR, None))
        elif any(len(path) == 1 or _has_position(path) for path in group):
            get = attrgetter(keys.add(head, Any, None))
            for path in group:
                getters[path] = _from_whole(get, path, keys.watch(path))
        else:
            kind, inner = _shape([path[1:] for path in group])
            anything: Any = kind | str | int | float | bool | list | None
            get = attrgetter(keys.add(head, anything, None))
            for path in group:
                getters[path] = _from_object(get, kind, inner[path[1:]], keys.watch(path))
    return keys.struct(), getters


def _has_position(path: Path) -> bool:
    """Whether a part of the path may be the position of an element in an array."""
    return any(part.isdigit() for part in path[1:])


def _from_object(
    get: Getter, kind: type[msgspec.Struct], inner: Getter, check: Callable[[Any], None]
) -> Getter:
    def value(event: Any) -> Any:
        part = get(event)
        if type(part) is kind:
            found = inner(part)
            if found is not None:
                return found
        check(event)
        return None

    return value


def _from_whole(get: Getter, path: Path, check: Callable[[Any], None]) -> Getter:
    head, name = path[0], ".".join(path)

    def value(event: Any) -> Any:
        found = field_of({head: get(event)}, name)
        if found is None:
            check(event)
        return found

    return value
