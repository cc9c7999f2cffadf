"""Time windows as people write them: `24h`, `2026-11-01..2026-11-02`, `since 09:00`.

A length L at *now* is [now - L, now). A date is that whole day, an end date inclusive. A time is an
instant, an end exclusive. Local times are those of the person's zone and follow RFC 5545 § 3.3.5: one
that the clock skips means what the clock showed before (02:30 is then 03:30), one that it shows
twice means the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.app.ports import Window
from bot.errors import BotError
from bot.query.errors import quoted
from bot.query.units import UNITS

LONGEST = timedelta(days=366)
"""A longer search is a slip of the keyboard or a very large bill."""

EXAMPLES = "`24h`, `7d`, `2026-11-01`, `2026-11-01..2026-11-02`, `since 09:00`"
"""Windows as an error shows them."""

Day: TypeAlias = date | Literal["today", "yesterday", "now"]

_WORDS: Mapping[str, Day] = {"today": "today", "yesterday": "yesterday"}
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_PART = re.compile(r"([0-9]{1,9})([a-z]+)")
_LENGTH = re.compile(r"((?:[0-9]{1,9}[a-z]+)+)|last ((?:[0-9]{1,9} ?[a-z]+ ?)+)")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}|today|yesterday)?(?:(?:(?<=.)T| |^)"
    r"(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_CAPITALS = re.compile(r"(?<=[0-9y])t(?=[0-9])|(?<=:[0-9]{2})z")
_SPACE = re.compile(r"\s+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_TRIED = re.compile(
    r"[0-9]+ ?[a-z]+|[0-9]{1,4}[-:/.][0-9].*|.*\.\..*|since\b.*|last\b.*|yest.*|tod.*"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a time of day, or both. Without a time it is the whole day; `now` has none."""

    day: Day
    time: time | None = None
    offset: tzinfo | None = None

    def begin(self, now: datetime, zone: tzinfo) -> datetime:
        """The instant itself, or the first of the day."""
        if self.day == "now":
            return now
        return _instant(self._date(now, zone), self.time or time(), self.offset or zone)

    def end(self, now: datetime, zone: tzinfo) -> datetime:
        """The instant itself, or the first of the next day."""
        if self.day == "now" or self.time is not None:
            return self.begin(now, zone)
        return _instant(self._date(now, zone) + timedelta(days=1), time(), zone)

    def _date(self, now: datetime, zone: tzinfo) -> date:
        if isinstance(self.day, date):
            return self.day
        # A day named by word is the day where the time is meant: in the offset, else at home.
        today = now.astimezone(self.offset or zone).date()
        return today - timedelta(days=1) if self.day == "yesterday" else today


NOW = Moment("now")


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """A window as it was written: from a moment, or a length ago, to a moment.

    `text` is its plain form, from which `read_window` makes the same spec.
    """

    text: str
    first: Moment | timedelta
    last: Moment = NOW

    def resolve(self, now: datetime, zone: ZoneInfo) -> Window:
        """The window in UTC at `now` (aware; its fraction of a second is cut) in the person's zone.

        A day that has not ended yet is still whole. Raises `BotError` if nothing can be in the
        window, or if it is longer than 366 days.
        """
        now = now.astimezone(UTC).replace(microsecond=0)
        if isinstance(self.first, timedelta):
            return Window(now - self.first, now)
        start, end = self.first.begin(now, zone), self.last.end(now, zone)
        if start >= now:
            raise BotError(
                f"The window {quoted(self.text)} lies in the future: it starts at "
                f"{_local(start, zone)}, and now it is {_local(now, zone)} ({zone.key})."
                + _day_before(self)
            )
        if end <= start:
            raise BotError(
                f"The window {quoted(self.text)} is empty: its end, {_local(end, zone)}, is not "
                f"after its start, {_local(start, zone)} ({zone.key}). Write the earlier one first."
            )
        if end - start > LONGEST + timedelta(hours=1):  # 366 local days may have an hour more
            raise _too_long(self.text)
        return Window(start, end)


