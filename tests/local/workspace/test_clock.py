"""The clock that tests move: what expires and comes due goes by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.local.workspace.clock import Clock
from tests.local.workspace.driving import actions, button, section

START = datetime(2026, 11, 1, tzinfo=UTC)


def test_it_can_be_moved_stopped_and_let_go():
    real = [0.0]
    clock = Clock(lambda: START + timedelta(seconds=real[0]), lambda: real[0])
    clock.advance(10)
    assert (clock.now(), clock.seconds()) == (START + timedelta(seconds=10), 10)

    clock.stop()
    real[0] += 100
    assert (clock.now(), clock.seconds()) == (START + timedelta(seconds=10), 10)
    clock.advance(5)
    assert clock.seconds() == 15

    clock.go()
    assert (clock.now(), clock.seconds()) == (START + timedelta(seconds=15), 15)
    real[0] += 1
    assert (clock.now(), clock.seconds()) == (START + timedelta(seconds=16), 16)


def test_time_stamps_go_by_it(local):
    before = local.call("chat.postMessage", channel="C0SIEM", text="x")["ts"]
    local.post("/_workspace/clock", set="2026-11-24T12:00:00Z")
    after = local.call("chat.postMessage", channel="C0SIEM", text="x")["ts"]

    assert float(after) - float(before) == pytest.approx(86_400, abs=1)


def test_a_trigger_ends_after_three_seconds(local):
    message = local.client.chat_postMessage(
        channel="C0SIEM", text="x", blocks=[actions(button("Go", "go"))]
    )["message"]
    local.bolt.action("go")(lambda ack: ack())
    view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [section("x")]}

    def trigger():
        local.click({**message, "channel": "C0SIEM"}, action_id="go")
        return local.sent("block_actions")["trigger_id"]

    late, once = trigger(), None
    local.post("/_workspace/clock", advance=3.5)
    once = trigger()

    assert local.error("views.open", trigger_id=late, view=view) == "expired_trigger_id"
    local.call("views.open", trigger_id=once, view=view)
    assert local.error("views.open", trigger_id=once, view=view) == "exchanged_trigger_id"
    assert local.error("views.open", trigger_id="1.2.3", view=view) == "invalid_trigger_id"


def test_it_stands_still_when_it_is_stopped(local):
    stopped = local.post("/_workspace/clock", stopped=True)
    local.seconds += 100

    assert stopped["stopped"] is True
    assert local.get("/_workspace/clock")["now"] == stopped["now"]
    assert local.post("/_workspace/clock", stopped=False)["stopped"] is False


@pytest.mark.parametrize(
    "given",
    [
        {"advance": -1},
        {"advance": "1h"},
        {"advance": True},
        {"advance": 1e12},
        {"set": "2026-11-24"},
        {"set": "soon"},
        {"set": 5},
        {"set": "2020-01-01T00:00Z"},
        {"set": "2026-11-24T12:00Z", "advance": 1},
        {"stopped": "yes"},
        {"forward": 5},
    ],
)
def test_a_move_that_makes_no_sense_is_refused_and_moves_nothing(local, given):
    before = local.get("/_workspace/clock")
    status, answer = local.send("/_workspace/clock", **given)

    assert status == 400
    assert answer["detail"]
    assert local.get("/_workspace/clock") == before
