"""Who is let in: callers on this machine that address it as such, and no other site's pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from bot.local.loopback import refusal

_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; frame-ancestors 'none'"


@web.middleware
async def only_from_here(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Refuse callers from elsewhere, and a foreign `Host` or `Origin`."""
    why = refusal(request)
    if why is not None:
        return web.json_response({"ok": False, "error": "forbidden", "detail": why}, status=403)
    return await handler(request)


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Keep browsers from running, framing or guessing at what is served."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")
