"""Reads one token of a query at a place in its text.

The language cannot be cut into tokens without its grammar: `/` begins a regex or divides. So the
parser asks for one token at a time, and where it wants a regex it reads the `/` again as one.
Syntax: CloudWatch Logs user guide, "CloudWatch Logs Insights language query syntax".
"""

from __future__ import annotations

import math
import re
from typing import TypeAlias

import msgspec

from bot.query.ast import (
    FIRST_SEGMENT,
    KEYWORDS,
    LATER_SEGMENT,
    Duration,
    Field,
    Number,
    Parameter,
    Regex,
    Text,
)
from bot.query.errors import QueryError, Span, quoted
from bot.query.units import UNITS

Leaf: TypeAlias = Field | Text | Number | Duration | Parameter

_SKIPPED = re.compile(r"(?:\s|#[^\n]*)*")
_SYMBOL = re.compile(r"==|!=|<=|>=|=~|<>|&&|\|\||!~|[-=<>+*/%^()\[\],|!]|\$(?=[\w`])")
_STRING = {q: re.compile(rf"{q}((?:[^{q}\\]|\\.)*){q}", re.DOTALL) for q in "\"'"}
_REGEX = re.compile(r"/((?:[^/\\\n]|\\[^\n])*)/")
_BROKEN_REGEX = re.compile(r"/((?:[^/\\\n]|\\[^\n]|\n(?!\s*\|))*)/")
_BACKTICKED = re.compile(r"(@*)`([^`\n]*)`")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+(?![\w@]))?")
_RUN = re.compile(r"[\w@]+")
_POSITION = re.compile(r"\[([0-9]{1,9})\]")
_PARAMETER = re.compile(r"\{\{[ \t]*([\w@][\w@.-]*)[ \t]*\}\}")
_LONGEST_NUMBER = 40
MAX_PARTS = 100
MAX_REGEX = 5_000


class Token(msgspec.Struct, frozen=True):
    """One token. `node` is the leaf of the tree that it stands for; symbols and the end have none.

    `word` is what the grammar looks at: a symbol as written, a bare name without dots in lower
    case, and nothing for the end of the query and for all other leaves.
    """

    span: Span
    word: str = ""
    node: Leaf | None = None

    @property
    def ends(self) -> bool:
        """Whether this is the end of the query."""
        return not self.word and self.node is None


def read_token(text: str, at: int) -> Token:
    """The first token at or after `at`, past white space and comments. `/` is a symbol."""
    start = skip(text, at)
    if start == len(text):
        return Token(Span(start, start))
    if text[start] in _STRING:
        return _read_string(text, start)
    if "0" <= text[start] <= "9":
        return _read_number(text, start)
    if text.startswith("{{", start):
        return _read_parameter(text, start)
    if symbol := _SYMBOL.match(text, start):
        return Token(Span(start, symbol.end()), symbol[0])
    return _read_name(text, start)


def skip(text: str, at: int) -> int:
    """The place past white space and comments."""
    skipped = _SKIPPED.match(text, at)
    return skipped.end() if skipped else at


def read_regex(text: str, start: int) -> tuple[Regex, int]:
    """The regex whose opening slash is at `start`, and the place after its closing slash.

    `\\/` is a slash of the pattern; every other backslash stays. A bare `/` ends the regex, in a
    class too. It may go on in the next line, as a sample of AWS's does, where no command begins.
    """
    found = _REGEX.match(text, start) or _BROKEN_REGEX.match(text, start)
    if not found:
        raise QueryError(
            "This regex is not closed.",
            Span(start, start + 1),
            text,
            "It ends with `/`; a slash inside is written `\\/`.",
        )
    span = Span(start, found.end())
    if not found[1]:
        hint = "A comment begins with `#`. A regex that matches everything is `/.*/`."
        raise QueryError("This regex is empty.", span, text, hint)
    if len(found[1]) > MAX_REGEX:
        raise QueryError(f"This regex has more than {MAX_REGEX:,} characters.", span, text)
    flags = _RUN.match(text, span.end)
    if flags:
        place = Span(flags.start(), flags.end())
        hint = f"A regex takes no flags after it; write `/(?i){quoted(found[1])[1:-1]}/`."
        raise QueryError(f"Unexpected {quoted(flags[0])} after the regex.", place, text, hint)
    pattern = re.sub(r"\\(.)", lambda m: "/" if m[1] == "/" else m[0], found[1])
    return Regex(pattern, span), span.end


def read_tail(text: str, at: int, *, positions: bool = True) -> tuple[list[str | int], int]:
    """The `.name` and `[n]` parts that follow a name or a call directly, and the place after."""
    parts: list[str | int] = []
    while at < len(text):
        if len(parts) == MAX_PARTS - 1 and text[at] in ".[":
            place = Span(at, at + 1)
            raise QueryError(f"A name has at most {MAX_PARTS} parts.", place, text)
        if text[at] == ".":
            part, at = _read_segment(text, at + 1)
            parts.append(part)
        elif text[at] == "[" and positions:
            found = _POSITION.match(text, at)
            if not found:
                hint = "Write a position as `[0]`, and a name with odd characters as .`odd name`."
                raise QueryError("This is no position.", Span(at, at + 1), text, hint)
            parts.append(int(found[1]))
            at = found.end()
        else:
            break
    return parts, at


