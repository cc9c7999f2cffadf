"""All rows of a result as a CSV file (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

# What a spreadsheet takes for a formula (OWASP, "CSV injection"). Plain numbers are none.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """The file's text: a line of column names, then one line for each row. Times stay in UTC.

    A missing value is an empty cell. A value that a spreadsheet would run as a formula gets a
    `'` before it. Half characters become U+FFFD, since no file can hold them.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([_whole(name) for name in columns])
    for row in rows:
        writer.writerow([_cell(row.get(name, "")) for name in columns])
    return file.getvalue()


def _cell(value: str) -> str:
    text = _whole(value)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _whole(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
