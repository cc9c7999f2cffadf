"""Which log groups and which time a `SOURCE` chooses, for whoever has the logs.

CloudWatch Logs user guide, `SOURCE`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from bot.query.ast import DataSource, LogGroups, LogGroupTags, Selector, Source
from bot.query.errors import QueryError
from bot.query.functions.periods import Period, length_of
from bot.query.units import UNITS

Window: TypeAlias = tuple[int | None, int | None]
"""A half-open span of time in milliseconds; None is open."""

_LOG = re.compile(r"(?:(\d{12}):)?(.*)", re.DOTALL)
_ARN = re.compile(r"arn:[\w-]+:logs:[\w-]*:(\d*):log-group:([^:]+)(?::\*)?")
_RELATIVE = re.compile(r"([+-]?)(\d+)([a-z]+)")


def refuse_sources(sources: Sequence[Source], text: str) -> None:
    """`QueryError` for a `SOURCE` that only AWS can resolve."""
    for source in sources:
        for selector in source.selectors:
            if isinstance(selector, DataSource | LogGroupTags):
                message = "Only AWS knows which log groups these are."
                hint = 'Name them: `SOURCE "name"` or `SOURCE logGroups(namePrefix: ["…"])`.'
                raise QueryError(message, selector.span, text, hint)


def chosen(sources: Sequence[Source], log: str) -> bool:
    """Whether a log group, called `name` or `account:name` as in `@log`, is among the sources."""
    found = _LOG.fullmatch(log)
    account, name = found.groups() if found else (None, log)
    return any(_chooses(source, account, name) for source in sources)


def _chooses(source: Source, account: str | None, name: str) -> bool:
    if source.name is None:
        return any(_selects(selector, account, name) for selector in source.selectors)
    arn = _ARN.fullmatch(source.name)
    if arn is None:
        return source.name == name
    return arn[2] == name and (account is None or not arn[1] or arn[1] == account)


def _selects(selector: Selector, account: str | None, name: str) -> bool:
    if not isinstance(selector, LogGroups):
        return False
    if selector.prefixes and not name.startswith(selector.prefixes):
        return False
    if selector.classes and "STANDARD" not in selector.classes:
        return False
    return not selector.accounts or account is None or account in selector.accounts


def window_of(sources: Sequence[Source], window: Window, now: int) -> Window:
    """The window that the first source names, or else the one given.

    A number is milliseconds since the epoch, and its end is included; a period is relative to now.
    """
    start, end = window
    for source in sources:
        if source.start is not None:
            start = _moment(source.start, now)
        if source.end is not None:
            end = _moment(source.end, now) + (source.end.isdigit())
        if source.start is not None or source.end is not None:
            break
    return start, end


def _moment(written: str, now: int) -> int:
    relative = _RELATIVE.fullmatch(written)
    if relative is None:
        return int(written) if written.lstrip("-").isdigit() else now
    sign, amount, unit = relative.groups()
    length = length_of(Period(int(amount), UNITS.get(unit, "ms"))) or 0
    return now - length if sign == "-" else now + length
