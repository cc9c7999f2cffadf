"""What SQLite adds to the store's contract: it is still there after a restart."""

import sqlite3
from datetime import timedelta
from pathlib import Path

from bot.app.ports import Listing
from bot.local.sqlite_store import SqliteStore
from tests.fakes import SetClock


def test_documents_survive_a_restart(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "s.sqlite")
    first.put("k", {"n": 1}, expected=0)
    first.close()

    second = SqliteStore(tmp_path / "s.sqlite")
    stored = second.get("k")
    second.close()

    assert stored is not None
    assert stored.value == {"n": 1}


def test_what_has_expired_is_swept(tmp_path: Path) -> None:
    clock = SetClock()
    store = SqliteStore(tmp_path / "s.sqlite", clock)
    for number in range(5):
        store.put(f"k{number}", {}, 0, expires=clock() + timedelta(seconds=number))
    store.put("stays", {}, 0)

    assert store.sweep() == 1
    clock.move(seconds=3)
    assert store.sweep() == 3
    assert store.get("k4") is not None
    assert store.get("stays") is not None
    store.close()


def test_the_file_of_an_older_version_is_widened(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "s.sqlite")
    old.execute(
        "create table documents (key text primary key, version integer not null, "
        "value text not null) without rowid"
    )
    old.execute("insert into documents values ('k', 3, '{\"n\": 1}')")
    old.commit()
    old.close()

    for _ in range(2):
        store = SqliteStore(tmp_path / "s.sqlite")
        stored = store.get("k")
        assert stored is not None
        assert (stored.version, stored.value) == (3, {"n": 1})
        store.close()
    store = SqliteStore(tmp_path / "s.sqlite")
    assert store.put("k", {"n": 2}, 3, lists=[Listing("l", "1")]) == 4
    assert [key for key, _ in store.listed("l")] == ["k"]
    store.close()
