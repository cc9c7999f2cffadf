"""Serves the web page that shows the local Slack workspace, and the incidents that it can start."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from aiohttp import web

from bot.errors import BotError
from bot.local.traffic_feed import Incident
from bot.local.workspace.door import only_from_here

PAGE = Path(__file__).parent / "page"

TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""What is served, by the end of its name. Nothing else that lies in the folder is."""

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""The page shows hostile log data, so the browser itself refuses what the page never does: scripts
and styles of other origins or inline, text parsed as HTML (trusted types), standing in a frame."""


def add_page(application: web.Application) -> None:
    """Serve the page at `/` and its files beside it; nothing else of the disk can be reached.

    The files are read once. A foreign `Host` or `Origin` gets 403, whatever else the application
    checks: the page drives a workspace that believes whoever it talks to.
    """
    for path in sorted(PAGE.iterdir()):
        if path.suffix in TYPES:
            name = "/" if path.name == "index.html" else f"/{path.name}"
            application.router.add_get(name, _serving(path.read_bytes(), TYPES[path.suffix]))


def add_incidents(
    application: web.Application,
    incidents: Sequence[Incident],
    begin: Callable[[str], None],
    unfolding: Callable[[], Sequence[str]],
) -> None:
    """Serve `/_demo/incidents`: GET lists them, POST `{"id": …}` starts one.

    `begin` is called on another thread; its `BotError` is the answer's `detail`. `unfolding` gives
    the ids of those that are under way. Each incident is `{id, title, story, unfolding}`.
    """

    async def listing(_: web.Request) -> web.StreamResponse:
        going = unfolding()
        shown = [
            {"id": each.id, "title": each.title, "story": each.story, "unfolding": each.id in going}
            for each in incidents
        ]
        return web.json_response({"ok": True, "incidents": shown}, headers=HEADERS)

    async def start(request: web.Request) -> web.StreamResponse:
        try:
            given = json.loads(await request.read())
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict) or not isinstance(given.get("id"), str):
            return _refused(400, 'The body is {"id": …}.')
        try:
            await asyncio.to_thread(begin, given["id"])
        except BotError as error:
            return _refused(409 if given["id"] in unfolding() else 404, str(error))
        return web.json_response({"ok": True}, headers=HEADERS)

    application.router.add_get("/_demo/incidents", _guarded(listing))
    application.router.add_post("/_demo/incidents", _guarded(start))


def _refused(status: int, detail: str) -> web.Response:
    return web.json_response({"ok": False, "detail": detail}, status=status, headers=HEADERS)


_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _guarded(handler: _Handler) -> _Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        return await only_from_here(request, handler)

    return guarded


def _serving(body: bytes, kind: str) -> _Handler:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=HEADERS)

    return _guarded(serve)
