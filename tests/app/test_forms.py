"""Documents that older versions of the bot have left can be read, with all that is in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.app.documents import Kind, change, each, read
from bot.app.kinds import KINDS, relist
from bot.app.ports import Listing, Store
from bot.aws.dynamodb import DynamoStore
from bot.local.sqlite_store import SqliteStore
from tests import stand_ins
from tests.app.form_goldens import EVERY_KIND, FOLDER, document, full, goldens, kinds_of
from tests.fakes import MemoryStore
from tests.stand_ins.tables import make_table

ALL = [(kind, name) for kind in EVERY_KIND for name in goldens(kind.name)]

CHANGED = """
The class of `{name}` documents is not what it was, and tables are full of those that it wrote.
1. Are old documents still read as they should be (a new field has a default that is right for them)?
   Then the form stays.
2. If not (a field is gone, renamed, of another type or meaning): raise `form` of its Kind by one, and
   add to its `migrations` how a document of the form before becomes one of the new form.
3. Run `python -m tests.app.form_goldens`. It adds today's document to tests/app/forms. Never change
   or remove one that is there.
"""


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
def test_todays_document_is_among_the_goldens(kind: Kind[Any]) -> None:
    today = document(kind, full(kind.type))

    assert today in goldens(kind.name).values(), CHANGED.format(name=kind.name)


@pytest.mark.parametrize(("kind", "name"), ALL, ids=lambda one: one if isinstance(one, str) else "")
def test_every_form_that_was_released_can_be_read(kind: Kind[Any], name: str) -> None:
    golden = goldens(kind.name)[name]
    assert str(golden["form"]) == name.split(".")[1]
    store = MemoryStore()
    store.put(kind.key("1"), golden, 0)

    value = read(store, kind, "1")

    if golden["form"] == kind.form:  # a migration may leave something out, reading may not
        lost = list(missing_in(document(kind, value), golden))
        assert not lost, f"{name}: {', '.join(lost)} would be lost.{CHANGED.format(name=kind.name)}"


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
def test_each_form_has_its_golden_and_each_older_one_its_migration(kind: Kind[Any]) -> None:
    forms = set(range(1, kind.form + 1))

    assert {golden["form"] for golden in goldens(kind.name).values()} == forms
    assert set(kind.migrations) == forms - {kind.form}


def test_every_kind_is_known() -> None:
    """One of a use case that is not in `KINDS` is not put into its lists where they are new."""
    assert kinds_of("app") == sorted(KINDS, key=lambda kind: kind.name), "see bot/app/kinds.py"


def test_no_golden_is_of_an_unknown_kind() -> None:
    known = {path.name for path in FOLDER.iterdir()}

    assert known == {name for kind in EVERY_KIND for name in goldens(kind.name)}


def missing_in(now: Any, before: Any, at: str = "$") -> Iterator[str]:
    """The places of `before` whose value `now` does not have."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key, value in before.items():
            if key in now:
                yield from missing_in(now[key], value, f"{at}.{key}")
            else:
                yield f"{at}.{key}"
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, value in enumerate(before):
            yield from missing_in(now[number], value, f"{at}[{number}]")
    elif before != now:
        yield at


@pytest.mark.parametrize(
    ("now", "lost"),
    [
        ({"a": 1, "b": [{"c": 2, "new": 3}]}, []),
        ({"a": 2, "b": [{"c": 2}]}, ["$.a"]),
        ({"b": [{}]}, ["$.a", "$.b[0].c"]),
        ({"a": 1, "b": []}, ["$.b"]),
    ],
)
def test_what_is_lost_is_named(now: Any, lost: list[str]) -> None:
    assert list(missing_in(now, {"a": 1, "b": [{"c": 2}]})) == lost


# ------------------------------------------------------------------------- through the real stores
@dataclass(frozen=True)
class Dog:
    name: str
    legs: int
    tail: bool


DOGS = Kind(
    "dog",
    Dog,
    form=3,
    migrations={1: lambda old: old | {"legs": 4}, 2: lambda old: {"tail": True} | old},
    lists=lambda dog: (Listing("dogs", dog.name),),
)


def sqlite(folder: Path) -> Store:
    return SqliteStore(folder / "store.db")


def dynamodb(_: Path) -> Store:
    endpoint = stand_ins.aws()
    return DynamoStore(stand_ins.client("dynamodb", endpoint), make_table(endpoint))


@pytest.mark.parametrize("make", [sqlite, dynamodb])
def test_older_forms_come_forward_in_every_store(make: Any, tmp_path: Path, monkeypatch) -> None:
    store = make(tmp_path)
    store.put("dog:1", {"form": 1, "name": "a"}, 0)
    store.put("dog:2", {"form": 2, "name": "b", "legs": 3, "tail": False}, 0)
    assert read(store, DOGS, "1") == Dog("a", 4, True)
    assert list(each(store, DOGS, "dogs")) == []

    monkeypatch.setattr("bot.app.kinds._BY_NAME", {"dog": DOGS})
    assert relist(store, ["dog:1", "dog:2", "dog:3", "cat:1"]) == 2

    assert list(each(store, DOGS, "dogs")) == [Dog("a", 4, True), Dog("b", 3, False)]
    assert store.get("dog:1").value == {"form": 3, "name": "a", "legs": 4, "tail": True}
    assert change(store, DOGS, "2", lambda dog: replace(dog, legs=4)) == Dog("b", 4, False)
    assert store.get("dog:2").version == 3
    if isinstance(store, SqliteStore):
        store.close()
