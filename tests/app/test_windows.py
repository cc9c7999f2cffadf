"""Windows as people write them, in their own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.windows import WindowSpec, looks_like_window, read_window, window_of
from bot.errors import BotError

NOW = datetime(2026, 11, 24, 10, 0, 0, 999_999, tzinfo=UTC)  # 11:00 in Berlin


def resolved(text: str, zone: str = "Europe/Berlin", now: datetime = NOW) -> str:
    window = read_window(text).resolve(now, ZoneInfo(zone))
    return f"{window.start:%m-%d %H:%M:%S}..{window.end:%m-%d %H:%M:%S}"


def read_or_error(text: str) -> WindowSpec | BotError:
    try:
        return read_window(text)
    except BotError as error:
        return error


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24h", "11-23 10:00:00..11-24 10:00:00"),
        ("7d", "11-17 10:00:00..11-24 10:00:00"),
        ("90m", "11-24 08:30:00..11-24 10:00:00"),
        ("30s", "11-24 09:59:30..11-24 10:00:00"),
        ("1w", "11-17 10:00:00..11-24 10:00:00"),
        ("1h30m", "11-24 08:30:00..11-24 10:00:00"),
        (" 24H ", "11-23 10:00:00..11-24 10:00:00"),
        ("24hours", "11-23 10:00:00..11-24 10:00:00"),
        ("last 24 hours", "11-23 10:00:00..11-24 10:00:00"),
        ("last 90m", "11-24 08:30:00..11-24 10:00:00"),
        # A date is its whole day, an end date included; Berlin is an hour ahead of UTC.
        ("2026-11-01", "10-31 23:00:00..11-01 23:00:00"),
        ("2026-11-01..2026-11-02", "10-31 23:00:00..11-02 23:00:00"),
        ("2026-11-01 .. 2026-11-02", "10-31 23:00:00..11-02 23:00:00"),
        ("2026-11-01…2026-11-02", "10-31 23:00:00..11-02 23:00:00"),
        ("2026–11–01..2026—11—02", "10-31 23:00:00..11-02 23:00:00"),  # noqa: RUF001 - bent dashes
        ("2026-11-24", "11-23 23:00:00..11-24 23:00:00"),
        ("today", "11-23 23:00:00..11-24 23:00:00"),
        ("Yesterday", "11-22 23:00:00..11-23 23:00:00"),
        ("yesterday..today", "11-22 23:00:00..11-24 23:00:00"),
        # A time is an instant, an end time left out.
        ("2026-11-01T09:00..2026-11-01T10:30", "11-01 08:00:00..11-01 09:30:00"),
        ("2026-11-01t09:00..2026-11-01t10:30:15", "11-01 08:00:00..11-01 09:30:15"),
        ("2026-11-01 09:00..2026-11-01 10:30", "11-01 08:00:00..11-01 09:30:00"),
        ("2026-11-01T09:00..10:30", "11-01 08:00:00..11-01 09:30:00"),
        ("2026-11-01T09:00Z..10:30", "11-01 09:00:00..11-01 10:30:00"),
        ("2026-11-01T04:00Z..2026-11-01T10:30+05:30", "11-01 04:00:00..11-01 05:00:00"),
        ("2026-11-01T09:00-0500..2026-11-01T10:30-05:00", "11-01 14:00:00..11-01 15:30:00"),
        ("2026-11-01..2026-11-02T12:00", "10-31 23:00:00..11-02 11:00:00"),
        ("2026-11-01T12:00..2026-11-02", "11-01 11:00:00..11-02 23:00:00"),
        ("09:00..10:00", "11-24 08:00:00..11-24 09:00:00"),
        ("yesterday 22:00..today 01:00", "11-23 21:00:00..11-24 00:00:00"),
        ("since 09:00", "11-24 08:00:00..11-24 10:00:00"),
        ("since 9:00", "11-24 08:00:00..11-24 10:00:00"),
        ("since 09:00z", "11-24 09:00:00..11-24 10:00:00"),
        ("since 2026-11-01", "10-31 23:00:00..11-24 10:00:00"),
        ("since 2026-11-23T12:00", "11-23 11:00:00..11-24 10:00:00"),
        ("since yesterday", "11-22 23:00:00..11-24 10:00:00"),
        ("since  yesterday 22:00", "11-23 21:00:00..11-24 10:00:00"),
        ("2026-11-23..", "11-22 23:00:00..11-24 10:00:00"),
        ("2026-11-23..now", "11-22 23:00:00..11-24 10:00:00"),
    ],
)
def test_a_window_means_this_span_of_utc(text: str, expected: str) -> None:
    assert resolved(text) == expected


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        # 29 March 2026: 02:00 to 03:00 does not exist in Berlin; the day has 23 hours.
        ("2026-03-29", "Europe/Berlin", "03-28 23:00:00..03-29 22:00:00"),
        ("2026-03-29T02:30..2026-03-29T04:00", "Europe/Berlin", "03-29 01:30:00..03-29 02:00:00"),
        # 25 October 2026: 02:00 to 03:00 happens twice; the first counts; the day has 25 hours.
        ("2026-10-25", "Europe/Berlin", "10-24 22:00:00..10-25 23:00:00"),
        ("2026-10-25T02:30..2026-10-25T03:00", "Europe/Berlin", "10-25 00:30:00..10-25 02:00:00"),
        # Cairo skips midnight itself, so the day begins at 01:00.
        ("2026-04-24", "Africa/Cairo", "04-23 22:00:00..04-24 21:00:00"),
        ("2026-11-24", "America/New_York", "11-24 05:00:00..11-25 05:00:00"),
        ("today", "Pacific/Auckland", "11-23 11:00:00..11-24 11:00:00"),
        ("yesterday", "America/Los_Angeles", "11-23 08:00:00..11-24 08:00:00"),
    ],
)
def test_days_and_times_follow_the_zone_and_its_clock_changes(
    text: str, zone: str, expected: str
) -> None:
    assert resolved(text, zone) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a window"),
        ("soon", "is not a window"),
        ("-5h", "is not a window"),
        ("２４h", "is not a window"),  # noqa: RUF001 - digits that look like digits
        ("9999999999h", "is not a window"),
        ("2026-11-01/2026-11-02", "is not a window"),
        ("since", "is not a window"),
        ("since 24h", "is not a window"),
        ("2026-11-01..soon", "is not a window"),
        ("x" * 1_000_000, "is not a window"),
        ("0h", "is empty"),
        ("0d0h", "is empty"),
        ("24hh", "use s, m, h, d or w"),
        ("5mo", "use s, m, h, d or w"),
        ("100ms", "use s, m, h, d or w"),
        ("367d", "longer than 366 days"),
        ("999999999w", "longer than 366 days"),
        ("2024-01-01..2026-01-01", "longer than 366 days"),
        ("2026-02-30", "no day or time that exists"),
        ("2026-11-01T24:00..2026-11-02", "no day or time that exists"),
        ("since 09:60", "no day or time that exists"),
        ("since 09:00+15:00", "no day or time that exists"),
        ("since 09:00+01:60", "no day or time that exists"),
        ("1969-12-31", "outside the years 1970 to 2999"),
        ("9999-12-31", "outside the years 1970 to 2999"),
        ("2026-11-01T09:00", "is an instant"),
        ("09:00", "is an instant"),
        ("now", "is an instant"),
        ("..2026-11-01", "has no start"),
        ("..", "has no start"),
        ("2026-11-02..2026-11-01", "Write the earlier one first"),
        ("2026-11-01T10:00..2026-11-01T10:00", "Write the earlier one first"),
        ("2026-11-25", "lies in the future"),
        ("now..2026-11-25", "lies in the future"),
        ("since 2026-11-25", "lies in the future"),
        ("since 22:00", "For the day before: `since yesterday 22:00`"),
    ],
)
def test_what_is_no_window_is_refused_with_words(text: str, said: str) -> None:
    with pytest.raises(BotError, match=said) as raised:
        resolved(text)

    assert len(str(raised.value)) < 400


def test_a_window_that_begins_now_lies_in_the_future() -> None:
    midnight = datetime(2026, 11, 23, 23, 0, 0, tzinfo=UTC)

    with pytest.raises(BotError, match="lies in the future"):
        resolved("today", now=midnight)


def test_a_year_of_days_with_an_extra_hour_is_allowed() -> None:
    assert resolved("2025-03-31..2026-03-28").endswith("03-28 23:00:00")
    assert resolved("2025-10-26..2026-10-26") == "10-25 22:00:00..10-26 23:00:00"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(hours=24), "24h"),
        (timedelta(days=7), "7d"),
        (timedelta(hours=36), "36h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=45), "45s"),
    ],
)
def test_a_rules_own_window_is_written_as_people_would(length: timedelta, text: str) -> None:
    spec = window_of(length)

    assert spec.text == text
    assert spec == read_window(text)


@pytest.mark.parametrize(
    "text", ["24hh", "2026-13-01", "2026/11/01", "yesteday", "since noon", "last night", "a..b"]
)
def test_some_texts_were_meant_as_windows(text: str) -> None:
    assert looks_like_window(text)


@pytest.mark.parametrize("text", ["my-bucket", "arn:aws:iam::111122223333:root", "release"])
def test_other_texts_were_not(text: str) -> None:
    assert not looks_like_window(text)


moments = st.integers(1_767_225_600, int(NOW.timestamp())).map(
    lambda seconds: f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
)
days = st.dates(date(2026, 1, 1), date(2026, 11, 24)).map(str)
lengths = st.integers(1, 366).flatmap(
    lambda n: st.sampled_from(["s", "m", "h", "d"]).map(f"{n}{{}}".format)
)
sinces = st.one_of(moments, days).map("since {}".format)
ranges = st.tuples(st.one_of(moments, days), st.one_of(moments, days)).map("..".join)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(lengths, days, sinces, ranges), zones)
def test_every_window_is_a_span_of_whole_seconds_that_has_begun(text: str, zone: str) -> None:
    spec = read_window(text)
    try:
        window = spec.resolve(NOW, ZoneInfo(zone))
    except BotError:
        return

    assert window.start < window.end
    assert window.start < NOW
    assert window.start.tzinfo is UTC
    assert window.end.tzinfo is UTC
    assert not window.start.microsecond
    assert not window.end.microsecond
    assert read_window(spec.text) == spec


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_any_text_is_a_window_or_an_error_in_words(text: str) -> None:
    spec = read_or_error(text)

    if isinstance(spec, BotError):
        assert str(spec).isprintable()
    else:
        assert read_window(spec.text) == spec
