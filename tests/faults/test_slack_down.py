"""Slack is busy, away, or does not know the bot: what people see meanwhile, and that all comes once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack import words
from tests.faults.world import HURRY, World
from tests.slack.conftest import words_of

FOUND = "1 row in 2026-11-23 13:00 – 2026-11-24 13:00 (Europe/Berlin)."  # noqa: RUF001 - a dash
ANSWERED = [f"Calls by name (/siem calls StopLogging 24h): {FOUND}"]
RANG = "🔴 Critical: A trail was stopped (1 finding)"

AWAY: list[dict[str, Any]] = [
    {"retry_after": 7},
    {"error": "ratelimited"},
    {"status": 500},
    {"status": 502},
    {"status": 503},
    {"error": "internal_error"},
    {"error": "fatal_error"},
    {"error": "service_unavailable"},
    {"drop_before": True},
    {"delay": HURRY + 0.2, "drop_before": True},
]


def name(fault: dict[str, Any]) -> str:
    return "-".join(map(str, [*fault, *fault.values()]))


def ask(world: World, **more: str) -> None:
    world.happens("StopLogging")
    world.command("calls StopLogging", **more)


def blind(world: World) -> None:
    """The bot may not read what it has posted."""
    installed = world.local.workspace.installation
    installed.scopes = tuple(scope for scope in installed.scopes if "history" not in scope)


@pytest.mark.parametrize("fault", AWAY, ids=name)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_an_answer_comes_once_when_slack_is_back(
    world: World, method: str, fault: dict[str, Any]
) -> None:
    world.slack({"method": method, "times": 2, **fault})
    ask(world)
    world.settle()
    world.rest()

    assert world.public() == ANSWERED
    assert [b["text"]["text"] for b in buttons(world.messages()[-1])] == [
        "Again", "As CSV", "Open in CloudWatch",
    ]  # fmt: skip
    assert world.dead() == []
    assert world.document("asked")["told"] is True


@pytest.mark.parametrize("fault", AWAY, ids=name)
def test_an_alert_comes_once_when_slack_is_back(world: World, fault: dict[str, Any]) -> None:
    world.slack({"method": "chat.postMessage", "times": 4, **fault})
    world.happens("StopLogging")
    world.tick()
    assert world.alerts()[0].told.ts == ""
    assert world.mark("trail-stopped").through is not None
    world.rest()

    assert [text[: len(RANG)] for text in world.texts("alerts")] == [RANG]
    assert world.alerts()[0].told.ts == world.messages("alerts")[0]["ts"]
    assert world.dead() == []


def test_ten_minutes_without_slack_lose_nothing_and_stop_no_detection(world: World) -> None:
    world.slack(
        {"method": "*", "error": "internal_error"}, {"method": "response_url", "status": 503}
    )
    world.happens("StopLogging")
    world.tick()
    for _ in range(10):
        world.happens("StopLogging")
        world.pass_time(60)
        world.tick()
    (alert,) = world.alerts()
    assert (alert.count, alert.told.ts) == (11, "")
    assert world.texts("alerts") == []
    world.slack()
    world.rest()

    assert [text.partition(".")[0] for text in world.texts("alerts")] == [
        "🔴 Critical: A trail was stopped (11 findings) Open, nobody has acknowledged it"
    ]
    assert world.dead() == []


def test_an_answer_asked_for_before_ten_minutes_without_slack_comes_too(world: World) -> None:
    world.local.command("/siem help")  # who asks is known
    world.slack({"method": "chat.postMessage", "status": 503})
    ask(world)
    world.pass_time(600)
    assert [text for text in world.texts() if "late" in text or "yet" in text] == [
        "The answer cannot be posted yet: Slack is not there (503). It comes by itself."
    ]
    world.slack()
    world.rest()

    assert world.public() == ANSWERED
    assert world.dead() == []


def test_a_short_wait_is_not_worth_words(world: World) -> None:
    world.slack({"method": "chat.postMessage", "times": 1, "retry_after": 3})
    ask(world)
    world.rest()

    assert world.texts() == ANSWERED  # no word about the wait


@pytest.mark.parametrize("dropped", ["drop_after_commit", "late"])
@pytest.mark.parametrize("what", ["answer", "alert", "digest"])
def test_a_lost_answer_to_a_post_makes_no_second_message(
    world: World, what: str, dropped: str
) -> None:
    lost = {"drop_after_commit": True} if dropped != "late" else {"delay": HURRY + 0.3}
    world.slack({"method": "chat.postMessage", "nth": 1, **lost})
    channel = begin(world, what)
    if dropped == "late":
        settle_late(world, channel)
    world.rest()

    (message,) = [m for m in world.messages(channel) if not m.get("ephemeral")]
    assert words.MAYBE_TWICE not in words_of(message)
    assert len(world.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("what", ["answer", "alert", "digest"])
def test_where_the_bot_may_not_look_the_second_message_says_that_it_may_be_one(
    world: World, what: str
) -> None:
    blind(world)
    world.slack({"method": "chat.postMessage", "nth": 1, "drop_after_commit": True})
    channel = begin(world, what)
    world.rest()

    first, second = [m for m in world.messages(channel) if not m.get("ephemeral")]
    assert words.MAYBE_TWICE not in words_of([first["blocks"], first.get("attachments")])
    assert words.MAYBE_TWICE in words_of([second["blocks"], second.get("attachments")])


@pytest.mark.parametrize("what", ["answer", "alert", "digest"])
@pytest.mark.parametrize("fault", [{"retry_after": 2}, {"error": "token_revoked"}], ids=name)
def test_what_was_not_posted_for_certain_is_not_called_a_duplicate(
    world: World, what: str, fault: dict[str, Any]
) -> None:
    blind(world)
    world.slack({"method": "chat.postMessage", "nth": 1, **fault})
    channel = begin(world, what)
    world.rest()

    (message,) = [m for m in world.messages(channel) if not m.get("ephemeral")]
    assert words.MAYBE_TWICE not in words_of([message["blocks"], message.get("attachments")])


@pytest.mark.parametrize(
    "error", ["token_revoked", "invalid_auth", "account_inactive", "token_expired"]
)
def test_without_a_token_alerts_wait_and_whoever_asks_is_told(world: World, error: str) -> None:
    world.command("help")
    world.slack({"method": "chat.postMessage", "error": error})
    ask(world)
    world.settle()
    told = world.told("cannot be posted yet")
    assert told["text"] == (
        f"The answer cannot be posted yet: Slack does not accept the bot's token ({error}). "
        "It comes by itself."
    )
    assert told["ephemeral"]
    world.tick()
    world.pass_time(3_600)
    assert world.texts("alerts") == []
    assert len([text for text in world.texts() if "cannot be posted" in text]) == 1
    world.slack()
    world.rest()

    assert len(world.texts("alerts")) == 1
    assert world.public() == ANSWERED
    assert world.dead() == []


def test_a_message_with_which_slack_has_faults_of_its_own_comes_with_less(world: World) -> None:
    world.slack({"method": "chat.update", "times": 3, "error": "internal_error"})
    ask(world)
    world.rest()

    assert world.public() == ANSWERED
    assert words.NO_TABLE in words_of(world.messages()[-1])


def begin(world: World, what: str) -> str:
    """Have the bot post something; the channel in which it stands."""
    if what == "alert":
        world.happens("StopLogging")
        world.tick()
        return "alerts"
    if what == "answer":
        ask(world)
    else:
        world.command("digest")
    world.settle()
    return "siem"


def settle_late(world: World, channel: str) -> None:
    """Wait until what the bot did not wait for has been posted after all."""
    import time

    until = time.monotonic() + 5
    while not [m for m in world.messages(channel) if not m.get("ephemeral")]:
        assert time.monotonic() < until
        time.sleep(0.01)


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [e for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]
