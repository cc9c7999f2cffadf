"""What people do without the bot's elements: write, edit, react, come and go, open the App Home."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.local.workspace import events
from bot.local.workspace.content import ApiError
from bot.local.workspace.driver.reading import (
    DriverError,
    channel,
    flag,
    given_by,
    message,
    optional,
    person,
    typed,
)
from bot.local.workspace.escape import escape
from bot.local.workspace.messages import Message, written_by
from bot.local.workspace.methods.marks import react, unreact
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import Channel, Somebody


class Speaking:
    """The handlers, over the state of one workspace.

    Each answers once the bot was told of it and acknowledged, or three seconds have passed.
    """

    def __init__(self, parts: Parts) -> None:
        """`parts` is shared with the Web API."""
        self.parts = parts

    async def say(self, request: web.Request) -> dict[str, Any]:
        """A person writes an ordinary message."""
        parts, given = self.parts, await given_by(request)
        me = person(parts, given.get("user"))
        where, text = self._open(given, me), typed(given)
        if not text.strip():
            raise DriverError(400, "no_text", "There is nothing to say.")
        thread = given.get("thread_ts")
        if thread is not None:
            parent = parts.messages.find(where.id, str(thread))
            if parent is None or parent.thread is not None:
                raise DriverError(404, "thread_not_found", "There is no such message to reply to.")
        body = written_by(me.id, escape(text, parts.directory, labels=False), team=me.team)
        if thread is not None and flag(given, "broadcast"):
            body["subtype"] = "thread_broadcast"
        said = parts.messages.post(where.id, body, thread=thread)
        await events.first_attempts(events.message_posted(parts, where, said))
        return {"ts": said.ts}

    async def edit(self, request: web.Request) -> dict[str, Any]:
        """A person changes what they wrote."""
        parts, given = self.parts, await given_by(request)
        me = person(parts, given.get("user"))
        changed, text = self._own(given, me), typed(given)
        if not text.strip():
            raise DriverError(400, "no_text", "There is nothing to say.")
        before = changed.as_slack()
        mark = {"user": me.id, "ts": parts.messages.next_ts()}
        new = {"text": escape(text, parts.directory, labels=False), "edited": mark}
        parts.messages.change(changed, changed.body | new)
        where = parts.directory.channels[changed.channel]
        await events.first_attempts(events.message_changed(parts, where, before, changed))
        return {"ts": changed.ts}

    async def delete(self, request: web.Request) -> dict[str, Any]:
        """A person deletes what they wrote."""
        parts, given = self.parts, await given_by(request)
        gone = self._own(given, person(parts, given.get("user")))
        before = gone.as_slack()
        parts.messages.delete(gone)
        where = parts.directory.channels[gone.channel]
        await events.first_attempts(events.message_deleted(parts, where, before))
        return {"ts": before["ts"]}

    async def react(self, request: web.Request) -> dict[str, Any]:
        """A person puts an emoji to a message, or takes it off with `remove`."""
        parts, given = self.parts, await given_by(request)
        me = person(parts, given.get("user"))
        meant = message(parts, given, me)
        name = typed(given, "name")
        if meant.to is not None:
            raise DriverError(404, "message_not_found", "Nobody reacts to an ephemeral message.")
        act = unreact if flag(given, "remove") else react
        try:
            told = act(parts, meant, me.id, name)
        except ApiError as refused:
            raise DriverError(409, refused.error, f"Slack says {refused.error}.") from refused
        await events.first_attempts(told)
        return {}

    async def home(self, request: web.Request) -> dict[str, Any]:
        """A person opens the app's Home, or its messages tab."""
        parts, given = self.parts, await given_by(request)
        me = person(parts, given.get("user"))
        tab = optional(given, "tab") or "home"
        if tab not in ("home", "messages"):
            raise DriverError(400, "invalid_tab", "tab is home or messages.")
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": me.id,
            "channel": parts.directory.direct_message(me).id,
            "tab": tab,
        }
        view = parts.views.homes.get(me.id)
        if view is not None and tab == "home":
            event["view"] = view.as_slack()
        await events.first_attempts(events.happened(parts, "app_home_opened", event))
        view = parts.views.homes.get(me.id)
        return {"view": view.as_slack() if view else None}

    async def membership(self, request: web.Request) -> dict[str, Any]:
        """Somebody (`member`, else the person) comes into a channel, or with `leave` leaves it."""
        parts, given = self.parts, await given_by(request)
        me = person(parts, given.get("user"))
        where = channel(parts, given.get("channel"), me)
        if where.im or where.mpim:
            raise DriverError(400, "invalid_channel", "Nobody joins or leaves a direct message.")
        named = optional(given, "member") or me.id
        member = parts.directory.person(named)
        if member is None or member.deleted:
            raise DriverError(404, "user_not_found", "There is no such member.")
        leave = bool(flag(given, "leave"))
        if leave is not (member.id in where.members):
            state = "is not" if leave else "is already"
            raise DriverError(409, "no_change", f"{member.name} {state} in #{where.name}.")
        await events.first_attempts(self._moved(where, member, leave))
        parts.tell("state")
        return {"members": where.members}

    def _moved(self, where: Channel, member: Somebody, leave: bool) -> list[asyncio.Event]:
        parts = self.parts
        if leave:
            told = events.membership(parts, where, member.id, left=True)
            where.members.remove(member.id)
        else:
            where.members.append(member.id)
            told = events.membership(parts, where, member.id)
        parts.directory.keep(where)
        return told

    def _open(self, given: dict[str, Any], me: Somebody) -> Channel:
        where = channel(self.parts, given.get("channel"), me)
        if where.archived:
            raise DriverError(409, "is_archived", f"#{where.name} is archived.")
        return where

    def _own(self, given: dict[str, Any], me: Somebody) -> Message:
        meant = message(self.parts, given, me)
        if meant.body.get("user") != me.id:
            raise DriverError(409, "not_own_message", f"{me.name} did not write this.")
        return meant
