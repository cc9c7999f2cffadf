"""Which values a query's filters want of a field: never fewer than can pass."""

from __future__ import annotations

import pytest

from bot.query.parser import parse
from bot.query.scans.guards import guards


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("filter a = 'x'", {"a": {"x"}}),
        ("filter 'x' = a.b", {"a.b": {"x"}}),
        ("filter a in ['x', 'y']", {"a": {"x", "y"}}),
        ("filter a = 'x' and b = 'y' and c > 1", {"a": {"x"}, "b": {"y"}}),
        ("filter a = 'x' | sort b | fields c as d | filter b = 'y'", {"a": {"x"}, "b": {"y"}}),
        ("filter a in ['x', 'y'] and a in ['y', 'z']", {"a": {"y"}}),
        ("filter a = 'x' | filter a = 'y'", {"a": set()}),
        ("filter a = 'x' or a = 'y' or (a = 'z' and b = 'q')", {"a": {"x", "y", "z"}}),
        ("filter a = 'x' or b = 'y'", {}),
        ("filter a != 'x' and not (b = 'y') and c not in ['z'] and d like 'w'", {}),
        ("filter a = '12' and b in ['x', '1e3'] and c = '' and d in ['x', 5] and e = 5", {}),
        ("fields b as a | filter a = 'x' and a.b = 'y' and b = 'z'", {"b": {"z"}}),
        ("display b as a | filter a = 'x'", {}),
        ("filter a[0] = 'x'", {}),
        ("limit 5 | filter a = 'x'", {}),
        ("filter a = 'x' | stats count(*) by b | filter b = 'y'", {"a": {"x"}}),
        ("parse m '*' as a | filter a = 'x'", {}),
    ],
)
def test_guards(text: str, wanted: dict[str, set[str]]) -> None:
    assert guards(parse(text)) == wanted
