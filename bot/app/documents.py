"""Values in the store: each document is one frozen dataclass, read and written whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from bot.app.ports import Store

FORM = 1
"""The shape of the documents. One of another shape, left by another version, counts as not there."""

_ATTEMPTS = 20

T = TypeVar("T")


def read(store: Store, key: str, kind: type[T]) -> T | None:
    """The value under `key`; None if there is none, or if what is there is no such value."""
    stored = store.get(key)
    return None if stored is None else _value(stored.value, kind)


def create(store: Store, key: str, value: Any) -> bool:
    """Write a value where there is none. False, and nothing is written, if there is one."""
    return store.put(key, _document(value), expected=0)


def change(store: Store, key: str, kind: type[T], how: Callable[[T], T]) -> T | None:
    """Write what `how` makes of the stored value, and return it; None if there is no such value.

    `how` may run several times, when somebody else writes in between. Nothing is written if it
    changes nothing. Raises `RuntimeError` if others write all the time.
    """
    for _ in range(_ATTEMPTS):
        stored = store.get(key)
        before = None if stored is None else _value(stored.value, kind)
        if stored is None or before is None:
            return None
        after = how(before)
        if after == before or store.put(key, _document(after), stored.version):
            return after
    raise RuntimeError(f"{key} was written {_ATTEMPTS} times by others meanwhile")


def write(store: Store, key: str, value: Any) -> None:
    """Write a value over whatever is there: for what only one job writes."""
    for _ in range(_ATTEMPTS):
        stored = store.get(key)
        if store.put(key, _document(value), 0 if stored is None else stored.version):
            return
    raise RuntimeError(f"{key} was written {_ATTEMPTS} times by others meanwhile")


def each(store: Store, prefix: str, kind: type[T]) -> Iterator[T]:
    """All such values whose key begins with `prefix`, by key."""
    for _, stored in store.items(prefix):
        value = _value(stored.value, kind)
        if value is not None:
            yield value


def _document(value: Any) -> dict[str, Any]:
    return {"form": FORM, **msgspec.to_builtins(value)}


def _value(document: Mapping[str, Any], kind: type[T]) -> T | None:
    if document.get("form") != FORM:
        return None
    try:
        return msgspec.convert({k: v for k, v in document.items() if k != "form"}, kind)
    except msgspec.ValidationError:  # the same number, but of another shape after all
        return None
