"""What people see: channels, messages, modals, App Homes, files, and news of what changed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.local.workspace.driver.reading import DriverError, asked_person, channel, newest
from bot.local.workspace.files import download_headers
from bot.local.workspace.journal import Listener
from bot.local.workspace.parts import Parts

HEARTBEAT = 15.0
"""Seconds between signs of life to a page that is open."""


class Looking:
    """The handlers, over the state of one workspace."""

    def __init__(self, parts: Parts) -> None:
        """`parts` is shared with the Web API."""
        self.parts = parts

    async def state(self, request: web.Request) -> dict[str, Any]:
        """Everything that the page shows around the messages."""
        parts, directory = self.parts, self.parts.directory
        me = asked_person(parts, request)
        return {
            "team": {"id": directory.team.id, "name": directory.team.name},
            "notice": parts.notice,
            "me": me.id,
            "users": [
                {
                    "id": person.id,
                    "name": person.name,
                    "tz": person.zone,
                    "is_restricted": person.restricted,
                    "team_id": person.team,
                    "is_bot": person.bot,
                    "deleted": person.deleted,
                }
                for person in directory.people.values()
            ],
            "groups": [
                {"id": group.id, "handle": group.handle}
                for group in directory.groups.values()
                if not group.disabled
            ],
            "bot": {"id": parts.app.bot_user, "name": parts.app.name, "app_id": parts.app.app_id},
            "channels": [
                {
                    "id": each.id,
                    "name": each.name,
                    "is_im": each.im,
                    "is_mpim": each.mpim,
                    "is_private": each.private,
                    "is_archived": each.archived,
                    "joined": directory.joined(each),
                    "shared": each.shared,
                    "topic": each.topic,
                    "unread": parts.messages.unread(each.id, me.id),
                }
                for each in directory.seen_by(me)
            ],
            "commands": parts.app.commands,
            "shortcuts": [
                {
                    "callback_id": each.callback_id,
                    "name": each.name,
                    "type": "message" if each.message else "global",
                }
                for each in parts.app.shortcuts
            ],
            "now": parts.clock.now().isoformat(),
        }

    async def messages(self, request: web.Request) -> web.Response:
        """What one person sees in a channel or thread, oldest first; `limit`: the newest so many."""
        parts = self.parts
        me = asked_person(parts, request)
        where = channel(parts, request.query.get("channel", ""), me)
        thread = request.query.get("thread")
        if thread and parts.messages.find(where.id, thread) is None:
            raise DriverError(404, "thread_not_found", "There is no such message.")
        seen = parts.messages.seen(where.id, me.id, thread or None)
        if not thread:
            parts.messages.mark_read(where.id, me.id)
        seen = newest(seen, request)
        body = ",".join(message.as_json() for message in seen)
        return web.Response(
            text=f'{{"ok": true, "messages": [{body}]}}', content_type="application/json"
        )

    async def views(self, request: web.Request) -> dict[str, Any]:
        """The modals that one person has open; the last is on top."""
        me = asked_person(self.parts, request)
        return {"views": [view.as_slack() for view in self.parts.views.stack(me.id)]}

    async def home(self, request: web.Request) -> dict[str, Any]:
        """The App Home that the bot published for one person; null before it did."""
        view = self.parts.views.homes.get(asked_person(self.parts, request).id)
        return {"view": view.as_slack() if view else None}

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: something changed, look again."""
        named = request.query.get("user", self.parts.directory.humans[0].id)
        person = self.parts.directory.person(named)
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
