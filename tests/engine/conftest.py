"""What tests of the engine share: a log file in the making."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from bot.engine.decoding import text_of
from bot.engine.events import Asked
from bot.engine.files import file_reader
from bot.engine.opening import nothing
from bot.engine.sources import LogFile
from bot.engine.troubles import Troubles


class Seen(NamedTuple):
    """One event as a reader gives it."""

    time: int | None
    ingested: int | None
    text: str
    offset: int
    nth: int
    values: list[Any]


class Log:
    """A file, and what reading it gives."""

    def __init__(self, path) -> None:
        self.path = path
        self.troubles: list[tuple[int | None, str, int]] = []

    def read(
        self, data: bytes, *names: str, start=None, end=None, stored=False, group=""
    ) -> list[Seen]:
        self.path.write_bytes(data)
        troubles = Troubles()
        file = LogFile(str(self.path), group, stored=stored)
        seen = []
        for events in file_reader(Asked(names, start, end))(file, troubles, nothing):
            content = events.content
            texts = map(text_of, content.messages(None))
            columns = [content.values(place, None) for place in range(len(names))]
            rows = map(list, zip(*columns, strict=True)) if names else [[]] * events.size
            places = zip(*map(content.place, range(events.size)), strict=True)
            shown = (content.times(None), content.ingested(None), texts, *places, rows)
            if events.size:
                seen += [Seen(*event) for event in zip(*shown, strict=True)]
        self.troubles = [(one.line, one.why, one.count) for one in troubles.all()]
        return seen


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path / "log")
