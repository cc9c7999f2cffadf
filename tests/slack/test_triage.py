"""An alert from arrival to verdict, by one person and by two, in the local workspace."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot.app import triage
from bot.errors import BotError
from tests.alerts.alert_samples import ID, WHO, an_alert
from tests.fakes import PERSON, SetClock, a_state, some_rows
from tests.slack.conftest import words_of
from tests.slack.triage_driving import ONE, TWO, Room, room


@pytest.fixture
def slack() -> Iterator[Room]:
    with room() as made:
        yield made


def colour(slack: Room) -> str:
    return str(slack.message()["attachments"][0]["color"])


# ---------------------------------------------------------------------------------- the message
def test_the_message_says_what_happened_and_what_to_do(slack: Room) -> None:
    message = slack.message()

    said = words_of(message)
    assert words_of(message["blocks"]) == "🟠 High: Objects written to a bucket (2 findings)"
    for words in (WHO, "a.txt", "b.txt", "Is a release under way?", "Disable the access key.", ID):
        assert words in said
    for words in ("High", "Objects written to a bucket", WHO, "Open", "0 of 4 questions answered"):
        assert words in message["text"]
    assert message["pings"] == []


# ---------------------------------------------------------------------------------- acknowledge
def test_the_first_to_acknowledge_has_it_and_the_second_is_told(slack: Room) -> None:
    old = slack.message()
    before = colour(slack)

    slack.local.click(old, ONE, text="Acknowledge")
    slack.local.click(old, TWO, text="Acknowledge")
    slack.work()

    assert slack.alert().acknowledged is not None
    assert slack.alert().acknowledged.name == ONE
    told = slack.told("done already, by responder-1 at 2026-11-24 09:00 UTC", "alerts", TWO)
    assert told["ephemeral"]
    assert "Acknowledged by responder-1 at 2026-11-24 09:00 UTC." in words_of(slack.message(TWO))
    assert "Acknowledged by responder-1" in slack.message()["text"]
    assert colour(slack) != before
    assert "Acknowledge" not in labels(slack)


def labels(slack: Room) -> list[str]:
    """What the buttons of the alert say."""
    blocks = slack.message()["attachments"][0]["blocks"]
    elements = [e for b in blocks for e in [*(b.get("elements") or ()), b.get("accessory") or {}]]
    return [e["text"]["text"] for e in elements if e.get("type") == "button"]


def test_a_double_click_is_one_deed_and_says_nothing(slack: Room) -> None:
    old = slack.message()
    slack.local.click(old, ONE, text="Acknowledge")
    slack.local.click(old, ONE, text="Acknowledge")
    slack.work()

    assert len(slack.messages("alerts")) == 1
    assert len(slack.calls("chat.postEphemeral")) == 0


def test_ack_by_command(slack: Room) -> None:
    slack.command(f"ack {ID}", channel="siem")
    slack.work()

    assert f"You acknowledged {ID}" in words_of(slack.last())
    assert slack.alert().status == "acknowledged"
    slack.command(f"ack `{ID}`", TWO)
    assert "by responder-1" in words_of(slack.last(user=TWO))
    slack.command("ack 1f6b0c2d9a3e.7")
    assert "There is no alert 1f6b0c2d9a3e.7" in words_of(slack.last()).replace("\n", "")


@pytest.mark.parametrize(
    ("user", "said"),
    [("guest-1", "Guests and people of other organisations cannot use the bot.")],
)
def test_who_may_not_is_refused(slack: Room, user: str, said: str) -> None:
    slack.local.click(slack.message(), user, text="Acknowledge")

    assert slack.told(said, "alerts", user)
    assert slack.alert().status == "open"


def test_an_alert_that_is_not_kept_any_more_says_so(slack: Room) -> None:
    slack.desk.store.delete(f"alert:{ID}")
    slack.press("Acknowledge")
    assert slack.told("no longer kept", "alerts")

    slack.press("Run")
    slack.press("Resolve")
    slack.press("Is a release under way?")
    assert len([m for m in slack.messages("alerts") if m["ephemeral"]]) >= 1


# ------------------------------------------------------------------------------------- checklist
def test_two_people_tick_at_once_and_nothing_is_lost(slack: Room) -> None:
    old = slack.message()

    slack.local.click(old, ONE, text="Is a release under way?")
    slack.local.click(old, TWO, text="Have you asked the person?")
    slack.work()

    ticks = {item.id: [deed.name for deed in item.ticked] for item in slack.alert().checklist}
    assert ticks == {"who": [], "from-here": [], "known": [ONE], "asked": [TWO]}
    assert "✓ responder-1" in words_of(slack.message())
    assert "2 of 4 questions answered" in slack.message()["text"]


def test_ticks_are_taken_back_by_their_owner_alone(slack: Room) -> None:
    slack.press("Is a release under way?", ONE)
    slack.press("Is a release under way?", TWO)

    assert slack.told("responder-1 at 2026-11-24 09:00 UTC ticked this", "alerts", TWO)
    assert slack.alert().item("known").ticked

    slack.press("Is a release under way?", ONE)
    assert not slack.alert().item("known").ticked


def test_a_tick_undone_before_the_message_is_drawn_again_is_undone(slack: Room) -> None:
    old = slack.message()
    slack.local.click(old, ONE, text="Is a release under way?")
    slack.local.click(old, ONE, text="Is a release under way?")
    slack.work()

    assert not slack.alert().item("known").ticked


def test_an_item_runs_in_the_thread_with_the_alerts_values(slack: Room) -> None:
    message = slack.message()
    slack.local.click(message, TWO, text="Run")
    slack.work(most=1)
    slack.work()

    (search,) = slack.search.started
    assert f'userIdentity.arn = "{WHO}"' in search.query
    assert search.window.start == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    assert search.window.end == datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC)
    parent, answer = slack.messages("alerts", thread=message["ts"])
    assert parent["ts"] == message["ts"]
    assert "3 of 3 rows" in words_of(answer)
    assert len(slack.messages("alerts")) == 1
    said = words_of(slack.message())
    assert "→ Some: 3 rows (responder-2, 2026-11-24 09:00 UTC)" in said
    assert "Ask them." in said
    assert "1 of 4 questions answered" in slack.message()["text"]


def test_where_rows_differ_the_newest_value_runs_and_the_message_says_so(slack: Room) -> None:
    slack.search.states = [a_state(some_rows(3))]
    message = slack.message()
    slack.local.click(message, ONE, action_id="alert_run:from-here")
    slack.work()

    assert 'sourceIPAddress = "192.0.2.10"' in slack.search.started[0].query
    said = words_of(slack.message())
    assert "→ Many: 3 rows for ip 192.0.2.10 (the newest of several)" in said
    assert "A script: act now." in said


def test_two_who_run_an_item_at_once_start_one_search(slack: Room) -> None:
    old = slack.message()
    slack.local.click(old, ONE, text="Run")
    slack.local.click(old, TWO, text="Run")
    slack.work()

    assert len(slack.search.started) == 1
    assert slack.told("done already, by responder-1", "alerts", TWO)


def test_an_item_without_its_value_says_so_and_does_not_gate() -> None:
    with room(an_alert(values={}, rows=({"ip": "192.0.2.10"},))) as slack:
        slack.press("Run")
        assert "Cannot run: this alert has no who." in words_of(slack.message())
        assert not slack.search.started
        slack.press("Is a release under way?")
        slack.press("Resolve")
        assert "Required and not answered yet" not in words_of(slack.view())


# --------------------------------------------------------------------------------------- verdict
def test_a_verdict_needs_a_note_while_required_questions_are_open(slack: Room) -> None:
    slack.press("Resolve")
    view = slack.view()
    assert "Required and not answered yet" in words_of(view)
    assert "What else did this principal do?" in words_of(view)

    refused = slack.send(verdict="benign")
    assert not refused["ok"]
    assert "note" in refused["errors"]

    assert slack.send(verdict="benign", note="A release, by hand.")["ok"]
    alert = slack.alert()
    assert (alert.status, alert.verdict, alert.note) == (
        "resolved",
        "benign",
        "A release, by hand.",
    )
    said = words_of(slack.message())
    assert "Verdict: benign." in said
    assert "A release, by hand." in said
    assert "Resolved by responder-1 at 2026-11-24 09:00 UTC." in said
    assert labels(slack) == ["Reopen"]


def test_blanks_are_no_note(slack: Room) -> None:
    slack.press("Resolve")
    refused = slack.send(verdict="benign", note="   ")
    assert refused["errors"].keys() == {"note"}
    assert slack.alert().status == "open"


def test_two_who_resolve_get_one_verdict_and_one_explanation(slack: Room) -> None:
    slack.press("Resolve", ONE)
    slack.press("Resolve", TWO)
    slack.send(ONE, verdict="benign", note="Fine.")
    answer = slack.send(TWO, verdict="true positive", note="No!")

    assert answer["response_action"] == "update"
    assert "by responder-1" in words_of(slack.view(TWO))
    assert slack.alert().verdict == "benign"


def test_old_buttons_of_a_resolved_alert_explain_and_refresh(slack: Room) -> None:
    for text in ("Acknowledge", "Run", "Is a release under way?", "Snooze for 1 hour"):
        slack.local.click(slack.message(TWO), TWO, text=text)
    old = [d["payload"] for d in slack.local.journal()["deliveries"] if "actions" in d["payload"]]
    with room() as later:
        later.press("Resolve", ONE)
        later.send(ONE, verdict="false positive", note="Known.")
        edits = len(later.calls("chat.update"))

        for payload in old:  # what a client sends that has not seen the verdict
            assert later.deliver(payload | {"response_url": ""}) == 200
        later.work()

        assert len(later.calls("chat.update")) > edits
        later.told("resolved as false positive by responder-1", "alerts", TWO)
        ephemerals = [m for m in later.messages("alerts", TWO) if m["ephemeral"]]
        assert len(ephemerals) == len(old) == 4
        assert labels(later) == ["Reopen"]
        assert not later.search.started
        assert later.alert().snoozed_until is None


def test_reopened_it_begins_again_and_keeps_its_answers(slack: Room) -> None:
    slack.press("Is a release under way?")
    slack.press("Resolve")
    slack.send(verdict="benign", note="Fine.")
    slack.press("Reopen", TWO)

    assert slack.alert().status == "open"
    assert slack.alert().item("known").ticked
    assert "Acknowledge" in labels(slack)
    assert "Reopened by responder-2" in words_of(slack.message())


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Snooze for 1 hour", "2026-11-24 10:00 UTC"),
        ("Snooze for 4 hours", "2026-11-24 13:00 UTC"),
        ("Snooze until tomorrow 09:00", "2026-11-25 08:00 UTC"),
    ],
)
def test_snooze(slack: Room, text: str, until: str) -> None:
    slack.press(text)

    assert f"Snoozed by responder-1 until {until}." in words_of(slack.message())
    assert f"snoozed until {until}" in slack.message()["text"]


def test_everything_goes_on_after_a_restart(slack: Room) -> None:
    slack.local.click(slack.message(), ONE, text="Run")
    slack.local.click(slack.message(), ONE, text="Acknowledge")
    slack.restart()
    slack.work()

    assert "→ Some: 3 rows" in words_of(slack.message())
    slack.press("Resolve", TWO)
    slack.restart()
    assert slack.send(TWO, verdict="true positive", note="Key disabled.")["ok"]
    assert slack.alert().verdict == "true positive"


def test_what_fails_is_said_beside_the_item_and_can_be_run_again(slack: Room) -> None:
    slack.search.refusal = BotError("CloudWatch Logs refused the query.")
    slack.press("Run")
    assert "It failed: CloudWatch Logs refused the query." in words_of(slack.message())

    slack.search.refusal = None
    slack.press("Run again")
    assert "→ Some: 3 rows" in words_of(slack.message())


def test_a_message_that_people_deleted_is_posted_again(slack: Room) -> None:
    slack.local.client.chat_delete(channel="C0ALERTS", ts=slack.message()["ts"])
    triage.acknowledge(slack.watch.desk, ID, PERSON)
    slack.work()
    assert "Acknowledged by responder-1" in slack.message()["text"]


def test_the_clock_is_the_desks(slack: Room) -> None:
    clock = slack.desk.clock
    assert isinstance(clock, SetClock)
    clock.move(hours=2)
    slack.press("Acknowledge")
    assert "11:00 UTC" in words_of(slack.message())


def test_two_at_the_same_moment_get_one_winner(slack: Room) -> None:
    old = slack.message()
    with ThreadPoolExecutor(8) as pool:
        for who in (ONE, TWO) * 4:
            pool.submit(slack.local.click, old, who, text="Acknowledge")
    slack.work()

    alert = slack.alert()
    assert alert.acknowledged is not None
    loser = TWO if alert.acknowledged.name == ONE else ONE
    slack.told(f"done already, by {alert.acknowledged.name}", "alerts", loser)
    winner = alert.acknowledged.name
    assert not [m for m in slack.messages("alerts", winner) if m["ephemeral"]]


def test_a_forged_click_does_nothing(slack: Room) -> None:
    slack.local.click(slack.message(), ONE, text="Snooze for 1 hour")
    payload = slack.local.sent("block_actions")
    action = payload["actions"][0] | {"action_id": "alert_ack", "type": "button", "value": ID}
    payload |= {"actions": [action]}

    assert slack.deliver(payload, secret="another-secret") == 401
    assert slack.alert().status == "open"
    for value in ("", "x", f"{ID}|", "../alert", "a" * 300):
        assert slack.deliver(payload | {"actions": [action | {"value": value}]}) == 200
    assert slack.alert().status == "open"
    assert slack.deliver(payload) == 200
    assert slack.alert().status == "acknowledged"


def test_a_partner_and_a_shared_channel_are_refused(slack: Room) -> None:
    slack.local.click(slack.message(), ONE, text="Snooze for 1 hour")
    payload = slack.local.sent("block_actions") | {"response_url": ""}
    action = payload["actions"][0] | {"action_id": "alert_ack", "type": "button", "value": ID}
    payload |= {"actions": [action]}
    stranger = {"id": "U0PARTNER1", "team_id": "T0PARTNER01"}
    shared = payload["container"] | {"channel_id": "C0SHARED"}

    slack.deliver(payload | {"user": stranger})
    slack.deliver(payload | {"container": shared})
    assert slack.alert().status == "open"
