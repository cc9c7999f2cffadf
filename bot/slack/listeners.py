"""Where Slack's payloads stop: commands and clicks become calls of the use cases.

A listener decides, queues the work and acknowledges, in this order, well inside three seconds.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.app.ask import answer_id, ask, ask_again, kept
from bot.app.files import ask_for_file, ask_to_share
from bot.app.ports import Desk, Person, Place, Reply
from bot.app.question import read_question
from bot.app.understand import find_rule
from bot.errors import BotError
from bot.slack import words
from bot.slack.blocks import AGAIN, CSV, SHARE, Message
from bot.slack.commands import read_command
from bot.slack.directory import Directory
from bot.slack.rule_view import (
    error_message,
    help_message,
    list_message,
    rule_message,
)

log = logging.getLogger(__name__)

_ID = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who did something, where, and what makes it one deed; `team` is theirs, `own` the bot's."""

    reply: Reply
    trigger: str
    team: str
    own: str


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A caller who may use the bot where they are."""

    caller: _Caller
    person: Person
    place: Place


_Act: TypeAlias = Callable[[Desk, str, _Admitted], None]
_Result = TypeVar("_Result")


def _again(desk: Desk, answer: str, by: _Admitted) -> None:
    ask_again(desk, answer, by.person, by.caller.reply, by.caller.trigger)


def _csv(desk: Desk, answer: str, by: _Admitted) -> None:
    ask_for_file(desk, kept(desk, answer), by.caller.reply)


def _share(desk: Desk, answer: str, by: _Admitted) -> None:
    if not by.place.known:
        raise BotError(words.UNKNOWN_READERS)
    ask_to_share(desk, kept(desk, answer), by.caller.reply)


_CLICKS: Mapping[str, _Act] = {AGAIN: _again, CSV: _csv, SHARE: _share}


def build_app(client: WebClient, signing_secret: str, desk: Desk) -> App:
    """The Bolt app. It calls nobody before the first request; then `auth.test`, once."""
    app = App(client=client, signing_secret=signing_secret, token_verification_enabled=False)
    directory = Directory(client, desk.clock)

    @app.command(words.COMMAND)
    def on_command(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        shown = _tried(body, lambda: _on_command(desk, directory, body, context))
        if isinstance(shown, BotError):
            shown = error_message(shown)
        if shown is None:
            ack()
        else:
            ack(text=shown.text, blocks=shown.blocks, response_type="ephemeral")

    for action_id, act in _CLICKS.items():
        app.action(action_id)(_on_click(desk, directory, act))

    @app.action(re.compile("^link_"))
    def on_link(ack: Ack) -> None:
        ack()

    @app.action(re.compile(""))
    def on_old_button(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        ack()
        _tell(desk, body, context, words.OLD_BUTTON)

    @app.error
    def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        # Nothing above lets one through; this is for what happens before a listener runs.
        log.error("a request failed", exc_info=error)
        return BoltResponse(status=200, body=words.broken(_reference(body)))

    return app


def _on_click(desk: Desk, directory: Directory, act: _Act) -> Callable[..., None]:
    """The listener for a button: `act` may refuse with words, which the person then reads."""

    def on_click(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        def work() -> None:
            caller = _clicker(body, context)
            act(desk, _value(body), _Admitted(caller, *_admitted(directory, caller)))

        refused = _tried(body, work)
        ack()
        if refused is not None:
            _tell(desk, body, context, str(refused))

    return on_click


def _tried(body: dict[str, Any], work: Callable[[], _Result]) -> _Result | BotError:
    """What `work` returns, or why not: its words, or for a bug a reference to the log."""
    try:
        return work()
    except BotError as error:
        return error
    except Exception:
        # The outermost edge of a request: nothing may keep the acknowledgement.
        log.exception("request %s failed", _reference(body))
        return BotError(words.broken(_reference(body)))


def _on_command(
    desk: Desk, directory: Directory, body: dict[str, Any], context: BoltContext
) -> Message | None:
    """What the person alone is told; None if a job will answer."""
    reply = Reply(body["channel_id"], body["user_id"], body.get("response_url", ""))
    caller = _Caller(reply, body["trigger_id"], body.get("team_id", ""), _own_team(context))
    person, place = _admitted(directory, caller)
    command = read_command(body.get("text", ""))
    match command.verb:
        case "help":
            return help_message(desk.rules)
        case "list":
            return list_message(desk.rules, command.text)
        case "show":
            return rule_message(find_rule(read_question(command.text), desk.rules, "show"))
        case "ask":
            ask(desk, command.text, person, reply, caller.trigger, not place.joined)
            return None


def _admitted(directory: Directory, caller: _Caller) -> tuple[Person, Place]:
    """The person and the place. `BotError` for guests, other teams and shared channels."""
    if not caller.own or caller.team != caller.own:
        raise BotError(words.OTHER_TEAM)
    person = directory.person(caller.reply.user, caller.own)
    if not person.member:
        raise BotError(words.GUEST)
    place = directory.place(caller.reply.channel)
    if place.shared:
        raise BotError(words.SHARED_CHANNEL)
    return person, place


def _clicker(body: dict[str, Any], context: BoltContext) -> _Caller:
    """Who clicked. `channel` and `message` may lack; the container is always there."""
    user = body["user"]
    team = user.get("team_id") or (body.get("team") or {}).get("id", "")
    reply = Reply(body["container"]["channel_id"], user["id"], body.get("response_url", ""))
    return _Caller(reply, body["trigger_id"], team, _own_team(context))


def _value(body: dict[str, Any]) -> str:
    value = str(body["actions"][0].get("value", ""))
    if not _ID.fullmatch(value):
        raise BotError(words.OLD_BUTTON)
    return value


def _own_team(context: BoltContext) -> str:
    """The team that the bot is installed in, as `auth.test` said; not what the payload claims."""
    installed = context.authorize_result
    return (installed.team_id or "") if installed is not None else ""


def _tell(desk: Desk, body: dict[str, Any], context: BoltContext, text: str) -> None:
    """Say something to whoever clicked. It is acknowledged already, so nothing may be raised."""
    try:
        desk.notifier.tell(_clicker(body, context).reply, text)
    except Exception:
        log.exception("could not tell what is wrong with request %s", _reference(body))


def _reference(body: dict[str, Any]) -> str:
    return answer_id(str(body.get("trigger_id", "")))[:8]
