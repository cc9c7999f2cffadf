"""The Slack platform on this machine: the object that the demo and the tests hold, and its doors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from bot.local.workspace import api, responses
from bot.local.workspace.arguments import read_json
from bot.local.workspace.content import ApiError
from bot.local.workspace.deliver import Deliveries
from bot.local.workspace.door import add_headers, only_from_here
from bot.local.workspace.driver import Driver
from bot.local.workspace.journal import Journal, News
from bot.local.workspace.memory import Memory
from bot.local.workspace.messages import Message, Messages
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import APP_ID, find_channel
from bot.local.workspace.sockets import Sockets
from bot.local.workspace.tickets import Tickets

LARGEST = 4 * 1_048_576
"""Bytes of a request other than an upload."""

USAGE = "[RULE arguments window | alerts | status | digest | list | show RULE | help]"


class Workspace:
    """A Slack workspace with four people, four channels and one bot.

    It has no access control for people, so it answers only callers on this machine.
    """

    def __init__(  # noqa: PLR0913 - what a workspace is made of; most of it may be left out
        self,
        app_url: str,
        signing_secret: str,
        bot_token: str,
        clock: Callable[[], datetime],
        notice: str = "",
        folder: Path | None = None,
        *,
        app_token: str = "",
    ) -> None:
        """`app_url` is where commands and clicks are posted; it and `base_url` may be set later.

        `clock` gives the times of messages. With `folder`, messages and files survive a restart.
        With `app_token` (`xapp-…`), bots may connect in Socket Mode instead.
        """
        self._loop: asyncio.AbstractEventLoop | None = None
        self._memory = Memory(folder) if folder is not None else None
        journal = Journal()
        # Not the demo's clock: that may stand still, and nothing would ever expire.
        self._sockets = Sockets(time.time, APP_ID)
        self._parts = Parts(
            token=bot_token,
            app_token=app_token,
            clock=clock,
            messages=Messages(clock, self._changed),
            tickets=Tickets(time.time),
            deliveries=Deliveries(app_url, signing_secret, journal, self._sockets),
            journal=journal,
            news=News(),
            commands=[
                {
                    "command": "/siem",
                    "usage_hint": USAGE,
                    "description": "Ask the logs with a rule, or list and show the rules",
                }
            ],
            notice=notice,
        )
        if self._memory is not None:
            self._memory.load(self._parts.messages, self._parts.files)
            self._parts.keep_file = self._memory.keep_file

    @property
    def app_url(self) -> str:
        """Where the bot listens."""
        return self._parts.deliveries.url

    @app_url.setter
    def app_url(self, url: str) -> None:
        self._parts.deliveries.url = url

    @property
    def base_url(self) -> str:
        """The workspace's own address, `http://127.0.0.1:8420`."""
        return self._parts.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self._parts.base_url = url.rstrip("/")

    @property
    def commands(self) -> list[dict[str, Any]]:
        """The slash commands: command, usage_hint, description, and examples if there are some."""
        return self._parts.commands

    @property
    def timer(self) -> Callable[[], float]:
        """Seconds by which trigger ids and response addresses expire."""
        return self._parts.tickets.timer

    @timer.setter
    def timer(self, timer: Callable[[], float]) -> None:
        self._parts.tickets.timer = timer
        self._sockets.timer = timer

    def set_notice(self, text: str) -> None:
        """Change the line on top of the page. May be called from any thread."""
        self._parts.notice = text
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._parts.tell, "state")

    def application(self) -> web.Application:
        """The Web API, the addresses to respond and upload to, and what drives the people."""
        application = web.Application(middlewares=[only_from_here], client_max_size=LARGEST)
        application.on_response_prepare.append(add_headers)
        application.cleanup_ctx.append(self._running)
        application.on_shutdown.append(self._hang_up)
        for verb in ("GET", "POST"):
            application.router.add_route(verb, "/api/{method}", self._call)
        application.router.add_get("/_socket", self._sockets.serve)
        application.router.add_post("/_response/{key}", self._respond)
        application.router.add_post("/_upload/{ticket}", self._upload)
        Driver(self._parts).add_routes(application)
        return application

    async def _running(self, _: web.Application) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        await self._parts.deliveries.open()
        yield
        await self._parts.deliveries.close()
        if self._memory is not None:
            self._memory.close()

    async def _hang_up(self, _: web.Application) -> None:
        """Let go of pages and bots, or the server would wait for them to leave."""
        await self._sockets.close()
        self._parts.news.close()

    def _changed(self, message: Message) -> None:
        if self._memory is not None:
            self._memory.keep(message)
        more = {"ts": message.ts} | ({"thread_ts": message.thread} if message.thread else {})
        self._parts.tell("message", find_channel(message.channel), message.to, **more)

    async def _call(self, request: web.Request) -> web.Response:
        return await api.call(self._parts, request)

    async def _respond(self, request: web.Request) -> web.Response:
        try:
            given = read_json((await request.read()).decode("utf-8", "replace"))
            status, answer = responses.respond(self._parts, request.match_info["key"], given)
        except ApiError as refused:
            given, status, answer = {}, 400, refused.answer()
        called = given if isinstance(given, dict) else {}
        self._parts.journal.call("response_url", called, answer)
        return web.json_response(answer, status=status)

    async def _upload(self, request: web.Request) -> web.Response:
        """The bytes of a file, as they are or as one part of a form; once, and exactly so many."""
        file = self._parts.files.by_ticket.get(request.match_info["ticket"])
        if file is None or file.content is not None:
            return web.Response(status=404, text="There is nothing to upload here.")
        try:
            content = await _uploaded(request, file.length)
        except ValueError:
            return web.Response(status=400, text="The form makes no sense.")
        if len(content) != file.length:
            return web.Response(status=400, text=f"{file.length} bytes were announced.")
        self._parts.files.receive(file, content)
        return web.Response(text=f"OK - {file.length}")


async def _uploaded(request: web.Request, most: int) -> bytes:
    if request.content_type != "multipart/form-data":
        return await _all_of(request.content.readany, most)
    part = await (await request.multipart()).next()
    return await _all_of(part.read_chunk, most) if isinstance(part, BodyPartReader) else b""


async def _all_of(read: Callable[[], Awaitable[bytes]], most: int) -> bytes:
    """A body that may be larger than those of other requests; one byte too many ends it."""
    body = bytearray()
    while len(body) <= most and (chunk := await read()):
        body += chunk
    return bytes(body)
