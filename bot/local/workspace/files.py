"""Files the bot uploads: an address to post to, then one call that shows them in a channel."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

LARGEST = 32 * 1_048_576
"""Bytes of one file."""

ALL = 256 * 1_048_576
"""Bytes of all files; beyond it the oldest contents are forgotten."""

PREVIEW = 5
"""Lines of a text file that a message shows."""

_TYPES = {
    ".csv": ("csv", "text/csv"),
    ".json": ("javascript", "application/json"),
    ".txt": ("text", "text/plain"),
    ".yml": ("yaml", "text/yaml"),
}


@dataclass(slots=True)
class File:
    """One file. `content` is None until it is uploaded, and `done` once it was shared."""

    id: str
    name: str
    length: int
    title: str = ""
    content: bytes | None = None
    done: bool = False
    created: int = 0
    channels: tuple[str, ...] = ()
    """Where it was shared."""


@dataclass(slots=True)
class Files:
    """All files, by id and by the last part of the address they are posted to."""

    by_id: dict[str, File] = field(default_factory=dict)
    by_ticket: dict[str, File] = field(default_factory=dict)

    def announce(self, name: str, length: int) -> tuple[str, File]:
        """Make room for a file of `length` bytes; returns where its content goes, and the file."""
        file = File(f"F{secrets.token_hex(5).upper()}", name, length)
        self.by_id[file.id] = file
        ticket = secrets.token_hex(16)
        self.by_ticket[ticket] = file
        return ticket, file

    def receive(self, file: File, content: bytes) -> None:
        """Keep the content, forgetting the oldest if there is too much of it."""
        file.content = content
        total = sum(len(each.content or b"") for each in self.by_id.values())
        for each in self.by_id.values():
            if total <= ALL:
                return
            if each is not file:
                total -= len(each.content or b"")
                each.content = b""


def file_object(file: File, base_url: str, user: str) -> dict[str, Any]:
    """What a message shows of a file (https://docs.slack.dev/reference/objects/file-object)."""
    filetype, mimetype = _TYPES.get(
        PurePosixPath(file.name).suffix.lower(), ("binary", "application/octet-stream")
    )
    url = f"{base_url}/_workspace/files/{file.id}"
    shown = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": mimetype,
        "filetype": filetype,
        "pretty_type": filetype.upper(),
        "user": user,
        "size": file.length,
        "mode": "hosted" if filetype == "binary" else "snippet",
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
    }
    if filetype == "binary" or file.content is None:
        return shown
    lines = file.content[:4096].decode("utf-8", "replace").split("\n")
    count = file.content.count(b"\n") + (not file.content.endswith(b"\n"))
    more = {"preview": "\n".join(lines[:PREVIEW])[:2000], "lines": count}
    return shown | more | {"lines_more": max(0, count - PREVIEW)}


def download_headers(file: File) -> dict[str, str]:
    """Headers that make a browser save the file and never run it."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in file.name)
    name = quote(file.name.encode("utf-8", "replace"), safe="")
    text = PurePosixPath(file.name).suffix.lower() in _TYPES
    return {
        "Content-Type": "text/plain; charset=utf-8" if text else "application/octet-stream",
        "Content-Disposition": f"attachment; filename=\"{safe[:100]}\"; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
    }
