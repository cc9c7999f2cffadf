"""Date patterns, formats and time zones at their edges; the goldens have the plain cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.errors import QueryError
from bot.query.functions.time_format import format_date, wrong_format
from bot.query.functions.time_read import parse_date, wrong_pattern
from bot.query.functions.zone import zone_of
from tests.query.evaluating import run, value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1)


NOON = ms("2026-11-04T12:00:00Z")


@pytest.mark.parametrize(
    ("text", "pattern", "wanted"),
    [
        ("2026-11-04", "yyyy-MM-dd", "2026-11-04T00:00:00Z"),
        ("2026-11-04", "uuuu-MM-dd", "2026-11-04T00:00:00Z"),
        ("4.1.26", "d.M.yy", "2026-01-04T00:00:00Z"),
        ("20261104", "yyyyMMdd", "2026-11-04T00:00:00Z"),
        ("20261104", "yMMdd", "2026-11-04T00:00:00Z"),
        ("20260104", "yMdd", None),
        ("2026308", "yyyyDDD", "2026-11-04T00:00:00Z"),
        ("2026 308", "y D", "2026-11-04T00:00:00Z"),
        ("2024-366", "y-D", "2024-12-31T00:00:00Z"),
        ("2026-366", "y-D", None),
        ("2026-0", "y-D", None),
        ("2026-12 308", "y-M D", None),
        ("2026-11 308", "y-M D", "2026-11-04T00:00:00Z"),
        (
            "2026-11-04 23:59:58.123456789",
            "yyyy-MM-dd HH:mm:ss.SSSSSSSSS",
            "2026-11-04T23:59:58.123Z",
        ),
        ("20261104235958999", "yyyyMMddHHmmssSSS", "2026-11-04T23:59:58.999Z"),
        ("2026-11-04T10:00Z", "yyyy-MM-dd'T'HH:mmX", "2026-11-04T10:00:00Z"),
        ("2026-11-04T10:00+02", "yyyy-MM-dd'T'HH:mmX", "2026-11-04T08:00:00Z"),
        ("2026-11-04T10:00+0230", "yyyy-MM-dd'T'HH:mmX", "2026-11-04T07:30:00Z"),
        ("2026-11-04T10:00-0230", "yyyy-MM-dd'T'HH:mmXX", "2026-11-04T12:30:00Z"),
        ("2026-11-04T10:00+02:30", "yyyy-MM-dd'T'HH:mmXXX", "2026-11-04T07:30:00Z"),
        ("2026-11-04T10:00+00:00:30", "yyyy-MM-dd'T'HH:mmXXXXX", "2026-11-04T09:59:30Z"),
        ("2026-11-04T10:00+00:00:60", "yyyy-MM-dd'T'HH:mmXXXXX", None),
        ("2026-11-04T10:00Z", "yyyy-MM-dd'T'HH:mmx", None),
        ("2026-11-04T10:00+0000", "yyyy-MM-dd'T'HH:mmZ", "2026-11-04T10:00:00Z"),
        ("2026-11-04T10:00+0199", "yyyy-MM-dd'T'HH:mmZ", None),
        ("2026-11-04T10:00+1900", "yyyy-MM-dd'T'HH:mmZ", None),
        ("2026-11-04 10:00 UTC", "yyyy-MM-dd HH:mm z", "2026-11-04T10:00:00Z"),
        ("2026-11-04 10:00 Asia/Tokyo", "yyyy-MM-dd HH:mm VV", "2026-11-04T01:00:00Z"),
        ("2026-11-04 10:00 NOPE", "yyyy-MM-dd HH:mm z", None),
        ("2026-11-04 10:00 ?", "yyyy-MM-dd HH:mm z", None),
        ("Wed Nov 4 2026", "EEE MMM d yyyy", "2026-11-04T00:00:00Z"),
        ("Wednesday, November 4 2026", "EEEE, MMMM d yyyy", "2026-11-04T00:00:00Z"),
        ("Thu Nov 4 2026", "EEE MMM d yyyy", None),
        ("Wed NOV 4 2026", "EEE MMM d yyyy", None),
        ("2026-11-04 12:30 AM", "yyyy-MM-dd hh:mm a", "2026-11-04T00:30:00Z"),
        ("2026-11-04 12:30 PM", "yyyy-MM-dd hh:mm a", "2026-11-04T12:30:00Z"),
        ("2026-11-04 0:30 PM", "yyyy-MM-dd K:mm a", "2026-11-04T12:30:00Z"),
        ("2026-11-04 13:30 PM", "yyyy-MM-dd hh:mm a", None),
        ("2026-11-04 13:30 AM", "yyyy-MM-dd HH:mm a", None),
        ("2026-11-04 13:30 PM", "yyyy-MM-dd HH:mm a", "2026-11-04T13:30:00Z"),
        ("2026-11-04 13 01 PM", "yyyy-MM-dd HH hh a", "2026-11-04T13:00:00Z"),
        ("2026-11-04 13 02 PM", "yyyy-MM-dd HH hh a", None),
        ("2026-11-04 24:00", "yyyy-MM-dd kk:mm", "2026-11-04T00:00:00Z"),
        ("2026-11-04 24:00", "yyyy-MM-dd HH:mm", None),
        ("2026-11-04 00:60", "yyyy-MM-dd HH:mm", None),
        ("2026-11-04 10", "yyyy-MM-dd[ HH:mm]", None),
        ("2026-11-04 10:30", "yyyy-MM-dd[ HH:mm]", "2026-11-04T10:30:00Z"),
        ("2026-11-04", "yyyy-MM-dd[ HH:mm]", "2026-11-04T00:00:00Z"),
        ("2026-11-04", "yyyy-MM-dd[ HH[:mm", "2026-11-04T00:00:00Z"),
        ("2026-11-04 10", "yyyy-MM-dd[ HH[:mm", "2026-11-04T10:00:00Z"),
        ("2026-11", "yyyy-MM[-dd]", None),
        ("2026-11-04 5 PM", "yyyy-MM-dd h[ a]", "2026-11-04T17:00:00Z"),
        ("2026-11-04 5", "yyyy-MM-dd h[ a]", None),
        ("it's 2026-11-04", "'it''s' yyyy-MM-dd", "2026-11-04T00:00:00Z"),
        ("'2026-11-04'", "''yyyy-MM-dd''", "2026-11-04T00:00:00Z"),
        ("2026-02-30", "yyyy-MM-dd", None),
        ("2026-13-01", "yyyy-MM-dd", None),
        ("0000-01-01", "yyyy-MM-dd", None),
        ("99999-01-01", "y-MM-dd", None),
        ("9" * 30 + "-01-01", "y-MM-dd", None),
        ("2026-1-04", "yyyy-MM-dd", None),
        ("2026-11-04 ", "yyyy-MM-dd", None),
        (" 2026-11-04", "yyyy-MM-dd", None),
        ("٢٠٢٦-11-04", "yyyy-MM-dd", None),
        ("2026-11-04 2027", "yyyy-MM-dd yyyy", None),
        ("", "yyyy-MM-dd", None),
    ],
)
def test_dates_are_read_as_java_does(text: str, pattern: str, wanted: str | None) -> None:
    assert parse_date(text, pattern) == (None if wanted is None else ms(wanted))


def test_the_clock_of_a_date_stands_in_its_zone() -> None:
    def tokyo(text: str, pattern: str) -> int | None:
        return parse_date(text, pattern, "Asia/Tokyo")

    assert tokyo("2026-11-04", "yyyy-MM-dd") == ms("2026-11-03T15:00:00Z")
    assert tokyo("2026-11-04 00Z", "yyyy-MM-dd HHX") == ms("2026-11-04T00:00:00Z")
    assert parse_date("2026-11-04", "yyyy-MM-dd", "Nowhere/Land") is None
    assert parse_date("0001-01-01", "yyyy-MM-dd", "+14:00") is not None
    berlin = "Europe/Berlin"  # an hour that is not there, and one that is there twice
    assert parse_date("2026-03-29 02:30", "yyyy-MM-dd HH:mm", berlin) == ms("2026-03-29T01:30:00Z")
    assert parse_date("2026-10-25 02:30", "yyyy-MM-dd HH:mm", berlin) == ms("2026-10-25T00:30:00Z")


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        ("yyyy-MM", "A date pattern needs a year, a month and a day."),
        ("MM-dd", "A date pattern needs a year, a month and a day."),
        ("", "A date pattern needs a year, a month and a day."),
        ("yyyy-MM-dd mm", "A date pattern with a time needs an hour."),
        ("yyyy-MM-dd hh", "`h` and `K` need `a` in a date pattern: write `H` for hours up to 23."),
        ("yyyyy-MM-dd", "`yyyyy` is no part of a date pattern here."),
        ("yyyy-MM-dd ddd", "`ddd` is no part of a date pattern here."),
        ("yyyy-MM-dd SSSSSSSSSS", "`SSSSSSSSS` is no part of a date pattern here."),
        ("yyyy-MM-ddTHH", "`T` is no part of a date pattern here."),
        ("YYYY-MM-dd", "`YYYY` is no part of a date pattern here."),
        ("yyyy-MM-dd]", "`]` cannot stand here in a date pattern."),
        ("yyyy-MM-dd{", "`{` cannot stand here in a date pattern."),
        ("yyyy-MM-dd'T", "`'` cannot stand here in a date pattern."),
        ("[" * 11, "The optional parts of this date pattern are nested too deeply."),
        (" " * 201, "A date pattern has at most 200 characters."),
    ],
)
def test_patterns_that_can_give_no_date(pattern: str, wrong: str) -> None:
    assert wrong_pattern(pattern) == wrong
    assert parse_date("2026-11-04", pattern) is None
    assert wrong_pattern("yyyy-MM-dd") == ""


@pytest.mark.parametrize("directive", [*"YCymdeHIMSpAaBbhjuwUWVGgFTRDrcxXnt%"])
def test_formats_print_as_strftime_does(directive: str) -> None:
    for day in range(0, 4000, 9):
        moment = datetime(2018, 1, 1, 13, 4, 5, tzinfo=UTC) + timedelta(days=day, hours=day)
        at = (moment - EPOCH) // timedelta(milliseconds=1)
        assert format_date(at, f"<%{directive}>") == moment.strftime(f"<%{directive}>")


def test_formats_at_their_edges() -> None:
    assert format_date(NOON, "") == ""
    assert format_date(NOON, "é\ud800\0") == "é\ud800\0"
    assert format_date(NOON, "%H%z %Z", "+09:30") == "21+0930 UTC+09:30"
    assert format_date(NOON, "%H%z %Z", "America/New_York") == "07-0500 EST"
    assert format_date(NOON, "%H%z %Z") == "12+0000 UTC"
    assert format_date(-62_135_596_800_000, "%F") == "0001-01-01"
    assert format_date(-62_135_596_800_000, "%F", "-01:00") is None
    assert format_date(10**18, "%F") is None
    assert format_date(NOON, "%F", "x") is None
    assert format_date(NOON, "%Q") is None
    assert format_date(NOON, "x" * 201) is None
    assert len(format_date(NOON, "%c" * 100) or "") == 2400


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ("%Y-%Q", "There is no directive `%Q` in a format."),
        ("%f", "There is no directive `%f` in a format."),
        ("100%", "There is no directive `%` in a format."),
        ("%\n", "There is no directive `% ` in a format."),
        ("x" * 201, "A format has at most 200 characters."),
    ],
)
def test_formats_that_are_none(form: str, wrong: str) -> None:
    assert wrong_format(form) == wrong
    assert wrong_format("%F %T") == ""


@pytest.mark.parametrize("name", ["UTC", "GMT", "Z", "+9", "+09", "-0930", "+09:30", "UTC+1",
                                  "GMT-03:00", "+18:00", "Asia/Tokyo", "America/New_York",
                                  "America/Argentina/Buenos_Aires", "Etc/GMT+5"])  # fmt: skip
def test_zones(name: str) -> None:
    assert zone_of(name) is not None


@pytest.mark.parametrize("name", ["", "utc", "localtime", "posixrules", "America", "America/Nowhere",
                                  "../etc/passwd", "/etc/localtime", "right/UTC", "Asia/../Asia/Tokyo",
                                  "+19", "+18:01", "+09:60", "+1:2:3", "UTC+", "Asia/Tokyo\0",
                                  "America/Argentina", "\ud800", "A" * 100])  # fmt: skip
def test_what_is_no_zone(name: str) -> None:
    assert zone_of(name) is None


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.text(alphabet="0129-+:/. ZTaNovPM'", max_size=30),
    st.text(alphabet="yMdHhmsSaXxZzEVDK'[]-:/. ", max_size=20),
    st.text(alphabet="%YmdcQ \ud800", max_size=6),
    st.one_of(st.sampled_from(["UTC", "Asia/Tokyo", "-18"]), st.text(max_size=4)),
    st.integers(),
)
def test_no_text_makes_them_fail(text: str, pattern: str, form: str, zone: str, at: int) -> None:
    for tried in (pattern, f"y-M-d {pattern}"):
        assert parse_date(text, tried, zone) is None or not wrong_pattern(tried)
    assert format_date(at, form, zone) is None or not wrong_format(form)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001 - the zone is added
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "+05:30"]),
)
def test_what_is_printed_is_read_back(clock: datetime, zone: str) -> None:
    at = (clock.replace(microsecond=0, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)
    if clock.year < 1950:
        zone = "UTC"  # local mean times have offsets with seconds
    printed = format_date(at, "%A, %d %B %Y %I:%M:%S %p %z", zone)
    assert printed is not None
    assert parse_date(printed, "EEEE, dd MMMM yyyy hh:mm:ss a Z", zone) == at


def test_long_texts_and_patterns_take_no_time() -> None:
    assert parse_date("1" * 1_000_000, "yMdHms") is None
    assert parse_date("1" * 1_000_000, "[y" * 9 + "]" * 9 + "yMd") is None
    assert parse_date("1-" * 1000, "y-" * 99 + "M-d") is None


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("fields parseDate(a, «'yyyy'»)", "A date pattern needs a year, a month and a day."),
        ("fields parseDate(a, 'yyyy-MM-dd', «'Mars'»)", "`Mars` is no time zone."),
        ("fields formatDate(@timestamp, «'%Q'»)", "There is no directive `%Q` in a format."),
        ("fields strftime(@timestamp, '%F', «'x'»)", "`x` is no time zone."),
    ],
)
def test_wrong_literals_are_refused_at_their_place(marked: str, message: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    with pytest.raises(QueryError) as caught:
        run(text, [{}])
    span = caught.value.span
    assert caught.value.message == message
    assert text[span.start : span.end] == marked[marked.index("«") + 1 : marked.index("»")]


def test_arguments_from_data_are_missing_where_they_are_wrong() -> None:
    event = {"a": "2026-11-04", "p": "yyyy-MM-dd", "z": "UTC", "bad": "("}
    assert value("parseDate(a, p, z)", event) == str(ms("2026-11-04T00:00:00Z"))
    assert value("parseDate(a, bad, z)", event) is None
    assert value("parseDate(a, p, bad)", event) is None
    assert value("formatDate(0, p)", event) == "yyyy-MM-dd"
