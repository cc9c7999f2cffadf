"""The capture groups of a regex, which `parse` turns into columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

import re2

from bot.query.ast import Regex
from bot.query.errors import QueryError, plain

# What may hold a parenthesis that opens no group comes first: quotes, escapes, classes.
_PIECE = re.compile(
    r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
    r"|\(\?P?<(?P<name>\w+)>|(?P<unnamed>\((?!\?))",
    re.DOTALL,
)
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


@dataclass(frozen=True, slots=True)
class Groups:
    """The names of the named groups, in order, and the number of unnamed capturing groups."""

    names: tuple[str, ...]
    unnamed: int


def read_groups(regex: Regex, text: str) -> Groups:
    """The groups of the regex. `QueryError` at its place in `text` if RE2 cannot read it."""
    try:
        re2.compile(regex.pattern, _OPTIONS)
    except re2.error as failure:
        raise QueryError(
            f"This regex is not valid: {_words(failure)}.",
            regex.span,
            text,
            "Regexes are RE2: no look-ahead, look-behind or back-references.",
        ) from None
    pieces = list(_PIECE.finditer(regex.pattern))
    names = tuple(piece["name"] for piece in pieces if piece["name"])
    return Groups(names, sum(piece["unnamed"] is not None for piece in pieces))


def _words(failure: Exception) -> str:
    """What RE2 says; its Python wrapper gives bytes."""
    said = failure.args[0] if failure.args else ""
    return plain(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))
