"""A file of an older version: its documents are in their lists, and it is swept."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.alerts.model import Watermark
from bot.app import documents, kinds
from bot.app.kept import ALERTS, CHANGED, WATCHED, WATERMARKS, alerts_active
from bot.app.ports import Job
from bot.errors import BotError
from bot.local.sqlite_store import SqliteStore
from bot.local.store_file import SWEEP, open_store, upkeep
from tests.app.test_documents import ALERT
from tests.fakes import MemoryStore, SetClock


def old_file(path: Path, **values: dict[str, Any]) -> None:
    """A file as it was before documents stood in lists."""
    old = sqlite3.connect(path)
    old.execute(
        "create table documents (key text primary key, version integer not null, "
        "value text not null) without rowid"
    )
    for key, value in values.items():
        old.execute("insert into documents values (?, 3, ?)", (key, json.dumps(value)))
    old.commit()
    old.close()


def document(kind: documents.Kind[Any], value: object) -> dict[str, Any]:
    store = MemoryStore()
    documents.create(store, kind, "1", value)
    stored = store.get(kind.key("1"))
    assert stored is not None
    return dict(stored.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    values = {
        "alert:1": document(ALERTS, ALERT),
        "watch:r": document(WATERMARKS, Watermark("r", runs=5)),
        "watch:later": {"form": 99},
        "watch:broken": {"form": 1, "rule": 5},
        "asked:1": {"form": 1},
        "nonsense": {},
    }
    old_file(path, **values)
    return path


def test_documents_of_an_older_version_are_put_into_their_lists(path: Path) -> None:
    store = open_store(path, SetClock())

    assert list(alerts_active(store)) == [ALERT]
    assert list(documents.each(store, ALERTS, CHANGED)) == [ALERT]
    assert list(documents.each(store, WATERMARKS, WATCHED)) == [Watermark("r", runs=5)]
    assert [store.get(key).version for key in ("alert:1", "asked:1", "nonsense")] == [4, 3, 3]
    with pytest.raises(BotError, match="newer version"):
        documents.read(store, WATERMARKS, "later")
    store.close()


def test_it_happens_once_also_after_a_stop_in_the_middle(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(kinds, "rewrite", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            open_store(path, SetClock())
    for _ in range(3):
        store = open_store(path, SetClock())
        assert store.get("alert:1").version == 4
        store.close()


def test_a_new_file_has_nothing_to_write_anew(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.db", SetClock())
    documents.create(store, ALERTS, "1", ALERT)
    store.close()
    store = SqliteStore(tmp_path / "store.db")
    assert store.unlisted() == []
    store.close()


def test_what_others_write_or_remove_meanwhile_is_left_to_them() -> None:
    store = MemoryStore()
    documents.create(store, ALERTS, "1", ALERT)
    store.fail_next_writes = 1
    assert kinds.relist(store, ["alert:1", "alert:2"]) == 0
    assert kinds.relist(store, ["alert:1", "alert:2"]) == 1


def test_the_job_sweeps(tmp_path: Path) -> None:
    clock = SetClock()
    store = open_store(tmp_path / "store.db", clock)
    done = replace(ALERT, resolved=replace(ALERT.acknowledged, at=clock() - timedelta(days=402)))
    documents.create(store, ALERTS, "1", done)
    upkeep(store)[SWEEP](Job(SWEEP, SWEEP, {}))
    assert store._all("select count(*) from documents", ()) == [(0,)]
    store.close()
