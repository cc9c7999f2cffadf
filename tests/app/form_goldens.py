"""Golden documents of every form that was ever released, and a value of any kind with all fields set.

    python -m tests.app.form_goldens

writes the documents that are missing in `tests/app/forms`, and changes none that is there: they are
what older versions of the bot have left in people's tables.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bot.app.documents import Kind, create
from bot.app.kinds import KINDS
from tests.fakes import MemoryStore

FOLDER = Path(__file__).parent / "forms"

_PLAIN: dict[Any, Any] = {
    str: "text",
    int: 7,
    float: 2.5,
    bool: True,
    datetime: datetime(2026, 11, 24, 9, 0, 0, 250_000, tzinfo=UTC),
    timedelta: timedelta(minutes=5, milliseconds=1),
}


def full(kind: Any) -> Any:
    """A value of this type in which every field has a value, and most differ from their default."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if dataclasses.is_dataclass(kind):
        assert isinstance(kind, type)
        hints = get_type_hints(kind)
        return kind(**{one.name: full(hints[one.name]) for one in dataclasses.fields(kind)})
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
    for kind in KINDS:
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
