"""The fast way and the patient way to an event's fields agree with `field_of` on every event."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.decoding import NotAnObjectError, decode_object
from bot.engine.fields import LONG, compile_reader
from bot.query.discovery import field_in
from bot.query.discovery.access import field_of

NAMES = [
    "eventName", "userIdentity.arn", "userIdentity.type", "userIdentity", "a.b.c", "a.b", "a.b.c.d",
    "items.0", "items.0.id", "items.1.id", "items.00", "0", "x.0.y", "labels.app.io/name", "", ".", "a..b", "a.",
    "naïve.clé", "quo\"te.x", "back\\slash", "new\nline", "@@timestamp", "@@a.b", "@timestamp", "@message", "__class__",
]  # fmt: skip

EVENTS = [
    b"{}",
    b'{"eventName": "PutObject", "userIdentity": {"arn": "x", "type": null}}',
    b'{"userIdentity": null, "eventName": true}',
    b'{"userIdentity": "text"}',
    b'{"userIdentity": 5}',
    b'{"userIdentity": 1.5e3}',
    b'{"userIdentity": false}',
    b'{"userIdentity": [1, {"arn": "no"}]}',
    b'{"userIdentity": {}, "items": []}',
    b'{"userIdentity": {"arn": {"deeper": 1}, "type": ["x"]}}',
    b'{"userIdentity.arn": "dotted"}',
    b'{"userIdentity": {"arn": "nested"}, "userIdentity.arn": "dotted"}',
    b'{"userIdentity": {"arn": null}, "userIdentity.arn": "dotted"}',
    b'{"userIdentity": "text", "userIdentity.arn": "dotted"}',
    b'{"a": {"b": {"c": 1}}}',
    b'{"a": {"b": {"c": {"d": 2}}}}',
    b'{"a": {"b.c": 3}}',
    b'{"a.b": {"c": 4}, "a": {"b": {"x": 1}}}',
    b'{"a.b.c": 5, "a": {}}',
    b'{"a": {"b": {"c": null}, "b.c": 6}}',
    b'{"a": {"b.c.d": 7, "b": 1}}',
    b'{"items": [{"id": 1}, {"id": "two"}], "x": {"0": {"y": 3}}}',
    b'{"items": {"0": {"id": "in an object"}}}',
    b'{"items.0.id": "dotted", "items": [{}]}',
    b'{"items.0": {"id": "half dotted"}}',
    b'{"labels": {"app.io/name": "x"}}',
    b'{"": 1, ".": 2, "a": {"": {"b": 3}}, "a.": 4}',
    b'{"0": "zero"}',
    '{"naïve": {"clé": "é"}}'.encode(),
    b'{"na\\u00efve": {"cl\\u00e9": "\\u00e9"}}',
    b'{"event\\u004eame": "escaped key"}',
    b'{"quo\\"te": {"x": 1}, "back\\\\slash": 2, "new\\nline": 3}',
    b'{"@timestamp": "x", "@message": "y", "@a.b": 1, "@a": {"b": 2}}',
    b'{"__class__": "x"}',
    b'{"eventName": "first", "eventName": "last"}',
    b'{"userIdentity": {"arn": "first"}, "userIdentity": {"type": "last"}}',
    b'{"userIdentity": {"arn": "first"}, "userIdentity": null}',
    b'{"userIdentity": {"arn": "a", "arn": null}}',
    b'{"eventName": 123456789012345678901234567890}',
    b'{"eventName": ' + b"9" * 5_000 + b"}",
    b'{"eventName": 1e400, "userIdentity": -1e400}',
    b'{"eventName": 9007199254740993.0, "a": {"b": {"c": 1.10}}}',
    b'{"eventName": NaN, "userIdentity": {"arn": Infinity}}',
    b'{"eventName": "half \\ud83d pair", "userIdentity": {"arn": "x"}}',
    b'{"other": "half \\udc00", "eventName": "whole"}',
    b'{"eventName": "bad \xff\xfe bytes"}',
    b'{"other \xff": "bad", "eventName": "whole"}',
    b'{"eventName": "raw \x00\x01\t\n control"}',
    b'{"eventName": "' + b"x" * 2_000_000 + b'"}',
    b' \t\r\n {"eventName" : "blanks" } \n',
    b'{"deep": ' + b'{"a":' * 200 + b"1" + b"}" * 200 + b', "eventName": "x"}',
]


@pytest.mark.parametrize("event", EVENTS, ids=range(len(EVENTS)))
def test_every_event_reads_as_its_decoded_form_does(event):
    decoded = decode_object(event)
    expected = [
        None
        if name in ("@timestamp", "@message")
        else field_of(decoded, name[1:] if name.startswith("@@") else name)
        for name in NAMES
    ]

    assert compile_reader(NAMES).read(event) == expected
    for name, value in zip(NAMES, expected, strict=True):  # other names make another decoder
        (found,) = compile_reader([name]).read(event)
        assert (found, type(found)) == (value, type(value)), name


@pytest.mark.parametrize(
    ("event", "name", "value"),
    [
        (b'{"a": {"b": {"c": "nested"}}, "a.b.c": "dotted"}', "a.b.c", "nested"),
        (b'{"a.b.c": "dotted"}', "a.b.c", "dotted"),
        (b'{"a": {"b": 1}}', "a", None),
        (b'{"a": [7, 8]}', "a.1", 8),
        (b'{"a": true}', "a", True),
        (b'{"a": 1e400}', "a", None),
        (b'{"a": "\\ud83d"}', "a", "\ud83d"),
        (b'{"a": "\xff"}', "a", "\ufffd"),
        (b'{"@a": 1}', "@@a", 1),
        (b'{"@a": 1}', "@a", None),
    ],
)
def test_values_by_hand(event, name, value):
    assert compile_reader([name]).read(event) == [value]


def test_text_reads_as_bytes_do():
    read = compile_reader(["a.b", "c"]).read

    assert (
        read(b'{"a": {"b": 1}, "c": "\xc3\xa9"}') == read('{"a": {"b": 1}, "c": "é"}') == [1, "é"]
    )
    assert read('{"a": {"b": 1}, "c": "\ud83d"}') == [1, "\ud83d"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": 1} {}', "not JSON"),
        (b'{"a": tru}', "not JSON"),
        (b"[1]", "no object"),
        (b'"text"', "no object"),
        (b"5", "no object"),
        (b"null", "no object"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too deeply"),
        (b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too deeply"),
    ],
    ids=range(10),
)
@pytest.mark.parametrize("names", [["a"], ["a.b"], ["a.0"], ["a", "a.b"], ['"'], []], ids=str)
def test_what_is_no_object_is_refused_whatever_is_asked(data, why, names):
    with pytest.raises(NotAnObjectError, match=why):
        compile_reader(names).read(data)


KEYS = st.sampled_from(
    ["a", "b", "c", "0", "1", "", "a.b", "b.c", "a.b.c", "a.0", "0.a", "@a", "é"]
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(KEYS, VALUES, max_size=4),
    st.lists(
        st.lists(st.sampled_from(["a", "b", "c", "0", "1", ""]), min_size=1, max_size=4).map(
            ".".join
        ),
        max_size=6,
    ),
)
def test_any_object_and_any_names_agree(event, names):
    data = json.dumps(event).encode()
    decoded = decode_object(data)

    assert compile_reader(names).read(data) == [field_of(decoded, name) for name in names]


def many(count: int, width: int) -> bytes:
    """An event with this many fields, each of this many bytes, where the first is one inside `a`."""
    fields = [f'"f{number}":"'.ljust(width - 2, "x") + '"' for number in range(1, count)]
    return ("{" + ",".join(['"a":{"b":true}', *fields]) + "}").encode()


@pytest.mark.parametrize("plain", [False, True])
def test_what_stands_behind_200_fields_is_not_found(plain):
    names = ["f1", "f199", "f200", "a.b", "@@f", "@message"]
    reader = compile_reader(names, plain=plain)
    cut = many(250, 20)

    found = reader.read(cut)

    assert [value is not None for value in found] == [True, True, False, True, False, False]
    assert found == [field_in(cut.decode(), name) for name in names]
    assert reader.read(cut.decode()) == found
    assert None not in reader.read(many(200, 20))[:2]


def test_null_and_what_holds_fields_do_not_count():
    event = json.dumps({f"f{n}": [None, {}, {"x": "some text"}] for n in range(200)} | {"last": 1})

    assert compile_reader(["f199.2.x", "last"]).read(event) == ["some text", None]


def test_the_names_that_a_reader_has_for_itself_are_found_anywhere():
    reader = compile_reader(["f240", "f240", "f10"], free=1)

    first, second, third = reader.read(many(250, 20))

    assert (first is None, second, third is None) == (False, None, False)


@pytest.mark.parametrize("size", [LONG - 1, LONG])
def test_counting_begins_at_a_size(size):
    event = b'{"x": [' + b"1," * 250 + b'"end"], "y": "'
    event += b"-" * (size - len(event) - 2) + b'"}'

    (found,) = compile_reader(["x.250"]).read(event)

    assert len(event) == size
    assert found == (None if size == LONG else "end")


def test_a_line_of_text_has_the_fields_of_its_form():
    reader = compile_reader(["@type", "a.b", "@@c", "type"], free=0)

    assert reader.read_line("END RequestId: 00000000-1111-2222-3333-444444444444", "") == [
        "END", None, None, None,
    ]  # fmt: skip
    assert reader.read_line('x {"a": {"b": 1}, "@c": 2}', "/aws/lambda/f") == [None, 1, 2, None]
    assert reader.read_line('x {"a": {"b": 1}, "@c": 2}', "/ecs/f") == [None] * 4
    assert compile_reader(["time"], free=1).read_line('x {"time": 1}', "/aws/lambda/f") == [None]
