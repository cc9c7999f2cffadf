"""The functions of texts. Those that could make a text without end give missing instead.

CloudWatch Logs user guide, "String functions".
"""

from __future__ import annotations

import math

from bot.query.functions.patterns import replaced
from bot.query.functions.row import ANY, TEXT, Function, Kind, scalar
from bot.query.values import MOST_TEXT, Number, Value, text_of


def is_empty(value: Value) -> int:
    """1 if the value is missing or an empty text."""
    return int(not text_of(value))


def is_blank(value: Value) -> int:
    """1 if the value is missing, empty, or white space only."""
    return int(not (text_of(value) or "").strip())


def concat(*texts: str) -> str | None:
    """The texts, joined."""
    return "".join(texts) if sum(map(len, texts)) <= MOST_TEXT else None


def contains(text: str, part: str, _ignore_case: str = "") -> int:
    """1 if `part` is in the text. A third argument has no effect on AWS either (observed)."""
    return int(part in text)


def starts_with(text: str, part: str) -> int:
    """1 if the text begins with `part`."""
    return int(text.startswith(part))


def ends_with(text: str, part: str) -> int:
    """1 if the text ends with `part`."""
    return int(text.endswith(part))


def replace(text: str, part: str, by: str) -> str | None:
    """The text with every `part` replaced. An empty `part` is nowhere."""
    if not part:
        return text
    longer = len(by) - len(part)
    if longer > 0 and len(text) + text.count(part) * longer > MOST_TEXT:
        return None
    return text.replace(part, by)


def substring(text: str, start: Number, length: Number = math.inf) -> str | None:
    """The text from a place, counted from 0, and at most so many characters of it."""
    if start < 0 or length < 0:
        return None
    first = int(min(start, len(text)))
    return text[first : first + int(min(length, len(text)))]


def trim(text: str, characters: str | None = None) -> str:
    """The text without white space, or any of the characters, at both ends."""
    return text.strip(characters)


def trim_left(text: str, characters: str | None = None) -> str:
    """The text without white space, or any of the characters, at its start."""
    return text.lstrip(characters)


def trim_right(text: str, characters: str | None = None) -> str:
    """The text without white space, or any of the characters, at its end."""
    return text.rstrip(characters)


def size(text: str) -> int:
    """The number of bytes of the text as UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def split(text: str, delimiter: str) -> list[str]:
    """The list of the texts between the delimiters; the whole text if the delimiter is empty."""
    return text.split(delimiter) if delimiter else [text]


_PAGE = "String functions"
_ONE, _TWO = (1, 1), (2, 2)
_REPLACED = (Kind.TEXT, Kind.REGEX, Kind.REPLACEMENT)

ROWS = (
    Function(
        "unmask", ("unmask",), 1, 1,
        meaning="the text without the masks of a data protection policy", page="unmask",
        only_aws="Only AWS holds what a data protection policy masks; run it there.",
    ),
    scalar("isempty", _ONE, ANY, is_empty, "1 if the field is missing or an empty text", _PAGE),
    scalar("isblank", _ONE, ANY, is_blank, "1 if the field is missing, empty or white space", _PAGE),
    scalar("concat", (1, None), TEXT, concat, "the texts, joined", _PAGE),
    scalar("strlen", _ONE, TEXT, len, "the number of characters", _PAGE),
    scalar("tolower", _ONE, TEXT, str.lower, "in lower case", _PAGE),
    scalar("toupper", _ONE, TEXT, str.upper, "in upper case", _PAGE),
    scalar("trim", (1, 2), TEXT, trim, "without white space, or these characters, at both ends", _PAGE),
    scalar("ltrim", (1, 2), TEXT, trim_left, "without white space, or these characters, at the start", _PAGE),
    scalar("rtrim", (1, 2), TEXT, trim_right, "without white space, or these characters, at the end", _PAGE),
    scalar("substr", (2, 3), (Kind.TEXT, Kind.NUMBER), substring, "from this place, counted from 0, so many characters", _PAGE),
    scalar("replace", (3, 3), TEXT, replace, "with every such part replaced", _PAGE),
    scalar("regexReplace regex_replace", (3, 3), _REPLACED, replaced, "with every match of the regex replaced", _PAGE),
    scalar("strcontains", (2, 3), TEXT, contains, "1 if it has this part", _PAGE),
    scalar("startsWith", _TWO, TEXT, starts_with, "1 if it begins with this part", _PAGE),
    scalar("endsWith", _TWO, TEXT, ends_with, "1 if it ends with this part", _PAGE),
    scalar("split", _TWO, TEXT, split, "the list of what stands between the delimiters", _PAGE),
    scalar("messageSize", _ONE, TEXT, size, "the number of bytes", "General functions"),
)  # fmt: skip
"""The rows of these functions."""
