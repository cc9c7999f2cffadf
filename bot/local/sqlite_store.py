"""The Store port over SQLite: one table of versioned JSON documents, one file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.app.ports import Stored

_TABLE = """
create table if not exists documents (
    key text primary key,
    version integer not null,
    value text not null
) without rowid
"""

_LAST = "\U0010ffff"  # sorts after every other character


class SqliteStore:
    """Documents in one SQLite file, safe to use from many threads and after a crash.

    Every write is one statement that names the version it replaces, so two writers cannot both
    win: the shape that a DynamoDB conditional write has.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file at `path`; its folder must exist."""
        self._lock = threading.Lock()
        # One connection under a lock: SQLite serialises writers anyway, and the documents are small.
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute("pragma busy_timeout = 5000")
        self._connection.execute(_TABLE)

    def get(self, key: str) -> Stored | None:
        """The document under `key`, or None."""
        with self._lock:
            row = self._connection.execute(
                "select version, value from documents where key = ?", (key,)
            ).fetchone()
        return None if row is None else Stored(version=row[0], value=json.loads(row[1]))

    def put(self, key: str, value: Mapping[str, Any], expected: int) -> bool:
        """Write version `expected + 1` if the stored one is `expected` (0: none). False if not."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if expected == 0:
            statement = "insert into documents (key, version, value) values (?, 1, ?) on conflict do nothing"
            arguments: tuple[Any, ...] = (key, text)
        else:
            statement = "update documents set version = version + 1, value = ? where key = ? and version = ?"
            arguments = (text, key, expected)
        with self._lock:
            return self._connection.execute(statement, arguments).rowcount == 1

    def delete(self, key: str) -> None:
        """Remove the document; nothing happens if there is none."""
        with self._lock:
            self._connection.execute("delete from documents where key = ?", (key,))

    def items(self, prefix: str) -> Iterator[tuple[str, Stored]]:
        """Key and document of all whose key begins with `prefix`, by key, as they were at once."""
        with self._lock:
            rows = self._connection.execute(
                "select key, version, value from documents where key >= ? and key < ? order by key",
                (prefix, prefix + _LAST),
            ).fetchall()
        for key, version, value in rows:
            yield key, Stored(version=version, value=json.loads(value))

    def close(self) -> None:
        """Close the file. The store cannot be used afterwards."""
        with self._lock:
            self._connection.close()
