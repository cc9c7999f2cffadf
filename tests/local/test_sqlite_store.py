"""What SQLite adds to the store's contract: it is still there after a restart."""

from pathlib import Path

from bot.local.sqlite_store import SqliteStore


def test_documents_survive_a_restart(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "s.sqlite")
    first.put("k", {"n": 1}, expected=0)
    first.close()

    second = SqliteStore(tmp_path / "s.sqlite")
    stored = second.get("k")
    second.close()

    assert stored is not None
    assert stored.value == {"n": 1}
