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
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from slack_sdk import WebClient

from bot.aws.logs_insights import connect
from bot.cli.demo_desk import start_bot, start_ticking
from bot.cli.installed import Installed, installed
from bot.cli.moments import read_moment, read_zone
from bot.config import Settings
from bot.engine.scan import newest_time
from bot.engine.sources import LogFile, find_files
from bot.engine.workers import Workers
from bot.errors import BotError
from bot.local.cloudwatch import CloudWatch
from bot.local.incidents import INCIDENTS
from bot.local.slack_http import PATH, slack_application
from bot.local.state_folder import InUseError, folder_for, held
from bot.local.traffic_feed import Feed
from bot.local.workbench import add_incidents, add_page
from bot.local.workspace import Workspace
from bot.slack.listeners import build_app

HOST = "127.0.0.1"
PORTS = range(8420, 8440)
"""Tried in turn where no port was asked for."""


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
    with ExitStack() as stack:
        folder, scene = _folder(stack, options, settings, scene)
        try:
            asyncio.run(_serve(options, settings, rules, scene, folder))
        except sqlite3.DatabaseError as error:
            raise BotError(
                f"What is kept in {folder} cannot be read: {error}. Start anew: make demo FRESH=1"
            ) from error
    return 0


def _folder(
    stack: ExitStack, options: argparse.Namespace, settings: Settings, scene: Scene
) -> tuple[Path, Scene]:
    """The folder of state, held until the stack closes. Another demo's is left alone, and said so."""
    about = [str(path.resolve()) for path in options.logs or ()]
    about += [f"--now {options.now}"] if options.now is not None else []
    about += [f"--seed {options.seed}"] if not about and options.seed != 1 else []
    folder = folder_for(settings.data, about)
    try:
        return stack.enter_context(held(folder, fresh=options.fresh)), scene
    except InUseError as taken:
        if options.fresh:
            raise
        print(f"{taken}\nThis one goes on without: it forgets everything when it stops.\n")
        forgets = f"{scene.notice} Another demo is running, so this one forgets all when it stops."
        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="siem-"))
        return Path(temporary), replace(scene, notice=forgets)


def _scene(options: argparse.Namespace) -> Scene:
    zone = read_zone(None)
    if options.logs is None:
        if options.now is not None:
            raise BotError("--now goes with --logs: made-up traffic happens now.")
        notice = (
            "Made-up CloudTrail traffic: a day of it, and more arriving, late as CloudTrail is. "
            "Rules run as soon as something new arrives, whatever their schedule says."
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
    feed = await asyncio.to_thread(_fill, cloudwatch, rules, scene, folder, options.seed)

    # Made up for each run: nobody but the two halves of this process ever needs them.
    signing_secret, bot_token = secrets.token_hex(16), f"xoxb-local-{secrets.token_hex(8)}"
    workspace = Workspace(
        "", signing_secret, bot_token, scene.clock, scene.notice, folder / "workspace"
    )
    workspace.commands[0]["examples"] = list(scene.examples)
    page = workspace.application()
    add_page(page)
    _offer_incidents(page, workspace, feed, scene)
    ports = PORTS if options.port is None else (options.port,)
    url = await _listen(stack, page, ports)
    workspace.base_url = url

    search = connect(region, endpoint)
    stack.callback(search.close)
    client = WebClient(bot_token, base_url=f"{url}/api/")
    watch, jobs = start_bot(stack, rules, scene.clock, folder, client, search)
    app = build_app(client, signing_secret, watch.desk)
    edge = await _listen(stack, slack_application(app), (0,))
    workspace.app_url = edge + PATH
    ticker = start_ticking(stack, jobs)
    if feed is not None:
        feed.on_delivery = ticker.wake
        feed.start()
        # Not on this thread: a disk may be slow.
        stack.push_async_callback(asyncio.to_thread, feed.stop)
    if options.verbose:
        print(f"\n  CloudWatch Logs: {endpoint}\n  Slack API: {url}/api/\n  Bolt app: {edge}{PATH}")
    return f"{url}/"


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
    cloudwatch: CloudWatch, rules: Installed, scene: Scene, folder: Path, seed: int
) -> Feed | None:
    """Give every log group that the sources name something to read; the feed of made-up traffic."""
    groups = [group for source in rules.sources.values() for group in source.groups]
    for group in groups:
        cloudwatch.create_group(group)
    if scene.files:
        for group in groups:
            cloudwatch.mount(group, scene.files)
        return None
    group = rules.sources["cloudtrail"].groups[0]
    feed = Feed(cloudwatch, group, folder, scene.clock, seed, INCIDENTS)
    feed.fill()
    return feed


def _offer_incidents(
    page: web.Application, workspace: Workspace, feed: Feed | None, scene: Scene
) -> None:
    """Let the page start incidents in made-up traffic, and say on top of it which one unfolds."""
    if feed is None:
        add_incidents(page, (), _nothing_begins, lambda: ())
        return
    titles = {incident.id: incident.title for incident in INCIDENTS}

    def tell(unfolding: Sequence[str]) -> None:
        words = " and ".join(titles[each] for each in unfolding)
        started = f"An incident is unfolding: {words}. Watch #alerts."
        workspace.set_notice(started if unfolding else scene.notice)

    feed.on_change = tell
    tell(feed.unfolding)
    add_incidents(page, INCIDENTS, feed.begin, lambda: feed.unfolding)


def _nothing_begins(_: str) -> None:
    raise BotError("Incidents happen in made-up traffic only: start the demo without --logs.")
