"""The fields of raw text: all of them, one of them, and at most 200 of an object."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.query.discovery import discovered, field_in, is_system
from bot.query.discovery.access import field_of
from bot.query.discovery.flattening import MOST_FIELDS, fields_of, has_many, may_have_more
from tests.query.evaluating import run

LAMBDA = "/aws/lambda/checkout"
CALL = "00000000-1111-2222-3333-444444444444"

keys = st.text("ab.@0", max_size=3)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text("x{},\u00e9\ud800")
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=40,
)
objects = st.dictionaries(keys, trees, max_size=5)
names = st.text("ab.@01", max_size=8)


@given(objects, names)
@example({"a.b": 1, "a": {"b": None}}, "a.b")
@example({"a.b": {"c": 1}, "a": {"b.c": 2}}, "a.b.c")
@example({"a": {"": 1}}, "a.")
@example({"@a": 1, "@@a": 2}, "@@a")
def test_one_field_is_found_as_all_of_them_are(event: dict[str, Any], name: str) -> None:
    text = json.dumps(event)
    found = discovered(text)
    for one in (name, *found):
        assert _same(field_in(text, one), found.get(one))
    inside = {name.removeprefix("@"): value for name, value in found.items()}
    assert not any(map(is_system, found))
    for one in (name, *inside):
        if not one.startswith("@"):
            assert _same(field_of(event, one), inside.get(one))


def _same(one: object, other: object) -> bool:
    return (type(one), one) == (type(other), other)


@settings(max_examples=30)
@given(st.integers(190, 215), st.integers(0, 20), st.sampled_from([0, 7, 30]))
def test_the_first_fields_are_found_and_the_others_are_not(
    count: int, missing: int, at: int
) -> None:
    parts: list[Any] = [{"n": number} for number in range(count)]
    parts[at:at] = [None] * missing
    text = json.dumps({"first": True, "list": parts, "last": "x"})
    found = discovered(text)
    assert len(found) == min(count + 2, MOST_FIELDS)
    assert ("last" in found) == (count + 2 <= MOST_FIELDS)
    for name in ("first", "last", "list.0.n", f"list.{at}.n", "list.198.n", "list.214.n"):
        assert _same(field_in(text, name), found.get(name))


@pytest.mark.parametrize(
    "text",
    [
        '{"a":{"b":1},"a.b":2}',
        '{"a.b":2,"a":{"b":1}}',
        '{"a.b":{"c":2},"a":{"b.c":1}}',
        '{"a":{"b.c":1},"a.b.c":2}',
    ],
)
def test_the_shorter_first_key_wins_wherever_it_stands(text: str) -> None:
    (name,) = discovered(text)
    assert discovered(text) == {name: 1}
    assert field_in(text, name) == 1


def test_what_is_cut_does_not_hide_what_is_not() -> None:
    event = {"a.b": 1} | {str(number): number for number in range(199)} | {"a": {"b": 2}}
    assert discovered(json.dumps(event))["a.b"] == field_in(json.dumps(event), "a.b") == 1
    assert field_of(event, "a.b") == 2


@given(objects | st.lists(st.integers(), max_size=300).map(lambda numbers: {"a": numbers}))
@example({"a": [1] * 200})
@example({"a": [1] * 201})
@example({"a": [[]] * 500})
def test_what_is_said_to_have_few_fields_has_few(event: dict[str, Any]) -> None:
    size = len(fields_of(event, 1_000))
    for text in (json.dumps(event), json.dumps(event, separators=(",", ":"))):
        assert may_have_more(text) or size <= MOST_FIELDS
        assert may_have_more(text.encode()) == may_have_more(text)
    assert has_many(event) or size <= MOST_FIELDS


def test_most_events_are_said_to_have_few() -> None:
    event = {"a": [1] * 100, "b": {"c": "," * 99}}
    assert not may_have_more(json.dumps(event))
    assert not has_many({"a": [1] * 100, "b": {"c": "x" * 300}})
    assert not has_many({"a": [1] * 200})
    assert has_many({"a": [1] * 201})
    assert has_many({"a": object()})


def test_parse_sees_what_is_cut() -> None:
    event = {f"f{number}": number for number in range(201)} | {"last": "x"}
    text = (
        'parse @message \'"last":"*"\' as it | fields jsonParse(@message) as j'
        " | display it, f199, f200, last, j.f200 as more"
    )
    for given_as in (event, {"@message": json.dumps(event, separators=(",", ":"))}):
        assert run(text, [given_as]).rows == [{"it": "x", "f199": "199", "more": "200"}]


@settings(max_examples=300)
@given(st.text() | st.text('{}[]":,\\ 1a-') | st.text("2 -eni:.1").map("2 ".__add__), names)
@example("{" * 50_000, "a")
@example('{"a":' * 50_000, "a")
@example("[" * 50_000, "a")
@example('{"a' + '{"' * 50_000, "a")
@example("2 " * 50_000, "a")
@example(f"REPORT RequestId: {CALL}" + " Aa" * 20_000, "@duration")
@example(f"START RequestId: {CALL} Version: " + " " * 50_000 + "x", "@type")
@example('{"a": ' + "9" * 50_000 + "}", "a")
@example('{"' + "a" * 10_000 + '":' + "[[[" * 100 + "1" + "]]]" * 100 + "}", "a")
def test_any_text_has_an_answer(text: str, name: str) -> None:
    for log in ("", LAMBDA):
        found = discovered(text, log)
        for one in (name, *found):
            assert _same(field_in(text, one, log), found.get(one))


@pytest.mark.parametrize(
    ("log", "level"),
    [
        (LAMBDA, "warn"),
        (f"111122223333:{LAMBDA}", "warn"),
        ("", None),
        ("/ecs/aws/lambda/", None),
        ("/aws/lambdas", None),
    ],
)
def test_only_a_lambda_log_has_objects_within_lines(log: str, level: str | None) -> None:
    text = 'INFO {"level":"warn","@type":1} {"level":"error"}'
    assert field_in(text, "level", log) == discovered(text, log).get("level") == level


def test_a_report_with_an_object_has_the_fields_of_both() -> None:
    text = f'REPORT RequestId: {CALL}\tDuration: 2 ms\tnote: {{"@type":"own","a":1}}'
    found = discovered(text, LAMBDA)
    assert found == {"@type": "REPORT", "@requestId": CALL, "@duration": 2, "@@type": "own", "a": 1}
    assert {name: field_in(text, name, LAMBDA) for name in found} == found


def test_the_fields_of_a_line_win_over_those_of_an_object_within_it() -> None:
    queried = '{"version":7,"a":1}'
    text = f"1.0 2026-11-01T12:00:00Z Z0EXAMPLE {queried} A NOERROR UDP FRA6 192.0.2.53 -"
    found = discovered(text, LAMBDA)
    assert (found["version"], found["a"], found["queryName"]) == ("1.0", 1, queried)
    assert field_in(text, "version", LAMBDA) == "1.0"


def test_a_system_field_is_never_a_key_of_an_object() -> None:
    text = '{"@type":1,"type":2}'
    assert discovered(text) == {"@@type": 1, "type": 2}
    assert field_in(text, "@type") is None
