"""Decides where an alert is told, and which severity comes first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.alerts.model import Alert
from bot.rules.card import RuleCard, Severity

_WORST_FIRST = ("critical", "high", "medium", "low", "info")


def channel_of(rule: RuleCard, channels: Mapping[str, str]) -> str:
    """The channel of the rule's alerts: of the trial, its own, its severity's, or the default.

    Empty if nothing names one.
    """
    if rule.status == "test":
        return channels.get("test", channels.get("default", ""))
    own = rule.alert.channel if rule.alert else None
    return own or channels.get(rule.severity) or channels.get("default", "")


def behind(alert: Alert) -> bool:
    """Whether people do not see yet what is stored."""
    return alert.told.revision < alert.revision


def wakes(alert: Alert, now: datetime) -> bool:
    """Whether the alert was snoozed until a time that has come."""
    return alert.snoozed_until is not None and alert.snoozed_until <= now


def rank(severity: Severity) -> int:
    """Where a severity stands: 0 is the worst."""
    return _WORST_FIRST.index(severity)
