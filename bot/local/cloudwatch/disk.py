"""How log groups and streams lie on disk, and what a crash may have left there.

A group is a folder with a `group.json`; a stream is a file of JSON lines, each
`[timestamp, ingestion time, message]` in milliseconds, beside a small file with its name.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from bot.engine.sources import LogFile
from bot.errors import BotError
from bot.local.cloudwatch.protocol import encode, valid_text

GROUP_FILE = "group.json"
"""What a folder has that is a log group's."""

_DELETED = "deleted"

DAY = 86_400_000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Lines of a stream's file that cannot be found before `found` (ms): the plan says so."""

    begin: int
    end: int
    found: int


@dataclass(slots=True)
class Stream:
    """A log stream: its file, and the times (ms) that DescribeLogStreams tells of."""

    name: str
    created: int
    path: Path
    first: int | None = None
    last: int | None = None
    ingested: int | None = None
    waiting: tuple[Waiting, ...] = ()


@dataclass(slots=True)
class Group:
    """A log group: streams that were written, and files that are mounted."""

    name: str
    created: int
    folder: Path
    streams: dict[str, Stream] = field(default_factory=dict)
    mounted: tuple[LogFile, ...] = ()
    begins: int | None = None
    """Queries find no event before this time (ms): when CreateLogGroup made it. None for others."""
    days: int | None = None
    """Retention."""
    kind: str = "STANDARD"
    """The log group class."""
    protected: bool = False
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def nothing(self) -> Path:
        """A file without events: what a query reads of the group while it has no other file."""
        return self.folder / "nothing.jsonl"

    def kept_since(self, now: int) -> int | None:
        """The time (ms) before which events have expired; None if they never do."""
        return None if self.days is None else now - self.days * DAY

    def searched_since(self, now: int) -> int | None:
        """The time (ms) before which queries find nothing."""
        bounds = [bound for bound in (self.begins, self.kept_since(now)) if bound is not None]
        return max(bounds, default=None)

    def stored_bytes(self) -> int:
        """Bytes of its own streams on this disk."""
        return sum(size_of(stream.path) for stream in list(self.streams.values()))


def size_of(path: Path) -> int:
    """Bytes of a file; 0 if somebody has just deleted it."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def file_name(name: str) -> str:
    """A file name for a group or stream: readable at its start, unique by its end.

    Names may be longer than file names may be, hold `/`, and differ only in case.
    """
    readable = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40]
    return f"{readable}-{hashlib.sha256(valid_text(name).encode()).hexdigest()[:16]}"


def append(path: Path, events: Sequence[tuple[int, str]], now: int) -> tuple[int, int]:
    """Add events (time in ms, message) that came in at `now`: all, or none if the disk is full.

    Returns where their lines begin and end.
    """
    lines = b"".join(_line(time, now, message) for time, message in events)
    with path.open("ab", buffering=0) as file:
        size = file.seek(0, 2)
        try:
            rest = memoryview(lines)
            while rest:
                rest = rest[file.write(rest) :]
        except OSError:
            file.truncate(size)
            raise
    return size, size + len(lines)


def _line(time: int, now: int, message: str) -> bytes:
    try:
        return encode((time, now, message)) + b"\n"
    except UnicodeEncodeError:
        return encode((time, now, valid_text(message))) + b"\n"


def write_whole(path: Path, value: Mapping[str, Any]) -> None:
    """Write a small file so that it is there whole or not at all."""
    part = path.with_suffix(".part")
    part.write_bytes(encode(value))
    part.replace(path)


class _Saved(msgspec.Struct, omit_defaults=True):
    """What the small file of a group or stream says."""

    name: str
    created: int
    begins: int | None = None
    days: int | None = None
    kind: str = "STANDARD"
    protected: bool = False
    tags: dict[str, str] = msgspec.field(default_factory=dict)


def save_group(group: Group) -> None:
    """Write what DescribeLogGroups tells of a group."""
    saved = _Saved(
        group.name, group.created, group.begins, group.days, group.kind, group.protected, group.tags
    )
    write_whole(group.folder / GROUP_FILE, msgspec.to_builtins(saved))


def delete_group(group: Group) -> None:
    """Delete a group with all that is in it. A crash leaves a folder that `sweep` deletes."""
    gone = group.folder.with_name(f"{group.folder.name}.{uuid.uuid4().hex}.{_DELETED}")
    group.folder.rename(gone)
    shutil.rmtree(gone)


def delete_stream(stream: Stream) -> None:
    """Delete a stream: its name first, since a file of events without a name is no stream."""
    stream.path.with_suffix(".stream").unlink(missing_ok=True)
    stream.path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete what a crash has left of groups that were being deleted."""
    for gone in folder.glob(f"*.{_DELETED}"):
        shutil.rmtree(gone)


