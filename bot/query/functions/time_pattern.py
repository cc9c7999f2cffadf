"""The date patterns of `parseDate`: those of Java's DateTimeFormatter that a log line needs.

CloudWatch Logs user guide, "Datetime functions"; Java SE API, `DateTimeFormatterBuilder`. A pattern
is read from left to right and never goes back, so its time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import msgspec
from msgspec.structs import replace

from bot.query.functions.time_format import DAYS, MONTHS

Found: TypeAlias = dict[str, Any]
"""What has been read so far, by the name of its field."""

LONGEST = 200  # characters of a pattern
_DEEPEST = 10  # optional parts inside each other
_MOST_DIGITS = 19


class Piece(Protocol):
    """One part of a pattern."""

    def read(self, text: str, at: int, found: Found) -> int:
        """Read what stands at `at` into `found`; the place behind it, or -1 if it does not fit."""
        ...


class Literal(msgspec.Struct, frozen=True):
    """Characters that stand for themselves."""

    text: str

    def read(self, text: str, at: int, _found: Found) -> int:
        """Pass over the same characters."""
        return at + len(self.text) if text.startswith(self.text, at) else -1


class Digits(msgspec.Struct, frozen=True):
    """A number of so many digits, which leaves the last `kept` of them to the pieces behind it."""

    field: str
    least: int
    most: int
    kept: int = 0
    base: int = 0
    scale: int = 1

    def read(self, text: str, at: int, found: Found) -> int:
        """Read as many digits as it may."""
        end = at
        while end < min(at + self.most + self.kept, len(text)) and "0" <= text[end] <= "9":
            end += 1
        end = max(end - self.kept, min(end, at + self.least))
        if end - at < self.least:
            return -1
        return _stored(found, self.field, int(text[at:end]) * self.scale + self.base, end)


class Name(msgspec.Struct, frozen=True):
    """One of some names, which stand for numbers from `first` on. Case counts."""

    field: str
    names: Sequence[str]
    first: int

    def read(self, text: str, at: int, found: Found) -> int:
        """Read the name that stands there."""
        for number, name in enumerate(self.names, self.first):
            if text.startswith(name, at):
                return _stored(found, self.field, number, at + len(name))
        return -1


class Matched(msgspec.Struct, frozen=True):
    """What a regex matches: an offset, or the name of a zone. The regex is bounded in length."""

    field: str
    regex: re.Pattern[str]

    def read(self, text: str, at: int, found: Found) -> int:
        """Read what matches there."""
        match = self.regex.match(text, at)
        return -1 if match is None else _stored(found, self.field, match[0], match.end())


class Optional(msgspec.Struct, frozen=True):
    """A part that may be left out."""

    pieces: tuple[Piece, ...]

    def read(self, text: str, at: int, found: Found) -> int:
        """Read all of the part or nothing of it."""
        attempt = dict(found)
        end = read_pieces(self.pieces, text, at, attempt)
        if end < 0:
            return at
        found.update(attempt)
        return end


def read_pieces(pieces: Sequence[Piece], text: str, at: int, found: Found) -> int:
    """Read the pieces one after another; the place behind them, or -1 if one does not fit."""
    for piece in pieces:
        at = piece.read(text, at, found)
        if at < 0:
            return -1
    return at


def _stored(found: Found, field: str, value: int | str, end: int) -> int:
    """The end, if the field was not there or had the same value."""
    return end if found.setdefault(field, value) == value else -1


# ------------------------------------------------------------------------------ reading a pattern
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|(.)", re.DOTALL)


def pieces_of(pattern: str) -> tuple[Piece, ...]:
    """The pieces of a pattern. `ValueError` in words where it is none, or holds an unknown letter."""
    if len(pattern) > LONGEST:
        raise ValueError(f"A date pattern has at most {LONGEST} characters.")
    open_parts: list[list[Piece]] = [[]]
    for token in _TOKEN.finditer(pattern):
        quoted, letter, sign = token[1], token[2], token[3]
        if letter:
            open_parts[-1].append(_field(letter, len(token[0])))
        elif sign == "[":
            open_parts.append([])
        elif sign == "]" and len(open_parts) > 1:
            part = open_parts.pop()
            open_parts[-1].append(Optional(_adjacent(part)))
        elif sign is not None and sign in "]{}#'":
            raise ValueError(f"`{sign}` cannot stand here in a date pattern.")
        else:
            text = sign or (quoted.replace("''", "'") if quoted else "'")
            open_parts[-1].append(Literal(text))
        if len(open_parts) > _DEEPEST:
            raise ValueError("The optional parts of this date pattern are nested too deeply.")
    while len(open_parts) > 1:  # Java closes them at the end too
        part = open_parts.pop()
        open_parts[-1].append(Optional(_adjacent(part)))
    return _adjacent(open_parts[0])


def _adjacent(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces, where a number of any length leaves the digits that those right behind it need."""
    made: list[Piece] = []
    kept = 0
    for piece in reversed(pieces):
        fixed = isinstance(piece, Digits) and piece.least == piece.most
        if isinstance(piece, Digits) and not fixed:
            made.append(replace(piece, kept=kept))
        else:
            made.append(piece)
        kept = kept + piece.most if isinstance(piece, Digits) and fixed else 0
    return tuple(reversed(made))


