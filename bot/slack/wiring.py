"""The whole bot from its parts: what people, detection, triage and digests work with, and its jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient

from bot.app import alarms, dead, detect, overview, report, triage, trouble
from bot.app.answering import job_handlers
from bot.app.desk import Desk, Watch
from bot.app.ops import Ops
from bot.app.ports import Clock, Handler, Job, Jobs, LogSearch, Meter, Silent, Store
from bot.rules.card import DigestPlan, Source
from bot.rules.model import Rule
from bot.slack.board import SlackBoard
from bot.slack.bulletin import SlackBulletin
from bot.slack.notifier import SlackNotifier
from bot.slack.ops_board import SlackOpsBoard


@dataclass(frozen=True, slots=True)
class Parts:
    """What differs between an account, one process and a laptop. `channels` as in `Watch` and `Ops`."""

    rules: Sequence[Rule]
    sources: Mapping[str, Source]
    store: Store
    jobs: Jobs
    search: LogSearch
    client: WebClient
    clock: Clock
    channels: Mapping[str, str]
    digests: Sequence[DigestPlan] = ()
    meter: Meter = field(default_factory=Silent)


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot: for listeners `desk` and `watch`, for whoever runs jobs `handlers` and `on_dead`."""

    desk: Desk
    watch: Watch
    handlers: Mapping[str, Handler]
    on_dead: Callable[[Job, Exception], None]


def assembled(parts: Parts, **watching: Any) -> Bot:
    """The bot of these parts. `watching` are the fields of `Watch` that say how rules are run."""
    desk = Desk(
        parts.rules, parts.sources, parts.store, parts.jobs, SlackNotifier(parts.client),
        parts.clock, parts.meter,
    )  # fmt: skip
    watch = Watch(desk, SlackBoard(parts.client), parts.search, parts.channels, **watching)
    press = report.Press(
        desk, parts.search, SlackBulletin(parts.client), parts.digests, overview.ailing,
        parts.channels.get("default", ""),
    )  # fmt: skip
    board = SlackOpsBoard(parts.client)
    ops = Ops(parts.store, parts.jobs, parts.clock, board, parts.channels)
    handlers = {
        **job_handlers(desk, parts.search),
        **detect.handlers(watch),
        **triage.handlers(desk),
        **report.handlers(press),
        **alarms.handlers(ops),
        **trouble.handlers(ops),
        **dead.handlers(watch, ops),
    }
    return Bot(desk, watch, handlers, dead.on_dead(watch, ops))
