"""Keeps messages, files, channels and what waits in one SQLite file, so that a restart goes on."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.local.workspace.directory import Directory
from bot.local.workspace.files import File, Files
from bot.local.workspace.messages import Message, Messages
from bot.local.workspace.people import Channel
from bot.local.workspace.scheduled import Later

_TABLES = """
create table if not exists messages (
    channel text, ts text, thread text, body text, primary key (channel, ts)
) without rowid;
create table if not exists files (id text primary key, name text, title text, content blob);
create table if not exists places (id text primary key, body text);
create table if not exists about_files (id text primary key, body text);
create table if not exists scheduled (id text primary key, body text);
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

    def load(self, directory: Directory, messages: Messages, files: Files) -> None:
        """Put back all that was kept. A channel that was changed is as it was changed."""
        for key, body in self._connection.execute("select id, body from places"):
            known: dict[str, Any] = json.loads(body)
            known["members"] = [each for each in known["members"] if each in directory.people]
            directory.channels[key] = Channel(**known)
        rows = self._connection.execute("select channel, ts, thread, body from messages")
        for channel, ts, thread, body in sorted(rows, key=lambda row: int(row[1].replace(".", ""))):
            if channel in directory.channels:
                messages.restore(channel, ts, thread, json.loads(body))
        about = dict(self._connection.execute("select id, body from about_files"))
        for key, name, title, content in self._connection.execute(
            "select id, name, title, content from files order by rowid"
        ):
            more = json.loads(about.get(key, "{}"))
            files.by_id[key] = File(
                key, name, len(content), title, content, True,
                more.get("created", 0), tuple(more.get("channels", ())),
            )  # fmt: skip

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

    def keep_channel(self, channel: Channel) -> None:
        """Write a channel that is new or changed."""
        self._connection.execute(
            "insert or replace into places values (?, ?)", (channel.id, json.dumps(asdict(channel)))
        )

    def keep_later(self, later: Later, *, gone: bool) -> None:
        """Write a message that waits, or forget one that was posted or deleted."""
        if gone:
            self._connection.execute("delete from scheduled where id = ?", (later.id,))
            return
        self._connection.execute(
            "insert or replace into scheduled values (?, ?)", (later.id, json.dumps(asdict(later)))
        )

    def waiting(self) -> list[Later]:
        """The messages that waited when the workspace stopped."""
        rows = self._connection.execute("select body from scheduled")
        return [Later(**json.loads(body)) for (body,) in rows]

    def keep_file(self, file: File) -> None:
        """Write a file that was uploaded, or forget one that was deleted."""
        if file.content is None:
            for table in ("files", "about_files"):
                self._connection.execute(f"delete from {table} where id = ?", (file.id,))  # noqa: S608 - two names of ours
            return
        self._connection.execute(
            "insert or replace into files values (?, ?, ?, ?)",
            (file.id, file.name, file.title, file.content),
        )
        about = json.dumps({"created": file.created, "channels": file.channels})
        self._connection.execute(
            "insert or replace into about_files values (?, ?)", (file.id, about)
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
