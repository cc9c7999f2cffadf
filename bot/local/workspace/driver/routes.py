"""Which calls there are under `/_workspace/`, and how their mistakes are answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.local.workspace.driver.arranging import Arranging
from bot.local.workspace.driver.looking import Looking
from bot.local.workspace.driver.pressing import Pressing
from bot.local.workspace.driver.reading import DriverError
from bot.local.workspace.driver.speaking import Speaking
from bot.local.workspace.elements import NoElementError
from bot.local.workspace.parts import Parts

_Run = Callable[[web.Request], Awaitable[dict[str, Any] | web.Response]]


def add_routes(application: web.Application, parts: Parts) -> None:
    """Serve the calls by which people act and look, over the state of one workspace."""
    looking, speaking = Looking(parts), Speaking(parts)
    pressing, arranging = Pressing(parts), Arranging(parts)
    for verb, path, run in (
        ("GET", "state", looking.state),
        ("GET", "messages", looking.messages),
        ("GET", "views", looking.views),
        ("GET", "home", looking.home),
        ("POST", "say", speaking.say),
        ("POST", "edit", speaking.edit),
        ("POST", "delete", speaking.delete),
        ("POST", "react", speaking.react),
        ("POST", "home", speaking.home),
        ("POST", "membership", speaking.membership),
        ("POST", "command", pressing.command),
        ("POST", "click", pressing.click),
        ("POST", "options", pressing.options),
        ("POST", "shortcut", pressing.shortcut),
        ("POST", "submit", pressing.submit),
        ("POST", "close", pressing.close),
        ("GET", "clock", arranging.clock),
        ("POST", "clock", arranging.clock),
        ("GET", "faults", arranging.show_faults),
        ("PUT", "faults", arranging.set_faults),
        ("GET", "journal", arranging.journal),
        ("DELETE", "journal", arranging.forget_journal),
        ("POST", "socket", arranging.socket),
        ("POST", "token", arranging.token),
        ("POST", "verify", arranging.verify),
    ):
        application.router.add_route(verb, f"/_workspace/{path}", _answering(run))
    application.router.add_get("/_workspace/events", looking.events)
    application.router.add_get("/_workspace/files/{id}", looking.file)


def _answering(run: _Run) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler of aiohttp that answers with the JSON that `run` returns, or with its mistake."""

    async def handler(request: web.Request) -> web.Response:
        try:
            answer = await run(request)
        except DriverError as mistake:
            body = {"ok": False, "error": mistake.error, "detail": mistake.detail}
            return web.json_response(body, status=mistake.status)
        except NoElementError as missing:
            body = {"ok": False, "error": "element_not_found", "detail": str(missing)}
            return web.json_response(body, status=404)
        if isinstance(answer, web.Response):
            return answer
        return web.json_response({"ok": True} | answer)

    return handler
