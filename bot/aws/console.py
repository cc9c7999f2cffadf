"""Links into the CloudWatch console: to the same query, to an alarm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from urllib.parse import quote

from bot.app.ports import Window

MOST = 3_000
"""Characters of a link: the limit of a Slack button's URL (Block Kit reference, button element)."""

_Detail: TypeAlias = str | Sequence["_Detail"] | Mapping[str, "_Detail"]

# Partitions by the start of the region's name; the first that fits counts.
_CONSOLES = (
    (re.compile(r"cn-[a-z]+-\d+"), "console.amazonaws.cn"),
    (re.compile(r"us-gov-[a-z]+-\d+"), "console.amazonaws-us-gov.com"),
    (re.compile(r"[a-z]{2}-[a-z]+-\d+"), "console.aws.amazon.com"),
)

# The characters that give the notation its structure, twice escaped and with `%` written as `$`:
# the form older consoles copy out. Nothing is left in it that could end a link early.
_STRUCTURE = str.maketrans({"~": "$257E", "(": "$2528", ")": "$2529", "'": "$2527"})


def insights_link(region: str, query: str, groups: Sequence[str], window: Window) -> str | None:
    """The console's address for `query` over `groups` (names or ARNs) and `window`.

    None if the address would be over 3,000 characters, if the query is not valid Unicode, or if
    we do not know the console of the region's partition. The console's end is inclusive, so the
    link names the last whole second inside the half-open window: both search the same events.

    AWS does not document the form. It is the one that the console itself writes: a notation like
    JSURL inside `queryDetail`, in the address's fragment, with `%` written as `$`. Characters
    outside ASCII are written as their UTF-8 bytes.
    """
    console = _console(region)
    if console is None:
        return None
    detail: _Detail = {
        "end": _instant(window.end - timedelta(seconds=1)),
        "start": _instant(window.start),
        "timeType": "ABSOLUTE",
        "tz": "UTC",
        "editorString": query,
        "source": [_bare(group) for group in groups],
        "lang": "CWLI",
    }
    try:
        written = ("~" + _write(detail)).translate(_STRUCTURE)
    except UnicodeEncodeError:
        return None
    link = f"{console}#logsV2:logs-insights$3FqueryDetail$3D{written}$26tab$3Dlogs"
    return link if len(link) <= MOST else None


def alarm_link(region: str, name: str) -> str:
    """The console's address for an alarm; empty where `insights_link` has none.

    AWS's own notifications of alarms end in this form (seen, not documented).
    """
    console = _console(region)
    try:
        link = f"{console}#alarmsV2:alarm/{quote(name, safe='')}"
    except UnicodeEncodeError:
        return ""
    return link if console is not None and len(link) <= MOST else ""


def _console(region: str) -> str | None:
    host = next((host for name, host in _CONSOLES if name.fullmatch(region)), None)
    return None if host is None else f"https://{region}.{host}/cloudwatch/home?region={region}"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _bare(group: str) -> str:
    """DescribeLogGroups gives ARNs with `:*` at their end; the console takes them without."""
    return group.removesuffix(":*")


def _write(value: _Detail) -> str:
    """One value in the console's notation: `'text`, `(~a~b)` for a list, `(key~value~…)`."""
    if isinstance(value, str):
        return "'" + "".join(map(_character, value))
    if isinstance(value, Mapping):
        return "(" + "~".join(f"{key}~{_write(item)}" for key, item in value.items()) + ")"
    return "(" + "".join("~" + _write(item) for item in value) + ")"


def _character(character: str) -> str:
    if character.isascii() and (character.isalnum() or character in "-_."):
        return character
    return "".join(f"*{byte:02x}" for byte in character.encode())
