"""YAML: what words mean, where they stand, and everything that is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules import yaml_reader
from bot.rules.fault import Fault, Faults
from bot.rules.yaml_reader import Node, read_yaml


def read(text: str) -> Any:
    faults = Faults("f.yml")
    node = read_yaml(text, faults)
    assert faults.found == []
    assert node is not None
    return node.plain()


def refused(text: str) -> Fault:
    faults = Faults("f.yml")
    assert read_yaml(text, faults) is None
    return faults.found[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("text", "text"),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("TRUE", "TRUE"),
        ("012345678901", "012345678901"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("12:30:45", "12:30:45"),
        ("2026-11-01", "2026-11-01"),
        ("2026-11-01T09:00:00Z", "2026-11-01T09:00:00Z"),
        (".inf", ".inf"),
        ("+1", "+1"),
        ('"7"', "7"),
        ("'true'", "true"),
        ('"\\u202e"', "\u202e"),
    ],
)
def test_a_plain_word_means_what_json_would_mean(written: str, value: object) -> None:
    found = read(f"a: {written}")["a"]
    assert (found, type(found)) == (value, type(value))


def test_values_know_their_line() -> None:
    faults = Faults("f.yml")
    node = read_yaml("a: 1\nb:\n  c: 2\n  d:\n    - x\n    - y\nq: |\n  one\n  two\n", faults)
    assert node is not None
    assert isinstance(node.value, dict)
    inner = node.value["b"].value
    assert isinstance(inner, dict)
    listed = inner["d"].value
    assert isinstance(listed, tuple)
    assert [node.line, node.value["b"].line, inner["c"].line, inner["d"].line] == [1, 2, 3, 4]
    assert [n.line for n in listed] == [5, 6]
    assert node.value["q"] == Node("one\ntwo\n", 7, 8)


def test_an_anchor_stands_for_a_whole_value() -> None:
    assert read("a: &x {k: [1, 2]}\nb: *x\nc: [*x, *x]")["c"] == [{"k": [1, 2]}] * 2


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter() -> None:
    assert read("\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n") == {"a": 1, "b": "x\ny\n"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, "The file is empty."),
        ("# nothing\n", 0, "The file is empty."),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: 1\nb: [1, 2\n", 2, "This is no YAML"),
        ("a:\n\t- 1\n", 2, "This is no YAML"),
        ("a: %x", 1, "This is no YAML"),
        ("a: !!python/object/apply:os.system [x]", 1, "The tag"),
        ("a: !!str 7", 1, "The tag"),
        ("a: !mine {b: 1}", 1, "The tag"),
        ("a: 1\n!!str b: 1", 2, "The tag"),
        ("a: 1\nb: 2\na: 3\n", 3, "first on line 1"),
        ("b: {k: 1, k: 2}", 1, "twice"),
        ("a: {{name}}", 1, "A key must be text."),
        ("? [1]\n: 2", 1, "A key must be text."),
        ("x: &x a\n*x : 2", 2, "A key must be text."),
        ("x: &x {a: 1}\ny:\n  <<: *x", 3, "Merge keys"),
        ("&k a: 1", 1, "A key may not have an anchor."),
        ("a: &x [*x]", 1, "is not complete"),
        ("a: *nowhere", 1, "is not complete"),
        ("a: 1e999", 1, "too large"),
        ("a: " + "9" * 400, 1, "too large"),
        ("a: 1\nb: \u202ex", 2, "U+202E"),
        ("a: \x00", 1, "U+0000"),
        ("a: 1\nb: \ud800", 2, "U+D800"),
        ("a: \x1b[31m", 1, "U+001B"),
        ("a: " + "[" * 60 + "]" * 60, 1, "levels deep"),
        ("a: " + "{x: " * 100_000, 1, "levels deep"),
        ("a: " + "x" * 1_000_001, 0, "1,000,004 characters"),
        ("[" + "1," * 60_000 + "]", 1, "more than 50,000 values"),
    ],
)
def test_what_could_surprise_is_refused(text: str, line: int, words: str) -> None:
    fault = refused(text)
    assert words in fault.message
    assert fault.line == line


def test_a_bomb_of_anchors_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    fault = refused("\n".join(lines))
    assert "anchors written out" in fault.message
    assert fault.line == 5


def test_all_duplicate_keys_are_told_at_once_with_their_place() -> None:
    faults = Faults("f.yml")
    assert read_yaml("a: {b: 1, b: 2}\na: 3\n", faults) is None
    assert [fault.key for fault in faults.found] == ["a.b", "a"]


def test_a_string_that_quotes_hide_may_hold_what_a_plain_one_may_not() -> None:
    assert read('a: "<<"\n"<<": 1') == {"a": "<<", "<<": 1}


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.text(alphabet=st.characters(codec=None), max_size=60)
    | st.text("a:- {}[]&*!|>\"'\n#%@`,?", max_size=60)
)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    faults = Faults("f.yml")
    node = read_yaml(text, faults)
    assert (node is None) == bool(faults.found)
    for fault in faults.found:
        assert "\n" not in str(fault)


def test_the_slow_loader_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    text = "a: &x {k: [1, 'b', null]}\nb: *x\nq: |\n  one\n"
    fast = read(text)
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.SafeLoader)
    assert read(text) == fast
    assert "This is no YAML" in refused("a: [1").message