def _read_string(text: str, start: int) -> Token:
    found = _STRING[text[start]].match(text, start)
    if not found:
        hint = f"It ends with the same {text[start]} that opens it."
        raise QueryError("This text is not closed.", Span(start, start + 1), text, hint)
    span = Span(start, found.end())
    # Only quotes and the backslash itself are escaped; any other backslash is a character.
    value = re.sub(r"\\([\"'\\])", r"\1", found[1])
    return Token(span, node=Text(value, span, found[0] if "\\" in found[1] else ""))


def _read_number(text: str, start: int) -> Token:
    found = _NUMBER.match(text, start)
    assert found is not None  # noqa: S101 - the caller has seen a digit
    written = found[0]
    span = Span(start, found.end())
    run = _RUN.match(text, span.end)
    if run and run[0] in UNITS and written.isdigit() and len(written) < 10:
        span = Span(start, run.end())
        return Token(span, node=Duration(int(written), run[0], span))
    if run or text.startswith(".", span.end):
        raise _odd_number(text, start)
    if len(written) > _LONGEST_NUMBER or math.isinf(float(written)):
        raise QueryError("This number is too large.", span, text)
    return Token(span, node=Number(written, span))


def _odd_number(text: str, start: int) -> QueryError:
    """What to say about `5xx`, `10.0.0.1`, `1.5h`, `5M`, `2024-01-01T…`."""
    whole = re.compile(r"[\w@.]+").match(text, start)
    written = whole[0] if whole else text[start]
    unit = written.lstrip("0123456789.")
    hint = (
        f"A period is a whole number and a unit in lower case: {', '.join(sorted(set(UNITS.values())))}."
        if unit.lower() in UNITS
        else "Text needs quotes; a name that begins with a digit needs backticks."
    )
    place = Span(start, start + len(written))
    return QueryError(f"{quoted(written)} is neither a number nor a period.", place, text, hint)


def _read_parameter(text: str, start: int) -> Token:
    found = _PARAMETER.match(text, start)
    if not found:
        hint = "A parameter is written `{{name}}`."
        raise QueryError("This parameter is not complete.", Span(start, start + 2), text, hint)
    span = Span(start, found.end())
    return Token(span, node=Parameter(found[1], span))


def _read_name(text: str, start: int) -> Token:
    first, at = _read_segment(text, start, first=True)
    word = first.lower() if text[start:at] == first else ""
    # `in ["a"]` may stand without the space; a field with such a name needs backticks anyway.
    parts, at = read_tail(text, at, positions=word not in KEYWORDS)
    span = Span(start, at)
    return Token(span, "" if parts else word, Field((first, *parts), span))


def _read_segment(text: str, at: int, *, first: bool = False) -> tuple[str, int]:
    """One segment of a name: bare, or in backticks, where an `@` may stand before them."""
    ticked = _BACKTICKED.match(text, at)
    if ticked and ticked[2]:
        return ticked[1] + ticked[2], ticked.end()
    bare = (FIRST_SEGMENT if first else LATER_SEGMENT).match(text, at)
    if bare:
        return bare[0], bare.end()
    place = Span(at, min(at + 1, len(text)))
    if ticked:
        raise QueryError("The name between the backticks is empty.", place, text)
    if text.startswith("`", at):
        raise QueryError("This name is not closed.", place, text, "It ends with a backtick.")
    if not first:
        raise QueryError("A name must follow the dot.", place, text)
    raise _unexpected(text, at)


_HINTS = {
    "“": "Quotes are straight: \" or '.",
    "”": "Quotes are straight: \" or '.",
    "‘": "Quotes are straight: \" or '.",  # noqa: RUF001 - the quotes that people paste
    "’": "Quotes are straight: \" or '.",  # noqa: RUF001 - the same
    ";": "Commands are joined by `|`; nothing ends a query.",
    "$": "A saved query is called as `$Name(…)`, in the place of a command.",
    "@": "A name must follow the `@`.",
    ".": "A number begins with a digit: `0.5`.",
    "{": "A parameter is written `{{name}}`.",
}


def _unexpected(text: str, at: int) -> QueryError:
    character = text[at]
    shown = quoted(character) if character.isprintable() else f"U+{ord(character):04X}"
    if text.startswith("${", at):
        character = "{"
    hint = _HINTS.get(character, "Text needs quotes; a name with odd characters needs backticks.")
    return QueryError(f"Unexpected character {shown}.", Span(at, at + 1), text, hint)
