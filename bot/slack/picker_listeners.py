"""The form behind `/siem` alone: opening it, choosing a rule in it, and asking what was filled in.

Opening takes the trigger of the command, which lives for three seconds, so it happens in the listener.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.app.ask import ask, zone_of
from bot.app.form import FormError, question_of, rule_named
from bot.app.ports import FrontDesk, Reply
from bot.errors import BotError
from bot.rules.card import RuleCard
from bot.slack import words
from bot.slack.callers import Admitted, Caller, admitted, team_of, tried
from bot.slack.directory import PATIENCE, Directory
from bot.slack.picker_view import (
    CALLBACK,
    RULE,
    chosen_rule,
    is_private,
    picker_view,
    place_of,
    texts_of,
)
from bot.slack.posting import once
from bot.slack.refusals import why

log = logging.getLogger(__name__)


def open_picker(client: WebClient, desk: FrontDesk, by: Admitted) -> None:
    """Open the form for whoever sent the command. `BotError` if Slack does not take it."""
    if not desk.rules:
        raise BotError(words.NO_RULES)
    reply = by.caller.reply
    metadata = json.dumps({"channel": reply.channel, "response_url": reply.response_url})
    view = picker_view(desk.rules, None, metadata)
    try:
        once(client, PATIENCE).views_open(trigger_id=by.caller.trigger, view=view)
    except (SlackClientError, OSError) as error:
        raise BotError(words.no_form(why(error))) from error


def add_picker(app: App, client: WebClient, desk: FrontDesk, directory: Directory) -> None:
    """Listen for what people do in the form."""

    @app.action(RULE)
    def on_choice(ack: Ack, body: dict[str, Any]) -> None:
        def work() -> None:
            by = admitted(directory, _caller(body))
            rule = rule_named(chosen_rule(body["view"]["state"]["values"]), desk.rules)
            _show(client, desk, body, rule, private_only=not by.place.joined)

        refused = tried(body, work)
        ack()
        if refused is not None:
            _explain(client, desk, body, str(refused))

    @app.view(CALLBACK)
    def on_submit(ack: Ack, body: dict[str, Any]) -> None:
        answer = tried(body, lambda: _submitted(desk, directory, body))
        if isinstance(answer, BotError):
            ack(response_action="errors", errors={RULE: str(answer)})
        elif answer:
            ack(answer)
        else:
            ack()


def _submitted(
    desk: FrontDesk, directory: Directory, body: dict[str, Any]
) -> dict[str, Any] | None:
    """Ask what is in the form; what Slack is to show instead if that does not work."""
    by = admitted(directory, _caller(body))
    values = body["view"]["state"]["values"]
    rule = rule_named(chosen_rule(values), desk.rules)
    private_only = not by.place.joined
    if rule.parameters and not any(place_of(rule, p.name) in values for p in rule.parameters):
        # Sent before Slack showed the places of the rule that was chosen last.
        metadata = body["view"]["private_metadata"]
        view = picker_view(desk.rules, rule, metadata, private_only=private_only)
        return {"response_action": "update", "view": view}
    try:
        question = question_of(rule, texts_of(rule, values), desk.clock(), zone_of(by.person))
    except FormError as error:
        problems = {place_of(rule, name): why for name, why in error.problems.items()}
        shown = {place: why for place, why in problems.items() if place in values}
        # Slack takes errors for places only that are there.
        return {"response_action": "errors", "errors": shown or {RULE: str(error)}}
    private = private_only or is_private(values)
    # The view is what makes it one deed: sending it twice asks once.
    ask(desk, question, by.person, by.caller.reply, str(body["view"]["id"]), private)
    return None


def _show(
    client: WebClient, desk: FrontDesk, body: dict[str, Any], rule: RuleCard, *, private_only: bool
) -> None:
    shown = body["view"]
    view = picker_view(desk.rules, rule, shown["private_metadata"], private_only=private_only)
    try:
        once(client, PATIENCE).views_update(view_id=shown["id"], hash=shown["hash"], view=view)
    except SlackApiError as error:
        # Closed, or another choice came first, which has its own update.
        if why(error) not in ("not_found", "hash_conflict"):
            raise BotError(words.no_form(why(error))) from error


def _explain(client: WebClient, desk: FrontDesk, body: dict[str, Any], problem: str) -> None:
    """Show in the form why nothing happens. It is acknowledged already: nothing may be raised."""
    try:
        view = picker_view(desk.rules, None, body["view"]["private_metadata"], problem)
        once(client, PATIENCE).views_update(view_id=body["view"]["id"], view=view)
    except Exception:
        log.exception("could not explain a problem in a form")


def _caller(body: dict[str, Any]) -> Caller:
    """Who uses the form, and where they opened it."""
    place = json.loads(body["view"]["private_metadata"])
    reply = Reply(place["channel"], body["user"]["id"], place["response_url"])
    return Caller(reply, body["trigger_id"], team_of(body))
