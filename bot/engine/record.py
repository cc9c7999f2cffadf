"""One event by its pointer, with all of its fields: what GetLogRecord and the terminal show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from bot.engine.decoding import Buffer, text_of
from bot.engine.events import Asked
from bot.engine.files import file_reader
from bot.engine.opening import nothing
from bot.engine.pointers import Place, file_identity, no_such_event, read_pointer
from bot.engine.sources import LogFile
from bot.engine.troubles import Troubles
from bot.query.discovery import discovered
from bot.query.values import Timestamp, render

_Found: TypeAlias = tuple[Timestamp | None, Timestamp | None, Buffer]
"""Time, ingestion time, message."""


def read_event(pointer: str, files: Iterable[LogFile]) -> dict[str, str]:
    """All fields of the event that a pointer leads to, as text; `files` are those to look in.

    Fields are named as in a query. `@timestamp` and `@ingestionTime` are epoch milliseconds.
    Raises `BotError` if there is no such event.
    """
    identity, *_ = place = read_pointer(pointer)
    for file in files:
        if file_identity(file) == identity:
            event = _find(file, place)
            if event is not None:
                return _record(pointer, file, event)
    raise no_such_event()


def _find(file: LogFile, place: Place) -> _Found | None:
    for events in file_reader(Asked(()))(file, Troubles(), nothing):
        if not events.size or events.pointer(events.size - 1)[1:] < place[1:]:
            continue
        places = list(map(events.pointer, range(events.size)))
        if place not in places:
            return None
        number = [places.index(place)]
        content = events.content
        (time,), (ingested,) = content.times(number), content.ingested(number)
        (message,) = content.messages(number)
        return time, ingested, message
    return None


def _record(pointer: str, file: LogFile, event: _Found) -> dict[str, str]:
    time, ingested, message = event
    text = text_of(message)
    found = discovered(text, file.log)
    fields = {name: shown for name, value in found.items() if (shown := render(value)) is not None}
    system = {
        "@timestamp": str(int(time)) if time is not None else None,
        "@ingestionTime": str(int(ingested)) if ingested is not None else None,
        "@log": file.log,
        "@logStream": file.stream,
        "@message": text,
        "@ptr": pointer,
    }
    return fields | {name: value for name, value in system.items() if value}
