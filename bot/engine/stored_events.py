"""Events of a file that the local CloudWatch wrote: `[time, ingestion time, message]` on each line."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import NamedTuple, TypeAlias

import msgspec

from bot.engine.decoding import TOO_DEEP, Buffer, NotAnObjectError
from bot.engine.events import Asked, Content, Numbers, Times, Values, picked
from bot.engine.fields import Reader, compile_reader
from bot.engine.opening import Ticker, read_blocks
from bot.engine.pieces import Batch, read_lines
from bot.engine.sources import LogFile
from bot.engine.staged import Staged
from bot.engine.troubles import Troubles
from bot.query.columns.batch import Column
from bot.query.values import Timestamp

DEEP_TEXT = "a message is nested too deeply to be read; only its text can be searched"
NOT_STORED = "is not a line that the local CloudWatch wrote; it is left out"

_decode_line = msgspec.json.Decoder(tuple[int, int, str]).decode
_BLANKS = ("{", " ", "\t", "\n", "\r")  # what a message that is a JSON object may begin with

_Line: TypeAlias = tuple[int, int, str]


class StoredReader:
    """Reads such files. Any message is an event; JSON objects have fields, and some lines of text.

    A last line without its line feed is being written: nobody was told yet that it is there.
    """

    def __init__(self, asked: Asked) -> None:
        """Read these fields of events in this window."""
        self._reader = compile_reader(asked.names, asked.early, plain=asked.plain)
        self._start, self._end = asked.window()
        self._at_once = not asked.windowed and not asked.plain

    def read(self, file: LogFile, troubles: Troubles, tick: Ticker) -> Generator[Content]:
        """The events of a file, some at a time. See `FileReader`."""
        path = file.path
        source = _Source(self._reader, path, file.log, troubles)
        with closing(read_blocks(path, troubles, tick, file.begin, file.end)) as blocks:
            for batch in read_lines(blocks, path, troubles, begin=file.begin):
                if batch.ended and (stored := self._in_window(batch, source)).size:
                    yield stored

    def _in_window(self, batch: Batch, source: _Source) -> Stored:
        if self._at_once:
            try:
                lines = list(map(_decode_line, batch.items))
            except (ValueError, RecursionError):
                pass
            else:
                return Stored(source, batch, lines, range(len(lines)))
        lines, kept = [], []
        for at, data in enumerate(batch.items):
            try:
                # The time alone first: most lines are outside of most windows.
                if self._start <= int(data[1 : data.index(b",")]) < self._end:
                    lines.append(_decode_line(data))
                    kept.append(at)
            except (ValueError, RecursionError):
                source.troubles.add(source.path, NOT_STORED, (batch.line or 0) + at)
        return Stored(source, batch, lines, kept)


class _Source(NamedTuple):
    """What content goes on asking while events are looked at."""

    reader: Reader
    path: str
    log: str
    troubles: Troubles


class Stored:
    """Events of a batch of stored lines."""

    def __init__(
        self, source: _Source, batch: Batch, lines: Sequence[_Line], kept: Sequence[int]
    ) -> None:
        """The `lines`, which stand at the places `kept` of the batch."""
        self._source = source
        self._batch = batch
        self._lines = lines
        self._kept = kept
        self._messages = [line[2] for line in lines]
        self._offsets: Sequence[int] = ()
        line = batch.line or 0
        patiently = functools.partial(_read_patiently, source, self._messages, kept, line)
        self._staged = Staged(source.reader, self._messages, patiently)
        self.size = self.scanned = len(lines)

    @property
    def bytes(self) -> int:
        """What the messages weigh."""
        return sum(
            len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
            for text in self._messages
        )

    def times(self, numbers: Numbers, /) -> Times:
        """See `Content`."""
        return [Timestamp(line[0]) for line in picked(self._lines, numbers)]

    def ingested(self, numbers: Numbers, /) -> Times:
        """See `Content`."""
        return [Timestamp(line[1]) for line in picked(self._lines, numbers)]

    def messages(self, numbers: Numbers, /) -> Sequence[Buffer]:
        """See `Content`."""
        return picked(self._messages, numbers)

    def values(self, place: int, numbers: Numbers, /) -> Column:
        """See `Content`."""
        return self._staged.column(place, numbers)

    def place(self, number: int, /) -> tuple[int, int]:
        """See `Content`."""
        if not self._offsets:
            sizes = map(len, self._batch.items)
            self._offsets = list(itertools.accumulate(sizes, initial=self._batch.offset))
        return self._offsets[self._kept[number]], 0


# Not a method: content that its own parts point to would wait for the garbage collector.
def _read_patiently(
    source: _Source, messages: Sequence[str], kept: Sequence[int], line: int, number: int
) -> Values:
    message = messages[number]
    if message.startswith(_BLANKS):
        try:
            return source.reader.read_whole(message)
        except NotAnObjectError as error:
            if str(error) == TOO_DEEP:
                source.troubles.add(source.path, DEEP_TEXT, line + kept[number])
    return source.reader.read_line(message, source.log)
