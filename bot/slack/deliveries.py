"""Each event counts once. Slack delivers one again for which it saw no answer in time, or no good one.

docs.slack.dev/apis/events-api, "Retries" and "Delayed events": the same `event_id`, at most an hour apart
and for a day. Commands and clicks are not delivered again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse

from bot.app import documents
from bot.app.documents import Kind
from bot.app.ports import FrontDesk

REMEMBERED = timedelta(hours=25)

_MARK = "first_delivery"


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event that has been taken, and until when that is remembered."""

    until: datetime


DELIVERED = Kind("slack-event", Delivered, expires=lambda delivered: delivered.until)


def add_deliveries(app: App, desk: FrontDesk) -> None:
    """Acknowledge an event that was delivered before, and do nothing about it."""

    @app.middleware
    def once(
        body: dict[str, Any], context: BoltContext, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        event_id = event_of(body)
        if event_id:
            delivered = Delivered(desk.clock() + REMEMBERED)
            if not documents.create(desk.store, DELIVERED, event_id, delivered):
                return BoltResponse(status=200)
            context[_MARK] = event_id
        return next()


def event_of(body: dict[str, Any]) -> str:
    """The id of the event that a request delivers; empty if it delivers none."""
    return str(body.get("event_id", "")) if body.get("type") == "event_callback" else ""


def deliver_again(desk: FrontDesk, context: BoltContext) -> None:
    """Let the event of this request count when it is delivered again, since it was not dealt with."""
    if _MARK in context:
        documents.remove(desk.store, DELIVERED, context[_MARK])
