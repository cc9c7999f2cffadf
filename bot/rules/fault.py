"""What is wrong with a rule file: where, in words, and what would work."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.query.errors import plain, quoted


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that keeps a file from loading. `line` counts from 1; 0 means the whole file."""

    path: str
    key: str
    message: str
    fix: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        parts = (place + ":", f"{self.key}:" if self.key else "", self.message, self.fix)
        return plain(" ".join(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one file, gathered while it is read."""

    path: str
    found: list[Fault] = field(default_factory=list)

    def add(self, key: str, message: str, fix: str = "", line: int = 0) -> None:
        """Remember one fault of this file, once."""
        fault = Fault(self.path, key, message, fix, line)
        if fault not in self.found:
            self.found.append(fault)


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """`Did you mean …?` with the nearest known word, or else what `otherwise` says."""
    near = difflib.get_close_matches(word.lower()[:100], list(known), 1)
    return f"Did you mean {quoted(near[0])}?" if near else otherwise


def listed(words: Iterable[str]) -> str:
    """Words in a sentence: `a`, `b` and `c`."""
    *first, last = (quoted(word) for word in words)
    return f"{', '.join(first)} and {last}" if first else last
