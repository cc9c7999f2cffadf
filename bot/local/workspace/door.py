"""Who is let in: callers on this machine that address it as such, and no other site's pages."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import urlsplit

from aiohttp import web

_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; frame-ancestors 'none'"


@web.middleware
async def only_from_here(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Refuse a foreign `Host` or `Origin`.

    A page on the web can make a browser send requests to loopback; the browser then names the
    page's origin, or, after DNS rebinding, a host name that is not ours.
    """
    host = request.headers.get("Host", "")
    origin = request.headers.get("Origin")
    if not _is_loopback(_name(host)):
        return _refusal("The Host is not an address of this machine.")
    if origin is not None and origin != f"http://{host}":
        return _refusal("Requests from other sites are refused.")
    return await handler(request)


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Keep browsers from running, framing or guessing at what is served."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")


def _refusal(why: str) -> web.Response:
    return web.json_response({"ok": False, "error": "forbidden", "detail": why}, status=403)


def _name(host: str) -> str:
    """The name in a `Host` header, without the port; empty if it makes no sense."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
