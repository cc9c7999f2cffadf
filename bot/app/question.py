"""What a person typed, taken apart: a rule, its arguments, a window. And put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.app.windows import read_window
from bot.errors import BotError
from bot.query.errors import quoted

LONGEST = 4_000
"""Characters of a question. Slack does not say where it cuts a command; a person writes far less."""

PRIVATE = "--private"

# Opening quote → what may close it. Phones and word processors bend quotes by themselves.
_QUOTES = {'"': '"', "'": "'"} | dict.fromkeys("“„‟”", "“”‟") | dict.fromkeys("‘‚‛’", "‘’‛")  # noqa: RUF001 - these are the bent ones
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")
_OPTION = re.compile("(?:--|[\u2012-\u2015]{1,2})(?=[A-Za-z])")  # a phone makes one dash of `--`
_TIME = re.compile("[0-9]{1,2}:")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question: its value without quotes, and the name if it is `name=value`.

    `source` is the piece of text as it was typed.
    """

    value: str
    source: str
    name: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """The rule's name as typed, the words after it, and whether the answer is for one person only."""

    rule: str
    words: tuple[Word, ...]
    private: bool = False


def read_question(text: str) -> Question:
    """Take a question apart. Raises `BotError` for a quote that is not closed, and for a novel."""
    if len(text) > LONGEST:
        raise BotError(f"The question has {len(text):,} characters; {LONGEST:,} is the most.")
    words: list[Word] = []
    private = False
    for word in _words(text):
        if _OPTION.sub("--", word.source, count=1).lower() == PRIVATE:
            private = True
        elif _OPTION.match(word.source):
            raise BotError(
                f"There is no option {quoted(word.source)}; there is only `{PRIVATE}`. "
                "A value that begins so takes quotes."
            )
        else:
            words.append(word)
    rule = words[0].value if words else ""
    return Question(rule, tuple(words[1:]), private)


def quote(value: str) -> str:
    """The value as a word that reads as exactly this value, and never as a window or an option."""
    return value if _is_plain(value) else '"' + value.replace('"', '""') + '"'


def _is_plain(value: str) -> bool:
    if not value or value[0] in _QUOTES or any(c.isspace() for c in value):
        return False
    return not _NAME.match(value) and not _OPTION.match(value) and not _is_window_part(value)


def _is_window_part(text: str) -> bool:
    """Whether this could be read as a window, alone or with the words around it."""
    if text.lower() in ("since", "last") or ".." in text or "…" in text or _TIME.match(text):
        return True
    try:
        read_window(text)
    except BotError:
        return False
    return True


def _words(text: str) -> Iterator[Word]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        start = place
        name = ""
        if found := _NAME.match(text, place):
            name, place = found[1], found.end()
        is_quoted = text[place : place + 1] in _QUOTES
        read = _read_quoted if is_quoted else _read_bare
        value, place = read(text, place)
        yield Word(value, text[start:place], name, is_quoted)


def _read_bare(text: str, place: int) -> tuple[str, int]:
    end = place
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[place:end], end


def _read_quoted(text: str, place: int) -> tuple[str, int]:
    """The value between the quotes, where a closing quote written twice stands for itself."""
    start, closing = place, _QUOTES[text[place]]
    value: list[str] = []
    place += 1
    while place < len(text):
        if text[place] not in closing:
            value.append(text[place])
        elif text[place + 1 : place + 2] == text[place]:
            value.append(text[place])
            place += 1
        elif place + 1 == len(text) or text[place + 1].isspace():
            return "".join(value), place + 1
        else:
            raise BotError(
                f"A blank is missing after the quote in {quoted(text[start : place + 9])}."
            )
        place += 1
    raise BotError(
        f"The quote that begins at {quoted(text[start:])} does not end. Close it; inside quotes, "
        "write the quote twice."
    )
