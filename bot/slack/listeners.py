"""Where Slack's payloads stop: commands and clicks become calls of the use cases.

A listener decides, queues the work and acknowledges, in this order, well inside three seconds.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import telemetry
from bot.app.ask import ask, ask_again, kept
from bot.app.follow_up import ask_for_file, ask_to_share
from bot.app.ports import FrontDesk
from bot.app.question import read_question
from bot.app.saying import tell
from bot.app.understand import find_rule
from bot.errors import BotError
from bot.slack import words
from bot.slack.blocks import AGAIN, CSV, SHARE, Message
from bot.slack.callers import Admitted, admitted, clicker, commander, reference, tried
from bot.slack.commands import read_command
from bot.slack.deliveries import add_deliveries, deliver_again, event_of
from bot.slack.directory import Directory
from bot.slack.overview_listeners import alerts_command, digest_command, status_command
from bot.slack.picker_listeners import add_picker, open_picker
from bot.slack.requests import LoggedApp
from bot.slack.rule_view import (
    error_message,
    help_message,
    list_message,
    rule_message,
)
from bot.slack.triage_listeners import acknowledge_command, add_triage

log = logging.getLogger(__name__)

_ID = re.compile(r"[0-9a-f]{20}")


_Act: TypeAlias = Callable[[FrontDesk, str, Admitted], None]


def _again(desk: FrontDesk, answer: str, by: Admitted) -> None:
    ask_again(desk, answer, by.person, by.caller.reply, by.caller.trigger)


def _csv(desk: FrontDesk, answer: str, by: Admitted) -> None:
    ask_for_file(desk, kept(desk, answer), by.caller.reply)


def _share(desk: FrontDesk, answer: str, by: Admitted) -> None:
    if not by.place.known:
        raise BotError(words.UNKNOWN_READERS)
    ask_to_share(desk, kept(desk, answer), by.caller.reply)


_CLICKS: Mapping[str, _Act] = {AGAIN: _again, CSV: _csv, SHARE: _share}


def build_app(
    client: WebClient, signing_secret: str, desk: FrontDesk, *, answer_last: bool = False
) -> LoggedApp:
    """The Bolt app. It calls nobody before the first request.

    `answer_last`: a listener runs to its end before its acknowledgement is sent, as it must where the
    process is frozen once it has answered (Lambda).
    """
    directory = Directory(client, desk.store, desk.clock)

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Whose request it is, says the directory. Bolt's own authorization would call `auth.test` in
        # each process; it is told nothing of the bot's user, so it does not know the bot's own events.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token)

    app = LoggedApp(
        desk.meter,
        name="siem",  # without one, Bolt looks through the sources of its callers for it
        # Without a token: with one, Bolt would ask Slack by itself who the bot is.
        client=WebClient(base_url=client.base_url, ssl=client.ssl, proxy=client.proxy),
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=answer_last,
        token_verification_enabled=False,
    )
    add_deliveries(app, desk)

    @app.command(words.COMMAND)
    def on_command(ack: Ack, body: dict[str, Any]) -> None:
        shown = tried(body, lambda: _on_command(desk, client, directory, body))
        if isinstance(shown, BotError):
            shown = error_message(shown)
        if shown is None:
            ack()
        else:
            ack(text=shown.text, blocks=shown.blocks, response_type="ephemeral")

    for action_id, act in _CLICKS.items():
        app.action(action_id)(_on_click(desk, directory, act))

    add_picker(app, client, desk, directory)
    add_triage(app, client, desk, directory)

    @app.action(re.compile("^link_"))
    def on_link(ack: Ack) -> None:
        ack()

    @app.action(re.compile(""))
    def on_old_button(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        _tell(desk, body, words.OLD_BUTTON)

    _add_errors(app, desk)
    return app


def _add_errors(app: App, desk: FrontDesk) -> None:
    """For what happens before a listener runs: none lets anything through."""

    @app.error
    def on_error(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse:
        if event_of(body):
            log.error("an event failed", exc_info=error)
            telemetry.note(outcome="failed")
            deliver_again(desk, context)
            return BoltResponse(status=500)
        log.error("a request failed", exc_info=error)
        telemetry.note(outcome="failed")
        return BoltResponse(status=200, body=words.broken(reference(body)))


def _on_click(desk: FrontDesk, directory: Directory, act: _Act) -> Callable[..., None]:
    """The listener for a button: `act` may refuse with words, which the person then reads."""

    def on_click(ack: Ack, body: dict[str, Any]) -> None:
        def work() -> None:
            by = admitted(directory, clicker(body))
            act(desk, _value(body), by)

        refused = tried(body, work)
        ack()
        if refused is not None:
            _tell(desk, body, str(refused))

    return on_click


def _on_command(
    desk: FrontDesk,
    client: WebClient,
    directory: Directory,
    body: dict[str, Any],
) -> Message | None:
    """What the person alone is told; None if a job will answer."""
    by = admitted(directory, commander(body))
    command = read_command(body.get("text", ""))
    telemetry.note(verb=command.verb)
    shown: Message | None = None
    match command.verb:
        case "pick":
            open_picker(client, desk, by)
        case "help":
            shown = help_message(desk.rules)
        case "list":
            shown = list_message(desk.rules, command.text)
        case "show":
            shown = rule_message(find_rule(read_question(command.text), desk.rules, "show"))
        case "alerts":
            shown = alerts_command(client, desk, command.text, by)
        case "status":
            shown = status_command(desk, by)
        case "digest":
            shown = digest_command(desk, command.text, by)
        case "ack":
            shown = acknowledge_command(desk, command.text, by)
        case "ask":
            caller, private = by.caller, not by.place.joined
            ask(desk, command.text, by.person, caller.reply, caller.trigger, private)
    return shown


def _value(body: dict[str, Any]) -> str:
    value = str(body["actions"][0].get("value", ""))
    if not _ID.fullmatch(value):
        raise BotError(words.OLD_BUTTON)
    return value


def _tell(desk: FrontDesk, body: dict[str, Any], text: str) -> None:
    """Say something to whoever clicked. It is acknowledged already, so nothing may be raised."""
    try:
        tell(desk, clicker(body).reply, text)
    except Exception:
        log.exception("could not tell what is wrong with request %s", reference(body))
