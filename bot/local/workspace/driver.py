"""What the page and the tests drive: `/_workspace/…`, where people act and look."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.local.workspace import interact
from bot.local.workspace.arguments import read_json
from bot.local.workspace.content import ApiError
from bot.local.workspace.elements import NoElementError, Wanted
from bot.local.workspace.escape import escape
from bot.local.workspace.files import download_headers
from bot.local.workspace.journal import Listener
from bot.local.workspace.messages import written_by
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import (
    CHANNELS,
    PEOPLE,
    TEAM,
    TEAM_NAME,
    Channel,
    Somebody,
    find_channel,
    find_person,
)
from bot.local.workspace.sockets import REASONS
from bot.local.workspace.views import View

HEARTBEAT = 15.0
"""Seconds between signs of life to a page that is open."""

LONGEST = 12_000
"""Characters a person can type at once."""


class DriverError(Exception):
    """A request that makes no sense: the status and words for whoever drives."""

    def __init__(self, status: int, error: str, detail: str) -> None:
        """`error` is a word for programs, `detail` a sentence for people."""
        super().__init__(detail)
        self.status, self.error, self.detail = status, error, detail


class Driver:
    """The handlers, over the state of one workspace."""

    def __init__(self, parts: Parts) -> None:
        """`parts` is shared with the Web API."""
        self.parts = parts

    def add_routes(self, application: web.Application) -> None:
        """Serve under `/_workspace/`."""
        for path, ask in (
            ("state", self.state),
            ("messages", self.messages),
            ("views", self.views),
            ("journal", self.journal),
        ):
            application.router.add_get(f"/_workspace/{path}", _answering(ask))
        for path, act in (
            ("command", self.command),
            ("say", self.say),
            ("click", self.click),
            ("submit", self.submit),
            ("close", self.close),
            ("socket", self.socket),
        ):
            application.router.add_post(f"/_workspace/{path}", _answering(act))
        application.router.add_get("/_workspace/events", self.events)
        application.router.add_get("/_workspace/files/{id}", self.file)

    async def state(self, request: web.Request) -> dict[str, Any]:
        """Everything that the page shows around the messages."""
        me = _person(request.query.get("user", PEOPLE[0].id))
        return {
            "team": {"id": TEAM, "name": TEAM_NAME},
            "notice": self.parts.notice,
            "me": me.id,
            "users": [
                {
                    "id": person.id,
                    "name": person.name,
                    "tz": person.zone,
                    "is_restricted": person.restricted,
                    "team_id": person.team,
                }
                for person in PEOPLE
            ],
            "channels": [
                {
                    "id": channel.id,
                    "name": channel.name,
                    "is_im": channel.im,
                    "joined": channel.joined,
                    "shared": channel.shared,
                    "unread": self.parts.messages.unread(channel.id, me.id),
                }
                for channel in CHANNELS
                if me.id in channel.members
            ],
            "commands": self.parts.commands,
            "now": self.parts.clock().isoformat(),
        }

    async def messages(self, request: web.Request) -> web.Response:
        """What one person sees in a channel or thread, oldest first; `limit`: the newest so many."""
        me = _person(request.query.get("user", PEOPLE[0].id))
        channel = _channel(request.query.get("channel", ""), me)
        thread = request.query.get("thread")
        if thread and self.parts.messages.find(channel.id, thread) is None:
            raise DriverError(404, "thread_not_found", "There is no such message.")
        seen = self.parts.messages.seen(channel.id, me.id, thread or None)
        if not thread:
            self.parts.messages.mark_read(channel.id, me.id)
        limit = request.query.get("limit", "")
        if limit:
            if not limit.isascii() or not limit.isdecimal() or len(limit) > 9:
                raise DriverError(400, "invalid_limit", "limit is a number of messages.")
            seen = seen[max(0, len(seen) - int(limit)) :]
        body = ",".join(message.as_json() for message in seen)
        return web.Response(
            text=f'{{"ok": true, "messages": [{body}]}}', content_type="application/json"
        )

    async def views(self, request: web.Request) -> dict[str, Any]:
        """The modals that one person has open; the last is on top."""
        me = _person(request.query.get("user", PEOPLE[0].id))
        return {"views": [view.as_slack() for view in self.parts.views.stack(me.id)]}

    async def journal(self, _: web.Request) -> dict[str, Any]:
        """The last calls by the bot and deliveries to it."""
        journal = self.parts.journal
        return {"calls": list(journal.calls), "deliveries": list(journal.deliveries)}

    async def command(self, request: web.Request) -> dict[str, Any]:
        """A person types a slash command."""
        given = await _given(request)
        me = _person(given.get("user"))
        channel, text = _channel(given.get("channel"), me), _typed(given)
        if given.get("thread_ts"):
            ts = str(given["thread_ts"])
            interact.refuse_in_thread(self.parts, me, channel, text, ts)
            return {"ok": False, "status": 0, "error": "not_in_threads"}
        return await interact.command(self.parts, me, channel, text)

    async def say(self, request: web.Request) -> dict[str, Any]:
        """A person writes an ordinary message."""
        given = await _given(request)
        me = _person(given.get("user"))
        channel, text = _channel(given.get("channel"), me), _typed(given)
        if not text.strip():
            raise DriverError(400, "no_text", "There is nothing to say.")
        thread = given.get("thread_ts")
        if thread is not None:
            parent = self.parts.messages.find(channel.id, str(thread))
            if parent is None or parent.thread is not None:
                raise DriverError(404, "thread_not_found", "There is no such message to reply to.")
        body = written_by(me.id, escape(text, labels=False))
        message = self.parts.messages.post(channel.id, body, thread=thread)
        return {"ts": message.ts}

    async def click(self, request: web.Request) -> dict[str, Any]:
        """A person presses or chooses something in a message or modal."""
        given = await _given(request)
        me = _person(given.get("user"))
        wanted = Wanted(
            _optional(given, "action_id"),
            _optional(given, "text"),
            _optional(given, "block_id"),
            given.get("value"),
            given.get("option"),
        )
        if given.get("view_id"):
            view = self._view(given, me)
            return await interact.click_in_view(self.parts, me, view, wanted)
        channel = _channel(given.get("channel"), me)
        message = self.parts.messages.find_for(channel.id, str(given.get("ts")), me.id)
        if message is None:
            raise DriverError(404, "message_not_found", "There is no such message.")
        return await interact.click(self.parts, me, message, wanted)

    async def submit(self, request: web.Request) -> dict[str, Any]:
        """A person sends a modal."""
        given = await _given(request)
        me = _person(given.get("user"))
        values = given.get("values", {})
        if not isinstance(values, dict):
            raise DriverError(400, "invalid_values", "values is an object of inputs.")
        return await interact.submit(self.parts, me, self._view(given, me), values)

    async def close(self, request: web.Request) -> dict[str, Any]:
        """A person closes a modal."""
        given = await _given(request)
        me = _person(given.get("user"))
        return await interact.close(self.parts, me, self._view(given, me))

    async def socket(self, request: web.Request) -> dict[str, Any]:
        """Slack tells bots in Socket Mode to go (`reason`), or Socket Mode is turned on or off."""
        given = await _given(request)
        sockets = self.parts.deliveries.sockets
        reason, enabled = given.get("reason"), given.get("enabled")
        if reason is not None and reason not in REASONS:
            raise DriverError(400, "invalid_reason", f"reason is one of {', '.join(REASONS)}.")
        if enabled is not None and not isinstance(enabled, bool):
            raise DriverError(400, "invalid_enabled", "enabled is true or false.")
        if enabled is not None:
            sockets.enabled = enabled
        told = 0
        if reason is None and enabled is False:
            reason = "link_disabled"
        if reason is not None:
            told = await sockets.disconnect(reason, _optional(given, "connection"))
        open_now = [{"id": each.id, "leaving": each.leaving} for each in sockets.open]
        return {"told": told, "enabled": sockets.enabled, "connections": open_now}

    def _view(self, given: dict[str, Any], me: Somebody) -> View:
        view = self.parts.views.find(str(given.get("view_id")))
        if view is None or view.user != me.id:
            raise DriverError(404, "view_not_found", f"{me.name} has no such modal open.")
        return view

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: something changed, look again."""
        user = request.query.get("user", PEOPLE[0].id)
        person = find_person(user)
        if person is None:
            return web.json_response({"ok": False, "error": "user_not_found"}, status=404)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        listener = Listener(person.id)
        self.parts.news.listeners.add(listener)
        try:
            await response.write(b": hello\n\n")
            while news := await _next(listener):
                await response.write(news)
        except ConnectionError:
            return response  # the page was closed
        finally:
            self.parts.news.listeners.discard(listener)
        return response

    async def file(self, request: web.Request) -> web.Response:
        """The content of a file, to be saved and never run."""
        file = self.parts.files.by_id.get(request.match_info["id"])
        if file is None or file.content is None or not file.done:
            return web.json_response({"ok": False, "error": "file_not_found"}, status=404)
        return web.Response(body=file.content, headers=download_headers(file))


