"""Reads any log file: a person's own, or one of the local CloudWatch."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import NamedTuple, TypeAlias

from bot.engine.events import Asked, Events
from bot.engine.opening import Ticker, keep_memory
from bot.engine.own_events import OwnReader
from bot.engine.pointers import file_identity
from bot.engine.sources import LogFile
from bot.engine.stored_events import StoredReader
from bot.engine.troubles import Troubles, Unnumbered


class _Readers(NamedTuple):
    """Who reads the files of one window."""

    stored: StoredReader
    own: OwnReader


LogReader: TypeAlias = Callable[[LogFile, Troubles, Ticker], Generator[Events]]
"""See `bot.engine.events.FileReader`."""


def file_reader(asked: Asked) -> LogReader:
    """What reads these fields of the events in a window, out of one file after the other."""
    keep_memory()
    # Log groups that keep their events for different times have windows of their own.
    readers: dict[int | None, _Readers] = {None: _Readers(StoredReader(asked), OwnReader(asked))}

    def read(file: LogFile, troubles: Troubles, tick: Ticker) -> Generator[Events]:
        identity = file_identity(file)
        if file.begin:
            troubles = Unnumbered(troubles)
        readers_of = readers.get(file.since)
        if readers_of is None:
            kept = asked.kept_since(file.since)
            readers_of = readers[file.since] = _Readers(StoredReader(kept), OwnReader(kept))
        reader = readers_of.stored if file.stored else readers_of.own
        with closing(reader.read(file, troubles, tick)) as contents:
            for content in contents:
                yield Events(file, identity, asked.names, content)

    return read
