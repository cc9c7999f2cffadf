"""What people see and decide about: a finding, the alert that gathers findings, and its checklist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.rules.card import Severity

Status: TypeAlias = Literal["open", "acknowledged", "resolved"]
Verdict: TypeAlias = Literal["true positive", "benign", "false positive"]

NO_VALUE = "(none)"
"""The key of findings that lack the column which their rule names as `alert.key`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one run of a rule returned for one row.

    `id` is the same each time the same event (or the same group and bucket) is found. `key` are
    the values of the rule's key columns. `happened` is the event's own time, `seen` when the log
    service got it; both aware. `row` is what the rule's columns said.
    """

    id: str
    rule: str
    key: tuple[str, ...]
    happened: datetime
    seen: datetime
    row: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did something, and when. `by` is a person's id in the chat, `name` what they are called."""

    by: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """What running a checklist item gave: rows found, and what that means.

    `cannot` is an item that this alert has no value for; `problem` says which. `about` names the
    values it ran with, where the alert's rows differ in them.
    """

    state: Literal["running", "done", "failed", "cannot"]
    rows: int
    outcome: Literal["", "none", "some", "many"]
    deed: Deed
    answer_id: str = ""
    problem: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the checklist, as it was when the alert was raised.

    `ticked` has one deed for each person who ticked it. `runs` says whether a query answers it;
    then `answer` is the last one. `answers` says what none, some and many rows mean.
    """

    id: str
    ask: str
    why: str = ""
    runs: bool = False
    required: bool = False
    auto: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    many_over: int = 10
    ticked: tuple[Deed, ...] = ()
    answer: ItemAnswer | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the chat shows: the message, and the revision of the alert that it shows.

    `meant` is the channel that should have it, where that takes no message of the bot. `repeated`
    says that it may stand there twice: nobody knows whether it was posted before.
    """

    channel: str = ""
    ts: str = ""
    revision: int = 0
    posting: bool = False
    meant: str = ""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `id` is its fingerprint and a number: `1f6b0c2d9a3e.2` is the second of its kind.

    `count` is how many findings it includes, `first` and `last` when they happened, `findings` the
    ids of the newest ones and `rows` the newest ten rows (newest first). `revision` rises with
    every change that people should see; the chat is behind while `told.revision` is smaller, and
    that is all there is of an outbox. `checklist`, `respond` and `false_positives` are those of the
    rule's version that raised it, whatever becomes of the rule.
    """

    id: str
    rule: str
    rule_version: str
    title: str
    severity: Severity
    key_columns: tuple[str, ...]
    key: tuple[str, ...]
    condition: str
    opened: datetime
    first: datetime
    last: datetime
    count: int = 0
    status: Status = "open"
    findings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    row_times: tuple[datetime, ...] = ()
    """When each of `rows` happened."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Columns and parameters on which all rows agree: what `{{name}}` in the checklist binds to."""
    differing: tuple[str, ...] = ()
    """Columns on which the rows differ: an item that needs one takes the newest, and says so."""
    checklist: tuple[Item, ...] = ()
    respond: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    purpose: str = ""
    owner: str = ""
    acknowledged: Deed | None = None
    resolved: Deed | None = None
    verdict: Verdict | None = None
    note: str = ""
    snoozed: Deed | None = None
    snoozed_until: datetime | None = None
    reopened: Deed | None = None
    scanned_bytes: int = 0
    link: str | None = None
    late: bool = False
    """Whether its newest findings came only when a window was searched again."""
    revision: int = 1
    told: Told = Told()

    @property
    def fingerprint(self) -> str:
        """The same for all alerts of this rule and key."""
        return self.id.partition(".")[0]

    def item(self, item_id: str) -> Item | None:
        """The checklist item of that id."""
        return next((item for item in self.checklist if item.id == item_id), None)


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a rule has been searched, and how it fares.

    Everything before `through` has been searched and what it found is saved. `failures` counts
    runs that failed since the last good one, `problem` says why. `search_id` is the last search
    that was counted, so that a run that is recorded twice counts once.
    """

    rule: str
    through: datetime | None = None
    last_run: datetime | None = None
    last_ok: datetime | None = None
    failures: int = 0
    problem: str = ""
    scanned_bytes: int = 0
    runs: int = 0
    search_id: str = ""
    waiting: datetime | None = None
    """Since when its run waits for a place among AWS's queries, while it does."""
