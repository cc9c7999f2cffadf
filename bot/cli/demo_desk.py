"""Wires the bot itself for the demo: what it works with, the jobs it runs, and what makes it tick."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from slack_sdk import WebClient

from bot.app.admission import AdmittedSearch, Quotas
from bot.app.desk import Watch
from bot.app.ports import Clock, LogSearch
from bot.cli.installed import Installed
from bot.local.jobs import ThreadJobs
from bot.local.store_file import SWEEP, open_store, upkeep
from bot.local.ticker import Ticker
from bot.local.workspace.people import find_channel
from bot.rules.card import DigestPlan
from bot.slack.wiring import Parts, assembled

ALERTS, MAIN = "C0ALERTS", "C0SIEM"
"""The local workspace's channel for alerts, and the one where people ask."""

OVERLAP = timedelta(minutes=2)
"""The local log has everything within seconds: no need to search far back again."""


QUOTAS = Quotas(queries=90, kept=10, starts=100, polls=500, kept_calls=20)
"""Generous: the local CloudWatch runs a hundred queries at once, and counts no calls."""


def start_bot(
    stack: AsyncExitStack,
    rules: Installed,
    clock: Clock,
    folder: Path,
    client: WebClient,
    search: LogSearch,
) -> tuple[Watch, ThreadJobs]:
    """What the bot works with. Its jobs run until the stack closes."""
    store = open_store(folder / "store.db", clock)
    stack.callback(store.close)
    jobs = ThreadJobs(folder / "jobs.db")
    # By the wall's clock: the demo's own may stand still, and then no second ever ends.
    search = AdmittedSearch(search, store, lambda: datetime.now(UTC), "local", QUOTAS)
    parts = Parts(
        rules.rules, rules.sources, store, jobs, search, client, clock,
        _channels(rules.config.channels), _plans(rules.config.digests),
    )  # fmt: skip
    bot = assembled(parts, overlap=OVERLAP, since=_beginning(clock()), compressed=True)
    jobs.start({**bot.handlers, **upkeep(store)}, bot.on_dead)
    # Not on this thread: a job that is running talks to servers whose loop this is.
    stack.push_async_callback(asyncio.to_thread, jobs.stop)
    return bot.watch, jobs


def start_ticking(stack: AsyncExitStack, jobs: ThreadJobs) -> Ticker:
    """Look for what is due, until the stack closes. Wake it when there is something new to search."""
    ticker = Ticker(jobs, ("tick", "digests", SWEEP))
    ticker.start()
    stack.push_async_callback(asyncio.to_thread, ticker.stop)
    return ticker


def _channels(wanted: Mapping[str, str]) -> dict[str, str]:
    """Where alerts go: as rules/config.yml says, where the local workspace has such a channel."""
    found = {kind: place.id for kind, name in wanted.items() if (place := find_channel(name))}
    return {"default": ALERTS, "test": MAIN} | found


def _plans(wanted: Sequence[DigestPlan]) -> tuple[DigestPlan, ...]:
    """The digests of rules/config.yml, in a channel that the local workspace has."""
    return tuple(
        plan if find_channel(plan.channel) else replace(plan, channel=MAIN) for plan in wanted
    )


def _beginning(now: datetime) -> datetime:
    """From where on rules look that have never run: nobody's log here is older than a month."""
    return now - timedelta(days=30)
