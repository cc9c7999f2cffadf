"""Reads what whoever drives asks for: bodies, people, channels, messages, with words for mistakes."""

from __future__ import annotations

from typing import Any, TypeVar

from aiohttp import web

from bot.local.workspace.arguments import read_json
from bot.local.workspace.content import ApiError
from bot.local.workspace.messages import Message
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import Channel, Somebody
from bot.local.workspace.views import View

LONGEST = 12_000
"""Characters a person can type at once."""


LONGEST_LIMIT = 9
"""Digits of a limit."""

Item = TypeVar("Item")


class DriverError(Exception):
    """A request that makes no sense: the status and words for whoever drives."""

    def __init__(self, status: int, error: str, detail: str) -> None:
        """`error` is a word for programs, `detail` a sentence for people."""
        super().__init__(detail)
        self.status, self.error, self.detail = status, error, detail


async def given_by(request: web.Request) -> dict[str, Any]:
    """The JSON object of the body."""
    text = (await request.read()).decode("utf-8", "replace")
    try:
        given = read_json(text)
    except ApiError as refused:
        raise DriverError(400, "invalid_json", "The body is not a JSON object.") from refused
    if not isinstance(given, dict):
        raise DriverError(400, "invalid_json", "The body is not a JSON object.")
    return given


def person(parts: Parts, given: Any) -> Somebody:
    """The person of this id or name, who can act."""
    found = parts.directory.person(given) if isinstance(given, str) else None
    if found is None or found.bot or found.deleted:
        names = ", ".join(each.name for each in parts.directory.humans)
        raise DriverError(404, "user_not_found", f"There is no such person. There are: {names}")
    return found


def asked_person(parts: Parts, request: web.Request) -> Somebody:
    """The person that the query names, or the first one."""
    return person(parts, request.query.get("user", parts.directory.humans[0].id))


def channel(parts: Parts, given: Any, me: Somebody) -> Channel:
    """The channel of this id or name, if this person sees it."""
    found = parts.directory.channel(given) if isinstance(given, str) else None
    hidden = found is not None and found.kind != "channels" and me.id not in found.members
    if found is None or hidden:
        seen = parts.directory.seen_by(me)
        names = ", ".join(each.id if each.im else f"#{each.name}" for each in seen)
        detail = f"{me.name} sees no such channel. There are: {names}"
        raise DriverError(404, "channel_not_found", detail)
    return found


def message(parts: Parts, given: dict[str, Any], me: Somebody) -> Message:
    """The message that `channel` and `ts` name, if this person sees it."""
    where = channel(parts, given.get("channel"), me)
    found = parts.messages.find_for(where.id, str(given.get("ts")), me.id)
    if found is None:
        raise DriverError(404, "message_not_found", "There is no such message.")
    return found


def view(parts: Parts, given: dict[str, Any], me: Somebody) -> View:
    """The modal or App Home that `view_id` names, if it is this person's."""
    found = parts.views.find(str(given.get("view_id")))
    if found is None or found.user != me.id:
        raise DriverError(404, "view_not_found", f"{me.name} has no such modal open.")
    return found


def newest(listed: list[Item], request: web.Request) -> list[Item]:
    """The last ones of a list, so many as the query's `limit` says; without one, all."""
    limit = request.query.get("limit", "")
    if not limit:
        return listed
    if not limit.isascii() or not limit.isdecimal() or len(limit) > LONGEST_LIMIT:
        raise DriverError(400, "invalid_limit", "limit is a whole number.")
    return listed[max(0, len(listed) - int(limit)) :]


def typed(given: dict[str, Any], name: str = "text") -> str:
    """What a person typed."""
    text = given.get(name, "")
    if not isinstance(text, str):
        raise DriverError(400, f"invalid_{name}", f"{name} is a string.")
    if len(text) > LONGEST:
        raise DriverError(400, "msg_too_long", f"A person can type at most {LONGEST:,} characters.")
    return text


def optional(given: dict[str, Any], name: str) -> str | None:
    """A string that may be left out."""
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise DriverError(400, f"invalid_{name}", f"{name} is a string.")
    return value


def flag(given: dict[str, Any], name: str) -> bool | None:
    """True or false, or left out."""
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise DriverError(400, f"invalid_{name}", f"{name} is true or false.")
    return value
