"""Keeps messages and files in one SQLite file, so that they survive a restart of the workspace."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from bot.local.workspace.files import File, Files
from bot.local.workspace.messages import Message, Messages

_TABLES = """
create table if not exists messages (
    channel text, ts text, thread text, body text, primary key (channel, ts)
) without rowid;
create table if not exists files (id text primary key, name text, title text, content blob);
"""


class Memory:
    """What is kept. Ephemeral messages, modals and addresses to respond to are not, as in Slack."""

    def __init__(self, folder: Path) -> None:
        """Open or make the file in `folder`, which is made too."""
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            folder / "workspace.sqlite", check_same_thread=False, isolation_level=None
        )
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(_TABLES)

    def load(self, messages: Messages, files: Files) -> None:
        """Put back all that was kept."""
        rows = self._connection.execute("select channel, ts, thread, body from messages")
        for channel, ts, thread, body in sorted(rows, key=lambda row: int(row[1].replace(".", ""))):
            messages.restore(channel, ts, thread, json.loads(body))
        for key, name, title, content in self._connection.execute(
            "select id, name, title, content from files order by rowid"
        ):
            files.by_id[key] = File(key, name, len(content), title, content, True)

    def keep(self, message: Message) -> None:
        """Write a message that is new or changed, or forget one that is gone."""
        if message.to is not None:
            return
        key = (message.channel, message.ts)
        if not message.body:
            self._connection.execute("delete from messages where channel = ? and ts = ?", key)
            return
        self._connection.execute(
            "insert or replace into messages values (?, ?, ?, ?)",
            (*key, message.thread, json.dumps(message.body)),
        )

    def keep_file(self, file: File) -> None:
        """Write a file that was uploaded."""
        self._connection.execute(
            "insert or replace into files values (?, ?, ?, ?)",
            (file.id, file.name, file.title, file.content),
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
