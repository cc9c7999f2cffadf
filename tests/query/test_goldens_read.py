"""The goldens are well written: also those whose commands do not run yet."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.query.goldens_read import FOLDER, groups_of, read, tables_of

CASES = read(FOLDER) + read(FOLDER.with_name("goldens_waiting"))
IDS = [f"{case['theme']}: {case['name']}" for case in CASES]
KEYS = {"theme", "name", "query", "events", "rows", "ordered", "now", "tables", "groups"}


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_case_has_what_it_needs(case: dict[str, Any]) -> None:
    assert {"name", "query", "events", "rows"} <= set(case) <= KEYS
    assert all(isinstance(text, str) for row in case["rows"] for text in row.values())
    assert all(isinstance(events, list) for events in groups_of(case).values())
    assert set(tables_of(case)) == set(case.get("tables", {}))


def test_names_are_unique() -> None:
    assert max(Counter(IDS).values()) == 1
