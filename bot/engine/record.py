"""One event by its pointer, with all of its fields: what GetLogRecord and the terminal show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from bot.engine.decoding import Buffer, NotAnObjectError, decode_object, text_of
from bot.engine.events import Asked
from bot.engine.files import file_reader
from bot.engine.opening import nothing
from bot.engine.pointers import Place, file_identity, no_such_event, read_pointer
from bot.engine.sources import LogFile
from bot.engine.troubles import Troubles
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
    fields = {name: value for name, value in _discovered(message) if value is not None}
    system = {
        "@timestamp": str(int(time)) if time is not None else None,
        "@ingestionTime": str(int(ingested)) if ingested is not None else None,
        "@log": file.log,
        "@logStream": file.stream,
        "@message": text_of(message),
        "@ptr": pointer,
    }
    return fields | {name: value for name, value in system.items() if value}


def _discovered(message: Buffer) -> Iterator[tuple[str, str | None]]:
    """The fields within the message, in its order; none if it is no JSON object."""
    try:
        fields = decode_object(message)
    except NotAnObjectError:
        return
    waiting: list[tuple[str, Any]] = [("", fields)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            inside = [(_joined(name, key), part) for key, part in value.items()]
        elif isinstance(value, list):
            inside = [(_joined(name, str(place)), part) for place, part in enumerate(value)]
        else:
            yield name, render(value)
            continue
        waiting += reversed(inside)


def _joined(name: str, key: str) -> str:
    """The flattened name; one that begins with `@` gets another, so that none hides a system field."""
    if name:
        return f"{name}.{key}"
    return f"@{key}" if key.startswith("@") else key
