"""Brackets are counted, whatever stands between them."""

from __future__ import annotations

import time

import pytest

from bot.engine.split import opens, parts


def cut(data: bytes, start: int = 0):
    return [(data[p.start : p.end], p.closed, p.clean) for p in parts(data, start)]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", []),
        (b"words only", []),
        (b'{"a": 1}', [(b'{"a": 1}', True, True)]),
        (b'{"a": 1}{"b": [2]}', [(b'{"a": 1}', True, True), (b'{"b": [2]}', True, True)]),
        (b" [1] ,\n[2]", [(b"[1]", True, True), (b"[2]", True, True)]),
        (b"[1] 5 {}", [(b"[1]", True, True), (b"{}", True, False)]),
        (b'{"a": "}{"}', [(b'{"a": "}{"}', True, True)]),
        (b'{"a": "\\"}"} ', [(b'{"a": "\\"}"}', True, True)]),
        (b'{"a": "\\\\"}{', [(b'{"a": "\\\\"}', True, True), (b"{", False, True)]),
        (b'{"a": [1, 2', [(b'{"a": [1, 2', False, True)]),
        (b'{"a": "never closed }', [(b'{"a": "never closed }', False, True)]),
        (b'{"a": "ends in \\', [(b'{"a": "ends in \\', False, True)]),
        (b"}{}", []),
    ],
)
def test_parts_lie_side_by_side(data, found):
    assert cut(data) == found


def test_parts_end_at_the_bracket_that_closes_what_holds_them():
    data = b'{"Records": [{"a": 1}, {"b": 2}], "more": {"c": 3}}'

    assert cut(data, data.index(b"[") + 1) == [
        (b'{"a": 1}', True, True),
        (b'{"b": 2}', True, True),
    ]


def test_nesting_has_no_end():
    data = b"[" * 200_000 + b"]" * 200_000

    assert [(p.start, p.end, p.closed) for p in parts(data)] == [(0, 400_000, True)]


@pytest.mark.parametrize(
    "data", [b'{"' + b'\\"' * 500_000, b'{"' + b"\\" * 999_999, b'"{' * 500_000]
)
def test_a_million_quotes_and_escapes_take_no_time(data):
    began = time.process_time()

    list(parts(data))

    assert time.process_time() - began < 2


def test_a_line_opens_a_value_if_it_does_not_end_there():
    assert opens(b'{"Records": [')
    assert not opens(b'{"Records": []}')
    assert not opens(b"[2026-11-23] words")
