"""A place in a filter pattern that moves on as the pattern is read, and the pattern's errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import re2

from bot.errors import BotError
from bot.query.functions.patterns import regex_test

Test: TypeAlias = Callable[[str], bool]

MOST_REGEXES = 2
"""Of a JSON or delimited pattern ("Quotas" of the page)."""

_BLANKS = re.compile(r"\s*")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_REGEX = re.compile(r"%([^%]*)%")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
# What the page allows in a regex, and the blank, which one of its own samples has.
_ALLOWED = re.compile(r"[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|\\*+. ]*")
_NO_LOW = re.compile(r"\{\s*,")  # `a{,3}`: RE2 would take it as text
_DEEPEST = 50


class FilterPatternError(BotError):
    """What is wrong with a filter pattern; `at` is the place, counted from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message, at)
        self.message = message
        self.at = at

    def __str__(self) -> str:
        return f"Invalid filter pattern: {self.message} (at character {self.at + 1})"


class Cursor:
    """Reads a pattern from its start to its end."""

    def __init__(self, pattern: str) -> None:
        """Stand at the first character that is no blank."""
        self.pattern = pattern
        self.at = 0
        self.regexes = 0
        self._depth = 0
        self.skip()

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.pattern)

    def skip(self) -> None:
        """Pass over blanks."""
        blanks = _BLANKS.match(self.pattern, self.at)
        self.at = blanks.end() if blanks else self.at

    def sees(self, text: str) -> bool:
        """Whether this text comes next."""
        return self.pattern.startswith(text, self.at)

    def take(self, text: str) -> bool:
        """Pass over this text and the blanks after it, if it comes next."""
        if not self.sees(text):
            return False
        self.at += len(text)
        self.skip()
        return True

    def expect(self, text: str) -> None:
        """Pass over this text, which must come next."""
        if not self.take(text):
            raise self.error(f"expected `{text}`")

    def match(self, regex: re.Pattern[str]) -> re.Match[str] | None:
        """Pass over what the regex matches here, if anything; not over the blanks after it."""
        found = regex.match(self.pattern, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def text(self) -> str | None:
        """The content of a text in double quotes, if one comes next."""
        if not self.sees('"'):
            return None
        found = self.match(_TEXT)
        if found is None:
            raise self.error("a quotation mark is not closed")
        return _ESCAPE.sub(r"\1", found[1])

    def regex(self) -> Test | None:
        """What tests a text for a `%regex%`, if one comes next."""
        if not self.sees("%"):
            return None
        start = self.at
        found = self.match(_REGEX)
        if found is None or not found[1]:
            raise FilterPatternError("a regex stands between two `%`", start)
        allowed = _ALLOWED.match(found[1])
        if allowed is None or allowed.end() < len(found[1]):
            place = start + 1 + (allowed.end() if allowed else 0)
            raise FilterPatternError("this character cannot stand in a regex", place)
        self.regexes += 1
        try:
            return regex_test(_NO_LOW.sub("{0,", found[1]))
        except re2.error as error:
            why = str(error.args[0], "utf-8", "replace")
            raise FilterPatternError(f"the regex cannot be read: {why}", start) from error

    def few_regexes(self) -> None:
        """Raise if there were more regexes than a JSON or delimited pattern may have."""
        if self.regexes > MOST_REGEXES:
            raise self.error(f"there are more than {MOST_REGEXES} regexes")

    def deeper(self) -> None:
        """Note that a parenthesis opens; `shallower` undoes it."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.error("parentheses are nested too deep")

    def shallower(self) -> None:
        """Note that a parenthesis was closed."""
        self._depth -= 1

    def end(self) -> None:
        """Raise unless nothing is left."""
        if not self.ended:
            raise self.error("something follows the end of the pattern")

    def error(self, message: str) -> FilterPatternError:
        """An error at this place."""
        return FilterPatternError(message, self.at)
