"""The Slack platform on this machine: the object that the demo and the tests hold, and its doors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from bot.local.workspace import responses
from bot.local.workspace.arguments import read_json
from bot.local.workspace.clock import Alarms, Clock
from bot.local.workspace.content import ApiError, from_bot
from bot.local.workspace.deliver import Deliveries
from bot.local.workspace.directory import Directory, usual
from bot.local.workspace.door import add_headers, only_from_here
from bot.local.workspace.driver.routes import add_routes
from bot.local.workspace.escape import escape
from bot.local.workspace.faults import Faults
from bot.local.workspace.installation import Installation
from bot.local.workspace.journal import Journal
from bot.local.workspace.memory import Memory
from bot.local.workspace.messages import Message, Messages, written_by
from bot.local.workspace.methods.call import call, dropped
from bot.local.workspace.methods.scheduled import set_alarm
from bot.local.workspace.parts import Parts
from bot.local.workspace.rates import Rates
from bot.local.workspace.seed import Line
from bot.local.workspace.sockets import Sockets
from bot.local.workspace.tickets import Tickets
from bot.local.workspace.views import Views

LARGEST = 4 * 1_048_576
"""Bytes of a request other than an upload."""


class Workspace:
    """A Slack workspace; without a directory one with four people, four channels and one bot.

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
        directory: Directory | None = None,
    ) -> None:
        """`app_url` is where commands and clicks are posted; it and `base_url` may be set later.

        `clock` gives the times of messages. With `folder`, messages and files survive a restart.
        With `app_token` (`xapp-…`), bots may connect in Socket Mode instead. Rate limits are off;
        see `limit_rates`.
        """
        self._loop: asyncio.AbstractEventLoop | None = None
        directory = directory or usual()
        app = directory.app
        app.addresses.all, app.signing_secret = app_url, signing_secret
        app.bot_token, app.app_token = bot_token, app_token
        # Not the demo's clock for what expires: that may stand still, and nothing ever would.
        time_here = Clock(clock, time.time)
        self._sockets = Sockets(time_here.seconds, app.app_id)
        journal, faults = Journal(time_here.now), Faults()
        self._parts = Parts(
            directory=directory,
            clock=time_here,
            messages=Messages(time_here.now, self._changed),
            tickets=Tickets(time_here.seconds),
            deliveries=Deliveries(app, journal, self._sockets, faults),
            journal=journal,
            views=Views(app, directory.team.id),
            alarms=Alarms(time_here),
            rates=Rates(time_here.seconds),
            faults=faults,
            notice=notice,
        )
        time_here.moved = self._parts.alarms.wake
        self._memory = Memory(folder) if folder is not None else None
        if self._memory is not None:
            self._memory.load(directory, self._parts.messages, self._parts.files)
            self._parts.keep_file = self._memory.keep_file
            directory.keep = self._memory.keep_channel
            self._parts.scheduled.keep = self._memory.keep_later

    @property
    def app_url(self) -> str:
        """Where the bot listens."""
        return self._parts.app.addresses.all

    @app_url.setter
    def app_url(self, url: str) -> None:
        self._parts.app.addresses.all = url

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
        return self._parts.app.commands

    @property
    def installation(self) -> Installation:
        """The app: its tokens, scopes, commands."""
        return self._parts.app

    @property
    def timer(self) -> Callable[[], float]:
        """Seconds by which trigger ids, addresses and retries expire or come due."""
        return self._parts.clock.timer

    @timer.setter
    def timer(self, timer: Callable[[], float]) -> None:
        self._parts.clock.go_by(timer)

    def limit_rates(self, burst: int = 1) -> None:
        """Hold the bot to Slack's rate limits: `burst` messages at once to a channel, one a second."""
        self._parts.rates.on, self._parts.rates.burst = True, burst

    def allow_blocks_alone(self) -> None:
        """Take messages with blocks and no text, as Slack does; the bot of this project is held to more."""
        self._parts.text_required = False

    def begin_with(self, lines: Iterable[Line]) -> None:
        """What was written before, unless messages were kept from an earlier run."""
        if any(self._parts.messages.public.values()):
            return
        for line in lines:
            post = self._parts.messages.post
            said = post(line.channel, self._written(line.user, line.text))
            for user, text in line.replies:
                post(line.channel, self._written(user, text), thread=said.ts)

    def _written(self, user: str, text: str) -> dict[str, Any]:
        directory = self._parts.directory
        person = directory.people[user]
        if user == directory.app.bot_user:
            return from_bot(directory, {"text": text})
        bot = {"bot_id": person.bot_id, "app_id": person.app_id} if person.bot else {}
        words = escape(text, directory, labels=False)
        return written_by(user, words, team=person.team, **bot)

    def socket_mode(self, wanted: bool) -> None:
        """Deliver over Socket Mode only, or never. Without this, to whichever way is there."""
        self._sockets.enabled = self._sockets.only = wanted

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
        add_routes(application, self._parts)
        return application

    async def _running(self, _: web.Application) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        await self._parts.deliveries.open()
        if self._memory is not None:
            for later in self._memory.waiting():
                self._parts.scheduled.waiting[later.id] = later
                set_alarm(self._parts, later)
        alarms = asyncio.create_task(self._parts.alarms.run())
        yield
        alarms.cancel()
        with suppress(asyncio.CancelledError):
            await alarms
        await self._parts.alarms.stop()
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
        channel = self._parts.directory.channels.get(message.channel)
        self._parts.tell("message", channel, message.to, **more)

    async def _call(self, request: web.Request) -> web.Response:
        return await call(self._parts, request)

    async def _respond(self, request: web.Request) -> web.Response:
        key = request.match_info["key"]
        response = self._parts.tickets.responses.get(key)
        fault = self._parts.faults.next("response_url", response.channel if response else None)
        given: Any = {}
        try:
            given = read_json((await request.read()).decode("utf-8", "replace"))
        except ApiError as refused:
            status, answer = 400, refused.answer()
        else:
            if fault is not None:
                await asyncio.sleep(fault.delay)
            instead = fault.answer() if fault is not None else None
            if fault is not None and fault.error is not None:
                instead = (404, {"ok": False, "error": fault.error})
            status, answer = instead or responses.respond(self._parts, key, given)
        more = {"fault": True} if fault is not None else {}
        called = given if isinstance(given, dict) else {}
        self._parts.journal.call(
            "response_url", called, answer, token="none", status=status, **more
        )
        if fault is not None and (fault.drop_before or fault.drop_after_commit):
            return dropped(request)
        headers = {"Retry-After": str(fault.retry_after)} if fault and status == 429 else {}
        return web.json_response(answer, status=status, headers=headers)

    async def _upload(self, request: web.Request) -> web.Response:
        """The bytes of a file, as they are or as one part of a form; once, and exactly so many."""
        fault = self._parts.faults.next("upload")
        if fault is not None:
            await asyncio.sleep(fault.delay)
            instead = fault.answer()
            if fault.drop_before:
                return dropped(request)
            if instead is not None:
                return web.Response(status=instead[0], text=str(instead[1]["error"]))
        response = await self._received(request)
        return dropped(request) if fault is not None and fault.drop_after_commit else response

    async def _received(self, request: web.Request) -> web.Response:
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
