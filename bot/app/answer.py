"""An answer as people see it: what was asked, how far it is, what was found and what it cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

State: TypeAlias = Literal["running", "done", "failed"]
WaitsFor: TypeAlias = Literal["place", "turn", "away"]

DOLLARS_PER_GB = 0.005
"""Logs Insights, per GB of data scanned, us-east-1 list price (aws.amazon.com/cloudwatch/pricing,
read in November 2026). Some regions cost more, so it is always said with *about*."""

MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 100, 20, 9_500
"""What a table in the chat holds (Slack's data table block: 100 rows and the header, 20 columns,
10,000 characters over all cells); a little less, since Slack does not say how it counts."""

WIDEST_CELL, NARROWEST_CELL, WIDEST_NAME = 1_000, 80, 40
"""Characters. Nearly every ARN fits into the narrowest cell: who it was matters more than rows."""

MISSING, EMPTY = "–", '""'  # noqa: RUF001 - a dash is what people expect in an empty cell


@dataclass(frozen=True, slots=True)
class Table:
    """The part of a result that a message has room for: equally long rows of printable text.

    `times` are the positions of columns that hold times, in UTC as CloudWatch writes them; `cut`
    says that some cell is cut, where it has a `…`.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    times: tuple[int, ...] = ()
    hidden_columns: int = 0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a message shows.

    `command` is the question as it can be asked again, `asked_by` a name; `start` and `end` are
    the window, aware, and `zone` the IANA name of the zone it was asked in. `found` counts all
    rows, also those that the table has no room for; `limited` says that there may be more.
    `records` and `bytes` have been scanned so far. `problem` says why it failed, or what AWS said
    when it was away.
    """

    id: str
    state: State
    title: str
    command: str
    asked_by: str
    start: datetime
    end: datetime
    zone: str
    private: bool = False
    needs: tuple[str, ...] = ()
    link: str | None = None
    found: int = 0
    limited: bool = False
    records: int = 0
    bytes: int = 0
    table: Table | None = None
    problem: str = ""
    waiting: float = 0.0
    """Seconds that its search has been held up; 0 once it goes on."""
    waits_for: WaitsFor = "place"
    """What holds it up: a place among AWS's queries, a turn among AWS's calls, or AWS itself."""
    alone: str = ""
    """Why it is private though it was asked in public: what the channel said."""
    repeated: bool = False
    """Whether it may stand in the chat twice: nobody knows whether it was posted before."""

    @property
    def dollars(self) -> float:
        """About what the search cost."""
        return self.bytes / 1e9 * DOLLARS_PER_GB


def visible(text: str) -> str:
    """The text on one line, each character that would not show replaced by one that does.

    Control characters become their pictures (U+2400 …), what turns or hides text and half
    characters become U+FFFD, other spaces become a space. The length stays.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _picture(c) for c in text)


def fit(
    columns: Sequence[str], rows: Sequence[Mapping[str, str]], times: Collection[str] = ()
) -> Table | None:
    """As much of the rows as a message holds, from the first row on; None if there is none.

    A full table first gets narrower cells, down to 80 characters, and then fewer rows.
    """
    shown = tuple(columns[:MOST_COLUMNS])
    if not rows or not shown:
        return None
    names = tuple(_cut(visible(name) or EMPTY, WIDEST_NAME) for name in shown)
    cells = [[_cell(row.get(name)) for name in shown] for row in rows[:MOST_ROWS]]
    room = MOST_CHARACTERS - sum(map(len, names))
    width = WIDEST_CELL
    while width > NARROWEST_CELL and _size(cells, width) > room:
        width = max(NARROWEST_CELL, width * 4 // 5)
    while _size(cells, width) > room:
        cells.pop()
    return Table(
        columns=names,
        rows=tuple(tuple(_cut(cell, width) for cell in line) for line in cells),
        times=tuple(i for i, name in enumerate(shown) if name in times),
        hidden_columns=len(columns) - len(shown),
        cut=any(len(cell) > width for line in cells for cell in line),
    )


def _size(cells: Sequence[Sequence[str]], width: int) -> int:
    return sum(min(len(cell), width) for line in cells for cell in line)


def _cell(value: str | None) -> str:
    """A cell's text, at most one character longer than the widest cell."""
    if value is None:
        return MISSING
    return visible(_cut(value, WIDEST_CELL + 1)) or EMPTY


def _cut(text: str, width: int) -> str:
    """Sentences lose their end; paths and ARNs their middle, since both ends say who or where."""
    if len(text) <= width:
        return text
    tail = 0 if " " in text else width * 2 // 3
    return text[: width - 1 - tail] + "…" + text[len(text) - tail :]


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return " " if character.isspace() and code not in (0x85, 0x2028, 0x2029) else "\ufffd"
