"""Who did something in Slack, and whether they may: members of this workspace, in its own channels."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot import telemetry
from bot.app.ask import answer_id
from bot.app.ports import Person, Place, Reply
from bot.errors import BotError, LaterError
from bot.slack import words
from bot.slack.directory import Directory

log = logging.getLogger(__name__)

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who did something, where, and what makes it one deed; `team` is theirs."""

    reply: Reply
    trigger: str
    team: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """A caller who may use the bot where they are."""

    caller: Caller
    person: Person
    place: Place


def admitted(directory: Directory, caller: Caller) -> Admitted:
    """The caller, let in. `BotError` for guests, other teams and shared channels."""
    team = directory.team(caller.reply.user)
    if not team or caller.team != team:
        raise BotError(words.OTHER_TEAM)
    person = directory.person(caller.reply.user, team)
    if not person.member:
        raise BotError(words.GUEST)
    place = directory.place(caller.reply.channel)
    if place.shared:
        raise BotError(words.SHARED_CHANNEL)
    return Admitted(caller, person, place)


def commander(body: dict[str, Any]) -> Caller:
    """Who sent a slash command."""
    reply = Reply(body["channel_id"], body["user_id"], body.get("response_url", ""))
    return Caller(reply, body["trigger_id"], body.get("team_id", ""))


def clicker(body: dict[str, Any]) -> Caller:
    """Who clicked. `channel` and `message` may lack; the container is always there."""
    reply = Reply(body["container"]["channel_id"], body["user"]["id"], body.get("response_url", ""))
    return Caller(reply, body["trigger_id"], team_of(body))


def team_of(body: dict[str, Any]) -> str:
    """The team of whoever clicked or sent a modal."""
    return str(body["user"].get("team_id") or (body.get("team") or {}).get("id", ""))


def tried(body: dict[str, Any], work: Callable[[], _Result]) -> _Result | BotError:
    """What `work` returns, or why not: its words, or for a bug a reference to the log."""
    try:
        return work()
    except BotError as error:
        telemetry.note(outcome="refused", why=telemetry.place(error))
        return error
    except LaterError as error:
        log.warning("request %s came to nothing: %s", reference(body), error)
        telemetry.note(outcome="later")
        return BotError(words.BUSY)
    except Exception:
        # The outermost edge of a request: nothing may keep the acknowledgement.
        log.exception("request %s failed", reference(body))
        telemetry.note(outcome="failed")
        return BotError(words.broken(reference(body)))


def reference(body: dict[str, Any]) -> str:
    """What the log and the person are told, so that one finds the other."""
    return answer_id(str(body.get("trigger_id", "")))[:8]
