"""The HTTP door of the local CloudWatch Logs: who may enter, what is asked, and what goes wrong."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from aiohttp import web

from bot.errors import BotError
from bot.local.cloudwatch.control import Control, add_control
from bot.local.cloudwatch.faults import Met
from bot.local.cloudwatch.here import Here
from bot.local.cloudwatch.journal import Entry, shown
from bot.local.cloudwatch.later import Later
from bot.local.cloudwatch.operations import OPERATIONS
from bot.local.cloudwatch.protocol import CONTENT_TYPE, TARGET, ApiError, encode
from bot.local.cloudwatch.requests import operation_names, read_request
from bot.local.loopback import refusal

log = logging.getLogger(__name__)

LARGEST = 16 * 1_048_576
"""Bytes of a request: a batch of 1 MiB may be six times as long once JSON has escaped it."""

THREADS = 4
"""Requests handled at the same time. None waits for a query: those run in worker processes."""


class Door:
    """Answers requests for one account and region, as an aiohttp application."""

    def __init__(self, here: Here, control: Control) -> None:
        """Answer from what is `here`; `control` is what people and tests turn."""
        self._here = here
        self._control = control
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="cloudwatch")

    def application(self) -> web.Application:
        """The API, to be bound to a loopback address."""
        application = web.Application()
        add_control(application, self._control)
        application.router.add_route("*", "/{path:.*}", self._answer)
        application.on_cleanup.append(self._close)
        return application

    async def _close(self, _: web.Application) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        await asyncio.to_thread(self._here.listings.close)

    async def _answer(self, request: web.Request) -> web.Response:
        request_id, began = str(uuid.uuid4()), time.monotonic()
        operation, body, met = "", b"", Met()
        kind: str | None = None
        try:
            _refuse_strangers(request)
            operation, body = _operation(request), await _body(request)
            met = self._here.faults.meet(operation)
            status, result = 200, await self._meet(operation, body, met)
        except ApiError as error:
            status, result, kind = error.status, error.body(), error.kind
        dropped = met.drop is not None
        if operation:
            now, seconds = self._here.clock(), round(time.monotonic() - began, 4)
            told = 0 if dropped else status
            entry = Entry(now, operation, shown(body), told, seconds, kind, met.note)
            self._control.journal.add(entry)
        if dropped and request.transport is not None:
            request.transport.abort()
        return web.Response(
            status=status,
            body=result,
            headers={"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request_id},
        )

    async def _meet(self, operation: str, body: bytes, met: Met) -> bytes:
        """Do what was asked, unless the plan has the request fail first."""
        if met.delay:
            await asyncio.sleep(met.delay)
        if met.error is not None:
            raise met.error
        if met.drop == "before":
            return b""
        return await self._done(operation, body)

    async def _done(self, operation: str, body: bytes) -> bytes:
        """The answer of an operation, as JSON."""
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(self._pool, _call, self._here, operation, body)
        if isinstance(result, bytes):
            return result
        ended = loop.create_future()
        result.running.when_done(lambda: _tell(loop, ended))
        await ended
        return await loop.run_in_executor(self._pool, _finish, operation, result)


def _tell(loop: asyncio.AbstractEventLoop, ended: asyncio.Future[None]) -> None:
    """End the waiting, from another thread."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(lambda: None if ended.done() else ended.set_result(None))


def _call(here: Here, operation: str, body: bytes) -> bytes | Later:
    """Run one operation, on a thread of the pool."""
    with _edge(operation):
        result = OPERATIONS[operation](here, read_request(operation, body))
        return result if isinstance(result, bytes | Later) else encode(result)


def _finish(operation: str, later: Later) -> bytes:
    """Make an answer of what a worker has found, on a thread of the pool."""
    with _edge(operation):
        return encode(later.answer())


@contextmanager
def _edge(operation: str) -> Iterator[None]:
    """The outermost edge of a request: the caller learns what AWS would say, the log why."""
    try:
        yield
    except ApiError:
        raise
    except BotError as error:
        raise ApiError("ServiceUnavailableException", str(error), 503) from error
    except Exception as error:
        log.exception("%s failed", operation)
        raise ApiError("InternalFailure", f"{operation} failed here: see the log.", 500) from error


async def _body(request: web.Request) -> bytes:
    """The request's body, at most `LARGEST` bytes of it.

    What is too large is read to its end all the same, within reason: a caller who is still sending
    does not see the answer, and aiohttp holds on to a connection with an unread body.
    """
    body, size = bytearray(), 0
    try:
        async for piece in request.content.iter_any():
            size += len(piece)
            if size <= LARGEST:
                body += piece
            elif size > 4 * LARGEST:
                break
    except (ConnectionError, web.RequestPayloadError) as error:
        raise ApiError("SerializationException", "The request did not arrive whole.") from error
    if size > LARGEST:
        raise ApiError("RequestEntityTooLargeException", "The request is too large.", 413)
    return bytes(body)


def _operation(request: web.Request) -> str:
    """The name of the operation, which exists."""
    target = request.headers.get("X-Amz-Target", "")
    operation = target.removeprefix(TARGET)
    if request.method != "POST" or request.path != "/" or operation == target:
        raise ApiError(
            "UnknownOperationException",
            f"This is a local CloudWatch Logs: POST / with X-Amz-Target: {TARGET}<operation>.",
            404,
        )
    if operation not in OPERATIONS:
        known = operation in operation_names()
        words = "is an operation of AWS that" if known else "is no operation of AWS, and"
        raise ApiError(
            "UnknownOperationException",
            f"{operation[:100]} {words} does not exist in this local CloudWatch Logs. It has: "
            + ", ".join(OPERATIONS),
        )
    return operation


def _refuse_strangers(request: web.Request) -> None:
    why = refusal(request)
    if why is not None:
        raise ApiError("AccessDeniedException", why, 403)
