"""The parts of `python -m bot serve`: started in order, watched while they work, drained at the end."""

from __future__ import annotations

import asyncio
import errno
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from aiohttp import web
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.app.admission import AdmittedSearch, read_quotas
from bot.app.ports import Job, Store
from bot.aws.clients import make_client
from bot.aws.dynamodb import DynamoStore
from bot.aws.logs_insights import connect
from bot.cli.installed import Installed
from bot.cli.live_rules import LiveRules, LiveSources
from bot.config import ServeSettings
from bot.errors import BotError, LaterError
from bot.local.health import Health, Probe
from bot.local.jobs import ThreadJobs
from bot.local.slack_http import HttpDoor
from bot.local.slack_socket import SocketDoor
from bot.local.store_file import open_store, upkeep
from bot.local.ticker import Ticker
from bot.slack.listeners import build_app
from bot.slack.refusals import why
from bot.slack.requests import LoggedApp
from bot.slack.wiring import Bot, Parts, assembled
from bot.telemetry import LineMeter

TICK_EVERY = 60.0
LATE_TICK = 180.0
"""Seconds without a tick that has ended, after which the process is not well."""

AWAY = 60.0
"""Seconds without a connection to Slack, after which the process is not well."""

JOBS = 8
"""Threads for jobs: most of their time they wait for Slack and AWS."""

LISTENERS = 4.0
"""Seconds for listeners to end: Slack waits for three."""

STORE_EVERY = 10.0
"""Seconds between two writes that prove that the store can be written."""

_REFUSED = frozenset({"invalid_auth", "not_authed", "token_revoked", "account_inactive"})


@dataclass(frozen=True, slots=True)
class Door:
    """Where the process listens: for Slack and its health over HTTP, else for its health alone."""

    host: str
    port: int


class Serving:
    """One bot, from start to drain. Its methods run on the event loop."""

    def __init__(self, settings: ServeSettings, rules: Installed, folder: Path) -> None:
        """Nothing happens before `start`."""
        self._settings = settings
        self._installed = rules
        self._folder = folder
        self._rules = LiveRules(rules.rules)
        self._sources = LiveSources(rules.sources)
        self._stack = AsyncExitStack()
        self._health = Health({}, {"start": lambda: "the bot is starting"})
        self._connection: dict[str, Probe] = {}
        self._pulse = Pulse()
        self._upkeep: dict[str, Callable[[Job], None]] = {}
        self._jobs: ThreadJobs | None = None
        self._app: LoggedApp | None = None
        self._ticker: Ticker | None = None
        self._close_door: Callable[[float], Awaitable[bool]] | None = None

    def use(self, rules: Installed) -> None:
        """Work with these rules and sources from now on. Channels and digests stay as they were."""
        self._sources.now = dict(rules.sources)
        self._rules.now = tuple(rules.rules)

    async def start(self, door: Door) -> str:
        """Start every part, each ready before the next needs it. The address where it listens."""
        settings = self._settings
        client = _slack_client(settings.bot_token, settings.slack_url)
        await asyncio.to_thread(_check_token, client)
        logs = connect(settings.base.region)
        self._stack.callback(logs.close)
        store = self._store()
        writable = Writable(store)
        try:
            await asyncio.to_thread(writable.probe)
        except LaterError as error:
            raise BotError(f"{error}. Start again when it can.") from error
        quotas = read_quotas(settings.base.quotas)
        search = AdmittedSearch(logs, store, _now, settings.base.region, quotas)
        meter = LineMeter()
        jobs = self._jobs = ThreadJobs(
            self._folder / "jobs.db", threads=JOBS, meter=meter, durable=True
        )
        config = self._installed.config
        bot = assembled(
            Parts(
                self._rules, self._sources, store, jobs, search, client,
                _now, config.channels, config.digests, meter,
            )
        )  # fmt: skip
        # In Socket Mode nothing is signed; what nobody knows lets nobody in by another way.
        secret = settings.signing_secret or secrets.token_hex(32)
        self._app = build_app(client, secret, bot.desk)
        url = await self._open(door, self._app)
        self._start_jobs(jobs, bot)
        self._health.alive = {
            "ticks": self._pulse.probe,
            "jobs": lambda: None if jobs.alive else "a thread that runs jobs has ended",
            "store": writable.probe,
            **self._health.alive,
        }
        kinds = ("tick", "digests", *self._upkeep)
        self._ticker = Ticker(jobs, kinds, every=TICK_EVERY)
        self._ticker.start()
        self._health.ready = self._connection
        return url

    async def drain(self, seconds: float) -> bool:
        """Take nothing new, let what runs end, at most so long, and close. Whether all has ended."""
        end = time.monotonic() + seconds
        self._health.stopping = True
        if self._ticker is not None:
            await asyncio.to_thread(self._ticker.stop)
        ended = True
        if self._close_door is not None:
            ended = await self._close_door(min(LISTENERS, seconds))
        if self._app is not None:
            left = max(0.0, min(LISTENERS, end - time.monotonic()))
            ended = await asyncio.to_thread(self._app.settled, left) and ended
        if self._jobs is not None:
            left = max(0.0, end - time.monotonic())
            ended = await asyncio.to_thread(self._jobs.stop, left) and ended
        if ended:
            await self._stack.aclose()
        return ended

    def _store(self) -> Store:
        """Where the state is kept: a DynamoDB table if one is named, else the folder."""
        if self._settings.table:
            client = make_client("dynamodb", self._settings.base.region)
            self._stack.callback(client.close)
            return DynamoStore(client, self._settings.table, _now)
        store = open_store(self._folder / "store.db", _now, durable=True)
        self._stack.callback(store.close)
        self._upkeep = dict(upkeep(store))
        return store

    async def _open(self, door: Door, app: LoggedApp) -> str:
        """Let Slack in, and listen."""
        if self._settings.mode == "http":
            http = HttpDoor(app)
            self._close_door = http.close
            return await self._listen(http.application(), door)
        url = await self._listen(web.Application(), door)
        client = _slack_client("", self._settings.slack_url)
        socket = SocketDoor(app, client, self._settings.app_token)
        self._close_door = socket.close
        self._health.alive = {"socket": lambda: _away(socket.away, AWAY)}
        self._connection = {"connection": lambda: _away(socket.away, 0.0)}
        await socket.start()
        return url

    async def _listen(self, application: web.Application, door: Door) -> str:
        self._health.add_to(application)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        try:
            await web.TCPSite(runner, door.host, door.port).start()
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "something else listens there" if taken else str(error.strerror)
            flag = "--http" if self._settings.mode == "http" else "--health-port"
            raise BotError(
                f"Nothing can be served at {door.host}, port {door.port}: {reason}. "
                f"Name another port with {flag}, or another address with --host."
            ) from error
        host = f"[{door.host}]" if ":" in door.host else door.host
        return f"http://{host}:{runner.addresses[0][1]}"

    def _start_jobs(self, jobs: ThreadJobs, bot: Bot) -> None:
        handlers = {**bot.handlers, **self._upkeep}
        handlers["tick"] = self._pulse.felt(handlers["tick"])
        jobs.start(handlers, bot.on_dead)


