"""The Socket Mode door to the Bolt app: connections that the bot opens, so that nothing has to reach it.

https://docs.slack.dev/apis/events-api/using-socket-mode

Our own client over aiohttp, because of what Slack's do (slack_sdk 3.47, tried against the local
workspace): the one without dependencies cannot send an acknowledgement over 65,535 bytes, which a long
list or form is, and both send what was being worked on over the new connection when Slack replaces one,
where it is lost: the person sees a failure. Here each acknowledgement goes back the way its request
came, and an old connection stays until its requests are answered.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import BotError
from bot.slack.refusals import retry_after, why

log = logging.getLogger(__name__)

CONNECTIONS = 2
"""Slack sends each payload over any one of them, and replaces each about hourly; ten are allowed."""

HEARTBEAT = 10.0
"""Seconds between pings. A connection that answers none for half as long again is given up."""

PATIENCE = 10.0
"""Seconds for opening a connection."""

LEAVING = 15.0
"""Seconds that a connection which Slack replaces is kept for what comes over it still."""

LONGEST_PAUSE = 30.0
"""Seconds between two tries to connect, at most; twice as long where Slack says no."""

LARGEST = 4 * 1_048_576
"""Bytes of one message. Slack's own payloads stay far below."""

_NEVER = frozenset(
    {"invalid_auth", "not_authed", "not_allowed_token_type", "missing_scope", "token_revoked"}
    | {"account_inactive", "token_expired", "app_uninstalled", "no_permission"}
)


@dataclass(eq=False, slots=True)
class _Connection:
    """One WebSocket and what is being worked on for it."""

    socket: aiohttp.ClientWebSocketResponse
    greeted: bool = False
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    answering: set[asyncio.Task[None]] = field(default_factory=set)


