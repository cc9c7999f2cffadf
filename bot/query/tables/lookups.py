"""Lookup tables: a CSV text with a header, whose rows are found by the values of some columns.

CloudWatch Logs user guide, `lookup` and "Lookup tables": UTF-8, at most 10 MB, names of letters,
digits and `_`.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from bot.errors import BotError
from bot.query.columns.batch import Column
from bot.query.errors import quoted
from bot.query.values import Value, identity

MOST_BYTES = 10 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9_]{1,256}")


class LookupTable(msgspec.Struct, frozen=True):
    """A table: its columns by name, and for each row the line of the text that it ends on."""

    name: str
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int]

    @classmethod
    def from_csv(cls, name: str, text: str) -> LookupTable:
        """The table that the text holds. `BotError` says in which line it is no such table."""
        if not _NAME.fullmatch(name):
            message = f"{quoted(name)} is no name of a lookup table."
            raise BotError(f"{message}\nIt has 1 to 256 letters of A to Z, digits and `_`.")
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            raise BotError(f"Lookup table `{name}` is not UTF-8.") from None
        if size > MOST_BYTES:
            raise BotError(f"Lookup table `{name}` has more than 10 MB.")
        records = _records(name, text.removeprefix("\ufeff"))
        top, header = next(records, (1, []))
        _check_header(name, top, header)
        lines = array("I")  # a table of short rows has millions
        columns: list[list[str]] = [[] for _ in header]
        for line, row in records:
            if len(row) != len(header):
                message = f"it has {len(row)} values, and the header has {len(header)}."
                raise _error(name, line, message)
            lines.append(line)
            for column, value in zip(columns, row, strict=True):
                column.append(value)
        return cls(name, dict(zip(header, columns, strict=True)), lines)

    def column(self, name: str) -> Sequence[str]:
        """The values of a column. `BotError` if there is none of this name."""
        if name not in self.columns:
            listed = ", ".join(map(quoted, list(self.columns)[:10]))
            more = ", …" if len(self.columns) > 10 else ""
            message = f"Lookup table `{self.name}` has no column {quoted(name)}."
            raise BotError(f"{message}\nIt has {listed}{more}.")
        return self.columns[name]

    def index(self, names: Sequence[str]) -> Index:
        """What finds rows by the values of these columns, made once for many searches."""
        keys = [self.column(name) for name in names]
        if len(keys) == 1:
            return Index(_first_rows(keys[0]))
        return Index(_first_rows(list(zip(*keys, strict=True))))


class Index(msgspec.Struct, frozen=True):
    """The first row of a table for each value of one column, or for the values of several."""

    rows: Mapping[object, int]

    def match(self, columns: Sequence[Column]) -> list[int | None]:
        """For each row of the columns the number of the table's row with the same values, or None.

        There are as many columns as the index has. Values are the same if they print alike; what
        is missing matches nothing.
        """
        find = self.rows.get
        texts = [[identity(value) for value in column] for column in columns]
        if len(texts) == 1:
            return list(map(find, texts[0]))
        return [find(row) for row in zip(*texts, strict=True)]


def looked_up(values: Column, rows: Sequence[int | None]) -> list[Value]:
    """The values of a table's column in the rows found, `OUTPUT`; missing where none was found."""
    return [None if row is None else values[row] for row in rows]


def filled(old: Column, new: Column) -> list[Value]:
    """The old values, and the new ones where the old are missing: `OUTPUTNEW`."""
    return [b if a is None else a for a, b in zip(old, new, strict=True)]


def _first_rows(keys: Sequence[object]) -> dict[object, int]:
    found: dict[object, int] = {}
    for row, key in enumerate(keys):
        found.setdefault(key, row)
    return found


def _records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the line that each ends on. Empty lines are none."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for record in reader:
            if record:
                yield reader.line_num, record
    except csv.Error as error:
        raise _error(name, reader.line_num, f"it is no CSV ({error}).") from None


def _check_header(name: str, line: int, header: Sequence[str]) -> None:
    if not header:
        raise BotError(f"Lookup table `{name}` is empty.\nIts first line names its columns.")
    seen: set[str] = set()
    for place, column in enumerate(header):
        if not column:
            raise _error(name, line, f"column {place + 1} has no name.")
        if column in seen:
            raise _error(name, line, f"two columns have the name {quoted(column)}.")
        seen.add(column)


def _error(name: str, line: int, message: str) -> BotError:
    return BotError(f"Lookup table `{name}`, line {line}: {message}")
