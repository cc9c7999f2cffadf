"""Lines of text have fields of their own, which are looked for once and only if they are asked."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.engine.fields import Reader, compile_reader
from bot.engine.text_lines import TextLines, are_text

FLOW = b"2 111122223333 eni-0a1b 192.0.2.10 198.51.100.20 49152 443 6 12 3400 1793534400 1793534460 ACCEPT OK"
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
