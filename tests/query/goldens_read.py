"""The goldens, read from their files.

Each file of `goldens/` has cases of one theme: `query`, `events`, and the `rows` that were worked
out by hand. Rows are compared in any order unless the case says `ordered: true`; `now` is the
moment of the run, in milliseconds or as ISO 8601 text. A case may have `tables`, the CSV text of
each lookup table by its name, and `groups`, the events of each log group by its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.query.evaluate import evaluate, event_reader
from bot.query.parser import parse
from bot.query.plan import Context, Plan, Result, compile_query
from bot.query.readings import CHOSEN, Readings
from bot.query.tables.lookups import LookupTable

FOLDER = Path(__file__).parent / "goldens"


def read(folder: Path) -> list[dict[str, Any]]:
    """The cases of all files in a folder."""
    return [
        case | {"theme": path.stem}
        for path in sorted(folder.glob("*.yml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


CASES = read(FOLDER)
IDS = [f"{case['theme']}: {case['name']}" for case in CASES]


def context_of(case: dict[str, Any]) -> Context:
    """The context in which the case runs."""
    now = event_reader("@timestamp")({"@timestamp": case.get("now", 0)})
    assert isinstance(now, int)
    return Context(int(now))


def tables_of(case: dict[str, Any]) -> dict[str, LookupTable]:
    """The lookup tables that the case has."""
    tables: dict[str, str] = case.get("tables", {})
    return {name: LookupTable.from_csv(name, text) for name, text in tables.items()}


def groups_of(case: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The events of the log groups that the case has beside its own `events`."""
    groups: dict[str, list[dict[str, Any]]] = case.get("groups", {})
    return groups


def plan_of(case: dict[str, Any], readings: Readings = CHOSEN) -> Plan:
    """The plan of the case's query."""
    return compile_query(parse(case["query"]), readings, tables_of(case))


def result_of(
    case: dict[str, Any], plan: Plan, events: Sequence[Mapping[str, Any]] | None = None
) -> Result:
    """What the plan gives over the case's events, or over others in their place."""
    some = case["events"] if events is None else events
    return evaluate(plan, some, context_of(case), groups=groups_of(case))


def shown(case: dict[str, Any], result: Result) -> list[Any]:
    """The rows of a result, so that they can be compared with `wanted`."""
    return _comparable(case, result.rows)


def wanted(case: dict[str, Any]) -> list[Any]:
    """The rows of the case, so that they can be compared."""
    return _comparable(case, case["rows"])


def _comparable(case: dict[str, Any], rows: list[dict[str, str]]) -> list[Any]:
    items = [sorted(row.items()) for row in rows]
    return items if case.get("ordered") else sorted(items)
