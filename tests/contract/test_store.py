"""What every Store must do, whatever it is made of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app.ports import Store
from bot.local.sqlite_store import SqliteStore


def sqlite(folder: Path) -> Store:
    return SqliteStore(folder / "store.sqlite")


@pytest.fixture(params=[sqlite])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    make: Callable[[Path], Store] = request.param
    made = make(tmp_path)
    yield made
    close = getattr(made, "close", None)
    if close is not None:
        close()


def test_what_was_never_written_is_none(store: Store) -> None:
    assert store.get("asked/1") is None


def test_a_first_write_has_version_one(store: Store) -> None:
    assert store.put("asked/1", {"rule": "s3-writes"}, expected=0)

    stored = store.get("asked/1")

    assert stored is not None
    assert (stored.version, stored.value) == (1, {"rule": "s3-writes"})


def test_a_second_first_write_loses_and_changes_nothing(store: Store) -> None:
    store.put("asked/1", {"by": "first"}, expected=0)

    assert not store.put("asked/1", {"by": "second"}, expected=0)

    stored = store.get("asked/1")
    assert stored is not None
    assert stored.value == {"by": "first"}


def test_a_write_over_an_old_version_loses(store: Store) -> None:
    store.put("k", {"n": 1}, expected=0)
    assert store.put("k", {"n": 2}, expected=1)

    assert not store.put("k", {"n": 3}, expected=1)

    stored = store.get("k")
    assert stored is not None
    assert (stored.version, stored.value) == (2, {"n": 2})


def test_a_write_over_nothing_with_a_version_loses(store: Store) -> None:
    assert not store.put("k", {"n": 1}, expected=3)
    assert store.get("k") is None


def test_what_is_deleted_is_gone_and_may_be_written_anew(store: Store) -> None:
    store.put("k", {"n": 1}, expected=0)
    store.delete("k")
    store.delete("k")

    assert store.get("k") is None
    assert store.put("k", {"n": 2}, expected=0)


def test_hostile_text_comes_back_as_it_was(store: Store) -> None:
    value = {
        "text": "'; drop table documents; -- \x00 \u202e <!channel> 😀",
        "n": 10**20,
        "l": [None, True],
    }
    store.put("k'\"", value, expected=0)

    stored = store.get("k'\"")

    assert stored is not None
    assert stored.value == value


def test_of_many_writers_exactly_one_wins_each_round(store: Store) -> None:
    store.put("k", {"n": 0}, expected=0)
    for version in range(1, 6):
        wins: list[bool] = []
        gate = threading.Barrier(8)

        def write(
            version: int = version, wins: list[bool] = wins, gate: threading.Barrier = gate
        ) -> None:
            gate.wait()
            wins.append(store.put("k", {"n": version}, expected=version))

        threads = [threading.Thread(target=write) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert wins.count(True) == 1


def test_items_are_all_under_a_prefix_by_key(store: Store) -> None:
    for key in ("alert:b", "alert:a", "alertb", "alert", "alert:\U0010fffe", "asked:1"):
        store.put(key, {"is": key}, expected=0)
    store.put("alert:a", {"is": "newer"}, expected=1)

    found = [(key, stored.version, stored.value["is"]) for key, stored in store.items("alert:")]

    assert found == [
        ("alert:a", 2, "newer"),
        ("alert:b", 1, "alert:b"),
        ("alert:\U0010fffe", 1, "alert:\U0010fffe"),
    ]


def test_items_may_be_written_while_they_are_looked_through(store: Store) -> None:
    store.put("alert:a", {}, expected=0)
    store.put("alert:b", {}, expected=0)

    for key, stored in store.items("alert:"):
        assert store.put(key, {"seen": True}, stored.version)

    assert [stored.value for _, stored in store.items("alert:")] == [{"seen": True}] * 2
