"""The Store port over SQLite: one table of versioned JSON documents, one file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import telemetry
from bot.app.places import check_place, is_key
from bot.app.ports import Clock, Listing, Stored
from bot.errors import BotError, LaterError

# A document stands in two lists at most, as in DynamoDB, where each takes an index. One that has
# expired stays until it is swept, so that its version goes on counting.
_TABLE = """
create table if not exists documents (
    key text primary key,
    version integer not null,
    value text not null,
    list1 text, sort1 text,
    list2 text, sort2 text,
    expires real
) without rowid
"""
_INDEXES = (
    "create index if not exists first_list on documents (list1, sort1) where list1 is not null",
    "create index if not exists second_list on documents (list2, sort2) where list2 is not null",
    "create index if not exists expiry on documents (expires) where expires is not null",
)
_NEW_COLUMNS = ("list1 text", "sort1 text", "list2 text", "sort2 text", "expires real")

_ALIVE = "(expires is null or expires > ?)"

_INSERT = f"""
insert into documents (key, value, list1, sort1, list2, sort2, expires, version)
values (?, ?, ?, ?, ?, ?, ?, 1)
on conflict (key) do update set
    value = excluded.value, list1 = excluded.list1, sort1 = excluded.sort1,
    list2 = excluded.list2, sort2 = excluded.sort2, expires = excluded.expires,
    version = version + 1
    where not {_ALIVE}
returning version
"""  # noqa: S608 - made of constants
_UPDATE = f"""
update documents set value = ?, list1 = ?, sort1 = ?, list2 = ?, sort2 = ?, expires = ?,
    version = version + 1
where key = ? and version = ? and {_ALIVE}
returning version
"""  # noqa: S608 - made of constants

_PAGE = 500

_ORDER = 1
"""What `pragma user_version` says of a file whose documents stand in their lists."""

_GRACE = timedelta(days=1)
"""How long an expired document stays, as in DynamoDB: whoever held it is not at work any more."""

_BUSY = 1.0
"""Seconds until a file that another process locks is tried again; SQLite itself waited for five."""


class SqliteStore:
    """Documents in one SQLite file, safe to use from many threads and after a crash.

    Every write is one statement that names the version it replaces, so two writers cannot both
    win: the shape that a DynamoDB conditional write has.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock = lambda: datetime.now(UTC),
        *,
        durable: bool = False,
    ) -> None:
        """Open or create the file at `path`; its folder must exist. `clock` says what has expired.

        With `durable`, what was written is on the disk before the call returns.
        """
        self._clock = clock
        self._lock = threading.Lock()
        # One connection under a lock: SQLite serialises writers anyway, and the documents are small.
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # First of all: other processes may be writing, and the next statements wait for them.
        self._connection.execute("pragma busy_timeout = 5000")
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
        self._connection.execute(_TABLE)
        self._widen()
        for index in _INDEXES:
            self._connection.execute(index)

    def get(self, key: str) -> Stored | None:
        """The document under `key`, or None."""
        if not is_key(key):
            return None
        found = self._all(
            f"select version, value from documents where key = ? and {_ALIVE}",  # noqa: S608 - a constant
            (key, self._now()),
        )
        return _stored(*found[0]) if found else None

    def put(
        self,
        key: str,
        value: Mapping[str, Any],
        expected: int,
        *,
        lists: Sequence[Listing] = (),
        expires: datetime | None = None,
    ) -> int:
        """Write if the stored version is `expected` (0: none); the new version, or 0."""
        check_place(key, lists, expires)
        text = _text(value)
        first, second = (*lists, None, None)[:2]  # `check_place` lets no third one through
        places = [part for one in (first, second) for part in _columns(one)]
        until = None if expires is None else expires.timestamp()
        if expected == 0:
            written = self._all(_INSERT, (key, text, *places, until, self._now()))
        else:
            written = self._all(_UPDATE, (text, *places, until, key, expected, self._now()))
        return int(written[0][0]) if written else 0

    def delete(self, key: str, expected: int | None = None) -> bool:
        """Remove the document, if it has that version; whether that happened."""
        if not is_key(key):
            return False
        statement = f"delete from documents where key = ? and {_ALIVE}"  # noqa: S608 - a constant
        arguments: tuple[Any, ...] = (key, self._now())
        if expected is not None:
            statement, arguments = f"{statement} and version = ?", (*arguments, expected)
        return bool(self._all(f"{statement} returning 1", arguments))

    def listed(self, name: str, start: str = "", end: str = "") -> Iterator[tuple[str, Stored]]:
        """Key and document of all in the list within [start, end), by sort and key, page by page."""
        after = (start, "")
        while True:
            found = self._page(name, after, end)
            yield from ((key, _stored(version, value)) for _, key, version, value in found)
            if len(found) < _PAGE:
                return
            sort, key = found[-1][:2]
            after = (sort, key)

    def sweep(self) -> int:
        """Remove what expired a day ago; how many documents that were."""
        until = self._now() - _GRACE.total_seconds()
        return len(self._all("delete from documents where expires <= ? returning 1", (until,)))

    def unlisted(self) -> list[str]:
        """The keys of documents that an older version wrote, which may lack their lists."""
        if self._all("pragma user_version", ())[0][0] >= _ORDER:
            return []
        return [key for (key,) in self._all("select key from documents order by key", ())]

    def all_listed(self) -> None:
        """From now on every document stands in its lists."""
        self._all(f"pragma user_version = {_ORDER}", ())

    def close(self) -> None:
        """Close the file. The store cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def _page(self, name: str, after: tuple[str, str], end: str) -> list[Any]:
        """The next rows of the list, whichever of its two places has it: sort, key, version, value."""
        # Each half runs along its own index and stops early, also at an end; the union is small.
        half = (
            "select * from (select sort{0}, key, version, value from documents where list{0} = ? "
            "and (sort{0}, key) > (?, ?) {3} and {1} order by sort{0}, key limit {2})"
        )
        ends = ("and sort1 < ?", "and sort2 < ?") if end else ("", "")
        halves = " union all ".join(
            half.format(number, _ALIVE, _PAGE, before) for number, before in enumerate(ends, 1)
        )
        arguments = (name, *after, *([end] if end else []), self._now())
        return self._all(f"{halves} order by 1, 2 limit {_PAGE}", (*arguments, *arguments))

    def _now(self) -> float:
        return self._clock().timestamp()

    def _all(self, statement: str, arguments: tuple[Any, ...]) -> list[Any]:
        telemetry.count("store_calls")
        try:
            with self._lock:
                return self._connection.execute(statement, arguments).fetchall()
        except sqlite3.OperationalError as error:
            # The extended code's lowest byte (sqlite.org/rescode.html).
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise LaterError("another process locks the store's file", _BUSY) from error
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                raise BotError("The disk with the store's file is full: make room.") from error
            raise

    def _widen(self) -> None:
        """Give a table that an older version made the columns that are new."""
        have = {row[1] for row in self._connection.execute("pragma table_info(documents)")}
        for column in _NEW_COLUMNS:
            if column.partition(" ")[0] not in have:
                self._connection.execute(f"alter table documents add column {column}")


def _text(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, as hostile JSON may hold: escapes are whole
        return json.dumps(value, separators=(",", ":"))
    return text


def _columns(listing: Listing | None) -> tuple[str | None, str | None]:
    return (None, None) if listing is None else (listing.name, listing.sort)


def _stored(version: int, value: str) -> Stored:
    return Stored(version=version, value=json.loads(value))
