"""What `python -m bot query` is given to search: files, log groups of files, lookup tables."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.engine.sources import LogFile, find_files
from bot.errors import BotError
from bot.query.errors import quoted
from bot.query.tables.lookups import MOST_BYTES, LookupTable

_GROUP = re.compile(r"(?:[0-9]{12}:)?[A-Za-z0-9_./#-]{1,512}")  # CreateLogGroup, with its account


def given_files(paths: Iterable[Path]) -> tuple[LogFile, ...]:
    """The files at `paths`, in the order of their paths; `GROUP=PATH` gives them a log group.

    A path that is there as it stands is a path, whatever is in it. `BotError` for one that is not
    there, and for a name that no log group can have.
    """
    groups: dict[str, list[Path]] = {}
    for path in paths:
        group, inside = _parted(path)
        groups.setdefault(group, []).append(inside)
    found = [
        LogFile(file.path, group, file.stream)
        for group, inside in groups.items()
        for file in find_files(inside)
    ]
    return tuple(sorted(found, key=lambda file: os.fsencode(file.path)))


def _parted(path: Path) -> tuple[str, Path]:
    group, sign, inside = str(path).partition("=")
    if not sign or os.path.lexists(path):
        return "", path
    if not _GROUP.fullmatch(group):
        raise BotError(
            f"{quoted(str(path))} is not there, and {quoted(group)} is no name of a log group.\n"
            "Write --logs PATH or --logs GROUP=PATH."
        )
    if not inside:
        raise BotError(f"Which files are in {quoted(group)}? Write --logs GROUP=PATH.")
    return group, Path(inside)


def given_tables(written: Sequence[str]) -> dict[str, LookupTable]:
    """The lookup tables that `NAME=FILE.csv` texts name. `BotError` names the file and the line."""
    tables: dict[str, LookupTable] = {}
    for text in written:
        name, sign, path = text.partition("=")
        if not sign or not path:
            raise BotError(f"{quoted(text)} names no lookup table.\nWrite --lookup NAME=FILE.csv.")
        if name in tables:
            raise BotError(f"The lookup table {quoted(name)} is given twice.")
        tables[name] = _table(name, Path(path))
    return tables


def _table(name: str, path: Path) -> LookupTable:
    data = _read(name, path)
    try:
        return LookupTable.from_csv(name, data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{path}: Lookup table {quoted(name)}, line {line}: it is not UTF-8."
        raise BotError(message) from error
    except BotError as error:
        raise BotError(f"{path}: {error}") from error


def _read(name: str, path: Path) -> bytes:
    """The whole file, but never more than a table may have."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BotError(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > MOST_BYTES:
        raise BotError(f"{path}: Lookup table {quoted(name)} has more than 10 MB.")
    return data
