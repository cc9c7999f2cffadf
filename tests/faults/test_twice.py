"""Slack delivers twice, or gives up on an acknowledgement: the work is done once all the same."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest

from bot.local.workspace import deliver
from tests.faults.test_slack_down import ANSWERED, ask
from tests.faults.world import World, world
from tests.slack.conftest import words_of


def test_a_command_that_is_delivered_twice_is_answered_once(world: World) -> None:
    ask(world)
    again = world.local.sent("command")
    assert world.deliver("command", again) == (200, "")
    world.rest()
    assert world.deliver("command", again) == (200, "")
    world.rest()

    assert world.public() == ANSWERED
    assert len(world.asked("StartQuery")) == 1


def test_a_click_that_is_delivered_twice_has_one_effect(world: World) -> None:
    ask(world)
    world.rest()
    world.click(world.messages()[0], "Again")
    again = world.local.sent("block_actions")
    world.rest()
    assert world.deliver("block_actions", again) == (200, "")
    world.rest()

    assert len(world.public()) == 2
    assert len(world.texts()) == 2


def test_an_acknowledgement_of_an_alert_that_is_delivered_twice_says_nothing(world: World) -> None:
    world.happens("StopLogging")
    world.tick()
    world.click(world.messages("alerts")[0], "Acknowledge")
    again = world.local.sent("block_actions")
    world.rest()
    before = world.alerts()[0].acknowledged
    assert world.deliver("block_actions", again) == (200, "")
    world.rest()

    (alert,) = world.messages("alerts")
    assert "Acknowledged by responder-1" in words_of(alert["attachments"])
    assert world.alerts()[0].acknowledged == before


@pytest.mark.parametrize(
    "fault",
    [{"drop_after_commit": True}, {"status": 502}, {"drop_before": True}],
    ids=["ack-lost", "proxy", "not-delivered"],
)
def test_a_command_whose_acknowledgement_is_lost_fails_for_slack_only(
    world: World, fault: dict[str, object]
) -> None:
    world.command("help")
    world.slack({"method": "delivery.command", "nth": 1, **fault})
    ask(world)
    world.rest()
    assert [t for t in world.texts() if t.startswith("/siem failed with the error")]
    assert world.public() == (ANSWERED if "drop_after_commit" in fault else [])

    ask(world)
    world.rest()
    assert len(world.public()) == (2 if "drop_after_commit" in fault else 1)


@pytest.fixture(name="hasty")
def _hasty(tmp_path, monkeypatch):
    """A Slack that waits for an acknowledgement for a fraction of its three seconds."""
    monkeypatch.setattr(deliver, "PATIENCE", 0.3)
    with world(tmp_path, monkeypatch) as made:
        yield made


def test_an_acknowledgement_that_a_slow_store_delays_loses_nothing(hasty: World) -> None:
    world = hasty
    world.command("help")  # who asks is known from here on
    before = len(world.texts())
    world.happens("StopLogging")
    locked, asked = threading.Event(), threading.Event()

    def hold() -> None:
        with sqlite3.connect(world.folder / "store.db") as held:
            held.execute("begin immediate")
            locked.set()
            asked.wait(5)
            held.rollback()
        held.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(5)
    world.command("calls StopLogging")
    assert world.texts()[before:] == ['/siem failed with the error "operation_timeout"']
    asked.set()
    holder.join()
    until = time.monotonic() + 5
    while not world.waiting() and not world.public():
        assert time.monotonic() < until
        time.sleep(0.005)
    world.rest()

    assert world.public() == ANSWERED
