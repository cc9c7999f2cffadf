"""Who may talk to a local server: callers on this machine that address it as such, no other site.

A page on the web can make a browser send requests to loopback. The browser then names the page's
origin or, after DNS rebinding, a host name that is not ours.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web


def refusal(request: web.Request) -> str | None:
    """Why the request is refused, in a sentence; None if it may pass."""
    if request.remote is not None and not _is_loopback(request.remote):
        return "Only callers on this machine are answered."
    host = request.headers.get("Host", "")
    if not _is_loopback(_name(host)):
        return "The Host is not an address of this machine."
    if request.headers.get("Origin", f"http://{host}") != f"http://{host}":
        return "Requests from other sites are refused."
    return None


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