def read_window(text: str) -> WindowSpec:
    """The window that `text` means, whatever the time is.

    Raises `BotError` naming what is wrong and what would work.
    """
    if len(text) > 100:
        raise _not_a_window(text)
    plain = _SPACE.sub(" ", _DASHES.sub("-", text).replace("…", "..")).strip().lower()
    plain = _CAPITALS.sub(lambda letter: letter[0].upper(), plain)
    if found := _LENGTH.fullmatch(plain):
        return _read_length(found[1] or found[2].replace(" ", ""))
    if plain.startswith("since "):
        return WindowSpec(plain, _moment(text, plain.removeprefix("since ")))
    if ".." in plain:
        return _read_range(text, plain)
    first = _moment(text, plain)
    if first.day == "now" or first.time is not None:
        raise BotError(
            f"{quoted(text)} is an instant, not a window. Write `since` before it, or a start and "
            "an end: `2026-11-01T09:00..2026-11-01T10:30`."
        )
    return WindowSpec(plain, first, first)


def window_of(length: timedelta) -> WindowSpec:
    """The window of a rule that names its length: whole seconds, in the largest unit that fits."""
    seconds = int(length.total_seconds())
    unit = next(u for u in ("h", "m", "s") if seconds % _SECONDS[u] == 0)
    if seconds % 86_400 == 0 and seconds > 86_400:
        unit = "d"
    return read_window(f"{seconds // _SECONDS[unit]}{unit}")


def looks_like_window(text: str) -> bool:
    """Whether somebody who wrote this probably meant a window, even if it cannot be read."""
    return _TRIED.fullmatch(text.strip().lower()) is not None


def _read_length(text: str) -> WindowSpec:
    total = 0
    for amount, spelling in _PART.findall(text):
        unit = UNITS.get(spelling, "")
        if unit not in _SECONDS:
            raise BotError(
                f"{quoted(text)} is not a length of time: use s, m, h, d or w, as in `90m` or `7d`."
            )
        total += int(amount) * _SECONDS[unit]
    if total == 0:
        raise BotError(f"The window {quoted(text)} is empty: write a length such as `24h`.")
    if total > LONGEST.total_seconds():
        raise _too_long(text)
    return WindowSpec(text, timedelta(seconds=total))


def _read_range(text: str, plain: str) -> WindowSpec:
    first, _, last = (part.strip() for part in plain.partition(".."))
    if not first:
        raise BotError(
            f"The window {quoted(text)} has no start. Write it as in `2026-11-01..2026-11-02`."
        )
    start = _moment(text, first)
    # `2026-11-01T09:00..10:30`: a bare time at the end is on the day of the start, at its offset.
    end = _moment(text, last) if last else NOW
    if last and last[0].isdigit() and "-" not in last and start.time is not None:
        end = Moment(start.day, end.time, end.offset or start.offset)
    return WindowSpec(f"{first}..{last}", start, end)


def _moment(text: str, part: str) -> Moment:
    """One moment: `part`, already plain, of the window `text`."""
    if part == "now":
        return NOW
    found = _MOMENT.fullmatch(part)
    if not part or not found:
        raise _not_a_window(text)
    try:
        day = _day(found["day"] or "today")
        clock = _clock(found["time"]) if found["time"] else None
        offset = _offset(found["offset"]) if found["offset"] else None
    except ValueError as error:
        raise BotError(
            f"{quoted(part)} is no day or time that exists. Write days as `2026-11-01`, times as "
            "`09:00`, both as `2026-11-01T09:00`."
        ) from error
    if isinstance(day, date) and not 1970 <= day.year <= 2999:
        raise BotError(f"{quoted(part)} lies outside the years 1970 to 2999, as no log does.")
    return Moment(day, clock, offset)


def _day(text: str) -> Day:
    return _WORDS.get(text) or date.fromisoformat(text)


def _clock(text: str) -> time:
    return time.fromisoformat(text if text.index(":") == 2 else f"0{text}")


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if text[0] == "-" else span)


def _instant(day: date, clock: time, zone: tzinfo) -> datetime:
    """The local time in UTC. Python's fold=0 is what RFC 5545 asks for, in gaps as in folds."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _local(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _day_before(spec: WindowSpec) -> str:
    """What somebody means who says `since 22:00` in the morning."""
    first = spec.first
    if spec.last == NOW and isinstance(first, Moment) and first.day == "today" and first.time:
        return f" For the day before: {quoted(f'since yesterday {first.time:%H:%M}')}."
    return ""


def _not_a_window(text: str) -> BotError:
    return BotError(f"{quoted(text)} is not a window. Write one such as {EXAMPLES}.")


def _too_long(text: str) -> BotError:
    return BotError(
        f"The window {quoted(text)} is longer than {LONGEST.days} days. Ask for a shorter one."
    )
