"""The demo's incidents: each raises its alert and no other, and its checklist finds the story."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.local.incidents import INCIDENTS, Incident
from bot.local.traffic import LATEST, Delivered, events
from bot.query.ast import Query
from bot.query.evaluate import evaluate
from bot.query.parameters import bind, parameters_of, read_value
from bot.query.plan import Context, compile_query
from bot.rules.card import place_of
from bot.rules.loader import load_rules
from bot.rules.model import Rule, TriageItem

SEED = 1
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
NOON = datetime(2026, 11, 25, 12, 0, 0, 250_000, tzinfo=UTC)
FOLDER = Path(__file__).parent.parent.parent / "rules" / "cloudtrail"
RULES = {
    rule.id: rule
    for rule in load_rules(
        {str(path): path.read_text("utf-8") for path in FOLDER.glob("*.yml")}
    ).rules
}
BY_ID = {incident.id: incident for incident in INCIDENTS}
EACH = [pytest.param(incident, id=incident.id) for incident in INCIDENTS]


def decoded(made: Iterable[Delivered]) -> list[dict[str, Any]]:
    return [
        {**json.loads(event.message), "@timestamp": event.delivered, "@message": event.message}
        for event in made
    ]


@pytest.fixture(scope="module")
def base() -> list[dict[str, Any]]:
    """Three days of traffic, from Monday on, in which root looks at the bill."""
    return decoded(events(SEED, MONDAY, MONDAY + timedelta(days=3)))


def found(rule: Rule, records: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The rows that a rule's alert finds."""
    assert rule.alert is not None
    assert rule.alert.finds is not None
    return rows(rule.alert.finds, parameters(rule), records)


def rows(
    query: Query, values: dict[str, str], records: list[dict[str, Any]]
) -> list[dict[str, str]]:
    names = parameters_of(query)
    bound = bind(query, {name: read_value("text", values[name]) for name in names})
    return evaluate(compile_query(bound), records, Context(now=0, start=None, end=None)).rows


def parameters(rule: Rule) -> dict[str, str]:
    return dict(rule.alert.bindings) if rule.alert else {}


def raised(records: list[dict[str, Any]]) -> set[tuple[str, tuple[str | None, ...]]]:
    """The rule and the key of each alert that these events raise."""
    return {
        (rule.id, tuple(row.get(name) for name in rule.alert.key))
        for rule in RULES.values()
        if rule.alert
        for row in found(rule, records)
    }


