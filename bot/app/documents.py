"""Values in the store: each document is one frozen dataclass, read and written whole.

A document names the form in which it was written. Older forms are brought forward when they are read;
a newer one, left by a newer version of the bot, is an error rather than something to write over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from bot.app.ports import Listing, Store, Stored
from bot.errors import BotError

_ATTEMPTS = 20

T = TypeVar("T")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of document: where it is, in which form, in which lists, and until when.

    `migrations` has for each older form the function that makes it the next one. `expires` says
    when a value ceases to be; one that says None stays.
    """

    name: str
    type: type[T]
    form: int = 1
    migrations: Mapping[int, Callable[[Document], Document]] = field(default_factory=dict)
    lists: Callable[[T], Sequence[Listing]] = lambda _: ()
    expires: Callable[[T], datetime | None] = lambda _: None

    def key(self, ident: str) -> str:
        """Where the store has the document of this id."""
        return f"{self.name}:{ident}"


def read(store: Store, kind: Kind[T], ident: str) -> T | None:
    """The value of this id, or None. `BotError` if a newer version of the bot wrote it."""
    stored = store.get(kind.key(ident))
    return None if stored is None else _value(kind, ident, stored)


def create(store: Store, kind: Kind[T], ident: str, value: T) -> bool:
    """Write a value where there is none. False, and nothing is written, if there is one."""
    return bool(_put(store, kind, ident, value, 0))


def change(store: Store, kind: Kind[T], ident: str, how: Callable[[T], T]) -> T | None:
    """Write what `how` makes of the stored value, and return it; None if there is no such value.

    `how` may run several times, when somebody else writes in between. Nothing is written if it
    changes nothing. Raises `RuntimeError` if others write all the time.
    """
    for _ in range(_ATTEMPTS):
        stored = store.get(kind.key(ident))
        if stored is None:
            return None
        before = _value(kind, ident, stored)
        after = how(before)
        if after == before or _put(store, kind, ident, after, stored.version):
            return after
    raise RuntimeError(f"{kind.key(ident)} was written {_ATTEMPTS} times by others meanwhile")


def write(store: Store, kind: Kind[T], ident: str, value: T) -> None:
    """Write a value over whatever is there: for what only one job writes."""
    for _ in range(_ATTEMPTS):
        stored = store.get(kind.key(ident))
        if _put(store, kind, ident, value, 0 if stored is None else stored.version):
            return
    raise RuntimeError(f"{kind.key(ident)} was written {_ATTEMPTS} times by others meanwhile")


def rewrite(store: Store, kind: Kind[T], ident: str) -> bool:
    """Write a value as it is, in today's form and into its lists; whether that happened.

    What somebody else writes meanwhile is written as it should be anyway.
    """
    stored = store.get(kind.key(ident))
    if stored is None:
        return False
    return bool(_put(store, kind, ident, _value(kind, ident, stored), stored.version))


def remove(store: Store, kind: Kind[T], ident: str) -> None:
    """Remove the value; nothing happens if there is none."""
    store.delete(kind.key(ident))


def each(store: Store, kind: Kind[T], listing: str, start: str = "", end: str = "") -> Iterator[T]:
    """All such values in the list within [start, end), by what it sorts by. It may lag behind."""
    for key, stored in store.listed(listing, start, end):
        yield _value(kind, key.partition(":")[2], stored)


def _put(store: Store, kind: Kind[T], ident: str, value: T, expected: int) -> int:
    document = {"form": kind.form, **msgspec.to_builtins(value)}
    return store.put(
        kind.key(ident), document, expected, lists=kind.lists(value), expires=kind.expires(value)
    )


def _value(kind: Kind[T], ident: str, stored: Stored) -> T:
    document = dict(stored.value)
    form = document.pop("form", None)
    if not isinstance(form, int) or form > kind.form:
        raise BotError(
            f"{kind.key(ident)} was written by a newer version of the bot (form {form}, and this one "
            f"knows {kind.form}). Deploy that version again, or a later one."
        )
    try:
        for number in range(form, kind.form):
            document = kind.migrations[number](document)
        return msgspec.convert(document, kind.type)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # What msgspec says of it, or a migration that does not find what it looks for.
        raise BotError(
            f"{kind.key(ident)} cannot be read: {error}. Restore it, or delete it."
        ) from error
