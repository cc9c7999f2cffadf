"""The formats of `formatDate`: those of `strftime` in the C locale.

CloudWatch Logs user guide, "Datetime functions"; the directives are those of the ISO C standard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

from bot.query.errors import plain
from bot.query.functions.zone import zone_of
from bot.query.values import moment_of

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_LONGEST = 200  # characters of a format

_Printed: TypeAlias = Callable[[datetime], str]


def format_date(moment: int, form: str, zone: str = "UTC") -> str | None:
    """The moment as the format says; None outside the years 1 to 9999, and if an argument is wrong."""
    utc, there = moment_of(moment), zone_of(zone)
    if utc is None or there is None or len(form) > _LONGEST:
        return None
    try:
        parts, local = _parts(form), utc.astimezone(there)
    except (ValueError, OverflowError):
        return None
    return "".join([part if isinstance(part, str) else part(local) for part in parts])


def wrong_format(form: str) -> str:
    """What is wrong with the format, as a sentence; nothing if it is right."""
    if len(form) > _LONGEST:
        return f"A format has at most {_LONGEST} characters."
    try:
        _parts(form)
    except ValueError as error:
        return str(error)
    return ""


@lru_cache(maxsize=256)
def _parts(form: str) -> tuple[str | _Printed, ...]:
    """What to print, in order. `ValueError` in words where a directive is unknown."""
    literal, *directives = _DIRECTIVE.split(form)
    parts: list[str | _Printed] = [literal]
    for letter, following in zip(directives[::2], directives[1::2], strict=True):
        if letter in _SHORT:
            parts += _parts(_SHORT[letter])
        elif letter in _PRINTED:
            parts.append(_PRINTED[letter])
        else:
            raise ValueError(f"There is no directive `%{plain(letter)}` in a format.")
        parts.append(following)
    return tuple(parts)


def _week(moment: datetime, first: int) -> str:
    """The week of the year where weeks begin on that day: 0 is Monday, 6 Sunday."""
    since = (moment.weekday() - first) % 7
    return f"{(moment.timetuple().tm_yday + 6 - since) // 7:02}"


def _offset(moment: datetime) -> str:
    minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


_DIRECTIVE = re.compile("%(.?)", re.DOTALL)
_SHORT: Mapping[str, str] = {
    "F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y", "r": "%I:%M:%S %p",
    "c": "%a %b %e %H:%M:%S %Y", "x": "%m/%d/%y", "X": "%H:%M:%S",
}  # fmt: skip
_PRINTED: Mapping[str, _Printed] = {
    "%": lambda _moment: "%",
    "n": lambda _moment: "\n",
    "t": lambda _moment: "\t",
    "Y": lambda moment: f"{moment.year:04}",
    "C": lambda moment: f"{moment.year // 100:02}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "m": lambda moment: f"{moment.month:02}",
    "d": lambda moment: f"{moment.day:02}",
    "e": lambda moment: f"{moment.day:2}",
    "j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "H": lambda moment: f"{moment.hour:02}",
    "I": lambda moment: f"{(moment.hour + 11) % 12 + 1:02}",
    "M": lambda moment: f"{moment.minute:02}",
    "S": lambda moment: f"{moment.second:02}",
    "p": lambda moment: "AM" if moment.hour < 12 else "PM",
    "A": lambda moment: DAYS[moment.weekday()],
    "a": lambda moment: DAYS[moment.weekday()][:3],
    "B": lambda moment: MONTHS[moment.month - 1],
    "b": lambda moment: MONTHS[moment.month - 1][:3],
    "h": lambda moment: MONTHS[moment.month - 1][:3],
    "u": lambda moment: f"{moment.isoweekday()}",
    "w": lambda moment: f"{moment.isoweekday() % 7}",
    "U": lambda moment: _week(moment, 6),
    "W": lambda moment: _week(moment, 0),
    "V": lambda moment: f"{moment.isocalendar().week:02}",
    "G": lambda moment: f"{moment.isocalendar().year:04}",
    "g": lambda moment: f"{moment.isocalendar().year % 100:02}",
    "z": _offset,
    "Z": lambda moment: moment.tzname() or "",
}