class SocketDoor:
    """Keeps connections to Slack, and hands what comes to `app.dispatch` on threads of its own.

    All methods run on the event loop that `start` ran on.
    """

    def __init__(
        self,
        app: App,
        client: WebClient,
        app_token: str,
        *,
        connections: int = CONNECTIONS,
        threads: int = 8,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`client`, ours from now on, knows where Slack is; `app_token` (`xapp-…`) opens connections."""
        self._app = app
        self._client = client
        self._client.retry_handlers = []  # it is tried again here, and said
        self._token = app_token
        self._size = connections
        self._clock = clock
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="socket")
        self._session: aiohttp.ClientSession | None = None
        self._open: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._last = clock()

    @property
    def connected(self) -> bool:
        """Whether Slack has greeted us on a connection that stays."""
        return any(each.greeted and not each.leaving.is_set() for each in self._open)

    @property
    def away(self) -> float:
        """Seconds for which nothing could have come; 0 while connected."""
        return 0.0 if self.connected else self._clock() - self._last

    async def start(self) -> None:
        """Open the connections. `BotError` if Slack refuses the token; an outage is waited out."""
        # The proxy and its exceptions are taken from the environment, as for all of Python.
        self._session = aiohttp.ClientSession(trust_env=True)
        try:
            first = await self._connect()
        except SlackApiError as error:
            if why(error) in _NEVER:
                await self._session.close()
                raise BotError(
                    f"Slack gives no connection: {why(error)}. In the app's settings turn Socket "
                    "Mode on, and set SLACK_APP_TOKEN to an App-Level Token (xapp-…) with the scope "
                    "connections:write."
                ) from error
            first = None
            log.warning("no connection to Slack yet: %s", why(error))
        except (OSError, aiohttp.ClientError, ValueError) as error:
            first = None
            log.warning("no connection to Slack yet: %s", error)
        for number in range(self._size):
            self._begin(self._keep(first if number == 0 else None))

    async def close(self, seconds: float) -> bool:
        """Take nothing more, answer what came, at most so long, and leave. Whether all was answered."""
        self._closed = True
        answering = [task for each in self._open for task in each.answering]
        pending: set[asyncio.Task[None]] = set()
        if answering:
            _, pending = await asyncio.wait(answering, timeout=seconds)
        for task in [*self._tasks, *pending]:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(2.0):
                await asyncio.gather(*(each.socket.close() for each in self._open))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        return not pending

    async def _keep(self, connection: _Connection | None) -> None:
        """Keep one connection, for ever: when it ends or is about to, open the next."""
        failures = 0
        while not self._closed:
            if connection is None:
                try:
                    connection = await self._connect()
                except (SlackApiError, OSError, aiohttp.ClientError, ValueError) as error:
                    failures += 1
                    await asyncio.sleep(_pause(error, failures))
                    continue
            failures = 0
            reading = self._begin(self._read(connection))
            leaving = asyncio.create_task(connection.leaving.wait())
            try:
                await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                leaving.cancel()
            if not connection.greeted and not connection.leaving.is_set():
                await asyncio.sleep(_pause(None, 1))  # it ended before it began
            connection = None

    async def _connect(self) -> _Connection:
        """A new connection. `SlackApiError`, or what aiohttp and urllib raise, if there is none."""
        assert self._session is not None  # noqa: S101 - start has made it
        opened = await asyncio.to_thread(self._client.apps_connections_open, app_token=self._token)
        socket = await self._session.ws_connect(
            str(opened["url"]),
            heartbeat=HEARTBEAT,
            max_msg_size=LARGEST,
            timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
        )
        return _Connection(socket)

    async def _read(self, connection: _Connection) -> None:
        """Work on what comes until the connection ends. One that is replaced is left after a while."""
        self._open.add(connection)
        try:
            async for message in connection.socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._hear(connection, message.data)
            if connection.answering:
                await asyncio.wait(set(connection.answering))
        finally:
            self._open.discard(connection)
            if connection.greeted and not connection.leaving.is_set() and not self._closed:
                self._last = self._clock()
                log.warning("a connection to Slack ended with %s", connection.socket.close_code)

    def _hear(self, connection: _Connection, text: str) -> None:
        try:
            message = json.loads(text)
            kind = message["type"]
        except (ValueError, RecursionError, TypeError, KeyError):
            log.warning("something came from Slack that makes no sense")
            return
        if kind == "hello":
            connection.greeted = True
            self._last = self._clock()
        elif kind == "disconnect":
            reason = str(message.get("reason", ""))
            if reason == "link_disabled":
                log.error("Socket Mode was turned off in the app's settings")
            self._last = self._clock()
            connection.leaving.set()
            self._begin(self._leave(connection))
        elif isinstance(message.get("envelope_id"), str) and not self._closed:
            task = asyncio.create_task(self._answer(connection, message))
            connection.answering.add(task)
            task.add_done_callback(connection.answering.discard)

    async def _answer(self, connection: _Connection, envelope: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self._pool, self._dispatch, envelope)
        if response.status != 200:
            return  # Slack tells the person that it failed; an event comes again
        answer: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if response.body:
            answer["payload"] = _payload(response)
        try:
            await connection.socket.send_str(json.dumps(answer))
        except (ConnectionError, aiohttp.ClientError, RuntimeError) as error:
            log.warning("an acknowledgement was lost with its connection: %s", error)

    def _dispatch(self, envelope: dict[str, Any]) -> BoltResponse:
        headers: dict[str, str | Sequence[str]] = {}
        if envelope.get("retry_attempt") is not None:
            headers["x-slack-retry-num"] = str(envelope["retry_attempt"])
        payload = envelope.get("payload") or {}
        return self._app.dispatch(BoltRequest(mode="socket_mode", body=payload, headers=headers))

    async def _leave(self, connection: _Connection) -> None:
        await asyncio.sleep(LEAVING)
        if connection.answering:
            await asyncio.wait(set(connection.answering))
        await connection.socket.close()

    def _begin(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("a connection to Slack is not kept any more", exc_info=error)


def _payload(response: BoltResponse) -> dict[str, Any]:
    """What goes with an acknowledgement: Bolt's JSON, or its text as a message."""
    kind = response.headers.get("content-type", [""])[0]
    if kind.startswith("application/json"):
        found: dict[str, Any] = json.loads(response.body)
        return found
    return {"text": response.body}


def _pause(error: Exception | None, failures: int) -> float:
    """Seconds until the next try: as Slack says, or longer each time."""
    pause = min(0.5 * 2.0 ** min(failures, 8), LONGEST_PAUSE)
    if isinstance(error, SlackApiError):
        log.error("Slack gives no connection: %s", why(error))
        return max(retry_after(error), LONGEST_PAUSE * 2 if why(error) in _NEVER else pause)
    if error is not None:
        log.warning("no connection to Slack: %s", error)
    return pause
