"""What an alert's message says in each state, and that Slack would take each of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.lifecycle import acknowledge, answer_item, reopen, resolve, snooze, tick_item
from bot.alerts.model import Alert, Item, ItemAnswer
from bot.local.workspace.blockkit.payload import check_message, check_view
from bot.local.workspace.pings import pings_of
from bot.slack.alert_view import alert_message, offered, shown_ticks
from bot.slack.triage_modals import explaining_view, resolve_view
from tests.alerts.alert_samples import ID, ONE, TWO, an_alert
from tests.fakes import NOW
from tests.slack.conftest import words_of

HOSTILE = "<!channel> @here <@U0RESPONDER1> *b* `c` \x00\u202e\ud800 https://x.example &lt;"


def payload(alert: Alert, *, table: bool = True) -> dict[str, Any]:
    shown = alert_message(alert, table=table)
    made = {
        "text": shown.text,
        "blocks": list(shown.blocks),
        "attachments": list(shown.attachments),
    }
    return json.loads(json.dumps(made))


def answer(state: Any, **more: Any) -> ItemAnswer:
    return ItemAnswer(state, 3, "some", ONE, answer_id="a", **more)


STATES = {
    "open": an_alert(),
    "acknowledged": acknowledge(an_alert(), ONE).alert,
    "snoozed": snooze(an_alert(), ONE, NOW + timedelta(hours=1)).alert,
    "ticked": tick_item(tick_item(an_alert(), "known", ONE).alert, "known", TWO).alert,
    "running": answer_item(an_alert(), "who", answer("running")).alert,
    "failed": answer_item(an_alert(), "who", answer("failed", problem="a\nb `c`")).alert,
    "cannot": answer_item(an_alert(), "who", answer("cannot", problem="Cannot run.")).alert,
    "done": answer_item(an_alert(), "who", answer("done", about="ip x")).alert,
    "resolved": resolve(
        tick_item(answer_item(an_alert(), "who", answer("done")).alert, "known", ONE).alert,
        TWO, "true positive", "Real.",
    ).alert,
    "reopened": reopen(resolve(an_alert(), ONE, "benign", "x").alert, TWO).alert,
    "no rows": an_alert(rows=(), columns=(), values={}),
    "no key": an_alert(key=(), key_columns=(), values={}),
    "no list": an_alert(checklist=(), respond=(), false_positives=()),
    "bare": an_alert(condition="", owner="", scanned_bytes=0, late=True, respond=()),
    "linked": an_alert(link="https://eu-west-1.console.aws.amazon.com/", false_positives=()),
    "one moment": an_alert(last=an_alert().first, count=1),
    "two days": an_alert(first=an_alert().first - timedelta(days=1), count=500),
    "linked and resolved": replace(resolve(an_alert(), ONE, "benign", "").alert, link="https://x"),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_slack_takes_every_state(state: str) -> None:
    alert = STATES[state]
    for table in (True, False):
        shown = payload(alert, table=table)
        assert check_message(shown) == []
        assert not [*pings_of(shown)]
        assert alert.title in shown["text"]
    assert check_view(resolve_view(alert)) == []
    assert check_view(explaining_view(alert, "x")) == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("open", "Open, nobody has acknowledged it."),
        ("acknowledged", "Acknowledged by responder-1."),
        ("snoozed", "snoozed until 2026-11-24 10:00 UTC."),
        ("resolved", "Resolved as true positive by responder-2."),
        ("done", "1 of 4 questions answered"),
    ],
)
def test_the_text_alone_tells_the_state(state: str, said: str) -> None:
    assert said in payload(STATES[state])["text"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("ticked", "✓ responder-1, responder-2, 2026-11-24 09:00 UTC"),
        ("running", "⏳ Running, started by responder-1"),
        ("failed", "⚠ It failed: a b 'c' (responder-1"),
        ("cannot", "⚠ Cannot run."),
        ("done", "→ Some: 3 rows for ip x (responder-1"),
        ("bare", "its newest events came late"),
        ("one moment", "2026-11-24 08:30:00 UTC"),
        ("two days", "Newest 2 of 500 findings"),
    ],
)
def test_the_message_tells_each_answer(state: str, said: str) -> None:
    shown = payload(STATES[state])
    captions = [b.get("caption", "") for b in shown["attachments"][0]["blocks"]]
    assert said in words_of(shown["attachments"]) + "\n".join(captions)


def test_without_its_table_it_says_that_something_is_missing() -> None:
    shown = payload(an_alert(), table=False)
    assert "a.txt" not in words_of(shown)
    assert "did not take the findings as a table. Ask for them: /siem watched" in words_of(shown)


def test_the_state_is_a_colour_and_the_severity_is_not() -> None:
    colours = [payload(STATES[s])["attachments"][0]["color"] for s in STATES]
    assert len({*colours}) == 4
    for severity in ("info", "low", "medium", "high", "critical"):
        shown = payload(an_alert(severity=severity))
        assert shown["attachments"][0]["color"] == colours[0]
        assert severity.capitalize() in words_of(shown["blocks"])


def test_long_checklists_fit_and_long_texts_are_cut() -> None:
    items = [Item(f"q{i}", "x" * 75, why="y" * 500, runs=i % 3 == 0) for i in range(40)]
    plain = [Item(f"q{i}", "x" * 75) for i in range(25)]
    rows = tuple({f"c{j}": "z" * 2_000 for j in range(25)} for _ in range(30))
    columns = tuple(f"c{j}" for j in range(25))
    for checklist in (items, plain):
        alert = an_alert(
            checklist=tuple(checklist), rows=rows, columns=columns, title="t" * 500,
            condition="c" * 5_000, respond=("r" * 5_000,) * 10, key=("k" * 10_000,),
        )  # fmt: skip
        assert check_message(payload(alert)) == []
        assert check_view(resolve_view(replace(alert, checklist=tuple(checklist)))) == []
        done = resolve(alert, ONE, "benign", "n" * 3_000).alert
        assert check_message(payload(done)) == []


def test_a_new_message_has_new_boxes() -> None:
    """Clients keep the state of a block whose id they know."""
    first = payload(an_alert())
    second = payload(STATES["ticked"])
    ids = [
        b["block_id"]
        for p in (first, second)
        for b in p["attachments"][0]["blocks"]
        if b.get("block_id", "").startswith("check")
    ]
    assert len({*ids}) == 2
    assert shown_ticks(first, ids[0]) == ()
    assert shown_ticks(second, ids[1]) == ("known",)
    assert offered(first, ids[0]) == ("known", "asked")
    assert offered(first, "gone") == ()


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.just(HOSTILE), st.text(max_size=200)))
def test_no_log_value_can_call_anybody_or_break_the_message(value: str) -> None:
    said = replace(ONE, name=value)
    alert = an_alert(
        title=value, condition=value, key=(value,), values={"who": value, "ip": value},
        rows=({"who": value, "ip": value, "key": value},), note=value, owner=value,
        respond=(value,), false_positives=(value,), acknowledged=said, status="acknowledged",
    )  # fmt: skip
    alert = answer_item(alert, "who", replace(answer("failed"), problem=value, deed=said)).alert
    alert = tick_item(alert, "known", said).alert
    for each in (alert, resolve(alert, said, "benign", value).alert):
        shown = payload(each)
        assert check_message(shown) == []
        assert not [*pings_of(shown)]
        assert check_view(resolve_view(each)) == []
        json.dumps(shown).encode()
    assert ID in words_of(shown)
