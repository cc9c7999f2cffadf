"""The HTTP door of the local CloudWatch Logs, and the object that the demo and the tests hold."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from pathlib import Path

from aiohttp import web

from bot.engine.sources import LogFile
from bot.engine.workers import Workers
from bot.local.cloudwatch.groups import Groups
from bot.local.cloudwatch.here import Here
from bot.local.cloudwatch.lookup_store import LookupTables
from bot.local.cloudwatch.operations import OPERATIONS
from bot.local.cloudwatch.protocol import CONTENT_TYPE, TARGET, ApiError, encode, read_request
from bot.local.cloudwatch.queries import Queries, Query
from bot.local.loopback import refusal

log = logging.getLogger(__name__)

LARGEST = 16 * 1_048_576
"""Bytes of a request: a batch of 1 MiB may be six times as long once JSON has escaped it."""

THREADS = 4
"""Requests handled at the same time. None waits for a query: those run in worker processes."""


TABLES = "lookup-tables"
"""Where they lie in the folder; no group is called so on disk."""

BATCH = 10_000
"""Events that `put` writes at a time, so that it needs little memory however many there are."""


class CloudWatch:
    """CloudWatch Logs for one account and region, with its data in a folder.

    It has no access control, so `application` answers only callers on this machine, and never a
    web page: a foreign `Host` or any foreign `Origin` is refused.
    """

    def __init__(
        self,
        folder: Path,
        workers: Workers,
        clock: Callable[[], datetime],
        account: str = "111122223333",
        region: str = "eu-west-1",
    ) -> None:
        """Open or make `folder`. `clock` gives ingestion times and what queries call now."""
        self._groups = Groups(folder, account, region)
        self._queries = Queries(workers)
        tables = LookupTables(folder / TABLES, account, region)
        self._here = Here(self._groups, self._queries, tables, clock, account)

    @property
    def queries(self) -> list[Query]:
        """The queries that were started, oldest first, with their text exactly as received."""
        return self._queries.all()

    def create_group(self, name: str) -> None:
        """Make a log group; nothing happens if there is one."""
        self._groups.ensure(name, self._here.now())

    def put(self, group: str, stream: str, events: Iterable[tuple[int, str]]) -> None:
        """Add events (time in epoch ms, message), making group and stream where they are missing.

        For the demo's own logs: unlike PutLogEvents it takes any number, age and order.
        """
        now = self._here.now()
        self._groups.ensure(group, now)
        self._groups.ensure_stream(group, stream, now)
        waiting = iter(events)
        while batch := list(islice(waiting, BATCH)):
            self._groups.append(group, stream, batch, now)

    def newest(self, group: str, stream: str) -> tuple[int, frozenset[str]] | None:
        """Time (ms) of the stream's last event, and the messages at its end with that time.

        None where there is no such stream, or nothing in it.
        """
        return self._groups.newest(group, stream)

    def mount(self, group: str, files: Sequence[LogFile]) -> None:
        """Serve files where they are as a log group, until the process ends."""
        now = self._here.now()
        self._groups.ensure(group, now)
        self._groups.mount(group, files)

    def application(self) -> web.Application:
        """The API as an aiohttp application, to be bound to a loopback address."""
        pool = ThreadPoolExecutor(THREADS, thread_name_prefix="cloudwatch")

        async def answer(request: web.Request) -> web.Response:
            request_id = str(uuid.uuid4())
            try:
                _refuse_strangers(request)
                operation, body = _operation(request), await _body(request)
                loop = asyncio.get_running_loop()
                status, result = 200, await loop.run_in_executor(pool, self._call, operation, body)
            except ApiError as error:
                status, result = error.status, error.body()
            return web.Response(
                status=status,
                body=result,
                headers={"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request_id},
            )

        async def close(_: web.Application) -> None:
            pool.shutdown(wait=True, cancel_futures=True)

        application = web.Application()
        application.router.add_route("*", "/{path:.*}", answer)
        application.on_cleanup.append(close)
        return application

    def _call(self, operation: str, body: bytes) -> bytes:
        """Run one operation, on a thread of the pool."""
        try:
            result = OPERATIONS[operation](self._here, read_request(operation, body))
            return result if isinstance(result, bytes) else encode(result)
        except ApiError:
            raise
        except Exception as error:
            # The outermost edge of a request: the caller learns what AWS would say, the log why.
            log.exception("%s failed", operation)
            raise ApiError(
                "InternalFailure", f"{operation} failed here: see the log.", 500
            ) from error


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
        raise ApiError(
            "UnknownOperationException",
            f"{operation[:100]} does not exist in this local CloudWatch Logs. It has: "
            + ", ".join(OPERATIONS),
        )
    return operation


def _refuse_strangers(request: web.Request) -> None:
    why = refusal(request)
    if why is not None:
        raise ApiError("AccessDeniedException", why, 403)
