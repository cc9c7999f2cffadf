"""Socket Mode: the bot connects to the workspace, which sends it payloads over a WebSocket.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

MOST = 10
"""Connections at once; the next one is told `too_many_websockets` and closed."""

TICKET_SECONDS = 30.0
"""How long the address of `apps.connections.open` can be used, once."""

LIFETIME = 3600
"""Seconds that a connection is kept; with `debug_reconnects=true` in its address it is 360."""
LIFETIME_DEBUG = 360

NOTICE = 10.0
"""Seconds between the warning that a connection will end, and its end."""

PING_EVERY = 10.0
"""Seconds. Slack's client for Node gives a connection up that is not pinged for 30."""

GOODBYE = 1.0
"""Seconds that a bot has to close its side of a connection that is ended."""

LARGEST = 1_000_000
"""Bytes of an acknowledgement."""

REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


class NoSocketError(Exception):
    """The payload reached nobody: the text is Slack's word for it."""


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket of the bot."""

    id: str
    socket: web.WebSocketResponse
    lifetime: int
    opened: float
    leaving: bool = False
    """Whether it was told to go: nothing new is sent to it."""

    async def say(self, message: dict[str, Any]) -> bool:
        """Send a message; whether it went out."""
        try:
            await self.socket.send_str(json.dumps(message))
        except (ConnectionError, RuntimeError):
            return False
        return True


@dataclass(slots=True)
class Waiting:
    """An envelope that was sent and not acknowledged yet."""

    connection: Connection
    answer: asyncio.Future[dict[str, Any]]


@dataclass(slots=True)
class Sockets:
    """All connections of one app. Used on the event loop that serves the workspace."""

    timer: Callable[[], float]
    """Seconds by which tickets expire."""
    app_id: str
    enabled: bool = True
    """Whether Socket Mode is on in the app's settings."""
    only: bool = False
    """Whether it is the only way: without a connection, nothing is delivered."""
    open: list[Connection] = field(default_factory=list)
    _tickets: dict[str, float] = field(default_factory=dict)
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    _closing: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: int = 0

    @property
    def ready(self) -> list[Connection]:
        """Those that a payload can be sent to."""
        return [each for each in self.open if not each.leaving]

    def ticket(self) -> str:
        """The secret part of an address to connect to: good once, for half a minute."""
        key = secrets.token_hex(16)
        now = self.timer()
        self._tickets = {each: end for each, end in self._tickets.items() if end >= now}
        self._tickets[key] = now + TICKET_SECONDS
        return key

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A bot connects: say hello, then read acknowledgements until it leaves."""
        if self._tickets.pop(request.query.get("ticket", ""), 0.0) < self.timer():
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=404)
        # It is pinged below, at a steady pace: aiohttp's heartbeat is silent while the bot pings.
        # Not compressed: undici 7, under Slack's client for Node, loses frames that aiohttp packed.
        socket = web.WebSocketResponse(timeout=GOODBYE, max_msg_size=LARGEST, compress=False)
        await socket.prepare(request)
        debug = request.query.get("debug_reconnects") == "true"
        connection = Connection(
            secrets.token_hex(8),
            socket,
            LIFETIME_DEBUG if debug else LIFETIME,
            time.monotonic(),
        )
        refused = self._refusal()
        if refused:
            await connection.say(_farewell(refused))
            await _close(socket)
            return socket
        self.open.append(connection)
        await connection.say(self._hello(connection))
        minding = asyncio.create_task(self._mind(connection))
        try:
            async for message in socket:
                self._hear(connection, message)
        finally:
            minding.cancel()
            self._gone(connection)
        return socket

    def _refusal(self) -> str:
        if not self.enabled:
            return "link_disabled"
        return "too_many_websockets" if len(self.open) >= MOST else ""

    def _hello(self, connection: Connection) -> dict[str, Any]:
        about = {"host": "localhost", "approximate_connection_time": connection.lifetime}
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": about,
            "connection_info": {"app_id": self.app_id},
        }

    async def _mind(self, connection: Connection) -> None:
        """Ping the connection, and end it when its time is over."""
        warned = False
        while True:
            left = connection.opened + connection.lifetime - time.monotonic()
            if left <= 0:
                await self._send_away(connection, "refresh_requested")
                return
            if left <= NOTICE and not warned:
                warned = True
                await connection.say(_farewell("warning"))
            await asyncio.sleep(min(PING_EVERY, left - NOTICE if left > NOTICE else left))
            try:
                await connection.socket.ping(b"Ping from the local workspace")
            except (ConnectionError, RuntimeError):
                return

    def _hear(self, connection: Connection, message: WSMessage) -> None:
        """An acknowledgement. What is none is dropped, as Slack does."""
        if message.type is not WSMsgType.TEXT:
            return
        try:
            given = json.loads(message.data)
        except (ValueError, RecursionError):
            return
        if not isinstance(given, dict) or not isinstance(given.get("envelope_id"), str):
            return
        waiting = self._waiting.get(given["envelope_id"])
        if waiting and waiting.connection is connection and not waiting.answer.done():
            waiting.answer.set_result(given)

    def _gone(self, connection: Connection) -> None:
        if connection in self.open:
            self.open.remove(connection)
        for waiting in self._waiting.values():
            if waiting.connection is connection and not waiting.answer.done():
                waiting.answer.set_exception(NoSocketError("dispatch_failed"))

    async def send(self, envelope: dict[str, Any], patience: float) -> dict[str, Any]:
        """Send an envelope to one connection, each in its turn; returns the acknowledgement.

        One that turns out to be broken is passed over.

        `TimeoutError` if none came within `patience` seconds; NoSocketError if nobody is connected
        or the connection broke.
        """
        for _ in range(len(self.ready)):
            ready = self.ready
            if not ready:
                break
            connection = ready[self._turn % len(ready)]
            self._turn += 1
            if (answer := await self._send(connection, envelope, patience)) is not None:
                return answer
        raise NoSocketError("dispatch_failed")

    async def _send(
        self, connection: Connection, envelope: dict[str, Any], patience: float
    ) -> dict[str, Any] | None:
        """Send over one connection; None if it did not go out."""
        key = envelope["envelope_id"]
        waiting = Waiting(connection, asyncio.get_running_loop().create_future())
        self._waiting[key] = waiting
        try:
            if not await connection.say(envelope):
                connection.leaving = True
                return None
            return await asyncio.wait_for(waiting.answer, patience)
        finally:
            del self._waiting[key]
            if waiting.answer.done() and not waiting.answer.cancelled():
                waiting.answer.exception()

    async def disconnect(self, reason: str, key: str | None = None) -> int:
        """Tell connections (or the one with this id) to go, for a reason; returns how many.

        `warning` only announces it. `link_disabled` also turns Socket Mode off.
        """
        if reason == "link_disabled":
            self.enabled = False
        meant = [each for each in self.open if key in (None, each.id)]
        for connection in meant:
            if reason == "warning":
                await connection.say(_farewell(reason))
            else:
                await self._send_away(connection, reason)
        return len(meant)

    async def _send_away(self, connection: Connection, reason: str) -> None:
        connection.leaving = True
        await connection.say(_farewell(reason))
        # Closing waits for the other side's answer, so nobody waits for the closing.
        closing = asyncio.create_task(_close(connection.socket))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """End every connection: the workspace stops."""
        await asyncio.gather(*(_close(each.socket) for each in [*self.open]))


async def _close(socket: web.WebSocketResponse) -> None:
    await socket.close(code=1000, message=b"")


def _farewell(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "localhost"}}
