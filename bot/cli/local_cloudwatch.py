"""`python -m bot local cloudwatch`: the local CloudWatch Logs by itself, on loopback."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import re
import signal
import tempfile
from collections.abc import Iterable
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.cli.given import given_files
from bot.engine.sources import LogFile
from bot.engine.workers import Workers
from bot.errors import BotError
from bot.local.cloudwatch import CloudWatch
from bot.local.cloudwatch.operations import OPERATIONS
from bot.local.cloudwatch.plan import Plan, read_plan
from bot.local.state_folder import held
from bot.query.errors import quoted

HOST = "127.0.0.1"

ACCOUNT = "111122223333"

GROUP = "cloudtrail"
"""The log group of paths without one; the shipped rules search it."""

_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}")


def run(options: argparse.Namespace) -> int:
    """Serve until the process is told to stop."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    _check(options)
    groups = _groups(given_files(options.logs or ()))
    plan = _plan(options.plan)
    with ExitStack() as stack:
        if options.data is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cloudwatch-")))
        else:
            holding = held(options.data, whose="local CloudWatch", another="--data FOLDER")
            folder = stack.enter_context(holding)
        asyncio.run(_serve(options, groups, plan, folder))
    return 0


def _check(options: argparse.Namespace) -> None:
    if not 0 <= options.port <= 65_535:
        raise BotError(f"There is no port {options.port}. Choose one from 0 to 65535.")
    if not _REGION.fullmatch(options.region):
        raise BotError(f"{quoted(options.region)} is no region. Such as: --region eu-west-1")


def _groups(files: Iterable[LogFile]) -> dict[str, list[LogFile]]:
    """The files by the name of their log group."""
    groups: dict[str, list[LogFile]] = {}
    for file in files:
        account, _, name = file.log.rpartition(":")
        if account not in ("", ACCOUNT):
            raise BotError(
                f"The account here is {ACCOUNT}, not {account}. Write --logs {name}=PATH."
            )
        groups.setdefault(name or GROUP, []).append(file)
    return groups


def _plan(path: Path | None) -> Plan:
    if path is None:
        return Plan()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BotError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        return read_plan(data, OPERATIONS)
    except BotError as error:
        raise BotError(f"{path}: {error}") from error


async def _serve(
    options: argparse.Namespace,
    groups: dict[str, list[LogFile]],
    plan: Plan,
    folder: Path,
) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with AsyncExitStack() as stack:
        workers = Workers()
        stack.callback(workers.close)
        cloudwatch = CloudWatch(folder, workers, _now, ACCOUNT, options.region)
        cloudwatch.use_plan(plan)
        for group, files in groups.items():
            cloudwatch.mount(group, files)
        url = await _listen(stack, cloudwatch.application(), options.port)
        print(f"CloudWatch Logs of {ACCOUNT} in {options.region}: {url}", flush=True)
        await stop.wait()


def _now() -> datetime:
    return datetime.now(UTC)


async def _listen(stack: AsyncExitStack, application: web.Application, port: int) -> str:
    """Serve the application; its address, without a slash."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "is taken" if taken else f"cannot be used: {error.strerror}"
        raise BotError(f"Port {port} {why}. Choose another: --port 0 takes a free one.") from error
    return f"http://{HOST}:{runner.addresses[0][1]}"