class Pulse:
    """When the last tick ended."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """The start counts as one."""
        self._clock = clock
        self._last = clock()

    def felt(self, handler: Callable[[Job], None]) -> Callable[[Job], None]:
        """The handler of ticks, noticed when it has ended well."""

        def tick(job: Job) -> None:
            handler(job)
            self._last = self._clock()

        return tick

    def probe(self) -> str | None:
        """What is wrong, if the last tick is too long ago."""
        ago = self._clock() - self._last
        return f"no tick has ended for {ago:.0f} s" if ago > LATE_TICK else None


class Writable:
    """Proves now and then that the store can be written."""

    _KEY = "health/written"

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is written before somebody looks."""
        self._store = store
        self._clock = clock
        self._good_until = 0.0

    def probe(self) -> str | None:
        """Write, unless it was done a moment ago; what the store raises goes on."""
        if self._clock() >= self._good_until:
            before = self._store.get(self._KEY)
            # Another process may have written meanwhile: then the store is writable all the same.
            self._store.put(self._KEY, {}, before.version if before else 0)
            self._good_until = self._clock() + STORE_EVERY
        return None


def _now() -> datetime:
    return datetime.now(UTC)


def _away(seconds: float, allowed: float) -> str | None:
    return f"no connection to Slack for {seconds:.0f} s" if seconds > allowed else None


def _slack_client(token: str, url: str | None) -> WebClient:
    """A client for Slack, or for what stands in for it at `url`."""
    client = WebClient(token, base_url=url or WebClient.BASE_URL)
    if client.proxy and proxy_bypass(urlsplit(client.base_url).hostname or ""):
        client.proxy = None  # Slack's client knows HTTPS_PROXY, but not NO_PROXY
    return client


def _check_token(client: WebClient) -> None:
    """`BotError` if Slack refuses the token. Where Slack is down, it is seen later."""
    try:
        client.auth_test()
    except SlackApiError as error:
        if why(error) in _REFUSED:
            raise BotError(
                f"Slack does not accept SLACK_BOT_TOKEN: {why(error)}. Install the app anew, and set "
                "it to its *Bot User OAuth Token* (xoxb-…)."
            ) from error
    except (SlackClientError, OSError):
        return
