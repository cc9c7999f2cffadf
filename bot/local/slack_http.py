"""The HTTP door to the Bolt app where no Lambda stands in front of it: aiohttp outside, threads inside."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web
from slack_bolt import App, BoltRequest

PATH = "/slack/events"
"""Slack posts commands, clicks and events here; Bolt tells them apart by their bodies."""

LIMIT = 1_000_000
"""Bytes of one request. Slack's own payloads stay far below (a view has at most 250 kB)."""

RETRY_AFTER = "5"
"""Seconds after which whoever stands in front of a door that is closed may come again."""


class HttpDoor:
    """Hands every request to `app.dispatch` on a thread of its own pool, until it is closed.

    The pool serves acknowledgements only: no job waits in it, so none delays an acknowledgement.
    """

    def __init__(self, app: App, *, threads: int = 8) -> None:
        """Nothing is served before `application` is."""
        self._app = app
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="door")
        self._closed = False
        self._answering = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def application(self) -> web.Application:
        """What aiohttp serves."""
        application = web.Application(client_max_size=LIMIT)
        application.router.add_post(PATH, self._events)
        application.on_cleanup.append(self._end)
        return application

    async def close(self, seconds: float) -> bool:
        """Answer 503 from now on, and wait for what is being answered. Whether all of it was."""
        self._closed = True
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _events(self, request: web.Request) -> web.Response:
        body = await request.text()
        if self._closed:
            return web.Response(
                status=503, headers={"Retry-After": RETRY_AFTER}, text="The bot is stopping.\n"
            )
        self._answering += 1
        self._idle.clear()
        try:
            return await self._answer(request, body)
        finally:
            self._answering -= 1
            if not self._answering:
                self._idle.set()

    async def _answer(self, request: web.Request, body: str) -> web.Response:
        bolt_request = BoltRequest(
            body=body,
            query=request.query_string,
            headers={name: request.headers.getall(name) for name in request.headers},
        )
        answer = await asyncio.get_running_loop().run_in_executor(
            self._pool, self._app.dispatch, bolt_request
        )
        response = web.Response(status=answer.status, text=answer.body)
        for name, values in answer.headers.items():
            for value in values:
                if name.lower() == "content-type":
                    response.headers[name] = value
                else:
                    response.headers.add(name, value)
        return response

    async def _end(self, _: web.Application) -> None:
        # Nobody waits here for a listener that hangs: whoever stops has waited in `close`.
        self._pool.shutdown(wait=False, cancel_futures=True)


def slack_application(app: App, *, threads: int = 8) -> web.Application:
    """An aiohttp application with the door alone, for the demo and tests."""
    return HttpDoor(app, threads=threads).application()
