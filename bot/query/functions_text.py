"""The functions of texts. Those that could make a text without end give missing instead."""

from __future__ import annotations

import math

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
