"""What people do with an alert's message and its modal, as calls of the use case *Triage*."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.alerts.lifecycle import Decision
from bot.app import triage
from bot.app.ports import FrontDesk, Reply
from bot.app.saying import tell
from bot.errors import BotError
from bot.slack import alert_words as say
from bot.slack import words
from bot.slack.alert_view import (
    ACKNOWLEDGE,
    CHECK,
    MORE,
    REOPEN,
    RESOLVE,
    RUN,
    item_of,
    offered,
    shown_ticks,
)
from bot.slack.blocks import Message
from bot.slack.callers import (
    Admitted,
    Caller,
    admitted,
    clicker,
    reference,
    team_of,
    tried,
)
from bot.slack.directory import PATIENCE, Directory
from bot.slack.posting import once
from bot.slack.refusals import why
from bot.slack.rule_view import plain_message
from bot.slack.triage_modals import (
    CALLBACK,
    NOTE,
    VERDICT,
    alert_of,
    entered,
    explaining_view,
    resolve_view,
)

log = logging.getLogger(__name__)

_Act: TypeAlias = Callable[[FrontDesk, dict[str, Any], Admitted], Decision | None]


def add_triage(app: App, client: WebClient, desk: FrontDesk, directory: Directory) -> None:
    """Listen for what people do with alerts."""
    quick = once(client, PATIENCE)

    def open_modal(desk: FrontDesk, body: dict[str, Any], by: Admitted) -> Decision | None:
        return _open_modal(quick, desk, _value(body), by)

    acts: dict[str, _Act] = {
        ACKNOWLEDGE: lambda d, body, by: triage.acknowledge(d, _value(body), by.person),
        REOPEN: lambda d, body, by: triage.reopen(d, _value(body), by.person),
        RESOLVE: open_modal,
        MORE: _snooze,
        CHECK: _check,
    }
    for action_id, act in acts.items():
        app.action(action_id)(_on_click(desk, directory, act))

    app.action(re.compile(f"^{RUN}:"))(_on_click(desk, directory, _run))

    @app.view(CALLBACK)
    def on_verdict(ack: Ack, body: dict[str, Any]) -> None:
        answer = tried(body, lambda: _resolved(desk, directory, body))
        if isinstance(answer, BotError):
            ack(response_action="errors", errors={VERDICT: str(answer)})
        elif answer:
            ack(answer)
        else:
            ack()


def acknowledge_command(desk: FrontDesk, text: str, by: Admitted) -> Message:
    """`/siem ack ID`: what the person alone is told."""
    alert_id = text.strip().strip("`").lower()
    try:
        decision = triage.acknowledge(desk, alert_id, by.person)
    except triage.GoneError as error:
        raise BotError(say.no_such_alert(text)) from error
    told = say.acknowledged(decision.alert) if decision.changed else say.explained(decision)
    return plain_message(told)


def _on_click(desk: FrontDesk, directory: Directory, act: _Act) -> Callable[..., None]:
    """The listener for a button: who was too late, or may not, is told why."""

    def on_click(ack: Ack, body: dict[str, Any]) -> None:
        decided = tried(body, lambda: act(desk, body, admitted(directory, clicker(body))))
        ack()
        if isinstance(decided, BotError):
            _tell(desk, body, str(decided))
        elif decided is not None and not decided.changed and not _own_again(decided, body):
            _tell(desk, body, say.explained(decided))

    return on_click


def _own_again(decision: Decision, body: dict[str, Any]) -> bool:
    """Whether it was done already by the same person: a double click needs no explanation."""
    if decision.reason != "already":
        return False
    return decision.first is None or decision.first.by == body["user"]["id"]


def _snooze(desk: FrontDesk, body: dict[str, Any], by: Admitted) -> Decision:
    alert_id, span = item_of(_selected(body))
    return triage.snooze(desk, alert_id, by.person, span)


def _run(desk: FrontDesk, body: dict[str, Any], by: Admitted) -> Decision:
    alert_id, item_id = item_of(_value(body))
    return triage.run_item(desk, alert_id, item_id, by.person, by.caller.trigger)


def _check(desk: FrontDesk, body: dict[str, Any], by: Admitted) -> Decision:
    """The boxes of a group. The payload has the message as this person saw it."""
    action, message = body["actions"][0], body.get("message") or {}
    block_id = str(action["block_id"])
    there = offered(message, block_id)
    chosen = [item_of(option["value"]) for option in action.get("selected_options") or ()]
    alert_id = _alert_of_boxes(message, block_id)
    names = [item_id for _, item_id in chosen]
    return triage.mark(desk, alert_id, by.person, shown_ticks(message, block_id), names, there)


def _alert_of_boxes(message: dict[str, Any], block_id: str) -> str:
    """The alert that a group of boxes belongs to: each of its options says so."""
    for attachment in message.get("attachments") or ():
        for block in attachment.get("blocks") or ():
            if block.get("block_id") == block_id:
                return item_of(block["elements"][0]["options"][0]["value"])[0]
    raise BotError(words.OLD_BUTTON)


def _open_modal(client: WebClient, desk: FrontDesk, alert_id: str, by: Admitted) -> Decision | None:
    """Ask for the verdict. The trigger lives for three seconds, so it happens here and now."""
    alert = triage.find(desk, alert_id)
    if alert.status == "resolved":
        triage.refresh(desk, alert_id)
        return Decision(alert, "resolved", alert.resolved)
    try:
        client.views_open(trigger_id=by.caller.trigger, view=resolve_view(alert))
    except (SlackClientError, OSError) as error:
        reason = why(error) if isinstance(error, SlackApiError) else type(error).__name__
        raise BotError(words.no_verdict_form(reason)) from error
    return None


def _resolved(desk: FrontDesk, directory: Directory, body: dict[str, Any]) -> dict[str, Any] | None:
    """Save the verdict; what Slack is to show instead of closing the modal, if anything."""
    alert_id, channel = alert_of(body["view"])
    reply = Reply(channel, body["user"]["id"])
    caller = Caller(reply, body.get("trigger_id", ""), team_of(body))
    by = admitted(directory, caller)
    verdict, note = entered(body["view"])
    decision = triage.resolve(desk, alert_id, by.person, verdict, note)
    if decision.changed or _own_again(decision, body):
        return None
    told = say.explained(decision)
    if decision.reason == "needs note":
        return {"response_action": "errors", "errors": {NOTE: told}}
    return {"response_action": "update", "view": explaining_view(decision.alert, told)}


def _value(body: dict[str, Any]) -> str:
    return str(body["actions"][0].get("value", ""))


def _selected(body: dict[str, Any]) -> str:
    return str((body["actions"][0].get("selected_option") or {}).get("value", ""))


def _tell(desk: FrontDesk, body: dict[str, Any], text: str) -> None:
    """Say something to whoever clicked. It is acknowledged already, so nothing may be raised."""
    try:
        tell(desk, clicker(body).reply, text)
    except Exception:
        log.exception("could not explain request %s", reference(body))
