"""When events happened, as fields and lines say it."""

from __future__ import annotations

import pytest

from bot.engine.times import event_time, line_time, time_at_start

HALF_PAST = 1_795_433_400_000  # 2026-11-23T11:30:00Z


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        ("2026-11-23T11:30:00Z", HALF_PAST),
        ("2026-11-23T11:30:00z", HALF_PAST),
        ("2026-11-23 11:30:00", HALF_PAST),
        ("2026-11-23 11:30:00 Z", HALF_PAST),
        ("2026-11-23T11:30:00.25Z", HALF_PAST + 250),
        ("2026-11-23 11:30:00,250", HALF_PAST + 250),
        ("2026-11-23T11:30:00.123456789Z", HALF_PAST + 123),
        ("2026-11-23T12:30:00+01:00", HALF_PAST),
        ("2026-11-23T06:30:00.000-0500", HALF_PAST),
        ("1969-12-31T23:59:59.999Z", -1),
        (HALF_PAST // 1000, HALF_PAST),
        (HALF_PAST / 1000 + 0.25, HALF_PAST + 250),
        (HALF_PAST, HALF_PAST),
        (HALF_PAST * 1000 + 1, HALF_PAST),
        (HALF_PAST * 1_000_000 + 1, HALF_PAST),
        (str(HALF_PAST // 1000), HALF_PAST),
        (f"{HALF_PAST // 1000}.250", HALF_PAST + 250),
        (str(HALF_PAST), HALF_PAST),
    ],
    ids=repr,
)
def test_times_of_every_form(value, ms):
    assert event_time(value) == ms


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, {}, [], "", "soon", "2026-11-23", "2026-11-23T11:30Z", 0, -1, 12.5, 99_999_999,
        "2026-13-23T11:30:00Z", "2026-11-23T11:30:60Z", "2026-11-23T25:30:00Z", float("nan"), float("inf"),
        10**30, "9" * 5_000, "2026-11-23T11:30:00Z and more", "0001-01-01T00:00:00+25:00", "٢٠٢٦-11-23T11:30:00Z",
        "2026-11-23T11:30:00.\ud83d", "x" * 1_000_000,
    ],
    ids=range(25),
)  # fmt: skip
def test_what_is_no_time_has_none(value):
    assert event_time(value) is None


@pytest.mark.parametrize(
    "line",
    [
        b"2026-11-23T11:30:00Z error: disk is full",
        b"2026-11-23 11:30:00 error",
        b"2026-11-23 11:30:00,000 [main] error",
        b"[2026-11-23T11:30:00+00:00] error",
        b'"2026-11-23T11:30:00.000Z","x"',
        b"2026-11-23T11:30:00Z",
    ],
)
def test_a_line_of_text_may_begin_with_its_time(line):
    assert line_time(line) == HALF_PAST


@pytest.mark.parametrize(
    "line", [b"", b"error 2026-11-23T11:30:00Z", b"2026-99-99T11:30:00Z", b"\xff\x00"]
)
def test_other_lines_have_no_time(line):
    assert line_time(line) is None


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"[2026-11-23 11:30:00,5] words", "2026-11-23 11:30:00,5"),
        (b"2026-99-99T11:30:00Z", "2026-99-99T11:30:00Z"),
        (b"words", None),
    ],
)
def test_the_text_of_a_time_stays_as_it_is(line, text):
    assert time_at_start(line) == text
