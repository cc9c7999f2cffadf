"""Trouble: what could not be read in a file, named and counted, never fatal and never silent."""

from __future__ import annotations

import msgspec

from bot.query.errors import plain

MOST = 1_000
"""Different troubles that one scan tells apart; what comes after is counted together."""


class Trouble(msgspec.Struct, frozen=True):
    """One thing that went wrong in one file, `count` times, first at `line` (from 1) if known."""

    path: str
    line: int | None
    why: str
    count: int = 1

    def __str__(self) -> str:
        place = plain(self.path) + (f", line {self.line}" if self.line is not None else "")
        times = f" ({self.count:,} times)" if self.count > 1 else ""
        return f"{place}: {self.why}{times}" if place else f"{self.why}{times}"


class Troubles:
    """Gathers what went wrong during one scan: equal words about one file are one trouble."""

    def __init__(self) -> None:
        """Nothing went wrong so far."""
        self._first: dict[tuple[str, str], int | None] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._more = 0

    def add(self, path: str, why: str, line: int | None = None, count: int = 1) -> None:
        """Count `why` for the file; the first line named is kept."""
        key = (path, why)
        if key in self._counts:
            self._counts[key] += count
        elif len(self._counts) < MOST:
            self._first[key], self._counts[key] = line, count
        else:
            self._more += count

    def all(self) -> tuple[Trouble, ...]:
        """The troubles in the order in which they were met."""
        found = [
            Trouble(path, self._first[path, why], why, count)
            for (path, why), count in self._counts.items()
        ]
        if self._more:
            found.append(Trouble("", None, "more trouble that is not listed", self._more))
        return tuple(found)


class Unnumbered(Troubles):
    """Passes troubles on without their lines, which are counted from the start of a part of a file."""

    def __init__(self, troubles: Troubles) -> None:
        """Pass them on to these."""
        super().__init__()
        self._troubles = troubles

    def add(self, path: str, why: str, line: int | None = None, count: int = 1) -> None:
        """See `Troubles`."""
        self._troubles.add(path, why, None, count)
