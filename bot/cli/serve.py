"""`python -m bot serve`: the bot as one long-lived process, in Socket Mode or over HTTP.

It needs no inbound address in Socket Mode, no AWS beyond the logs, and keeps its state in a folder.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sqlite3
import sys
from pathlib import Path

from bot import telemetry
from bot.cli.installed import Installed, check_channels, installed
from bot.cli.serving import Door, Serving
from bot.config import SECRETS, Mode, ServeSettings
from bot.errors import BotError
from bot.local.state_folder import held

log = logging.getLogger(__name__)

HTTP_PORT, HEALTH_PORT = 3000, 8430


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; 0 once what was running has ended or its time was up."""
    settings = ServeSettings.from_environ(os.environ, _mode(options))
    for name in SECRETS:
        # Bolt would look at them again by itself, and no process of ours needs to inherit them.
        os.environ.pop(name, None)
    rules = installed(settings.base.rules)
    _name_faults(rules)
    check_channels(rules)
    telemetry.configure(form=options.log_format, stage=settings.stage)
    folder = settings.base.data / "serve"
    another = "SIEM_DATA=/var/lib/another python -m bot serve"
    with held(folder, whose="bot", another=another):
        try:
            asyncio.run(_serve(options, settings, rules, folder))
        except sqlite3.DatabaseError as error:
            raise BotError(
                f"What is kept in {folder} cannot be read: {error}. Move the folder away to start anew."
            ) from error
    return 0


def _mode(options: argparse.Namespace) -> Mode | None:
    if options.socket_mode:
        return "socket"
    return None if options.http is None else "http"


def _name_faults(rules: Installed) -> None:
    for fault in rules.faults:
        print(f"{fault}\n", file=sys.stderr)


async def _serve(
    options: argparse.Namespace, settings: ServeSettings, rules: Installed, folder: Path
) -> None:
    """Start, wait for a signal, and drain."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, _told_to_stop, stop, name)
    serving = Serving(settings, rules, folder)
    loop.add_signal_handler(signal.SIGHUP, _reload, serving, settings)
    port = options.http if options.http is not None else HTTP_PORT
    health = options.health_port if options.health_port is not None else HEALTH_PORT
    door = Door(options.host, port if settings.mode == "http" else health)
    try:
        with telemetry.line("start", mode=settings.mode, rules=len(rules.rules)) as told:
            url = await serving.start(door)
            told.note({"url": url, "faults": len(rules.faults)})
        await stop.wait()
    finally:
        with telemetry.line("stop") as told:
            ended = await serving.drain(options.drain)
            told.note({"outcome": "ok" if ended else "unfinished"})
    if not ended:
        # A thread that hangs would keep the process. Its job runs again at the next start.
        sys.stdout.flush()
        os._exit(0)


def _told_to_stop(stop: asyncio.Event, name: signal.Signals) -> None:
    if stop.is_set():
        os._exit(128 + name)  # the second signal: now
    stop.set()


def _reload(serving: Serving, settings: ServeSettings) -> None:
    """Read the rules again. What cannot be read leaves the old ones in place."""
    with telemetry.line("reload") as told:
        try:
            rules = installed(settings.base.rules)
        except BotError as error:
            print(error, file=sys.stderr, flush=True)
            told.note({"outcome": "refused"})
            return
        _name_faults(rules)
        serving.use(rules)
        told.note({"rules": len(rules.rules), "faults": len(rules.faults)})