def _field(letter: str, count: int) -> Piece:
    """The piece that a letter stands for, so many times."""
    if letter in _NUMBERS and count <= 2:
        return _number(_NUMBERS[letter], count)
    if letter == "S" and count <= 9:
        return Digits("nano", count, count, scale=10 ** (9 - count))
    made = _OTHERS.get((letter, count))
    if made is None:
        raise ValueError(f"`{letter * min(count, 9)}` is no part of a date pattern here.")
    return made


def _number(field: str, count: int) -> Digits:
    return Digits(field, count, 2 if count == 2 else _MOST_DIGITS)


_NUMBERS: Mapping[str, str] = {
    "M": "month", "L": "month", "d": "day", "D": "day of year", "H": "hour", "k": "hour to 24",
    "h": "hour to 12", "K": "hour to 11", "m": "minute", "s": "second",
}  # fmt: skip
_SHORT_DAYS, _SHORT_MONTHS = [day[:3] for day in DAYS], [month[:3] for month in MONTHS]
_HOURS, _BARE, _COLONS = r"[+-][0-9]{2}(?:[0-9]{2})?", r"[+-][0-9]{4}", r"[+-][0-9]{2}:[0-9]{2}"
_SECONDS, _COLON_SECONDS = r"[+-][0-9]{4}(?:[0-9]{2})?", r"[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?"
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9/_+-]{0,63}")


def _offset(pattern: str) -> Matched:
    return Matched("offset", re.compile(pattern))


_YEARS: Mapping[int, Digits] = {
    1: Digits("year", 1, _MOST_DIGITS),
    2: Digits("year", 2, 2, base=2000),
    3: Digits("year", 3, _MOST_DIGITS),
    4: Digits("year", 4, 4),
}
_OTHERS: Mapping[tuple[str, int], Piece] = {
    **{(letter, count): piece for letter in "yu" for count, piece in _YEARS.items()},
    **{(letter, 3): Name("month", _SHORT_MONTHS, 1) for letter in "ML"},
    **{(letter, 4): Name("month", MONTHS, 1) for letter in "ML"},
    **{("E", count): Name("weekday", _SHORT_DAYS, 0) for count in (1, 2, 3)},
    ("E", 4): Name("weekday", DAYS, 0),
    ("D", 3): Digits("day of year", 3, 3),
    ("a", 1): Name("half", ("AM", "PM"), 0),
    **{("X", at): _offset(f"Z|{form}") for at, form in
       enumerate((_HOURS, _BARE, _COLONS, _SECONDS, _COLON_SECONDS), 1)},
    **{("x", at): _offset(form) for at, form in
       enumerate((_HOURS, _BARE, _COLONS, _SECONDS, _COLON_SECONDS), 1)},
    **{("Z", count): _offset(_BARE) for count in (1, 2, 3)},
    ("Z", 5): _offset(f"Z|{_COLON_SECONDS}"),
    ("z", 1): Matched("zone", _ZONE),
    ("V", 2): Matched("zone", _ZONE),
}  # fmt: skip