def load_group(path: Path) -> Group:
    """The group whose `group.json` this is, with its streams.

    What a crash left half written at a stream's end is cut off. Raises `BotError` if a file is
    damaged or somebody else's, and OSError.
    """
    saved = _read_saved(path)
    group = Group(
        saved.name, saved.created, path.parent, begins=saved.begins, days=saved.days,
        kind=saved.kind, protected=saved.protected, tags=saved.tags,
    )  # fmt: skip
    group.nothing.touch()
    for name_file in sorted(path.parent.glob("*.stream")):
        saved = _read_saved(name_file)
        group.streams[saved.name] = _load_stream(saved, name_file.with_suffix(".jsonl"))
    return group


def _read_saved(path: Path) -> _Saved:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Saved)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BotError(
            f"{path} was not written by the local CloudWatch, or is damaged: {error}. "
            "Move its folder away, or give another folder."
        ) from error


def _load_stream(saved: _Saved, path: Path) -> Stream:
    """The stream, with the times of its first and last lines.

    AWS promises no more of these times ("eventual consistency", DescribeLogStreams).
    """
    path.touch()
    _cut_torn_end(path)
    stream = Stream(saved.name, saved.created, path)
    with path.open("rb") as file:
        first = _times(file.readline())
        file.seek(_last_line(file))
        last = _times(file.readline())
    if first and last:
        stream.first, stream.last, stream.ingested = first[0], last[0], last[1]
    return stream


def newest(path: Path) -> tuple[int, frozenset[str]] | None:
    """The time (ms) of the last event of a stream's file, and the messages at its end that share it.

    None if the file is empty. For whoever writes in the order of time and has to go on after a
    crash: what is older was written, what is newer was not.
    """
    with path.open("rb") as file:
        end = file.seek(0, 2)
        time: int | None = None
        messages: set[str] = set()
        while end:
            start = _after_break(file, end - 1)
            file.seek(start)
            at, _, message = msgspec.json.decode(file.read(end - start), type=tuple[int, int, str])
            if time not in (None, at):
                break
            time = at
            messages.add(message)
            end = start
    return None if time is None else (time, frozenset(messages))


def _times(line: bytes) -> tuple[int, int] | None:
    """Time and ingestion time of a stored line, if it is one."""
    try:
        time, ingested, _ = msgspec.json.decode(line, type=tuple[int, int, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return None
    return time, ingested


def _cut_torn_end(path: Path) -> None:
    """Cut what follows the last line break: an event that was never acknowledged."""
    with path.open("r+b") as file:
        end = file.seek(0, 2)
        keep = _after_break(file, end)
        if keep != end:
            file.truncate(keep)


def _last_line(file: BinaryIO) -> int:
    """Where the last line starts, in a file that ends with a line break or is empty."""
    return _after_break(file, max(0, file.seek(0, 2) - 1))


def _after_break(file: BinaryIO, end: int) -> int:
    """The place after the last line break before `end`; 0 if there is none."""
    while end:
        start = max(0, end - 65_536)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
