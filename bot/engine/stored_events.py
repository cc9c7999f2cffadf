"""Events of a file that the local CloudWatch wrote: `[time, ingestion time, message]` on each line."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Any, TypeAlias

import msgspec

from bot.engine.decoding import TOO_DEEP, NotAnObjectError
from bot.engine.events import Asked, Events, FileReader
from bot.engine.fields import NOT_USUAL, compile_reader, is_system
from bot.engine.opening import Ticker, read_blocks
from bot.engine.pieces import Batch, read_lines
from bot.engine.troubles import Troubles
from bot.query.values import Timestamp

DEEP_TEXT = "a message is nested too deeply to be read; only its text can be searched"
NOT_STORED = "is not a line that the local CloudWatch wrote; it is left out"

_decode_line = msgspec.json.Decoder(tuple[int, int, str]).decode
_BLANKS = ("{", " ", "\t", "\n", "\r")  # what a message that is a JSON object may begin with


def stored_reader(asked: Asked) -> FileReader:
    """A reader of such files. Any message is an event; one that is JSON has fields, too.

    A last line without its line feed is being written: nobody was told yet that it is there.
    """
    start, end = asked.window()
    columns_of = _columns_reader(asked.names)

    def read(path: str, troubles: Troubles, tick: Ticker) -> Generator[Events]:
        with closing(read_blocks(path, troubles, tick)) as blocks:
            for batch in read_lines(blocks, path, troubles):
                if batch.ended and (events := in_window(batch, path, troubles)):
                    times, ingested, messages, offsets, lines = zip(*events, strict=True)
                    columns = columns_of(messages, lines, path, troubles)
                    yield Events(times, ingested, messages, offsets, (0,) * len(times), columns)

    def in_window(
        batch: Batch, path: str, troubles: Troubles
    ) -> list[tuple[Timestamp, Timestamp, str, int, int]]:
        found = []
        offset = batch.offset
        for line, data in enumerate(batch.items, batch.line or 0):
            try:
                # The time alone first: most lines are outside of most windows.
                if start <= int(data[1 : data.index(b",")]) < end:
                    time, ingested, message = _decode_line(data)
                    found.append((Timestamp(time), Timestamp(ingested), message, offset, line))
            except (ValueError, RecursionError):
                troubles.add(path, NOT_STORED, line)
            offset += len(data) + 1
        return found

    return read


Columns: TypeAlias = Callable[
    [Sequence[str], Sequence[int], str, Troubles], Sequence[Sequence[Any]]
]


def _columns_reader(names: Sequence[str]) -> Columns:
    """What gives the columns of some messages; their lines and path are for the troubles."""
    reader, width = compile_reader(names), len(names)
    nothing = [None] * width

    def columns_of(
        messages: Sequence[str], lines: Sequence[int], path: str, troubles: Troubles
    ) -> Sequence[Sequence[Any]]:
        try:
            return reader.columns(messages)
        except NOT_USUAL:
            pairs = zip(messages, lines, strict=True)
            rows = [fields(message, line, path, troubles) for message, line in pairs]
            return list(zip(*rows, strict=True))

    def fields(message: str, line: int, path: str, troubles: Troubles) -> Sequence[Any]:
        if not message.startswith(_BLANKS):
            return nothing
        try:
            return reader.read(message)
        except NotAnObjectError as error:
            if str(error) == TOO_DEEP:
                troubles.add(path, DEEP_TEXT, line)
            return nothing

    if all(map(is_system, names)):
        return lambda messages, *_: [[None] * len(messages)] * width
    return columns_of
