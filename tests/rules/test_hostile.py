"""Whatever a rule file holds, loading ends in a rule or in faults that can be printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.fault import Faults
from bot.rules.loader import load_rules
from bot.rules.testing import run_tests
from bot.rules.yaml_reader import read_yaml
from tests.rules.samples import ALERTING, ASKING

ODD: list[Any] = [
    None, True, 0, -1, 1.5, 10**30, "", " ", "x", "{{who}}", "{{", "a\nb", "\x00", "\u202e", "x" * 3_000,
    [], [[]], [None], ["x", "x"], {}, {"": 1}, {"x": {"y": []}}, {"rule": "odd-writes"}, "filter (", "limit 5",
    "stats count(*) as n by bin(5m)", "fields {{bucket}}", "2026-99-01", "5m", "99999999w", "9" * 50,
]  # fmt: skip


def tree(text: str) -> Any:
    node = read_yaml(text, Faults("f.yml"))
    assert node is not None
    return node.plain()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in inner:
        yield from places(child, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


ASKING_TREE, ALERTING_TREE = tree(ASKING), tree(ALERTING)
CASES = [(ASKING_TREE, p) for p in places(ASKING_TREE)] + [
    (ALERTING_TREE, p) for p in places(ALERTING_TREE)
]


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.sampled_from(CASES), st.sampled_from(ODD))
def test_an_odd_value_in_any_place_is_taken_or_told(
    case: tuple[Any, tuple[Any, ...]], odd: Any
) -> None:
    whole, path = case
    text = json.dumps(put(whole, path, odd))
    loaded = load_rules(
        {"rules/cloudtrail/odd-writes.yml": text, "rules/cloudtrail/s3-writes.yml": text}
    )
    assert loaded.rules or loaded.faults
    for fault in loaded.faults:
        assert str(fault).isprintable()
        assert len(str(fault)) < 3_000
    for rule in loaded.rules:
        for outcome in run_tests(rule, loaded.rules):
            assert outcome.passed == (not outcome.why)


@pytest.mark.parametrize(
    "text",
    ["\x00", "\ud800", "[" * 100_000, "a" * 2_000_000, "- " * 10_000, "? ? ?", "&a *a", "%YAML 9.9\n---\na: 1", "\t", "\ufeff"],
)  # fmt: skip
def test_a_file_that_is_no_rule_stops_no_other(text: str) -> None:
    loaded = load_rules({"a/bad.yml": text, "b/s3-writes.yml": ASKING, "noname": text, "": text})
    assert [rule.id for rule in loaded.rules] == ["s3-writes"]
    assert {fault.path for fault in loaded.faults} == {"a/bad.yml", "noname", ""}
