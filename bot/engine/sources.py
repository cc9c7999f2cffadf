"""Which files a search reads: a person's files and folders, or those of the local CloudWatch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from bot.errors import BotError
from bot.query.errors import quoted


class LogFile(msgspec.Struct, frozen=True):
    """A file of events, with what its events say as `@log` and `@logStream`.

    A `stored` file was written by the local CloudWatch: JSON lines of
    `[time, ingestion time, message]`, times in ms. In any other file the form is recognised by
    its content.

    `begin` and `end` make it a part of a file of lines: both are places where a line begins.
    Events before `since`, in epoch ms, are not there: its log group keeps them no longer.
    """

    path: str
    log: str = ""
    stream: str = ""
    stored: bool = False
    begin: int = 0
    end: int | None = None
    since: int | None = None

    @property
    def is_part(self) -> bool:
        """Whether this is a part of a file."""
        return self.begin > 0 or self.end is not None


def find_files(paths: Iterable[Path | str]) -> list[LogFile]:
    """The files at `paths`, and in the folders at `paths` with all below, sorted by path.

    Names below a folder that begin with a dot are skipped. A file that can be reached in several
    ways (a link, a path given twice) is there once, as its events happened once; equal files are
    different files. What is no regular file, and what cannot be listed, is in the answer too:
    reading it fails, with words. The stream is the path from the folder that was given.
    Raises `BotError` for a path that is not there.
    """
    seen: set[tuple[int, int]] = set()
    found: list[LogFile] = []
    for given in paths:
        top = Path(os.path.abspath(given))  # noqa: PTH100 - resolve() would follow links
        try:
            top.stat()
        except (OSError, ValueError) as error:
            words = getattr(error, "strerror", None) or str(error)
            raise BotError(
                f"{quoted(str(given))} cannot be read: {words}. Name a log file or a folder of them."
            ) from error
        found += [
            LogFile(str(path), stream=_shown(path.relative_to(top)) if path != top else top.name)
            for path in _walk(top, seen)
        ]
    return sorted(found, key=lambda file: os.fsencode(file.path))


def _walk(top: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """The files at and below a path, each once; loops of links end."""
    waiting = [top]
    while waiting:
        path = waiting.pop()
        try:
            status = path.stat()
        except OSError:
            yield path  # a link to nothing: reading it says so
            continue
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            continue
        seen.add(identity)
        try:
            inside = sorted(path.iterdir(), reverse=True) if path.is_dir() else None
        except OSError:
            inside = None
        if inside is None:
            yield path
        else:
            waiting += [entry for entry in inside if not entry.name.startswith(".")]


def _shown(path: Path) -> str:
    """A path as text that is valid Unicode whatever its bytes are."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
