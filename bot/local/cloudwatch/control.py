"""What people and tests turn in the local CloudWatch: its plan, its clock, its journal.

`/_cloudwatch/…`, beside the API. AWS has nothing like it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import msgspec
from aiohttp import web

from bot.errors import BotError
from bot.local.cloudwatch.clock import MovableClock
from bot.local.cloudwatch.faults import Faults
from bot.local.cloudwatch.journal import Journal
from bot.local.cloudwatch.plan import Plan, read_plan
from bot.local.loopback import refusal

_LARGEST = 1_048_576
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Control:
    """What can be turned, and the operations that a plan may name."""

    clock: MovableClock
    faults: Faults
    journal: Journal
    operations: Container[str]


class _Move(msgspec.Struct, forbid_unknown_fields=True):
    """What is done to the clock, in this order."""

    set: datetime | int | None = None
    advance: float | None = None
    stand: bool | None = None


def add_control(application: web.Application, control: Control) -> None:
    """Serve `/_cloudwatch/plan`, `/_cloudwatch/clock` and `/_cloudwatch/journal`."""

    async def show_plan(_: web.Request) -> web.Response:
        return _json(control.faults.plan)

    async def put_plan(request: web.Request) -> web.Response:
        control.faults.use(read_plan(await _read(request), control.operations))
        return _json(control.faults.plan)

    async def drop_plan(_: web.Request) -> web.Response:
        control.faults.use(Plan())
        return _json(control.faults.plan)

    async def show_clock(_: web.Request) -> web.Response:
        return _json(_time(control.clock))

    async def move_clock(request: web.Request) -> web.Response:
        _move(control.clock, await _read(request))
        return _json(_time(control.clock))

    async def show_journal(_: web.Request) -> web.Response:
        return _json({"requests": control.journal.all()})

    async def clear_journal(_: web.Request) -> web.Response:
        control.journal.clear()
        return _json({"requests": []})

    router = application.router
    for method, name, handler in (
        ("GET", "plan", show_plan),
        ("PUT", "plan", put_plan),
        ("DELETE", "plan", drop_plan),
        ("GET", "clock", show_clock),
        ("POST", "clock", move_clock),
        ("GET", "journal", show_journal),
        ("DELETE", "journal", clear_journal),
    ):
        router.add_route(method, f"/_cloudwatch/{name}", _guarded(handler))


def _guarded(handler: _Handler) -> _Handler:
    """For callers on this machine only; bad input is an answer with the reason."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        why = refusal(request)
        if why is not None:
            return _json({"error": why}, 403)
        try:
            return await handler(request)
        except BotError as error:
            return _json({"error": str(error)}, 400)

    return guarded


async def _read(request: web.Request) -> bytes:
    body = await request.content.read(_LARGEST + 1)
    while len(body) <= _LARGEST and (more := await request.content.read(_LARGEST)):
        body += more
    if len(body) > _LARGEST:
        raise BotError("The request is too large.")
    return body


def _move(clock: MovableClock, body: bytes) -> None:
    """Do to the clock what the request says. `BotError` for what makes no sense."""
    try:
        move = msgspec.json.decode(body, type=_Move)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BotError(
            f'Expected {{"advance": seconds}}, {{"set": time}} or {{"stand": true}}: {error}'
        ) from error
    if move.set is not None:
        clock.set(_moment(move.set))
    if move.advance is not None:
        clock.advance(move.advance)
    if move.stand is not None:
        clock.stand(still=move.stand)


def _moment(said: datetime | int) -> datetime:
    """A time such as 2026-11-01T09:00:00Z, or in epoch ms."""
    if isinstance(said, datetime):
        if said.tzinfo is None:
            raise BotError("The time needs a zone: 2026-11-01T09:00:00Z.")
        return said
    try:
        return _EPOCH + timedelta(milliseconds=said)
    except OverflowError as error:
        raise BotError("There is no such time: the years are 1970 to 9998.") from error


def _time(clock: MovableClock) -> dict[str, Any]:
    now = clock()
    return {"now": now, "ms": int(now.timestamp() * 1000), "stands": clock.stands}


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(
        status=status, body=msgspec.json.encode(value) + b"\n", content_type="application/json"
    )
