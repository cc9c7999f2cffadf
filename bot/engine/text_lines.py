"""The values of some lines of text, each looked into once, and only if it is asked for a field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.engine.decoding import text_of
from bot.engine.events import Numbers, Values
from bot.engine.fields import Reader
from bot.engine.pieces import bare
from bot.engine.times import time_at_start
from bot.query.columns.batch import Column

# Something that is neither an object nor holds events, as far as its beginning says.
_TEXT = re.compile(rb'\s*(?:[^\s{\[]|\{(?!\s*["}])|\[(?!\s*[{\]]))')


def are_text(lines: Iterable[bytes]) -> bool:
    """Whether each line is an event of text, whatever follows on its beginning."""
    return all(map(_TEXT.match, lines))


class TextLines:
    """The values of lines, by their numbers: see `bot.engine.staged.Staged`.

    Their time is the text that they begin with, for the first of the names that a reader has for
    itself.
    """

    __slots__ = ("_known", "_lines", "_log", "_reader")

    def __init__(self, reader: Reader, lines: Sequence[bytes], log: str) -> None:
        """The lines, in a log group of this name."""
        self._reader = reader
        self._lines = lines
        self._log = log
        self._known: dict[int, Values] = {}

    def column(self, place: int, numbers: Numbers) -> Column:
        """The values of the field at this place of the reader's names."""
        some = range(len(self._lines)) if numbers is None else numbers
        if place >= self._reader.free:
            known = self._known
            return [(known.get(number) or self._look_into(number))[place] for number in some]
        if place:
            return [None] * len(some)
        return [time_at_start(self._lines[number]) for number in some]

    def _look_into(self, number: int) -> Values:
        text = text_of(bare(self._lines[number]))
        values = self._known[number] = self._reader.read_line(text, self._log)
        return values