async def _next(listener: Listener) -> bytes:
    try:
        event = await asyncio.wait_for(listener.news.get(), HEARTBEAT)
    except TimeoutError:
        return b": still here\n\n"
    if event["kind"] == "end":
        return b""
    return f"event: changed\ndata: {json.dumps(event)}\n\n".encode()


def _answering(run: Any) -> Any:
    """A handler of aiohttp that answers with the JSON that `run` returns, or with its mistake."""

    async def handler(request: web.Request) -> web.Response:
        try:
            answer = await run(request)
        except DriverError as mistake:
            body = {"ok": False, "error": mistake.error, "detail": mistake.detail}
            return web.json_response(body, status=mistake.status)
        except NoElementError as missing:
            body = {"ok": False, "error": "element_not_found", "detail": str(missing)}
            return web.json_response(body, status=404)
        if isinstance(answer, web.Response):
            return answer
        return web.json_response({"ok": True} | answer)

    return handler


async def _given(request: web.Request) -> dict[str, Any]:
    try:
        given = read_json((await request.read()).decode("utf-8", "replace"))
    except ApiError as refused:
        raise DriverError(400, "invalid_json", "The body is not a JSON object.") from refused
    if not isinstance(given, dict):
        raise DriverError(400, "invalid_json", "The body is not a JSON object.")
    return given


def _person(given: Any) -> Somebody:
    person = find_person(given) if isinstance(given, str) else None
    if person is None or person.bot:
        names = ", ".join(each.name for each in PEOPLE)
        raise DriverError(404, "user_not_found", f"There is no such person. There are: {names}")
    return person


def _channel(given: Any, me: Somebody) -> Channel:
    channel = find_channel(given) if isinstance(given, str) else None
    if channel is None or (channel.im and me.id not in channel.members):
        names = ", ".join(f"#{each.name}" for each in CHANNELS if not each.im)
        detail = f"{me.name} sees no such channel. There are: {names}, {me.dm}"
        raise DriverError(404, "channel_not_found", detail)
    return channel


def _typed(given: dict[str, Any]) -> str:
    text = given.get("text", "")
    if not isinstance(text, str):
        raise DriverError(400, "invalid_text", "text is a string.")
    if len(text) > LONGEST:
        raise DriverError(400, "msg_too_long", f"A person can type at most {LONGEST:,} characters.")
    return text


def _optional(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise DriverError(400, f"invalid_{name}", f"{name} is a string.")
    return value
