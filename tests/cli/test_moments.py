"""Moments and zones as typed on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.cli.moments import read_instant, read_moment, read_zone
from bot.errors import BotError

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "end", "moment"),
    [
        ("2026-11-01T09:30:00Z", False, datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        ("2026-11-01T09:30:00Z", True, datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        ("2026-11-01T09:30+05:30", False, datetime(2026, 11, 1, 4, 0, tzinfo=UTC)),
        ("2026-07-01T09:30", False, datetime(2026, 7, 1, 7, 30, tzinfo=UTC)),
        ("2026-11-01 09:30:15.250", False, datetime(2026, 11, 1, 8, 30, 15, 250_000, tzinfo=UTC)),
        ("2026-07-01", False, datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("2026-07-01", True, datetime(2026, 7, 1, 22, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_the_zone(text, end, moment):
    assert read_moment(text, BERLIN, end=end) == moment


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-11-01T25:00", "12", "9999-12-31"])
def test_what_is_no_moment_is_refused_with_an_example(text):
    with pytest.raises(BotError, match=r"is no time.*2026-11-01T09:30"):
        read_moment(text, ZoneInfo("America/New_York"), end=True)


def test_without_text_it_is_now():
    before = datetime.now(UTC)
    assert before <= read_moment(None, BERLIN) <= datetime.now(UTC)


def test_instants_are_milliseconds():
    assert read_instant("1970-01-01T00:00:01.5Z", BERLIN) == 1500


def test_a_zone_is_read_by_name_or_from_the_surroundings(monkeypatch):
    assert read_zone("Asia/Tokyo") == ZoneInfo("Asia/Tokyo")
    monkeypatch.setenv("TZ", "America/New_York")
    assert read_zone(None) == ZoneInfo("America/New_York")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/localtime"])
def test_an_unknown_zone_is_refused(name):
    with pytest.raises(BotError, match="no time zone"):
        read_zone(name)
