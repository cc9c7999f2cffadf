"""Which of the alerts' values are kept, in which lists they stand, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.alerts.model import Alert, Watermark
from bot.alerts.policy import behind, rank
from bot.app.documents import Kind, each
from bot.app.ports import Listing, Store

ACTIVE = "alerts-active"
"""Alerts that somebody has to do something about: without a verdict, or not yet told. Worst first."""

CHANGED = "alerts-changed"
"""All alerts, by when people last did something that a digest counts."""

WATCHED = "watermarks"

REMEMBERED = timedelta(days=400)
"""How long an alert is kept after its verdict: a year can be compared with the one before."""


def alerts_active(store: Store) -> Iterator[Alert]:
    """The alerts that are not done with, as the list has them; it may lag a moment behind."""
    return each(store, ALERTS, ACTIVE)


def alerts_changed(store: Store, since: datetime) -> Iterator[Alert]:
    """Every alert that was raised, acknowledged or resolved at `since` or later."""
    return each(store, ALERTS, CHANGED, sortable(since))


def sortable(moment: datetime) -> str:
    """A moment (aware) as text that sorts as moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _lists(alert: Alert) -> tuple[Listing, ...]:
    deeds = [deed.at for deed in (alert.acknowledged, alert.resolved) if deed is not None]
    changed = Listing(CHANGED, sortable(max([alert.opened, *deeds])))
    if alert.status == "resolved" and not behind(alert):
        return (changed,)
    return changed, Listing(ACTIVE, f"{rank(alert.severity)} {sortable(alert.opened)}")


def _expires(alert: Alert) -> datetime | None:
    return None if alert.resolved is None else alert.resolved.at + REMEMBERED


ALERTS = Kind("alert", Alert, lists=_lists, expires=_expires)
WATERMARKS = Kind("watch", Watermark, lists=lambda mark: (Listing(WATCHED, mark.rule),))
