"""Objects that are a text, or stand in one."""

from __future__ import annotations

import math
import time

import pytest

from bot.query.discovery.json_text import first_object_in, object_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":1,"a":2}', {"a": 2}),
        (' {"a": [true, null]}\r\n', {"a": [True, None]}),
        ('{"a":"\t"}', {"a": "\t"}),
        ('{"a":"\ud800"}', {"a": "\ud800"}),
        (r'{"a":"\ud800"}', {"a": "\ud800"}),
        ('{"a":NaN,"b":1}', {"a": None, "b": 1}),
        ('{"a":' + "9" * 3_000 + "}", {"a": int("9" * 3_000)}),
        ('{"a":' + "9" * 5_000 + "}", {"a": math.inf}),
        ("{}", {}),
        ("[1]", None),
        ('"a"', None),
        ("null", None),
        ("", None),
        ('{"a":1} x', None),
        ('{"a":', None),
        ('{"a":' * 100_000, None),
        ('{"a":' * 5_000 + "NaN" + "}" * 5_000, None),
        ('{"a":NaN,"b":' + "[" * 100_000, None),
    ],
)
def test_the_object_that_a_text_is(text: str, value: object) -> None:
    assert object_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a {"b":1} {"c":2}', {"b": 1}),
        ('{"b":1} more', {"b": 1}),
        ('{not} {"b":"\t"}', {"b": "\t"}),
        ('{{"b":1}}', {"b": 1}),
        ('{"a":{"b":1} {"c":2}', {"c": 2}),
        ('{"a {"b":1}', None),
        ('[{"b":1}]', {"b": 1}),
        ("{}", {}),
        ("no object", None),
        ("{", None),
        ('{"a ' * 99 + '"} {"b":1}', {"b": 1}),
        ('{"a" ' * 200 + '{"b":1}', None),
        ("x " + '{"a":' * 100_000, None),
    ],
)
def test_the_first_object_in_a_text(text: str, value: object) -> None:
    assert first_object_in(text) == value


@pytest.mark.parametrize("part", ["{", '{"', '{"a', '{"a":', '{"a":"', '{"a":1,', '{\\"', "{}{"])
def test_no_text_takes_long(part: str) -> None:
    before = time.process_time()
    first_object_in("x{" + part * 100_000)
    first_object_in(f'x{{"a{part * 100_000}')
    assert time.process_time() - before < 2
