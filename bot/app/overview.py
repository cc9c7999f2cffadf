"""What people ask about the bot itself: how its rules fare, and which alerts wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.alerts.digest import Ailing, Waiting, waiting_of
from bot.alerts.health import Health, health_of
from bot.alerts.model import Alert
from bot.app import documents
from bot.app.kept import WATCHED, WATERMARKS, alerts_active
from bot.app.ports import FrontDesk, Person
from bot.errors import BotError
from bot.query.errors import quoted


@dataclass(frozen=True, slots=True)
class Status:
    """All rules and the health of those that watch; `asked` are answered for people only."""

    watching: tuple[Health, ...]
    asked: int
    waiting: int
    open: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """Alerts without a verdict: all, those that nobody has taken (`open`), or a person's (`mine`)."""

    which: str
    waiting: tuple[Waiting, ...]


def status_of(desk: FrontDesk) -> Status:
    """How the bot is now."""
    now = desk.clock()
    watching = _watching(desk, now)
    waiting = waiting_of(alerts_active(desk.store))
    open_ = sum(one.status == "open" for one in waiting)
    return Status(watching, len(desk.rules) - len(watching), len(waiting), open_, now)


def ailing(desk: FrontDesk, now: datetime) -> Sequence[Ailing]:
    """The rules that failed or did not run, and why, for the digest."""
    unsure = [h for h in _watching(desk, now) if not h.well or h.state == "new"]
    return [Ailing(health.rule, _why(health)) for health in unsure]


def alerts_of(desk: FrontDesk, which: str, person: Person) -> Listing:
    """The alerts that wait: `which` is empty, `open` or `mine`; `BotError` for another word."""
    which = which.strip().lower()
    if which not in ("", "open", "mine"):
        raise BotError(f"{quoted(which)} says nothing here: write `open`, `mine` or nothing.")
    alerts = alerts_active(desk.store)
    wanted = [alert for alert in alerts if not which or _is(alert, which, person)]
    return Listing(which, waiting_of(wanted))


def _is(alert: Alert, which: str, person: Person) -> bool:
    if which == "open":
        return alert.status == "open"
    return alert.acknowledged is not None and alert.acknowledged.by == person.id


def _watching(desk: FrontDesk, now: datetime) -> tuple[Health, ...]:
    marks = {mark.rule: mark for mark in documents.each(desk.store, WATERMARKS, WATCHED)}
    return tuple(
        health_of(rule, marks.get(rule.id), now)
        for rule in desk.rules
        if rule.alert is not None and rule.status != "draft"
    )


def _why(health: Health) -> str:
    if health.state == "failing":
        times = "once" if health.failures == 1 else f"{health.failures:,} times in a row"
        return f"failed {times}: {health.problem}"
    if health.state == "waiting":
        return health.problem
    if health.last_run is None:
        return "has not run yet"
    return f"has not run since {health.last_run:%Y-%m-%d %H:%M} UTC"
