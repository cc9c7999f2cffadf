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


def slack_application(app: App, *, threads: int = 8) -> web.Application:
    """An aiohttp application that hands every request to `app.dispatch` on a thread of its own pool.

    The pool serves acknowledgements only: no job waits in it, so none delays an acknowledgement.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="listener")

    async def events(request: web.Request) -> web.Response:
        body = await request.text()
        bolt_request = BoltRequest(
            body=body,
            query=request.query_string,
            headers={name: request.headers.getall(name) for name in request.headers},
        )
        answer = await asyncio.get_running_loop().run_in_executor(pool, app.dispatch, bolt_request)
        response = web.Response(status=answer.status, text=answer.body)
        for name, values in answer.headers.items():
            for value in values:
                if name.lower() == "content-type":
                    response.headers[name] = value
                else:
                    response.headers.add(name, value)
        return response

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def close(_: web.Application) -> None:
        pool.shutdown(wait=True, cancel_futures=True)

    application = web.Application(client_max_size=LIMIT)
    application.router.add_post(PATH, events)
    application.router.add_get("/health", health)
    application.on_cleanup.append(close)
    return application