def answered(
    item: TriageItem, rule: Rule, alert: dict[str, str], records: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """What an item of the checklist finds, bound to one row of the alert."""
    given = {**parameters(rule), **alert}
    if item.query is not None:
        return rows(item.query, given, records)
    values = {name: given[place_of(text) or ""] for name, text in item.bindings.items()}
    return rows(RULES[item.rule or ""].query, values, records)


def test_plain_days_raise_hardly_any_alert(base: list[dict[str, Any]]) -> None:
    assert raised(base) == {
        ("root-used", ("arn:aws:iam::111122223333:root", "198.51.100.11")),
    }


def test_there_is_an_incident_for_each_of_four_stories() -> None:
    assert len(BY_ID) == len(INCIDENTS) == 4
    assert all(len(incident.title) <= 75 for incident in INCIDENTS)
    assert all(incident.story.endswith(".") for incident in INCIDENTS)


@pytest.mark.parametrize("incident", EACH)
@pytest.mark.parametrize("start", [NOON, datetime(2026, 11, 29, 3, 0, 59, tzinfo=UTC)])
@pytest.mark.parametrize("seed", [SEED, 7])
def test_an_incident_raises_its_alert_and_no_other(
    incident: Incident, start: datetime, seed: int
) -> None:
    alerts = raised(decoded(incident.events(start, seed)))
    assert sorted(rule for rule, _ in alerts) == sorted([incident.rule, *incident.also])
    assert all(value for _, key in alerts for value in key)


@pytest.mark.parametrize("incident", EACH)
def test_the_checklist_of_its_alert_has_all_its_values(incident: Incident) -> None:
    records = decoded(incident.events(NOON, SEED))
    for rule in (RULES[name] for name in (incident.rule, *incident.also)):
        row = found(rule, records)[0]
        for item in rule.triage:
            if item.runs:
                answered(item, rule, row, records)


def answers(incident: Incident, base: list[dict[str, Any]]) -> dict[str, int]:
    """The number of rows of each item, over what was logged within its span around the alert."""
    rule = RULES[incident.rule]
    records = decoded(incident.events(NOON, SEED))
    alert = found(rule, records)[0]
    at = NOON.timestamp() * 1000
    return {
        item.id: len(
            answered(
                item,
                rule,
                alert,
                [
                    record
                    for record in base + records
                    if item.around
                    and abs(record["@timestamp"] - at) < item.around.total_seconds() * 1000
                ],
            )
        )
        for item in rule.triage
        if item.runs
    }


def test_the_checklist_shows_that_the_key_leaked(base: list[dict[str, Any]]) -> None:
    found = answers(BY_ID["leaked-key"], base)
    assert found["elsewhere"] == 1, "the backup host, at night"
    assert found["neighbours"] == 0
    assert found["did"] >= 13
    assert found["writes"] > 2, "the release role wrote before"


def test_the_checklist_shows_that_the_servers_credentials_are_outside(
    base: list[dict[str, Any]],
) -> None:
    found = answers(BY_ID["trail-stopped"], base)
    assert found["resumed"] == 0
    assert found["elsewhere"] == 1
    assert found["did"] > 10
    assert found["changed"] == 2


def test_the_checklist_shows_that_roots_password_was_tried(base: list[dict[str, Any]]) -> None:
    found = answers(BY_ID["root-without-mfa"], base)
    assert found["failed"] == 2
    assert found["removed"] == 0
    assert found["did"] == 8
    assert found["before"] == 1, "the owner, on Monday"


def test_the_checklist_shows_who_read_the_open_bucket(base: list[dict[str, Any]]) -> None:
    found = answers(BY_ID["bucket-opened"], base)
    assert found["readers"] == 3
    assert found["changes"] == 2
    assert found["who"] > 4


@pytest.mark.parametrize("incident", EACH)
def test_its_events_come_in_order_within_a_minute(incident: Incident) -> None:
    made = incident.events(NOON, SEED)
    start = NOON.timestamp() * 1000
    delivered = [event.delivered for event in made]
    assert delivered == sorted(set(delivered))
    assert start < delivered[0]
    assert delivered[-1] - start <= 60_000
    assert incident.lasts(NOON, SEED) == timedelta(milliseconds=delivered[-1] - start)
    happened = [event.happened for event in made]
    assert happened == sorted(happened)
    for event, record in zip(made, decoded(made), strict=True):
        assert timedelta(0) < timedelta(milliseconds=event.delivered - event.happened) <= LATEST
        assert datetime.fromisoformat(record["eventTime"]).timestamp() * 1000 == event.happened


def test_one_story_unfolds_over_a_minute() -> None:
    assert BY_ID["leaked-key"].lasts(NOON, SEED) > timedelta(seconds=50)


@pytest.mark.parametrize("incident", EACH)
def test_the_same_start_makes_the_same_events_and_another_makes_others(incident: Incident) -> None:
    made = incident.events(NOON, SEED)
    zone = NOON.astimezone().tzinfo
    assert incident.events(NOON.astimezone(zone), SEED) == made
    later = incident.events(NOON + timedelta(milliseconds=1), SEED)
    ids = {record["eventID"] for record in decoded(made)}
    assert len(ids) == len(made)
    assert not ids & {record["eventID"] for record in decoded(later)}
    assert not ids & {record["eventID"] for record in decoded(incident.events(NOON, 2))}
