"""Events of one file: their time, the window, their fields, and what is no event."""

from __future__ import annotations

import gzip
import json
from typing import Any, NamedTuple

import pytest

from bot.engine.decoding import NOT_AN_OBJECT, NOT_JSON, TOO_DEEP, text_of
from bot.engine.events import (
    DEEP_TEXT,
    NO_TIME,
    NO_TIME_KEPT,
    NOT_STORED,
    Asked,
    event_reader,
)
from bot.engine.sources import LogFile
from bot.engine.troubles import Troubles

NOON = 1_795_435_200_000  # 2026-11-23T12:00:00Z


class Seen(NamedTuple):
    """An event as a reader gives it."""

    time: int | None
    ingested: int | None
    message: bytes | str
    offset: int
    nth: int
    values: list[Any]


class Log:
    """A file in the making."""

    def __init__(self, path) -> None:
        self.path = path
        self.troubles: list[tuple[int | None, str, int]] = []

    def read(self, data: bytes, *names: str, start=None, end=None, stored=False):
        self.path.write_bytes(data)
        troubles = Troubles()
        file = LogFile(str(self.path), stored=stored)
        read = event_reader(Asked(names, start, end))
        events = [
            Seen(*event) for some in read(file, troubles, lambda _size: None) for event in some
        ]
        self.troubles = [(one.line, one.why, one.count) for one in troubles.all()]
        return events


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path / "log")


def lines(*events) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def stored(*events) -> bytes:
    return lines(*events)


