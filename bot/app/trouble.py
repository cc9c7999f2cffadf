"""Trouble of the bot's own: jobs that failed too often and that no person waits for, in one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.app import documents
from bot.app.documents import Kind
from bot.app.ops import NOWHERE, Message, Ops, show
from bot.app.ports import Job

QUIET = timedelta(hours=6)
"""After so long without trouble the next one is news: it gets a message of its own."""

MOST = 15
"""Kinds of failure that are told apart; of the others the last one is."""

_STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Failed:
    """Jobs of one kind that failed for one reason. `error` is the reason's type, `last` a job's id."""

    kind: str
    error: str
    times: int
    last: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """All that failed since `since`, the newest last. `shown` is what its message tells of."""

    since: datetime
    failed: tuple[Failed, ...]
    message: Message = NOWHERE
    shown: tuple[Failed, ...] = ()

    @property
    def id(self) -> str:
        """The id of the message, by which it is found after a crash."""
        return f"trouble.{self.since:%Y%m%dT%H%M%S.%f}"


TROUBLE = Kind("trouble", Trouble, expires=lambda one: one.failed[-1].at + QUIET)


def handlers(ops: Ops) -> Mapping[str, Callable[[Job], None]]:
    """The handler for the job that shows trouble."""
    return {"trouble": partial(tell_trouble, ops)}


def note_trouble(ops: Ops, kind: str, ident: str, error: str) -> None:
    """Keep that a job failed too often, and have it shown. `error` is a name, never data."""
    now = ops.clock()
    new = Failed(kind, error, 1, ident, now)
    if not documents.create(ops.store, TROUBLE, _STANDING, Trouble(now, (new,))):
        documents.change(ops.store, TROUBLE, _STANDING, partial(_with, new))
    ops.jobs.put(Job("trouble", _STANDING, {}))


def tell_trouble(ops: Ops, job: Job) -> None:
    """The job `trouble`: post the message, or edit it. It may run twice, and resumes."""
    trouble = documents.read(ops.store, TROUBLE, _STANDING)
    if trouble is None or trouble.shown == trouble.failed or not ops.places:
        return

    def keep(message: Message, shown: tuple[Failed, ...] = trouble.shown) -> Trouble | None:
        def how(stored: Trouble) -> Trouble:
            if stored.since != trouble.since:
                return stored
            return replace(stored, message=message, shown=shown)

        return documents.change(ops.store, TROUBLE, _STANDING, how)

    def posting(message: Message) -> None:
        keep(message)

    message, _ = show(ops, trouble.message, trouble, posting)
    after = keep(message, trouble.failed)
    if after is not None and after.shown != after.failed:
        ops.jobs.put(job)  # more failed while it was being shown


def _with(new: Failed, trouble: Trouble) -> Trouble:
    same = [one for one in trouble.failed if (one.kind, one.error) == (new.kind, new.error)]
    others = [one for one in trouble.failed if one not in same]
    times = sum(one.times for one in same) + new.times
    return replace(trouble, failed=(*others, replace(new, times=times))[-MOST:])
