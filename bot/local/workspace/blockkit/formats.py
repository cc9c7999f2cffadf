"""How some strings in a payload must be written: addresses, dates, ids, colours."""

from __future__ import annotations

import functools
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

# Possessive, so that a long address with a space at its end is read once.
_HTTP = r"https?://[^\s/?#]++[^\s]*+"


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing: the pattern, in words, where it is documented, and what a pattern cannot say."""

    pattern: re.Pattern[str]
    words: str
    page: str
    also: Callable[[str], bool] | None = None
    chosen: str = ""

    def fits(self, text: str) -> bool:
        """Whether `text` is written so."""
        return bool(self.pattern.fullmatch(text)) and (self.also is None or self.also(text))


def _form(
    pattern: str,
    words: str,
    page: str,
    also: Callable[[str], bool] | None = None,
    chosen: str = "",
) -> Form:
    return Form(re.compile(pattern, re.ASCII | re.IGNORECASE), words, page, also, chosen)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _is_zone(text: str) -> bool:
    return not _zones() or text in _zones()


_ELEMENTS = "reference/block-kit/block-elements/"
_ID = "Slack's pages show such ids and name no pattern; the first letter says what it is the id of"

FORMS: Mapping[str, Form] = {
    "url": _form(
        rf"{_HTTP}|(?!https?:|javascript:|data:|vbscript:|file:)[a-z][a-z0-9+.\-]*+:[^\s]++",
        "an absolute URL without spaces",
        _ELEMENTS + "button-element",
        chosen="Slack names no schemes; those that run code or read local files are refused",
    ),
    "web": _form(_HTTP, "an http or https URL", _ELEMENTS + "image-element"),
    "https": _form(
        _HTTP.replace("https?", "https"),
        "an https URL",
        "reference/block-kit/blocks/video-block",
    ),
    "date": _form(
        r"\d{4}-\d{2}-\d{2}", "a date, YYYY-MM-DD", _ELEMENTS + "date-picker-element", _is_day
    ),
    "time": _form(
        r"(?:[01]\d|2[0-3]):[0-5]\d",
        "a time of day, HH:mm",
        _ELEMENTS + "time-picker-element",
    ),
    "zone": _form(
        r"[a-z][a-z0-9_+\-]*+(?:/[a-z0-9_+\-]++){0,3}",
        "a time zone of the IANA list",
        _ELEMENTS + "time-picker-element",
        _is_zone,
    ),
    "number": _form(
        r"-?\d{1,100}(?:\.\d{1,100})?", "a decimal number", _ELEMENTS + "number-input-element"
    ),
    "stamp": _form(
        r"\d{1,12}(?:\.\d{1,6})?",
        "a time stamp in seconds",
        "legacy/legacy-messaging/legacy-secondary-message-attachments",
    ),
    "emoji": Form(
        re.compile(r"[^\s:A-Z]+(?:::skin-tone-[2-6])?"),
        "the name of an emoji, without colons",
        _ELEMENTS + "emoji-element",
    ),
    "codepoint": _form(
        r"[0-9a-f]{2,6}(?:-[0-9a-f]{2,6}){0,15}",
        "code points in hexadecimal, joined by hyphens",
        _ELEMENTS + "emoji-element",
    ),
    "colour": _form(
        r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})", "a colour, #RRGGBB", _ELEMENTS + "color-element"
    ),
    "bar": _form(
        r"good|warning|danger|#?(?:[0-9a-f]{3}|[0-9a-f]{6})",
        "good, warning, danger or a colour, #RRGGBB",
        "legacy/legacy-messaging/legacy-secondary-message-attachments",
    ),
    "user": Form(
        re.compile("[UW][A-Z0-9]+"), "the id of a user", _ELEMENTS + "user-element", None, _ID
    ),
    "channel": Form(
        re.compile("[CG][A-Z0-9]+"),
        "the id of a channel",
        _ELEMENTS + "channel-element",
        None,
        _ID,
    ),
    "conversation": Form(
        re.compile("[CDG][A-Z0-9]+"),
        "the id of a conversation",
        _ELEMENTS + "select-menu-element",
        None,
        _ID,
    ),
    "usergroup": Form(
        re.compile("[SG][A-Z0-9]+"),
        "the id of a user group",
        _ELEMENTS + "usergroup-element",
        None,
        _ID,
    ),
    "team": Form(
        re.compile("[TE][A-Z0-9]+"), "the id of a workspace", _ELEMENTS + "team-element", None, _ID
    ),
}
"""By the name that the table calls them."""


def is_unicode(text: str) -> bool:
    """Whether the text can be sent: half of a surrogate pair, which Python allows, cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
