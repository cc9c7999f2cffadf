"""What jobs, detection and triage work with: whole rules, and the ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app.ports import AlertBoard, FrontDesk, LogSearch
from bot.rules.card import Source
from bot.rules.model import Rule


@dataclass(frozen=True, slots=True)
class Desk(FrontDesk):
    """A front desk whose rules are whole, with their queries, and which knows where the logs are."""

    rules: Sequence[Rule]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Watch:
    """What detection and triage work with.

    `channels` has a channel's id for a severity, for `test` (rules on trial) and for `default`.
    `settle` is how long the log service may take until a moment is wholly searchable, `overlap`
    how far back a row rule searches again for what came later still. `since` is where the first
    run of a rule begins; without it, an hour or the rule's `over` ago. `compressed`: every window
    ends now, whatever the rule's `every` and `settle` say, for the demo and for files.
    """

    desk: Desk
    board: AlertBoard
    search: LogSearch
    channels: Mapping[str, str]
    settle: timedelta = timedelta(minutes=2)
    overlap: timedelta = timedelta(minutes=15)
    since: datetime | None = None
    compressed: bool = False
