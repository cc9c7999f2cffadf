"""Every sentence of a digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.alerts.digest import Digest, Times, Waiting
from bot.app.answer import visible
from bot.slack.words import COMMAND, count, in_bytes

TITLE, EVENTS, CHART = "Digest", "Events by service", "Events by service"
ALERTS, WAITING, RULES = "Alerts raised", "Waiting for somebody", "Rules that need a look"
COUNTING = "Events are being counted …"
NO_EVENTS = "No events in these logs."
QUIET = "A quiet time: no alerts, nothing waits, and every rule ran."
QUIET_UNWATCHED = "No alerts, and nothing waits."
NOTHING_RAISED = "No alerts were raised."
MORE_WAITING = f"{COMMAND} alerts open shows all."

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def summary(digest: Digest) -> str:
    """The digest in one paragraph: what a phone shows."""
    parts = [_alerts(digest)]
    if digest.waiting:
        parts.append(waiting_line(digest))
    parts += times(digest)
    if digest.ailing:
        parts.append(f"{count(len(digest.ailing), 'rule')} did not run well.")
    parts.append(events(digest))
    return " ".join(parts)


def _alerts(digest: Digest) -> str:
    if digest.quiet:
        return QUIET if digest.watched else QUIET_UNWATCHED
    if not digest.raised:
        return NOTHING_RAISED
    severities = ", ".join(f"{number} {severity}" for severity, number in digest.severities)
    return f"{count(digest.raised, 'alert')} raised ({severities})."


def waiting_line(digest: Digest) -> str:
    """How many wait, and for what."""
    open_, all_ = digest.unacknowledged, len(digest.waiting)
    return f"{count(all_, 'alert')} without a verdict, {open_} of them not acknowledged."


def times(digest: Digest) -> Iterator[str]:
    """How long people took."""
    if digest.acknowledged is not None:
        yield f"Acknowledged {_times(digest.acknowledged)}."
    if digest.resolved is not None:
        verdicts = ", ".join(f"{number} {verdict}" for verdict, number in digest.verdicts)
        told = f" ({verdicts})" if verdicts else ""
        yield f"Resolved {_times(digest.resolved)}{told}."


def _times(took: Times) -> str:
    if took.number == 1:
        return f"1 alert after {span(took.median)}"
    return f"{took.number:,} alerts, in the middle after {span(took.median)}, the slowest after {span(took.slowest)}"


def events(digest: Digest) -> str:
    """How many events there were."""
    counted = digest.events
    if counted is None:
        return COUNTING
    if counted.problem:
        return f"Events could not be counted: {counted.problem}"
    if not counted.sources:
        return NO_EVENTS
    busiest = ", ".join(f"{short(name)} {number:,}" for name, number in counted.sources[:3])
    least = " at least" if counted.limited else ""
    more = " …" if len(counted.sources) > 3 else "."
    services = count(len(counted.sources), "service")
    return f"{count(counted.total, 'event')}{least} from {services}: {busiest}{more}"


def spent(digest: Digest) -> str:
    """What searching read."""
    number = digest.spent.searches
    searches = "1 search" if number == 1 else f"{number:,} searches"
    return f"{searches}, {in_bytes(digest.spent.bytes)} scanned"


def waiting(alert: Waiting) -> str:
    """The rest of the line of an alert that waits."""
    state = "not acknowledged" if alert.status == "open" else "acknowledged"
    return f" · {alert.severity} · {state} · since {alert.opened:%Y-%m-%d %H:%M} UTC"


def short(source: str) -> str:
    """An event source without what all have: `s3` for `s3.amazonaws.com`."""
    return visible(source).removesuffix(".amazonaws.com") or "?"


def span(length: timedelta) -> str:
    """A length of time in its two largest units: `1 h 5 min`."""
    seconds = max(0, round(length.total_seconds()))
    parts = []
    for unit, size in _UNITS:
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount} {unit}")
    return " ".join(parts[:2]) or "0 s"
