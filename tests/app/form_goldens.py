"""Golden documents of every form that was ever released, and a value of any kind with all fields set.

    python -m tests.app.form_goldens

writes the documents that are missing in `tests/app/forms`, and changes none that is there: they are
what older versions of the bot have left in people's tables.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import types
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import bot
from bot.app.documents import Kind, create
from tests.fakes import MemoryStore

FOLDER = Path(__file__).parent / "forms"


def kinds_of(*rooms: str) -> list[Kind[Any]]:
    """The kinds of document that the modules of these rooms have, by name."""
    found: dict[str, Kind[Any]] = {}
    for room in rooms:
        path = [str(Path(bot.__file__).parent / room)]
        for module in pkgutil.walk_packages(path, f"bot.{room}."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Kind):
                    assert found.setdefault(value.name, value) is value, "two kinds have one name"
    return [found[name] for name in sorted(found)]


EVERY_KIND = kinds_of("app", "slack", "aws")

_PLAIN: dict[Any, Any] = {
    str: "text",
    int: 7,
    float: 2.5,
    bool: True,
    datetime: datetime(2026, 11, 24, 9, 0, 0, 250_000, tzinfo=UTC),
    timedelta: timedelta(minutes=5, milliseconds=1),
}


def full(kind: Any, meant: Mapping[Any, Any] = types.MappingProxyType({})) -> Any:
    """A value of this type in which every field has a value, and most differ from their default.

    `meant` says which types its type variables stand for.
    """
    kind = meant.get(kind, kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    made = get_origin(kind) or kind
    if isinstance(made, type) and dataclasses.is_dataclass(made):
        meant = dict(zip(getattr(made, "__parameters__", ()), get_args(kind), strict=True))
        hints = get_type_hints(made)
        return made(**{one.name: full(hints[one.name], meant) for one in dataclasses.fields(made)})
    return _made_of(get_origin(kind), get_args(kind))


def _made_of(origin: Any, inside: Sequence[Any]) -> Any:
    if origin is Literal:
        return inside[-1]
    if origin in (Union, types.UnionType):
        return full(next(one for one in inside if one is not type(None)))
    if origin is tuple:
        return tuple(full(one) for one in inside if one is not ...)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {full(inside[0]): full(inside[1])}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return [full(inside[0])]
    raise AssertionError(f"no sample of {origin}{inside}: add its type to {__file__}")


def document(kind: Kind[Any], value: Any) -> dict[str, Any]:
    """The value as the store gets it."""
    store = MemoryStore()
    assert create(store, kind, "1", value)
    return json.loads(store.documents[kind.key("1")][1])


def goldens(name: str) -> dict[str, dict[str, Any]]:
    """The documents of this kind, all forms, by file name."""
    found = sorted(FOLDER.glob(f"{name}.[0-9]*.json"))
    return {path.name: json.loads(path.read_text()) for path in found}


def missing() -> Iterator[tuple[Path, dict[str, Any]]]:
    """What no golden has: today's document of each kind, and the file where it belongs."""
    for kind in EVERY_KIND:
        today = document(kind, full(kind.type))
        if today not in goldens(kind.name).values():
            stem = f"{kind.name}.{kind.form}"
            number = len(list(FOLDER.glob(f"{stem}.*json")))
            yield FOLDER / (f"{stem}.{number + 1}.json" if number else f"{stem}.json"), today


def write() -> None:
    """Write what is missing."""
    FOLDER.mkdir(exist_ok=True)
    for path, today in missing():
        path.write_text(json.dumps(today, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write()
