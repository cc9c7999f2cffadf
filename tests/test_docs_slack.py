"""The page of the local Slack says what is there: methods, calls, keys, events."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.local.workspace import Workspace
from bot.local.workspace.faults import DELIVERIES, read_plan
from bot.local.workspace.installation import EVENT_SCOPES, USUAL_EVENTS, USUAL_SCOPES
from bot.local.workspace.methods.table import METHODS
from bot.local.workspace.seed import read_seed
from bot.local.workspace.seed_keys import SECTIONS
from tests.local.workspace.driving import NOW

PAGE = (Path(__file__).parents[1] / "docs/local-slack.md").read_text("utf-8")
OPERATIONS = (Path(__file__).parents[1] / "docs/operations.md").read_text("utf-8")


def rows(*columns: str) -> dict[str, list[str]]:
    """The rows of the table with these heads, by their first column."""
    head = "| " + " | ".join(columns) + " |"
    body = PAGE.split(f"{head}\n", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in body]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_the_table_of_methods_is_that_of_the_code():
    table = rows("method", "scopes, any of", "tier", "what differs")

    assert [*table] == [*METHODS]
    for name, method in METHODS.items():
        scopes, tier, _ = table[name]
        assert re.findall(r"`([^`]+)`", scopes) == method.scopes.split(), name
        assert (scopes == "no token") is method.open, name
        assert tier == (str(method.tier) if method.tier else "special"), name


def test_the_table_of_events_is_that_of_the_code():
    table = rows("event", "scope", "subscribed without a seed")

    assert {name: cells[0].strip("`") for name, cells in table.items()} == {
        name: scope or "none" for name, scope in EVENT_SCOPES.items()
    }
    assert [name for name, cells in table.items() if cells[1] == "yes"] == sorted(
        USUAL_EVENTS, key=[*EVENT_SCOPES].index
    )


def test_every_key_of_a_seed_is_described():
    for at, keys in SECTIONS.items():
        for name, key in keys.items():
            row = f"| `{f'{at}.' if at else ''}{name}` | "
            assert row + ("**needed** " if key.needed == "yes" else "") + key.words in PAGE, row


def test_the_usual_scopes_are_named():
    assert ", ".join(f"`{scope}`" for scope in USUAL_SCOPES) in PAGE


def test_every_call_that_drives_the_workspace_is_described():
    workspace = Workspace("", "secret", "xoxb-x", lambda: NOW)
    described = re.findall(r"`(GET|POST|PUT|DELETE) /_workspace/(\w+)", PAGE)
    described += [("GET", "clock"), ("GET", "faults"), ("DELETE", "journal")]
    there = [
        (route.method, route.resource.canonical.split("/")[2])
        for route in workspace.application().router.routes()
        if route.resource.canonical.startswith("/_workspace/") and route.method != "HEAD"
    ]

    assert {*described} == {*there}
    for verb, name in re.findall(r"`(GET|POST|PUT|DELETE) /_workspace/(\w+)", OPERATIONS):
        assert (verb, name) in there


def test_every_kind_of_delivery_can_be_planned_as_described():
    for kind in DELIVERIES:
        assert f"`delivery.{kind}`" in PAGE, kind
        assert read_plan([{"method": f"delivery.{kind}", "status": 500}], (), lambda _: None)


def test_the_seed_shown_is_one(tmp_path):
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)

    assert read_seed("shown", shown).directory.app.name == "helper"


@pytest.mark.parametrize("option", ["--port", "--seed", "--data", "--app-url", "--relaxed"])
def test_every_option_is_described(option):
    assert f"| `{option}` |" in PAGE
