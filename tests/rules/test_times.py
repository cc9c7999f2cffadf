"""When the events of tests happened."""

from __future__ import annotations

import pytest

from bot.rules.times import event_time


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"eventTime": "1970-01-01T00:00:01Z"}, 1000),
        ({"eventTime": "1970-01-01T01:00:01+01:00"}, 1000),
        ({"eventTime": "1970-01-01 00:00:01.250"}, 1250),
        ({"eventTime": "1970-01-01T00:00:01.2509999Z"}, 1250),
        ({"@timestamp": 7, "eventTime": "1970-01-01T00:00:01Z"}, 7),
        ({"@timestamp": "1970-01-01T00:00:02Z", "eventTime": "1970-01-01T00:00:01Z"}, 2000),
        ({}, None),
        ({"eventTime": None}, None),
        ({"eventTime": "soon"}, None),
        ({"eventTime": "2026-13-01T00:00:00Z"}, None),
        ({"eventTime": "0001-01-01T00:00:00+23:59"}, None),
        ({"eventTime": ["2026-01-01T00:00:00Z"]}, None),
        ({"@timestamp": True}, None),
        ({"@timestamp": -1}, None),
        ({"@timestamp": 10**18}, None),
        ({"@timestamp": 1.5}, None),
    ],
)
def test_the_time_of_an_event(event: dict[str, object], expected: int | None) -> None:
    assert event_time(event) == expected
