"""Whatever makes the reading fast changes no event, no value and no trouble, in any content."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.events import Asked
from bot.engine.files import file_reader
from bot.engine.opening import nothing
from bot.engine.sources import LogFile
from bot.engine.troubles import Troubles
from bot.query.parser import parse
from bot.query.scans.required import required

TIME = '"eventTime": "2026-11-23T11:30:00Z"'
FLOW = b"2 111122223333 eni-0a1b 192.0.2.10 198.51.100.20 49152 443 6 12 3400 1795435200 1795435260 ACCEPT OK"
START = b"START RequestId: 00000000-1111-2222-3333-444444444444 Version: $LATEST"
MANY = [b'"f%d": "of some length"' % number for number in range(250)]
SHORT = [b'"f%d":1' % number for number in range(210)]
LINES = [
    b'{"eventTime": "2026-11-23T11:30:00Z", "a": {"b": "wanted"}, "c": 1, "d": [{"e": "x"}]}',
    b'{"a": {"b": "other", "x": null}, "c": 1.50, "eventTime": "2026-11-23T11:30:59.5Z"}',
    b'{"eventTime": "2026-11-24T11:30:00Z", "a": {"b": "\\u0077anted", "b": "wante\\u0064"}}',
    b'{"time": 1795435200, "a": {"b": "first"}, "a": {"b": "wanted"}, "c": true}',
    b'{"timestamp": 1795435200000, "a.b": "wanted", "c": 1e400}',
    b'{"eventTime": "soon", "@timestamp": "2026-11-23T11:30:00Z", "a": "wanted"}',
    b'{"eventTime": ["2026-11-23T11:30:00Z"], "a": {"b": {"b": "wanted"}}, "c": "\xff"}',
    b'{"a": {"b": "half \\ud83d wanted"}, "c": NaN, "eventTime": "2026-11-23T11:30:00Z"}',
    b'{"a": {"b.x": 1, "b": "wanted"}, "c": -0.0, "c": 12345678901234567890123}',
    b'{"a": null, "c": "caf\xc3\xa9", "d": {"0": {"e": "wanted"}}, "time": "1795435200.5"}',
    b'{"Records": [{"a": {"b": "wanted"}, "time": 1795435200}, {"a": 1}, 5]}',
    b'{"Records": 1, "a": {"b": "wanted"}}',
    b'{"x": 1, "Records": [{"a": {"b": "wanted"}}]}',
    b'[{"a": {"b": "wanted"}}, {"a": {"b": "other"}}]',
    b'{"a": {"b": "wanted"}}{"a": {"b": "other"}} {"c": 3}',
    b'  {"a" : {"b" :"wanted"} }\t',
    b'2026-11-23T11:30:00Z "wanted" in words',
    b'{"a": {"b": "torn',
    b"{" * 3_000,
    b'{"a": ' + b"[" * 3_000 + b"]" * 3_000 + b', "c": 1}',
    b'{"a": {"b": "wanted"}, "x": "' + b"-" * 300 + b'"}',
    FLOW,
    START,
    b'INFO {no} {"a": {"b": "wanted"}, "c": 7}',
    b'[2026-11-23T11:30:00Z] {"a": {"b": "other"}}',
    b"{" + b", ".join([*MANY, b'"a": {"b": "wanted"}', TIME.encode()]) + b"}",
    b'{"a": {"b": "wanted"}, ' + b", ".join(MANY) + b', "f0": "last", "a.b": 1}',
    b"{" + b",".join(SHORT) + b"}",
    b"",
    b" \t",
    b"{}",
    b"[]",
    b"null",
]  # fmt: skip
NAMES = [
    "a.b", "c", "a", "d.0.e", "@message", "@timestamp", "@ingestionTime", "@ptr", "a.b.x", "Records.0.a.b", "@@timestamp", "a.x",
    "srcAddr", "@type", "f0", "f199", "f200", "f249",
]  # fmt: skip
TEXTS = [FLOW, START, b"words", b"2026-11-23T11:30:00Z words"]


@st.composite
def contents(draw) -> bytes:
    """Lines of all kinds in any order, with either line ending, perhaps packed or with a mark."""
    lines = draw(st.lists(st.sampled_from(LINES), max_size=12))
    lines = draw(st.sampled_from([lines, lines, draw(st.lists(st.sampled_from(TEXTS)))]))
    usual = draw(st.sampled_from([LINES[:2], LINES[:2], TEXTS])) * draw(st.integers(0, 4))
    ending = draw(st.sampled_from([b"\n", b"\n", b"\r\n"]))
    data = ending.join([*usual, *lines]) + draw(st.sampled_from([b"", ending]))
    data = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"])) + data
    return gzip.compress(data, mtime=0) if draw(st.booleans()) else data


def stored(data: bytes) -> bytes:
    """The lines as messages that the local CloudWatch keeps."""
    lines = data.decode("utf-8", "replace").split("\n")
    good = [json.dumps([1_795_435_200_000 + n, n, line]) for n, line in enumerate(lines)]
    return "\n".join([*good[:3], "torn", *good[3:], "[1, 2"]).encode()


def seen(path, asked: Asked, *, is_stored: bool = False, log: str = ""):
    """All that can be told of the events, and of what was in the way."""
    troubles = Troubles()
    rows = []
    scanned = size = 0
    for events in file_reader(asked)(LogFile(str(path), log, stored=is_stored), troubles, nothing):
        numbers = range(events.size)
        odd, even = list(numbers[1::2]), list(numbers[::2])
        columns = []
        for place in range(len(asked.names)):
            values = dict(zip(odd, events.column(place, odd), strict=True))
            values |= zip(even + even, events.column(place, even + even), strict=True)
            assert list(events.column(place, None)) == [values[number] for number in numbers]
            columns.append([(type(values[number]), values[number]) for number in numbers])
        content = events.content
        columns += [content.times(None), content.ingested(None), events.texts(None)]
        rows += zip(*columns, map(events.pointer, numbers), strict=True)
        scanned, size = scanned + content.scanned, size + content.bytes
    counts = Counter()
    for trouble in troubles.all():
        counts[trouble.why] += trouble.count
    return rows, scanned, size, counts


@settings(max_examples=300, deadline=None)
@given(
    data=contents(),
    names=st.lists(st.sampled_from(NAMES), max_size=5).map(tuple),
    early=st.none() | st.sets(st.integers(0, 4)),
    window=st.sampled_from([(None, None), (1_795_433_400_000, None), (0, 1_795_500_000_000)]),
    is_stored=st.booleans(),
    log=st.sampled_from(["", "/aws/lambda/checkout"]),
    block=st.sampled_from([50, 200, 1 << 18]),
)
def test_fast_and_patient_reading_agree(
    tmp_path_factory, data, names, early, window, is_stored, log, block
):
    path = tmp_path_factory.getbasetemp() / "accelerated"
    path.write_bytes(stored(data) if is_stored else data)
    early = None if early is None else tuple(p for p in sorted(early) if p < len(names))

    patient = seen(path, Asked(names, *window, plain=True), is_stored=is_stored, log=log)
    with patch("bot.engine.opening.BLOCK", block), patch("bot.engine.pieces.TOGETHER", block):
        fast = seen(path, Asked(names, *window, early), is_stored=is_stored, log=log)

    assert fast == patient


CONDITIONS = {
    'a.b = "wanted"': lambda row: row["a.b"] == "wanted",
    'a.b like "wante"': lambda row: isinstance(row["a.b"], str) and "wante" in row["a.b"],
    'a.b in ["wanted", "others"]': lambda row: row["a.b"] in ("wanted", "others"),
    '@message like "wanted"': lambda row: "wanted" in row["@message"],
    '@message like /"b": "wanted"/': lambda row: '"b": "wanted"' in row["@message"],
    'c = "caf\u00e9" or d.0.e = "wanted"': lambda row: (
        (row["c"], row["d.0.e"]) in (("caf\u00e9", "wanted"), ("caf\u00e9", None), (None, "wanted"))
    ),
}


@settings(max_examples=300, deadline=None)
@given(
    data=contents(),
    condition=st.sampled_from(sorted(CONDITIONS)),
    block=st.sampled_from([60, 300, 1 << 18]),
)
def test_no_event_is_missed_that_a_filter_lets_pass(tmp_path_factory, data, condition, block):
    path = tmp_path_factory.getbasetemp() / "sieved"
    path.write_bytes(data)
    names = ("a.b", "c", "d.0.e", "@message", "@ptr")
    needs = required(parse(f"filter {condition}"))

    def passing(asked: Asked):
        rows, scanned, size, _ = seen(path, asked)
        values = [{name: row[at][1] for at, name in enumerate(names)} for row in rows]
        return [row for row in values if CONDITIONS[condition](row)], scanned, size

    patient = passing(Asked(names, plain=True))
    with patch("bot.engine.opening.BLOCK", block), patch("bot.engine.pieces.TOGETHER", block):
        fast = passing(Asked(names, early=(0,), required=needs))

    assert fast[0] == patient[0]


@pytest.mark.parametrize("data", [*LINES, b"\n".join(LINES)], ids=range(len(LINES) + 1))
@pytest.mark.parametrize("early", [None, (), (1,)], ids=str)
def test_each_kind_of_line_is_read_alike(tmp_path, data, early):
    (tmp_path / "log").write_bytes(data + b"\n" + LINES[0])
    names = tuple(NAMES)

    patient = seen(tmp_path / "log", Asked(names, plain=True))

    assert seen(tmp_path / "log", Asked(names, early=early)) == patient
