"""Which span of time a rule that alerts searches next: the grid, the overlap, what was missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.rules.firing import aggregates
from bot.rules.model import AlertPlan

FIRST_BUCKETS = 24
"""How many buckets the first run of an aggregating rule makes up at most."""

SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """What holds for all rules. The fields are those of `bot.app.ports.Watch`."""

    settle: timedelta = timedelta(minutes=2)
    overlap: timedelta = timedelta(minutes=15)
    since: datetime | None = None
    compressed: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Search [start, end), whole seconds in UTC; then everything before `through` is searched."""

    start: datetime
    end: datetime
    through: datetime


def next_due(plan: AlertPlan, through: datetime | None, now: datetime, pace: Pace) -> Due | None:
    """What the rule must search next, the oldest first; None if nothing is due.

    `through` is how far it has been searched, None if never. Row rules search up to the last point
    of the grid; an aggregating rule one bucket, [k x every - over, k x every), at a time. Compressed,
    row rules search up to `now`, and a bucket that has not ended yet is searched as far as it is.
    """
    ready = _floor(now, SECOND) if pace.compressed else now - pace.settle
    if plan.finds is not None and aggregates(plan.finds):
        return _bucket(plan, through, ready, pace)
    end = _floor(ready, SECOND if pace.compressed else plan.every)
    if through is None:
        start = pace.since or end - (plan.over or _FIRST)
        start = _floor(start, SECOND)
        return Due(start, end, end) if start < end else None
    if end <= through:
        return None
    return Due(_floor(max(through - pace.overlap, _EPOCH), SECOND), end, end)


def narrower(due: Due, searched: datetime | None) -> Due | None:
    """The older half of a span whose result was cut off; None if it cannot be cut any more.

    What has been searched before (up to `searched`) is left out first.
    """
    start = due.start if searched is None else max(due.start, searched)
    if start == due.start or start >= due.end:
        start = due.start
        middle = _floor(start + (due.end - start) / 2, SECOND)
        return Due(start, middle, middle) if start < middle < due.end else None
    return Due(start, due.end, due.through)


def buckets(plan: AlertPlan, first: datetime, last: datetime) -> list[Due]:
    """Every bucket of an aggregating rule that may hold an event of [first, last]."""
    found = []
    end = _floor(first, plan.every) + plan.every
    while end - _over(plan) <= last:
        found.append(Due(end - _over(plan), end, end))
        end += plan.every
    return found


def _bucket(plan: AlertPlan, through: datetime | None, ready: datetime, pace: Pace) -> Due | None:
    every, over = plan.every, _over(plan)
    if through is None:
        newest = _floor(ready, every)
        if pace.since is None:
            return Due(newest - over, newest, newest)
        through = max(_floor(pace.since, every), newest - FIRST_BUCKETS * every)
    end = _floor(through, every) + every
    start = max(end - over, _EPOCH)
    if end <= ready:
        return Due(start, end, end)
    if pace.compressed and through < ready:
        return Due(start, end, ready)
    return None


def _over(plan: AlertPlan) -> timedelta:
    return plan.over or plan.every


def _floor(moment: datetime, step: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % step
