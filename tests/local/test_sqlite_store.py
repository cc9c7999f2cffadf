"""What SQLite adds to the store's contract: it is still there after a restart."""

import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.ports import Listing
from bot.errors import BotError, LaterError
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


def test_what_has_expired_is_swept_a_day_later(tmp_path: Path) -> None:
    clock = SetClock()
    store = SqliteStore(tmp_path / "s.sqlite", clock)
    for number in range(5):
        store.put(f"k{number}", {}, 0, expires=clock() + timedelta(seconds=number))
    store.put("stays", {}, 0)

    assert store.sweep() == 0
    clock.move(days=1)
    assert store.sweep() == 1
    clock.move(seconds=3)
    assert store.sweep() == 3
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


COUNT = """
import sys
from pathlib import Path
from bot.local.sqlite_store import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
for _ in range(100):
    while True:
        stored = store.get("k")
        value = {"n": stored.value["n"] + 1 if stored else 1, "bulk": "x" * 20_000}
        if store.put("k", value, stored.version if stored else 0):
            break
store.close()
"""


def test_several_processes_lose_no_update(tmp_path: Path) -> None:
    """They open one new file at the same time, too."""
    path = tmp_path / "s.sqlite"
    command = [sys.executable, "-c", COUNT, str(path)]
    processes = [subprocess.Popen(command, cwd=Path(__file__).parents[2]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4

    store = SqliteStore(path)
    stored = store.get("k")
    assert stored is not None
    assert (stored.version, stored.value["n"]) == (400, 400)
    store.close()


def test_a_file_that_another_process_locks_for_long_is_tried_later(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite")
    store._connection.execute("pragma busy_timeout = 10")
    other = sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)
    other.execute("begin immediate")

    with pytest.raises(LaterError, match="another process locks"):
        store.put("k", {}, 0)
    assert store.get("k") is None  # readers do not wait

    other.execute("commit")
    assert store.put("k", {}, 0) == 1
    other.close()
    store.close()


def test_a_full_disk_is_said_and_other_faults_are_faults(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite")
    (pages,) = store._connection.execute("pragma page_count").fetchone()
    store._connection.execute(f"pragma max_page_count = {pages}")

    with pytest.raises(BotError, match="is full: make room"):
        store.put("k", {"bulk": "x" * 100_000}, 0)
    store._connection.execute("drop table documents")
    with pytest.raises(sqlite3.OperationalError):
        store.get("k")
    store.close()


def test_what_calls_cost_does_not_grow_with_the_list(tmp_path: Path) -> None:
    """Counted in steps of SQLite's machine, a hundred at a time."""
    steps = {number: steps_of(tmp_path / f"{number}", number) for number in (500, 5_000)}

    assert steps[5_000] == pytest.approx(steps[500], abs=20)


def steps_of(path: Path, number: int) -> list[int]:
    """What reading, a click, and looking for a span of a list of so many documents take."""
    store = SqliteStore(path)
    store._connection.execute("begin")
    for n in range(number):
        store.put(f"alert:{n}", {}, 0, lists=[Listing("open", f"{n:06}")])
    store._connection.execute("commit")
    counts = []
    for call in (
        lambda: store.get("alert:77"),
        lambda: store.put("alert:77", {}, 1, lists=[Listing("open", "000077")]),
        lambda: list(store.listed("open", "000100", "000110")),
        lambda: store.delete("alert:7", expected=1),
    ):
        seen: list[int] = []
        store._connection.set_progress_handler(lambda seen=seen: seen.append(1), 100)
        call()
        store._connection.set_progress_handler(None, 100)
        counts.append(len(seen))
    store.close()
    return counts