# ------------------------------------------------------------------------- a person's files
def test_the_first_field_that_is_a_time_says_when_it_happened(log):
    text, later = "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"

    found = log.read(
        lines(
            {"eventTime": text},
            {"@timestamp": text},
            {"timestamp": NOON},
            {"time": NOON // 1000},
            {"time": later, "timestamp": later, "eventTime": text},
            {"eventTime": "soon", "@timestamp": 12.5, "timestamp": None, "time": text},
            {"eventTime": {"at": text}, "time": [text], "timestamp": text},
        )
    )

    assert [(event.time, event.ingested) for event in found] == [(NOON, NOON)] * 7
    assert log.troubles == []


def test_a_message_is_the_exact_bytes_and_fields_come_in_the_order_asked(log):
    one = '{ "b" : 1e5,\t"time": "2026-11-23T12:00:00Z", "a": "é" }'

    found = log.read(f"{one}\r\n".encode(), "a", "@message", "b", "missing", "time")

    (event,) = found
    assert text_of(event.message) == one
    assert event.values == ["é", None, 100_000.0, None, "2026-11-23T12:00:00Z"]


def test_the_window_is_half_open(log):
    data = lines(*({"timestamp": NOON + offset, "n": offset} for offset in (-1, 0, 1, 9, 10)))

    found = log.read(data, "n", start=NOON, end=NOON + 10)

    assert [event.values for event in found] == [[0], [1], [9]]
    assert len(log.read(data, start=NOON)) == 4
    assert len(log.read(data, end=NOON)) == 1
    assert len(log.read(data)) == 5


def test_an_event_without_a_time_is_in_no_window_and_is_told(log):
    data = lines({"a": 1}, {"timestamp": NOON}) + b"words\nmore words\n"

    assert len(log.read(data, start=NOON)) == 1
    assert log.troubles == [(1, NO_TIME, 3)]
    found = log.read(data)
    assert [event.time for event in found] == [None, NOON, None, None]
    assert log.troubles == [(1, NO_TIME_KEPT, 3)]


def test_lines_of_text_have_their_text_and_perhaps_a_time(log):
    found = log.read(
        b"2026-11-23T12:00:00Z GET /\n"
        b"{main} thread\n"
        b"  indented \xff\x00\n"
        b'{"timestamp": 1795435200}\n',
        "timestamp",
    )

    assert [(event.time, text_of(event.message), event.values) for event in found] == [
        (NOON, "2026-11-23T12:00:00Z GET /", [None]),
        (None, "{main} thread", [None]),
        (None, "  indented \ufffd\x00", [None]),
        (NOON, '{"timestamp": 1795435200}', [1_795_435_200]),
    ]


def test_a_bad_line_is_named_counted_and_skipped(log):
    deep = b'{"time": 1795435200, "x":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    good = b'{"time": 1795435200}\n'

    found = log.read(good + b'{"torn": "\n' + good + b'{"a": 1,}\n' + deep + good)

    assert len(found) == 3
    assert log.troubles == [(2, NOT_JSON, 2), (5, TOO_DEEP, 1)]


def test_things_in_records_that_are_no_events_are_told(log):
    found = log.read(b'{"Records":[{"time": 1795435200}, 5, "x", null, [1]]}')

    assert len(found) == 1
    assert log.troubles == [(1, NOT_AN_OBJECT, 4)]


def test_objects_without_a_break_are_events_each(log):
    joined = b'{"n": 1}{"n": 2} {"n": 3}\n{"n": 4}\n'

    found = log.read(joined, "n")

    assert [(event.offset, event.nth, event.values) for event in found] == [
        (0, 0, [1]), (0, 1, [2]), (0, 2, [3]), (26, 0, [4]),
    ]  # fmt: skip
    assert log.read(b'{"n": 1}{"n": tru}{"n": 3}', "n")[1].values == [3]
    assert (1, NOT_JSON, 1) in log.troubles


def test_hostile_values_are_read_and_not_fatal(log):
    data = (
        b'\xef\xbb\xbf{"n": 1, "x": "half \\ud83d pair"}\r\n'
        b'{"n": 2, "x": "bad \xff utf-8"}\n'
        b'{"n": 3, "x": "nul \x00 and \x1b"}\n'
        b'{"n": 4, "x": "first", "x": "last"}\n'
        b'{"n": 5, "x": ' + b"9" * 5000 + b"}\n"
        b'{"n": 6, "x": "' + b"x" * 2_000_000 + b'"}\n'
    )

    found = log.read(data, "n", "x")

    assert [event.values[0] for event in found] == [1, 2, 3, 4, 5, 6]
    assert [event.values[1] for event in found[:5]] == [
        "half \ud83d pair", "bad \ufffd utf-8", "nul \x00 and \x1b", "last", None,
    ]  # fmt: skip
    assert len(found[5].values[1]) == 2_000_000


def test_a_gzip_file_of_records_that_is_cut_off_keeps_its_events(log):
    records = [
        {"eventTime": "2026-11-23T12:00:00Z", "n": n, "id": f"{n * n:x}" * 9} for n in range(5000)
    ]
    packed = gzip.compress(json.dumps({"Records": records}).encode())

    found = log.read(packed[: len(packed) // 2], "n")

    assert [event.values[0] for event in found] == list(range(len(found)))
    assert len(found) > 1_000
    assert [why for _, why, _ in log.troubles] == [
        "its gzip data ends early; what should follow is missing",
        "its last event is cut off; it is left out",
    ]


# ---------------------------------------------------------------------- the local CloudWatch
def test_a_stored_line_has_both_times_and_its_message(log):
    found = log.read(
        stored(
            [NOON, NOON + 5, '{"a": {"b": "é"}, "eventTime": "2020-01-01T00:00:00Z"}'],
            [-5, 0, "text"],
        ),
        "a.b",
        "@message",
        stored=True,
    )

    assert [(e.time, e.ingested, e.offset, e.values) for e in found] == [
        (NOON, NOON + 5, 0, ["é", None]),
        (-5, 0, found[1].offset, [None, None]),
    ]
    assert found[1].message == "text"
    assert found[1].offset > 50


@pytest.mark.parametrize("end", [b"", b"[", b"[17954352000", b'[1795435200000, 1, "torn'])
def test_a_line_that_is_being_written_is_not_there_yet(log, end):
    found = log.read(stored([NOON, NOON, "x"]) + end, stored=True)

    assert len(found) == 1
    assert log.troubles == []


def test_the_window_of_stored_events_is_by_their_time(log):
    data = stored(*([NOON + offset, 0, str(offset)] for offset in (-1, 0, 1, 9, 10)))

    found = log.read(data, start=NOON, end=NOON + 10, stored=True)

    assert [event.message for event in found] == ["0", "1", "9"]


def test_what_was_not_written_by_the_local_cloudwatch_is_told(log):
    bad = b'\n{}\n[]\n[1]\n[1, 2]\n[1, 2, 3]\n["1", 2, "x"]\n[1, 2, "x", 4]\n[1, 2, "\xff"]\nx,\n[1,2,"x]\n'

    found = log.read(stored([1, 2, "first"]) + bad + stored([1, 2, "last"]), stored=True)

    assert [event.message for event in found] == ["first", "last"]
    assert log.troubles == [(2, NOT_STORED, 11)]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        '{"a": ',
        "[1, 2]",
        "5",
        "null",
        '{"a": 1} {"a": 2}',
        " words",
        "\x00",
        '{"a": 1}\n{"a": 2}',
    ],
    ids=range(10),
)
def test_any_message_is_an_event(log, message):
    found = log.read(stored([NOON, NOON, message]), "a", stored=True)

    assert [(event.message, event.values) for event in found] == [(message, [None])]
    assert log.troubles == []


def test_of_a_message_that_is_nested_too_deeply_the_text_is_there(log):
    message = '{"a":' * 100_000

    found = log.read(stored([NOON, NOON, message]), "a", stored=True)

    assert [event.values for event in found] == [[None]]
    assert log.troubles == [(1, DEEP_TEXT, 1)]


def test_a_stored_message_with_records_is_one_event(log):
    found = log.read(
        stored([NOON, NOON, '{"Records":[{"a": 1}, {"a": 2}]}']), "Records.1.a", stored=True
    )

    assert [event.values for event in found] == [[2]]
