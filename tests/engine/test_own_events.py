"""Events of a person's file: their time, the window, their fields, and what is no event."""

from __future__ import annotations

import gzip
import json

import pytest

from bot.engine.decoding import NOT_AN_OBJECT, NOT_JSON, TOO_DEEP, NotAnObjectError
from bot.engine.events import Asked
from bot.engine.files import file_reader
from bot.engine.opening import nothing
from bot.engine.own_content import NO_TIME, NO_TIME_KEPT
from bot.engine.pieces import CUT_OFF
from bot.engine.sources import LogFile
from bot.engine.troubles import Troubles

NOON = 1_795_435_200_000  # 2026-11-23T12:00:00Z


def lines(*events) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


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
    assert event.text == one
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

    assert [(event.time, event.text, event.values) for event in found] == [
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


@pytest.mark.parametrize(
    "odd",
    [
        b'{"time": 1795435200, "a.b": 1}',
        b'{"time": 1795435200, "a": {"b": 1}, "a.b": 2}',
        b'{"time": 1795435200, "a": {"b": 1}, "x": "\\ud83d"}',
        b'{"a": {"b": 1}, "time": {"at": 1}, "timestamp": 1795435200}',
        b'{"a": {"b": 1}, "time": 12, "timestamp": "1795435200"}',
    ],
    ids=range(5),
)
@pytest.mark.parametrize("window", [{}, {"start": NOON, "end": NOON + 1}], ids=["all", "window"])
def test_an_odd_event_changes_nothing_for_those_around_it(log, odd, window):
    good = b'{"time": 1795435200, "a": {"b": 1}}'
    outside = b'{"time": 1795435201, "a": {"b": 0}}'

    found = log.read(b"\r\n".join([good, odd, good, outside]), "a.b", **window)

    assert [event.values for event in found[:3]] == [[1]] * 3
    assert len(found) == (3 if window else 4)
    assert [event.offset for event in found[:3]] == [0, 37, 39 + len(odd)]
    assert {event.text for event in found} >= {good.decode(), odd.decode()}
    assert log.troubles == []


def test_what_begins_with_records_is_a_file_even_if_it_has_a_time(log):
    held = b'{"Records":[{"n": 1, "time": 1795435200}], "time": 1795435200}'

    found = log.read(b'{"n": 0, "time": 1795435200}\n' + held, "n")

    assert [event.values for event in found] == [[0], [1]]


def test_a_trailing_line_that_is_too_long_is_left_out(log, monkeypatch):
    monkeypatch.setattr("bot.engine.pieces.LONGEST", 100)

    found = log.read(b'{"n": "' + b"x" * 600_000 + b'"}\n', "n")

    assert found == []
    assert [line for line, _, _ in log.troubles] == [1]


def test_many_moments_are_worked_out_though_few_are_kept(log, monkeypatch):
    monkeypatch.setattr("bot.engine.own_content._KEPT_TIMES", 2)

    found = log.read(lines(*({"time": NOON // 1000 + n % 5} for n in range(50))))
    texts = log.read(
        lines(*({"eventTime": f"2026-11-23T12:0{n % 5}:{n:02}Z"} for n in range(50)))
        + lines({"eventTime": "2026-13-23T12:00:05Z", "time": NOON})
    )

    assert [event.time for event in found] == [NOON + n % 5 * 1000 for n in range(50)]
    assert [event.time for event in texts] == [
        *(NOON + n % 5 * 60_000 + n * 1000 for n in range(50)),
        NOON,
    ]


def test_blank_lines_among_events_are_nothing(log):
    found = log.read(b'\n{"n": 1}\n\r\n \t\n{"n": 2}\n\n', "n")

    assert [(event.values, event.offset) for event in found] == [([1], 1), ([2], 15)]
    assert log.troubles == [(2, NO_TIME_KEPT, 2)]


def test_values_over_lines_that_are_torn_or_too_deep_cost_no_other(log):
    good = b'{\n"n": 1,\n"time": 1795435200\n}\n'
    deep = b'{"x":\n' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"

    assert [event.values for event in log.read(good + good + b'{\n"n": "to', "n")] == [[1], [1]]
    assert log.troubles == [(None, CUT_OFF, 1)]
    assert [event.values for event in log.read(deep + good, "n")] == [[1]]
    assert log.troubles == [(None, TOO_DEEP, 1)]


def test_brackets_over_lines_that_are_no_json_are_lines_of_text(log):
    text = "{\n  not json\n}\n[\n]"

    assert [event.text for event in log.read(text.encode())] == text.split("\n")


def test_an_object_nested_just_below_the_decoder_s_limit_is_refused_and_not_fatal(log):
    # Where the strict decoder gives up for another reason first, the patient one meets the depth.
    data = b'{"x": "\\ud83d", "y":' + b"[" * 100_000 + b"]" * 100_000 + b"}"

    assert log.read(data + b"\n" + b'{"time": 1795435200}') != []
    assert log.troubles == [(1, TOO_DEEP, 1)]


def test_an_event_without_a_time_is_told_only_where_somebody_looks_at_its_time(tmp_path):
    (tmp_path / "log").write_bytes(lines({"a": 1}, {"a": 2, "time": NOON}))
    troubles = Troubles()
    read = file_reader(Asked(("a", "@timestamp"), early=(0,)))

    (events,) = read(LogFile(str(tmp_path / "log")), troubles, nothing)

    assert events.column(0, None) == [1, 2]
    assert events.column(1, [1]) == [NOON]
    assert troubles.all() == ()
    assert events.column(1, None) == events.column(1, [0, 1]) == [None, NOON]
    assert [(one.line, one.count) for one in troubles.all()] == [(1, 1)]


def test_of_an_event_that_nests_too_deeply_for_a_late_look_the_fields_are_missing(
    tmp_path, monkeypatch
):
    def refuse(_data):
        raise NotAnObjectError(TOO_DEEP)

    monkeypatch.setattr("bot.engine.fields.decode_object", refuse)
    (tmp_path / "log").write_bytes(b'{"a": 1}\n{"a": 2, "b": "\xff"}\n')
    troubles = Troubles()

    (events,) = file_reader(Asked(("a", "b"), early=(0,)))(
        LogFile(str(tmp_path / "log")), troubles, nothing
    )

    assert events.column(0, None) == [1, 2]
    assert events.column(1, [1]) == [None]
    assert [(one.line, one.why) for one in troubles.all()] == [(2, TOO_DEEP)]


def test_the_time_of_an_event_may_stand_behind_200_fields(log):
    event = {f"f{number}": "some text" for number in range(250)} | {
        "eventTime": "2026-11-23T12:00:00Z"
    }

    (found,) = log.read(lines(event), "f249", "f199", "eventTime", start=NOON, end=NOON + 1)

    assert found.time == NOON
    assert found.values == [None, "some text", None]
