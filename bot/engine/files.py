"""Reads any log file: a person's own, or one of the local CloudWatch."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeAlias

from bot.engine.events import Asked, Events
from bot.engine.opening import Ticker
from bot.engine.own_events import OwnReader
from bot.engine.sources import LogFile
from bot.engine.stored_events import stored_reader
from bot.engine.troubles import Troubles

LogReader: TypeAlias = Callable[[LogFile, Troubles, Ticker], Generator[Events]]
"""See `bot.engine.events.FileReader`."""


def file_reader(asked: Asked) -> LogReader:
    """What reads these fields of the events in a window, out of one file after the other."""
    stored, own = stored_reader(asked), OwnReader(asked).read

    def read(file: LogFile, troubles: Troubles, tick: Ticker) -> Generator[Events]:
        return (stored if file.stored else own)(file.path, troubles, tick)

    return read
