"""What tests arrange: the clock, faults, the app's token and connections; and the journal."""

from __future__ import annotations

import math
import secrets
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.local.workspace import events
from bot.local.workspace.clock import LONGEST
from bot.local.workspace.deliver import Parcel
from bot.local.workspace.driver.reading import DriverError, flag, given_by, newest, optional
from bot.local.workspace.faults import PlanError, read_plan
from bot.local.workspace.methods.platform import revoke_token
from bot.local.workspace.methods.table import METHODS
from bot.local.workspace.parts import Parts
from bot.local.workspace.payloads import VERIFICATION_TOKEN
from bot.local.workspace.sockets import REASONS

STATES = ("active", "revoked", "inactive")


class Arranging:
    """The handlers, over the state of one workspace."""

    def __init__(self, parts: Parts) -> None:
        """`parts` is shared with the Web API."""
        self.parts = parts

    async def clock(self, request: web.Request) -> dict[str, Any]:
        """Move the clock: `advance` by seconds or `set` to a time; `stopped` holds it or lets go."""
        clock = self.parts.clock
        given = await given_by(request) if request.method == "POST" else {}
        unknown = sorted({*given} - {"advance", "set", "stopped"})
        if unknown:
            raise DriverError(
                400, "invalid_clock", f"There is no {unknown[0]}: advance, set, stopped."
            )
        stopped = flag(given, "stopped")
        seconds = self._ahead(given)
        if stopped is not None:
            (clock.stop if stopped else clock.go)()
        if seconds:
            clock.advance(seconds)
        await self.parts.alarms.due()
        return {"now": clock.now().isoformat(), "stopped": clock.stopped}

    def _ahead(self, given: dict[str, Any]) -> float:
        if "advance" in given and "set" in given:
            raise DriverError(400, "invalid_clock", "advance and set exclude one another.")
        seconds = given.get("advance", 0)
        if "set" in given:
            seconds = (_moment(given["set"]) - self.parts.clock.now()).total_seconds()
            if seconds < 0:
                now = self.parts.clock.now().isoformat()
                raise DriverError(400, "invalid_set", f"Time only goes forward; it is {now}.")
        number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if not number or not math.isfinite(seconds) or not 0 <= seconds <= LONGEST:
            raise DriverError(
                400, "invalid_advance", f"advance is seconds from 0 to {LONGEST:.0f}."
            )
        return float(seconds)

    async def show_faults(self, _: web.Request) -> dict[str, Any]:
        """The plan that holds, and how often each row was met."""
        return {"faults": [row.shown() for row in self.parts.faults.rows]}

    async def set_faults(self, request: web.Request) -> dict[str, Any]:
        """Let another plan hold. One that makes no sense changes nothing."""
        given = await given_by(request)
        if {*given} != {"faults"}:
            raise DriverError(400, "invalid_plan", '/: the body is {"faults": [row, …]}')

        def find(name: str) -> str | None:
            found = self.parts.directory.channel(name)
            return found.id if found else None

        try:
            self.parts.faults.rows = read_plan(given["faults"], METHODS, find)
        except PlanError as problems:
            raise DriverError(400, "invalid_plan", str(problems)) from problems
        return await self.show_faults(request)

    async def journal(self, request: web.Request) -> dict[str, Any]:
        """The last calls by the bot and deliveries to it; `limit`: the newest so many of each."""
        journal = self.parts.journal
        calls, deliveries = list(journal.calls), list(journal.deliveries)
        return {"calls": newest(calls, request), "deliveries": newest(deliveries, request)}

    async def forget_journal(self, _: web.Request) -> dict[str, Any]:
        """Start the journal anew, and the counting of calls with it."""
        self.parts.journal.forget()
        self.parts.rates.forget()
        return {}

    async def socket(self, request: web.Request) -> dict[str, Any]:
        """Slack tells bots in Socket Mode to go (`reason`), or Socket Mode is turned on or off."""
        given = await given_by(request)
        sockets = self.parts.deliveries.sockets
        reason, enabled = given.get("reason"), flag(given, "enabled")
        if reason is not None and reason not in REASONS:
            raise DriverError(400, "invalid_reason", f"reason is one of {', '.join(REASONS)}.")
        if enabled is not None:
            sockets.enabled = enabled
        told = 0
        if reason is None and enabled is False:
            reason = "link_disabled"
        if reason is not None:
            told = await sockets.disconnect(reason, optional(given, "connection"))
        open_now = [{"id": each.id, "leaving": each.leaving} for each in sockets.open]
        return {"told": told, "enabled": sockets.enabled, "connections": open_now}

    async def token(self, request: web.Request) -> dict[str, Any]:
        """The bot's token is revoked, the app is uninstalled (inactive), or both are well again."""
        given = await given_by(request)
        state = given.get("state")
        if state not in STATES:
            raise DriverError(400, "invalid_state", f"state is one of {', '.join(STATES)}.")
        before = self.parts.app.state
        if state == "revoked" and before == "active":
            revoke_token(self.parts)
        elif state == "inactive" and before != "inactive":
            events.happened(self.parts, "app_uninstalled", {"type": "app_uninstalled"})
        self.parts.app.state = state
        return {"state": state}

    async def verify(self, _: web.Request) -> dict[str, Any]:
        """Ask the bot's addresses whether they are its own, as Slack does when they are set."""
        challenge = secrets.token_urlsafe(32)
        payload = {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
        answer = await self.parts.deliveries.send(Parcel("url_verification", payload))
        good = not answer.error and challenge in answer.body
        form = {"ssl_check": "1", "token": VERIFICATION_TOKEN}
        checked = await self.parts.deliveries.send(Parcel("ssl_check", form, form))
        return {
            "url_verification": {"ok": good, "status": answer.status, "error": answer.error},
            "ssl_check": {
                "ok": not checked.error,
                "status": checked.status,
                "error": checked.error,
            },
        }


def _moment(given: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise DriverError(400, "invalid_set", "set is a time such as 2026-11-01T09:00Z.") from error
    if moment.tzinfo is None:
        raise DriverError(400, "invalid_set", "set needs a zone: 2026-11-01T09:00Z.")
    return moment
