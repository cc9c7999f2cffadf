"""Events that Slack delivers again: one that was taken is done with, one that failed counts again."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.app.ports import FrontDesk
from bot.slack.deliveries import REMEMBERED
from bot.slack.listeners import build_app
from tests.fakes import MemoryStore, SetClock, a_desk
from tests.slack.answering import answering

SECRET = "a-made-up-secret"


def delivered(app: App, event_id: str = "Ev1", **more: Any) -> BoltResponse:
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": "T0LOCAL",
            "event": {"type": "app_mention", "user": "U1"},
        }
        | {"event_id": event_id}
        | more
    )
    at = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body)
    assert signature is not None
    return app.dispatch(
        BoltRequest(
            body=body,
            headers={
                "content-type": ["application/json"],
                "x-slack-request-timestamp": [at],
                "x-slack-signature": [signature],
                "x-slack-retry-num": ["1"],
            },
        )
    )


def listening(desk: FrontDesk, fails: bool = False) -> tuple[App, list[str]]:
    with answering() as slack:
        app = build_app(slack.client(), SECRET, desk, answer_last=True)
    heard: list[str] = []

    @app.event("app_mention")
    def on_event(body: dict[str, Any]) -> None:
        heard.append(body["event_id"])
        if fails and len(heard) == 1:
            raise ZeroDivisionError("no disk")

    return app, heard


def test_an_event_that_is_delivered_again_is_acknowledged_and_left_alone() -> None:
    app, heard = listening(a_desk())

    answers = [delivered(app).status, delivered(app).status, delivered(app, "Ev2").status]

    assert answers == [200, 200, 200]
    assert heard == ["Ev1", "Ev2"]


def test_another_process_leaves_it_alone_too_for_as_long_as_slack_tries() -> None:
    clock = SetClock()
    desk = a_desk(store=MemoryStore(clock), clock=clock)
    (first, _), (second, heard) = listening(desk), listening(desk)
    delivered(first)
    clock.now += REMEMBERED - timedelta(seconds=1)
    assert delivered(second).status == 200
    assert heard == []


def test_an_event_that_failed_counts_when_it_is_delivered_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app, heard = listening(a_desk(), fails=True)

    assert delivered(app).status == 500
    assert delivered(app).status == 200
    assert delivered(app).status == 200

    assert heard == ["Ev1", "Ev1"]
    assert "no disk" in caplog.text


def test_a_store_that_is_away_leaves_the_event_to_the_next_delivery(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = a_desk()
    app, heard = listening(desk)
    put, desk.store.put = desk.store.put, None  # type: ignore[method-assign,assignment]
    assert delivered(app).status == 500
    desk.store.put = put  # type: ignore[method-assign]

    assert delivered(app).status == 200
    assert heard == ["Ev1"]
    assert "an event failed" in caplog.text


def test_what_is_no_event_leaves_no_mark() -> None:
    desk = a_desk()
    app, _ = listening(desk)
    challenge = delivered(app, type="url_verification", challenge="c")
    assert (challenge.status, "c" in challenge.body) == (200, True)
    assert isinstance(desk.store, MemoryStore)
    assert not desk.store.documents
