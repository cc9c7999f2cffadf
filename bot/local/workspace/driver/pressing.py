"""What people do with the bot: commands, clicks, menus, shortcuts, modals."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.local.workspace import interact, modals
from bot.local.workspace.driver.reading import (
    DriverError,
    channel,
    flag,
    given_by,
    message,
    optional,
    person,
    typed,
    view,
)
from bot.local.workspace.elements import Wanted
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import Somebody
from bot.local.workspace.views import View


class Pressing:
    """The handlers, over the state of one workspace."""

    def __init__(self, parts: Parts) -> None:
        """`parts` is shared with the Web API."""
        self.parts = parts

    async def command(self, request: web.Request) -> dict[str, Any]:
        """A person types a slash command."""
        given = await given_by(request)
        me = person(self.parts, given.get("user"))
        where, text = channel(self.parts, given.get("channel"), me), typed(given)
        if given.get("thread_ts"):
            ts = str(given["thread_ts"])
            interact.refuse_in_thread(self.parts, me, where, text, ts)
            return {"ok": False, "status": 0, "error": "not_in_threads"}
        return await interact.command(self.parts, me, where, text)

    async def click(self, request: web.Request) -> dict[str, Any]:
        """A person presses or chooses something in a message, a modal or their App Home."""
        given = await given_by(request)
        me = person(self.parts, given.get("user"))
        wanted = _wanted(given)
        if given.get("view_id"):
            where = view(self.parts, given, me)
            return await interact.click_in_view(self.parts, me, where, wanted, _values(given))
        return await interact.click(self.parts, me, message(self.parts, given, me), wanted)

    async def options(self, request: web.Request) -> dict[str, Any]:
        """A person types (`typed`) in a menu whose options the bot knows."""
        given = await given_by(request)
        me = person(self.parts, given.get("user"))
        in_view = bool(given.get("view_id"))
        where = view(self.parts, given, me) if in_view else message(self.parts, given, me)
        wanted = _wanted(given)
        return await interact.suggest(self.parts, me, where, wanted, typed(given, "typed"))

    async def shortcut(self, request: web.Request) -> dict[str, Any]:
        """A person uses a shortcut of the app; one for messages needs `channel` and `ts`."""
        given = await given_by(request)
        me = person(self.parts, given.get("user"))
        named = optional(given, "callback_id")
        known = {each.callback_id: each for each in self.parts.app.shortcuts}
        if named not in known:
            names = ", ".join(known) or "none"
            raise DriverError(
                404, "shortcut_not_found", f"There is no such one. There are: {names}"
            )
        meant = known[named]
        about = message(self.parts, given, me) if meant.message else None
        return await interact.use_shortcut(self.parts, me, meant, about)

    async def submit(self, request: web.Request) -> dict[str, Any]:
        """A person sends a modal."""
        given = await given_by(request)
        me = person(self.parts, given.get("user"))
        values = _values(given)
        return await modals.submit(self.parts, me, self._modal(given, me), values)

    async def close(self, request: web.Request) -> dict[str, Any]:
        """A person closes a modal, or with `all` the whole stack."""
        given = await given_by(request)
        me = person(self.parts, given.get("user"))
        everything = bool(flag(given, "all"))
        where = self._modal(given, me)
        return await modals.close(self.parts, me, where, everything=everything)

    def _modal(self, given: dict[str, Any], me: Somebody) -> View:
        where = view(self.parts, given, me)
        if self.parts.views.is_home(where):
            raise DriverError(400, "not_a_modal", "The App Home is neither sent nor closed.")
        return where


def _values(given: dict[str, Any]) -> dict[str, Any]:
    values = given.get("values", {})
    if not isinstance(values, dict):
        raise DriverError(400, "invalid_values", "values is an object of inputs.")
    return values


def _wanted(given: dict[str, Any]) -> Wanted:
    return Wanted(
        optional(given, "action_id"),
        optional(given, "text"),
        optional(given, "block_id"),
        given.get("value"),
        given.get("option"),
    )
