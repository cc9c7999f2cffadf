"""Lines of text have fields of their own, which are looked for once and only if they are asked."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.engine.fields import Reader, compile_reader
from bot.engine.own_content import NO_TIME
from bot.engine.text_lines import TextLines, are_text

FLOW = b"2 111122223333 eni-0a1b 192.0.2.10 198.51.100.20 49152 443 6 12 3400 1793534400 1793534460 ACCEPT OK"
NOON = 1_795_435_200_000  # 2026-11-23T12:00:00Z
WORDS = b"2026-11-23T12:00:00Z words\r\n"


@pytest.mark.parametrize(
    "line",
    [b"words", b" words", b"{words", b"{ 1", b"{", b"[INFO] words", b"[ 1]", b"[", b'"a"', b"17", FLOW],
)  # fmt: skip
def test_what_begins_like_no_json_that_holds_fields_is_text(line):
    assert are_text([FLOW, line])


@pytest.mark.parametrize(
    "line", [b"", b" \t\r\n", b"{}", b'{"a', b' {\n"a"', b'[{"a":1}]', b"[]", b" [ {", b"[\n]"]
)
def test_all_else_is_looked_at_one_by_one(line):
    assert not are_text([FLOW, line])


@dataclass(frozen=True, slots=True)
class Counting(Reader):
    def read_line(self, text, log):
        SEEN.append((text, log))
        return Reader.read_line(self, text, log)


SEEN: list[tuple[str, str]] = []


def test_a_line_is_looked_into_once_without_what_ends_it():
    SEEN.clear()
    plain = compile_reader(("@@timestamp", "eventTime", "dstPort", "action"), free=2)
    reader = Counting(plain.stages, plain.names, plain.asked, plain.free)
    lines = TextLines(reader, [FLOW + b"\n", WORDS, b"other\n"], "group")

    assert lines.column(0, None) == [None, "2026-11-23T12:00:00Z", None]
    assert lines.column(1, [2, 0]) == [None, None]
    assert not SEEN
    assert lines.column(2, [1, 0, 1]) == [None, "443", None]
    assert lines.column(3, [0]) == ["ACCEPT"]
    assert [(WORDS.decode().rstrip(), "group"), (FLOW.decode(), "group")] == SEEN
    assert lines.column(3, None) == ["ACCEPT", None, None]


@pytest.mark.parametrize("others", [[], [b'{"srcAddr": "192.0.2.99"}', b""]], ids=len)
def test_lines_of_text_have_fields(log, others):
    data = b"\n".join([FLOW, b'WARN {"user": {"id": 7}}', *others])

    inside = log.read(data, "srcAddr", "user.id", group="/aws/lambda/checkout")
    outside = log.read(data, "srcAddr", "user.id")

    assert [event.values for event in inside[:2]] == [["192.0.2.10", None], [None, 7]]
    assert [event.values for event in outside[:2]] == [["192.0.2.10", None], [None, None]]
    assert [event.values for event in outside[2:]] == [["192.0.2.99", None]] * bool(others)


@pytest.mark.parametrize("others", [[], [b"{}", b""]], ids=len)
def test_lines_of_text_lie_in_a_window_by_the_time_that_they_begin_with(log, others):
    texts = [b"2026-11-23T11:59:59Z a", b"2026-11-23T12:00:00Z b", b"[2026-11-23 12:00:01] c", FLOW]

    found = log.read(b"\r\n".join([*texts, *others]), "action", start=NOON, end=NOON + 2_000)

    assert [(event.text[-1], event.time - NOON, event.values) for event in found] == [
        ("b", 0, [None]),
        ("c", 1_000, [None]),
    ]
    assert log.troubles[0] == (4, NO_TIME, 1 + bool(others))
