"""Results on a terminal: tables for people, JSON and CSV for programs, progress while it runs."""

from __future__ import annotations

import csv
import json
import shutil
import sys
import time
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from bot.engine.scan import Progress, Scanned, Trouble

TABLE_ROWS = 1_000
"""Rows that a table shows; JSON and CSV hold all."""

NARROWEST = 12
"""Columns are never cut below this many characters: a table that is too wide wraps instead."""

_TROUBLES = 20
"""Troubles that are named one by one; the rest are counted."""


def print_result(scanned: Scanned, form: str) -> None:
    """Print rows and statistics as `table`, `json` or `csv`, and what was skipped on stderr.

    Columns that only point into the log (`@ptr`) are shown where the query named them.
    """
    columns = list(scanned.columns)
    match form:
        case "json":
            _print_json(columns, scanned)
        case "csv":
            _print_csv(columns, scanned)
        case _:
            _print_table(columns, scanned)
    print_troubles(scanned.troubles)


def print_troubles(troubles: Sequence[Trouble]) -> None:
    """Name on standard error what could not be read."""
    for trouble in troubles[:_TROUBLES]:
        place = f"{trouble.path}:{trouble.line}" if trouble.line else trouble.path
        times = f" ({trouble.count:,} times)" if trouble.count > 1 else ""
        print(f"warning: {visible(place)}: {visible(trouble.why)}{times}", file=sys.stderr)
    rest = troubles[_TROUBLES:]
    if rest:
        print(f"warning: {sum(t.count for t in rest):,} more in other places", file=sys.stderr)


def _print_json(columns: Sequence[str], scanned: Scanned) -> None:
    # ASCII only: log data may hold half characters, which no output encoding takes.
    answer = {
        "columns": columns,
        "rows": scanned.rows,
        "statistics": {
            "recordsMatched": scanned.matched,
            "recordsScanned": scanned.scanned,
            "bytesScanned": scanned.bytes,
        },
    }
    json.dump(answer, sys.stdout, indent=2)
    print()


def _print_csv(columns: Sequence[str], scanned: Scanned) -> None:
    _tolerant(sys.stdout)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in scanned.rows)


def _print_table(columns: Sequence[str], scanned: Scanned) -> None:
    shown = scanned.rows[:TABLE_ROWS]
    if shown:
        _tolerant(sys.stdout)
        print(table(columns, shown, _width(sys.stdout)))
        print()
    else:
        print("No rows.")
    left = len(scanned.rows) - len(shown)
    if left:
        print(f"… and {left:,} more rows: --format csv or json holds all.")
    noun = "row" if len(scanned.rows) == 1 else "rows"
    print(
        f"{len(scanned.rows):,} {noun} · {scanned.matched:,} of {scanned.scanned:,} records matched"
        f" · {size(scanned.bytes)} scanned"
    )


def table(columns: Sequence[str], rows: Sequence[Mapping[str, str]], width: int | None) -> str:
    """A table of text. With a `width` (characters), long cells are cut so that it fits."""
    cells = [[visible(row.get(column, "")) for column in columns] for row in rows]
    heads = [visible(column) for column in columns]
    if width is not None:
        limits = _fit([_widths(i, heads, cells) for i in range(len(heads))], width)
        cells = [[_cut(c, n) for c, n in zip(row, limits, strict=True)] for row in cells]
    from tabulate import tabulate  # only here: CSV and JSON need no tables, and it takes its time

    # preserve_whitespace and disable_numparse: cells are text, shown as they are.
    return tabulate(cells, heads, "simple", disable_numparse=True, preserve_whitespace=True)


def _widths(index: int, heads: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    return max(_columns(row[index]) for row in (heads, *cells))


def _columns(text: str) -> int:
    """The columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)  # `visible` has left nothing that takes no room
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


def _fit(widths: Sequence[int], room: int) -> list[int]:
    """Widths that add up to `room` with two blanks between them: the widest give way first."""
    room -= 2 * (len(widths) - 1)
    limits = list(widths)
    while sum(limits) > room and max(limits) > NARROWEST:
        widest = max(limits)
        second = max([w for w in limits if w < widest], default=NARROWEST)
        fewest = limits.count(widest)
        excess = -(-(sum(limits) - room) // fewest)
        down = max(widest - excess, second, NARROWEST)
        limits = [min(w, down) for w in limits]
    return limits


def _cut(text: str, width: int) -> str:
    if _columns(text) <= width:
        return text
    kept = text[: width - 1]
    while _columns(kept) > width - 1:
        kept = kept[:-1]
    return kept + "…"


def visible(text: str) -> str:
    """The text with what a terminal might obey, or not show, written as `\\x1b` or `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(character: str) -> str:
    if unicodedata.category(character) == "Zs":  # odd blanks are not printable for Python
        return " "
    return character.encode("unicode_escape").decode("ascii")


def size(count: int) -> str:
    """A number of bytes for people, in decimal units as AWS bills them."""
    number = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def _width(stream: TextIO) -> int | None:
    return shutil.get_terminal_size().columns if stream.isatty() else None


def _tolerant(stream: Any) -> None:
    """Let the stream take half characters and what its encoding lacks, as `?` or an escape."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


class ProgressLine:
    """One line on standard error that says how far a search is; nothing where nobody watches."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, by default standard error."""
        self._stream = stream or sys.stderr
        self._watched = self._stream.isatty()
        self._started = time.monotonic()
        self._drawn = False

    @property
    def listener(self) -> ProgressLine | None:
        """The line, where somebody watches it: to tell how far a search is costs it some time."""
        return self if self._watched else None

    def __call__(self, progress: Progress) -> None:
        """Redraw the line; within the first half second it stays away."""
        if not self._watched or time.monotonic() - self._started < 0.5:
            return
        words = (
            f"{progress.fraction:4.0%} · {progress.matched:,} of {progress.scanned:,} records "
            f"matched · {size(progress.bytes)} scanned"
        )
        print(f"\r\x1b[2K{words}", end="", file=self._stream, flush=True)
        self._drawn = True

    def close(self) -> None:
        """Wipe the line away."""
        if self._drawn:
            print("\r\x1b[2K", end="", file=self._stream, flush=True)
