"""`python -m bot local slack`: the local Slack workspace alone, for any bot to talk to."""

from __future__ import annotations

import argparse
import asyncio
import errno
import ipaddress
import logging
import signal
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import BotError
from bot.local.state_folder import InUseError, held
from bot.local.workbench import add_incidents, add_page
from bot.local.workspace import Workspace
from bot.local.workspace.seed import Seed, read_seed, usual_seed
from bot.local.workspace.seed_keys import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

HOST = "127.0.0.1"
LARGEST_SEED = 1_000_000
"""Bytes."""


def run(options: argparse.Namespace) -> int:
    """Serve until the process is told to stop."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if not 0 <= options.port <= 65_535:
        raise BotError(f"--port: {options.port} is no port. They go from 0 (any) to 65535.")
    seed = _seed(options.seed)
    if options.relaxed:
        seed.rates = False
    if options.app_url is not None:
        seed.directory.app.addresses.all = _loopback(options.app_url)
    with ExitStack() as stack:
        folder = options.data
        if folder is not None:
            _hold(stack, folder)
        asyncio.run(_serve(_workspace(seed, folder), options.port))
    return 0


def _hold(stack: ExitStack, folder: Path) -> None:
    """Let nobody else use the folder until the stack closes."""
    try:
        stack.enter_context(held(folder))
    except InUseError as taken:
        raise BotError(
            f"Another process is running on {folder}. Stop it first, or name another with --data."
        ) from taken


def _seed(path: Path | None) -> Seed:
    if path is None:
        return usual_seed()
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_SEED + 1)
    except OSError as error:
        raise BotError(f"The seed cannot be read: {path}: {error.strerror}.") from error
    if len(content) > LARGEST_SEED:
        raise BotError(f"{path}: a seed has at most {LARGEST_SEED:,} bytes.")
    try:
        return read_seed(str(path), content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BotError(f"{path}: this is not UTF-8, at byte {error.start}.") from error


def _loopback(url: str) -> str:
    """The address, if it is one of this machine: what people type here goes nowhere else."""
    try:
        parts = urlsplit(url)
        here = (
            parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
        )
    except ValueError:
        here = False
    if not here or parts.scheme != "http":
        raise BotError(
            f"--app-url: {url} is no address of this machine. Such as http://127.0.0.1:3000/slack/events"
        )
    return url


def _workspace(seed: Seed, folder: Path | None) -> Workspace:
    app = seed.directory.app
    workspace = Workspace(
        app.addresses.all, app.signing_secret, app.bot_token, lambda: datetime.now(UTC),
        folder=folder, app_token=app.app_token, directory=seed.directory,
    )  # fmt: skip
    workspace.begin_with(seed.messages)
    if seed.rates:
        workspace.limit_rates(seed.burst)
    if not seed.require_text:
        workspace.allow_blocks_alone()
    if seed.socket_mode is not None:
        workspace.socket_mode(seed.socket_mode)
    return workspace


async def _serve(workspace: Workspace, port: int) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    application = workspace.application()
    add_page(application)
    add_incidents(application, (), _nothing_begins, lambda: ())
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        workspace.base_url = await _listen(runner, port)
        print(f"{workspace.base_url}  {_tokens(workspace)}", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()


def _nothing_begins(_: str) -> None:
    raise BotError("Incidents happen in the demo only: make demo.")


async def _listen(runner: web.AppRunner, port: int) -> str:
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = f"port {port} is taken" if taken else f"port {port}: {error.strerror}"
        raise BotError(f"Slack cannot be served: {why}. Choose another with --port.") from error
    return f"http://{HOST}:{runner.addresses[0][1]}"


def _tokens(workspace: Workspace) -> str:
    """What a bot is set up with. A token that a seed brings is somebody's own, and only named."""
    app = workspace.installation
    named = {
        "SLACK_BOT_TOKEN": (app.bot_token, BOT_TOKEN),
        "SLACK_APP_TOKEN": (app.app_token, APP_TOKEN),
        "SLACK_SIGNING_SECRET": (app.signing_secret, SIGNING_SECRET),
    }
    return " ".join(
        f"{name}={value}" if value == usual else name for name, (value, usual) in named.items()
    )
