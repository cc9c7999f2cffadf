"""Serves the web page that shows the local Slack workspace: fixed files, strict headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

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


def _serving(body: bytes, kind: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=HEADERS)

    async def guarded(request: web.Request) -> web.StreamResponse:
        return await only_from_here(request, serve)

    return guarded
