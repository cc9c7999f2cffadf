"""`python -m bot demo`: the production bot, a local Slack and a local CloudWatch, in one process.

The bot is wired as it is in the account; only the addresses differ. Everything binds loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from slack_sdk import WebClient

from bot.app.ask import job_handlers, on_dead
from bot.app.ports import Desk, LogSearch
from bot.aws.logs_insights import connect
from bot.cli.installed import Installed, installed
from bot.cli.moments import read_moment, read_zone
from bot.config import Settings
from bot.engine.scan import newest_time
from bot.engine.sources import LogFile, find_files
from bot.engine.workers import Workers
from bot.errors import BotError
from bot.local.cloudwatch import CloudWatch
from bot.local.jobs import ThreadJobs
from bot.local.slack_http import PATH, slack_application
from bot.local.sqlite_store import SqliteStore
from bot.local.traffic_feed import Feed
from bot.local.workbench import add_page
from bot.local.workspace import Workspace
from bot.slack.listeners import build_app
from bot.slack.notifier import SlackNotifier

HOST = "127.0.0.1"
PORTS = range(8420, 8440)
"""Tried in turn where no port was asked for."""

STREAM = "111122223333_CloudTrail_eu-west-1"


@dataclass(frozen=True, slots=True)
class Scene:
    """What the demo shows: where its logs come from, what time it is, and what the page says."""

    files: tuple[LogFile, ...]
    clock: Callable[[], datetime]
    notice: str
    examples: tuple[str, ...]
    """Questions that have an answer here; the empty channel offers them."""


def run(options: argparse.Namespace) -> int:
    """Serve until the process is told to stop."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    settings = Settings.from_environ(os.environ)
    rules = installed(settings.rules)
    for fault in rules.faults:
        print(f"{fault}\n", file=sys.stderr)
    scene = _scene(options)
    with tempfile.TemporaryDirectory(prefix="siem-") as folder:
        asyncio.run(_serve(options, settings, rules, scene, Path(folder)))
    return 0


def _scene(options: argparse.Namespace) -> Scene:
    zone = read_zone(None)
    if options.logs is None:
        if options.now is not None:
            raise BotError("--now goes with --logs: made-up traffic happens now.")
        notice = (
            "Made-up CloudTrail traffic: a day of it, and more arriving, late as CloudTrail is."
        )
        examples = ("/siem s3-writes my-bucket 24h", "/siem event-sources 24h", "/siem help")
        return Scene((), lambda: datetime.now(UTC), notice, examples)
    files = tuple(find_files(options.logs))
    if options.now is not None:
        now, why = read_moment(options.now, zone), "as you asked"
    else:
        newest = newest_time(files)
        if newest is None:
            raise BotError("No event in these files has a time. Say what time it is with --now.")
        # The first second after the newest event, so that a window that ends now contains it.
        now = datetime.fromtimestamp(newest // 1000 + 1, UTC)
        why = "just after the newest event"
    noun = "file" if len(files) == 1 else "files"
    notice = f"Your own logs, {len(files):,} {noun}. The clock stands at {now:%Y-%m-%d %H:%M:%S} UTC, {why}."
    return Scene(files, lambda: now, notice, ("/siem event-sources 7d", "/siem list", "/siem help"))


async def _serve(
    options: argparse.Namespace,
    settings: Settings,
    rules: Installed,
    scene: Scene,
    folder: Path,
) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with AsyncExitStack() as stack:
        url = await _start(stack, options, settings, rules, scene, folder)
        print(f"\n  siem is running: {url}\n", flush=True)
        print(
            f"  {scene.notice}\n  Type there: {scene.examples[0]}      Ctrl-C stops it.\n",
            flush=True,
        )
        await stop.wait()


async def _start(
    stack: AsyncExitStack,
    options: argparse.Namespace,
    settings: Settings,
    rules: Installed,
    scene: Scene,
    folder: Path,
) -> str:
    """Start every part, each ready before the next one needs it; returns the page's address."""
    region = options.region or settings.region
    workers = Workers()
    stack.callback(workers.close)
    cloudwatch = CloudWatch(folder / "logs", workers, scene.clock, region=region)
    endpoint = await _listen(stack, cloudwatch.application(), (0,))
    await asyncio.to_thread(_fill, stack, cloudwatch, rules, scene, options.seed)

    # Made up for each run: nobody but the two halves of this process ever needs them.
    signing_secret, bot_token = secrets.token_hex(16), f"xoxb-local-{secrets.token_hex(8)}"
    workspace = Workspace("", signing_secret, bot_token, scene.clock, notice=scene.notice)
    workspace.commands[0]["examples"] = list(scene.examples)
    page = workspace.application()
    add_page(page)
    ports = PORTS if options.port is None else (options.port,)
    url = await _listen(stack, page, ports)
    workspace.base_url = url

    search = connect(region, endpoint)
    stack.callback(search.close)
    client = WebClient(bot_token, base_url=f"{url}/api/")
    desk = _desk(stack, rules, scene, folder, client, search)
    app = build_app(client, signing_secret, desk)
    edge = await _listen(stack, slack_application(app), (0,))
    workspace.app_url = edge + PATH
    if options.verbose:
        print(f"\n  CloudWatch Logs: {endpoint}\n  Slack API: {url}/api/\n  Bolt app: {edge}{PATH}")
    return f"{url}/"


def _desk(
    stack: AsyncExitStack,
    rules: Installed,
    scene: Scene,
    folder: Path,
    client: WebClient,
    search: LogSearch,
) -> Desk:
    """What the bot works with, its jobs running."""
    store = SqliteStore(folder / "store.db")
    stack.callback(store.close)
    jobs = ThreadJobs(folder / "jobs.db")
    desk = Desk(rules.rules, rules.sources, store, jobs, SlackNotifier(client), scene.clock)
    jobs.start(job_handlers(desk, search), on_dead(desk))
    # Not on this thread: a job that is running talks to servers whose loop this is.
    stack.push_async_callback(asyncio.to_thread, jobs.stop)
    return desk


async def _listen(stack: AsyncExitStack, application: web.Application, ports: Iterable[int]) -> str:
    """Serve the application on the first port that is free; its address, without a slash."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    refused = "no port was named"
    for port in ports:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            refused = f"port {port} is taken" if taken else f"port {port}: {error.strerror}"
        else:
            return f"http://{HOST}:{runner.addresses[0][1]}"
    raise BotError(f"The page cannot be served: {refused}. Choose a port: make demo PORT=9000")


def _fill(
    stack: AsyncExitStack, cloudwatch: CloudWatch, rules: Installed, scene: Scene, seed: int
) -> None:
    """Give every log group that the sources name something to read."""
    groups = [group for source in rules.sources.values() for group in source.groups]
    for group in groups:
        cloudwatch.create_group(group)
    if scene.files:
        for group in groups:
            cloudwatch.mount(group, scene.files)
        return
    group = rules.sources["cloudtrail"].groups[0]
    feed = Feed(seed, scene.clock, lambda events: cloudwatch.put(group, STREAM, events))
    feed.fill()
    feed.start()
    stack.callback(feed.stop)
