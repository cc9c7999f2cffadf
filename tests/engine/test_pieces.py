"""Contents of every form are cut into events with their exact bytes."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest

from bot.engine import pieces as module
from bot.engine.pieces import (
    CUT_OFF,
    NO_OBJECTS,
    SOME,
    TOO_LONG,
    bare,
    held_values,
    holds_events,
    joined_values,
    read_batches,
    read_lines,
)
from bot.engine.troubles import Troubles


class Piece(NamedTuple):
    offset: int
    nth: int
    line: int | None
    held: bool
    data: bytes


def cut(data: bytes, size: int = 7):
    """What lies in a content that arrives in small blocks, and the troubles."""
    troubles = Troubles()
    blocks = (data[at : at + size] for at in range(0, len(data), size))
    found = []
    for batch in read_batches(blocks, "f", troubles):
        for piece in pieces_of(batch):
            if not piece.held and holds_events(piece.data):
                for inner in held_values(piece.data, piece.offset, piece.line, "f", troubles):
                    found += pieces_of(inner)
            elif piece.data.strip():
                found.append(piece)
    return found, [str(trouble) for trouble in troubles.all()]


def pieces_of(batch):
    offset = batch.offset
    for place, data in enumerate(batch.items):
        if batch.held:
            yield Piece(offset, batch.first + place, batch.line, True, bytes(data))
        else:
            yield Piece(offset, 0, batch.line + place, False, bare(data))
            offset += len(data)


def bodies(data: bytes) -> list[bytes]:
    found, troubles = cut(data)
    assert troubles == []
    return [piece.data for piece in found]


ONE, TWO = b'{"a" : 1e5}', b'{"b": "\\u0041"}'


@pytest.mark.parametrize(
    "data",
    [
        ONE + b"\n" + TWO,
        ONE + b"\n" + TWO + b"\n",
        ONE + b"\r\n\r\n" + TWO + b"\r\n",
        b"\n\n  \n" + ONE + b"\n\t\n" + TWO,
        b'{"Records":[' + ONE + b"," + TWO + b"]}",
        b'{"Records":[' + ONE + b"," + TWO + b"]}\n",
        b' { "Records" : [ ' + ONE + b" , " + TWO + b" ] , \"more\": {}}",
        b'{"Records":[' + ONE + b']}{"Records":[' + TWO + b"]}",
        b'{"Records":[' + ONE + b']}\n{"Records":[' + TWO + b"]}\n",
        b'{"Records":[' + ONE + b']}\n{"Records":[]}\n' + TWO,
        b'{\n  "Records": [\n    ' + ONE + b",\n    " + TWO + b"\n  ]\n}\n",
        b"[" + ONE + b"," + TWO + b"]",
        b"[\n" + ONE + b",\n" + TWO + b"\n]",
        b'{"Records":[' + ONE + b']}\n[' + TWO + b"]",
    ],
    ids=range(14),
)  # fmt: skip
def test_every_form_holds_the_same_events_byte_for_byte(data):
    assert bodies(data) == [ONE, TWO]


def test_a_value_over_several_lines_keeps_its_lines_and_so_do_several_of_them():
    pretty = json.dumps({"a": 1, "b": [1, 2], "c": {"d": None}}, indent=2).encode()

    assert bodies(pretty) == [pretty]
    assert bodies(pretty + b"\n" + pretty + b"\n") == [pretty, pretty]
    windows = pretty.replace(b"\n", b"\r\n")
    assert bodies(windows + b"\r\n") == [windows]


@pytest.mark.parametrize(
    "lines",
    [
        [b"plain", b" words ", b"[2026-11-23] {not json}", b"{main} started", b"\x00\xff\xfe"],
        [b"[{module}] words", b"[] words", b"[INFO never closed", b"{second", b'{"third": 1}'],
        [b'{"torn": {"x": ', ONE, TWO],
        [b'{"torn": "in a str', ONE, TWO],
        [b"[1, 2", ONE],
        [ONE, b'{"a": 1', b"words", TWO],
    ],
    ids=range(6),
)
def test_lines_that_are_not_all_json_stay_lines(lines):
    found, troubles = cut(b"\n".join(lines))

    assert [piece.data for piece in found] == lines
    assert troubles == []


def test_pieces_know_where_they_stand():
    data = b"one\n\n" + ONE + b'\r\n{"Records":[' + ONE + b"," + TWO + b"]}\nlast"

    found, _ = cut(data)

    assert [(piece.offset, piece.nth, piece.line, piece.held) for piece in found] == [
        (0, 0, 1, False),
        (5, 0, 3, False),
        (18, 0, 4, True),
        (18, 1, 4, True),
        (60, 0, 5, False),
    ]
    assert data[60:] == b"last"


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\r\n \t\n", b'{"Records":[]}', b"[]", b"[\n]\n", b'{\n"Records": [\n]\n}'],
)
def test_a_content_without_events_gives_none(data):
    assert cut(data) == ([], [])


def test_of_a_cut_off_file_the_whole_events_are_kept_and_the_rest_is_told():
    whole = b'{"Records":[' + b",".join([ONE, TWO, ONE]) + b"]}"
    ends = [whole.index(ONE) + len(ONE), whole.index(TWO) + len(TWO), len(whole) - 2]

    for length in range(len(b'{"Records":['), len(whole)):
        found, troubles = cut(whole[:length])
        assert len(found) == sum(end <= length for end in ends)
        assert troubles == [f"f: {CUT_OFF}"]


def test_a_cut_off_file_over_several_lines_is_no_different():
    data = b'{\n"Records": [\n' + ONE + b",\n" + TWO + b",\n" + b'{"c": "tor'

    found, troubles = cut(data)

    assert [piece.data for piece in found] == [ONE, TWO]
    assert troubles == [f"f: {CUT_OFF}"]


def test_one_bad_event_costs_no_other():
    bad = b'{"x": "half \\ud83d pair"}'
    deep = b'{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    for broken in (bad, deep, b'{"x": tru}', b"{}{}"):
        found, troubles = cut(b'{"Records":[' + b",".join([ONE, broken, TWO]) + b"]}", 1 << 20)

        events = [piece.data for piece in found]
        assert (events[0], events[-1]) == (ONE, TWO)
        assert len(events) in (3, 4)
        assert troubles == []


def test_scalars_among_the_events_come_out_or_are_told():
    found, troubles = cut(b'{"Records":[' + ONE + b', 5, "x", null]}')
    assert [piece.data for piece in found] == [ONE, b"5", b'"x"', b"null"]
    assert troubles == []

    for rest in (b"5, {}, \\]}", b"{}, 5 \\]}", b'"\\ud83d"]}'):
        found, troubles = cut(b'{"Records":[' + ONE + b", " + rest)
        assert found[0].data == ONE
        assert troubles == [f"f: {NO_OBJECTS}"]


def test_values_without_a_break_between_them():
    assert joined_values(ONE + TWO) == [ONE, TWO]
    assert joined_values(ONE + b" " + TWO) == [ONE, TWO]
    assert joined_values(ONE) == []
    assert joined_values(ONE + b"words" + TWO) == []
    assert joined_values(ONE + TWO + b"{") == []


def test_a_line_that_is_too_long_is_told_and_left_out(monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 20)
    troubles = Troubles()
    content = [b"short\n" + b"x" * 15, b"x" * 15, b"x" * 15 + b"\nnext\n", b"y" * 50]

    found = [batch for batch in read_lines(content, "f", troubles) if batch.items]

    assert [(batch.offset, batch.line, batch.items) for batch in found] == [
        (0, 1, [b"short\n"]),
        (52, 3, [b"next\n"]),
    ]
    assert [str(trouble) for trouble in troubles.all()] == [f"f, line 2: {TOO_LONG} (2 times)"]


def test_of_a_value_over_lines_that_is_too_long_the_start_is_kept(monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 60)
    monkeypatch.setattr(module, "TOGETHER", 1)
    data = b"[\n" + b",\n".join([ONE] * 100) + b"\n]"

    found, troubles = cut(data)

    assert 3 < len(found) < 10
    assert {piece.data for piece in found} == {ONE}
    assert troubles == [f"f: {CUT_OFF}", f"f: {TOO_LONG}"]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_blocks_may_break_anywhere(size):
    data = b"one\r\n" + ONE + b"\n\n" + TWO

    found, _ = cut(data, size)

    assert [(piece.offset, piece.data) for piece in found] == [(0, b"one"), (5, ONE), (18, TWO)]


def test_many_values_come_some_at_a_time():
    data = b"[" + b",".join(b'{"n": %d}' % n for n in range(2 * SOME + 1)) + b"]"

    batches = list(held_values(data, 3, 4, "f", Troubles()))

    assert [(len(b.items), b.first, b.offset, b.line) for b in batches] == [
        (SOME, 0, 3, 4), (SOME, SOME, 3, 4), (1, 2 * SOME, 3, 4),
    ]  # fmt: skip


def test_a_line_without_its_end_stands_alone():
    batches = list(read_lines([b"one\ntw", b"o"], "f", Troubles()))

    assert [(batch.items, batch.line, batch.ended) for batch in batches] == [
        ([b"one\n"], 1, True), ([b"two"], 2, False),
    ]  # fmt: skip
