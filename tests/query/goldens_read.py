"""The goldens, read from their files.

Each file of `goldens/` has cases of one theme: `query`, `events`, and the `rows` that were worked
out by hand. Rows are compared in any order unless the case says `ordered: true`; `now` is the
moment of the run, in milliseconds or as ISO 8601 text. `through: [events]` keeps a case away from
files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.query.evaluate import event_reader
from bot.query.plan import Context, Result

FOLDER = Path(__file__).parent / "goldens"
CASES: list[dict[str, Any]] = [
    case | {"theme": path.stem}
    for path in sorted(FOLDER.glob("*.yml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
IDS = [f"{case['theme']}: {case['name']}" for case in CASES]


def context_of(case: dict[str, Any]) -> Context:
    """The context in which the case runs."""
    now = event_reader("@timestamp")({"@timestamp": case.get("now", 0)})
    assert isinstance(now, int)
    return Context(int(now))


def shown(case: dict[str, Any], result: Result) -> list[Any]:
    """The rows of a result, so that they can be compared with `wanted`."""
    return _comparable(case, result.rows)


def wanted(case: dict[str, Any]) -> list[Any]:
    """The rows of the case, so that they can be compared."""
    return _comparable(case, case["rows"])


def _comparable(case: dict[str, Any], rows: list[dict[str, str]]) -> list[Any]:
    items = [sorted(row.items()) for row in rows]
    return items if case.get("ordered") else sorted(items)
