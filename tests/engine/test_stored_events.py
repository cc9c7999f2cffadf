"""Events that the local CloudWatch wrote: both times, any message, and lines that are torn."""

from __future__ import annotations

import json

import pytest

from bot.engine.stored_events import DEEP_TEXT, NOT_STORED

NOON = 1_795_435_200_000  # 2026-11-23T12:00:00Z


def lines(*events) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def test_a_stored_line_has_both_times_and_its_message(log):
    found = log.read(
        lines(
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
    assert found[1].text == "text"
    assert found[1].offset > 50


@pytest.mark.parametrize("end", [b"", b"[", b"[17954352000", b'[1795435200000, 1, "torn'])
def test_a_line_that_is_being_written_is_not_there_yet(log, end):
    found = log.read(lines([NOON, NOON, "x"]) + end, stored=True)

    assert len(found) == 1
    assert log.troubles == []


def test_the_window_of_stored_events_is_by_their_time(log):
    data = lines(*([NOON + offset, 0, str(offset)] for offset in (-1, 0, 1, 9, 10)))

    found = log.read(data, start=NOON, end=NOON + 10, stored=True)

    assert [event.text for event in found] == ["0", "1", "9"]


def test_what_was_not_written_by_the_local_cloudwatch_is_told(log):
    bad = b'\n{}\n[]\n[1]\n[1, 2]\n[1, 2, 3]\n["1", 2, "x"]\n[1, 2, "x", 4]\n[1, 2, "\xff"]\nx,\n[1,2,"x]\n'

    found = log.read(lines([1, 2, "first"]) + bad + lines([1, 2, "last"]), stored=True)

    assert [event.text for event in found] == ["first", "last"]
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
    found = log.read(lines([NOON, NOON, message]), "a", stored=True)

    assert [(event.text, event.values) for event in found] == [(message, [None])]
    assert log.troubles == []


def test_of_a_message_that_is_nested_too_deeply_the_text_is_there(log):
    message = '{"a":' * 100_000

    found = log.read(lines([NOON, NOON, message]), "a", stored=True)

    assert [event.values for event in found] == [[None]]
    assert log.troubles == [(1, DEEP_TEXT, 1)]


def test_a_stored_message_with_records_is_one_event(log):
    found = log.read(
        lines([NOON, NOON, '{"Records":[{"a": 1}, {"a": 2}]}']), "Records.1.a", stored=True
    )

    assert [event.values for event in found] == [[2]]


def test_lines_of_text_have_fields_and_those_of_lambda_also_what_is_within(log):
    data = lines(
        [1, 2, "END RequestId: 00000000-1111-2222-3333-444444444444\n"],
        [1, 2, 'WARN {"a": {"b": 1}}'],
        [1, 2, '{"a": {"b": 2}} and more'],
        [1, 2, '{"a": {"b": 3}}'],
    )

    inside = log.read(data, "@type", "a.b", stored=True, group="111122223333:/aws/lambda/checkout")
    outside = log.read(data, "@type", "a.b", stored=True, group="/ecs/checkout")

    assert [event.values for event in inside] == [["END", None], [None, 1], [None, 2], [None, 3]]
    assert [event.values for event in outside] == [
        ["END", None],
        [None, None],
        [None, None],
        [None, 3],
    ]


def test_a_message_nested_too_deeply_may_be_told_from_a_line(log):
    found = log.read(lines([1, 2, "[" * 9_000], [1, 2, '{"a":' * 9_000]), "a", stored=True)

    assert [event.values for event in found] == [[None], [None]]
    assert log.troubles == [(2, DEEP_TEXT, 1)]
