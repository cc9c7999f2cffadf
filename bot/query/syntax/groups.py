"""The capture groups of a regex, which `parse` turns into columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

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
# A regex can be short and its program huge: `\pL{400}` takes a third of a second to compile.
_OPTIONS.max_mem = 1 << 20
_TOO_LARGE = "pattern too large"


@dataclass(frozen=True, slots=True)
class Groups:
    """The names of the named groups, in order, and the number of unnamed capturing groups.

    `size` is the number of instructions of the regex's program.
    """

    names: tuple[str, ...]
    unnamed: int
    size: int = field(default=0, compare=False)


def read_groups(regex: Regex, text: str) -> Groups:
    """The groups of the regex. `QueryError` at its place in `text` if RE2 cannot read it."""
    try:
        return _groups(regex.pattern)
    except re2.error as failure:
        words = _words(failure)
    if words.startswith(_TOO_LARGE):
        message = "This regex is too large when its repetitions are written out."
        raise QueryError(message, regex.span, text, "Repeat less often, such as `{1,20}`.")
    hint = "Regexes are RE2: no look-ahead, look-behind or back-references."
    raise QueryError(f"This regex is not valid: {words}.", regex.span, text, hint)


@lru_cache(maxsize=256)
def _groups(pattern: str) -> Groups:
    program: int = re2.compile(pattern, _OPTIONS).programsize
    pieces = list(_PIECE.finditer(pattern))
    names = tuple(piece["name"] for piece in pieces if piece["name"])
    return Groups(names, sum(piece["unnamed"] is not None for piece in pieces), program)


def _words(failure: Exception) -> str:
    """What RE2 says; its Python wrapper gives bytes."""
    said = failure.args[0] if failure.args else ""
    return plain(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))
