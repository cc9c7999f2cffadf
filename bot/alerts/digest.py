"""What a team is told of a period: alerts, how fast people were, what waits, events, health, cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alerts.model import Alert, Status, Verdict
from bot.rules.card import Severity

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
"""Worst first."""

VERDICTS: tuple[Verdict, ...] = ("true positive", "benign", "false positive")


@dataclass(frozen=True, slots=True)
class RuleCount:
    """Alerts that one rule raised in the period, and the findings that they hold by now."""

    rule: str
    title: str
    severity: Severity
    alerts: int
    findings: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert without a verdict. `link` leads to its message, where there is one."""

    alert: str
    title: str
    key: tuple[str, ...]
    severity: Severity
    status: Status
    opened: datetime
    snoozed_until: datetime | None = None
    channel: str = ""
    ts: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """How long people took: how often, in the middle, and at the slowest."""

    number: int
    median: timedelta
    slowest: timedelta


@dataclass(frozen=True, slots=True)
class Ailing:
    """A rule that failed or did not run, and what is known of it, in words."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Events:
    """How many events each source had, the busiest first. `problem` says why there is no count."""

    sources: tuple[tuple[str, int], ...] = ()
    problem: str = ""
    limited: bool = False

    @property
    def total(self) -> int:
        """All events that name a source."""
        return sum(number for _, number in self.sources)


@dataclass(frozen=True, slots=True)
class Spent:
    """What searching has cost: searches and uncompressed bytes."""

    searches: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """The summary of [start, end), aware; `zone` is the IANA name of the zone it is shown in.

    Counts are of alerts that were raised in the period; `waiting` are all that wait now, also
    older ones. `events` is None while they are counted. `meant` is the channel that should have it,
    where that takes no message of the bot; `repeated` says that it may stand in the chat twice.
    """

    id: str
    start: datetime
    end: datetime
    zone: str
    rules: tuple[RuleCount, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    acknowledged: Times | None = None
    resolved: Times | None = None
    verdicts: tuple[tuple[Verdict, int], ...] = ()
    ailing: tuple[Ailing, ...] = ()
    watched: int = 0
    events: Events | None = None
    spent: Spent = Spent()
    private: bool = False
    meant: str = ""
    repeated: bool = False

    @property
    def raised(self) -> int:
        """Alerts that were raised in the period."""
        return sum(rule.alerts for rule in self.rules)

    @property
    def severities(self) -> tuple[tuple[Severity, int], ...]:
        """How many alerts of each severity were raised, the worst first; none that is zero."""
        counts = [
            (severity, sum(rule.alerts for rule in self.rules if rule.severity == severity))
            for severity in SEVERITIES
        ]
        return tuple(pair for pair in counts if pair[1])

    @property
    def unacknowledged(self) -> int:
        """Alerts that nobody has taken."""
        return sum(waiting.status == "open" for waiting in self.waiting)

    @property
    def quiet(self) -> bool:
        """Whether there is nothing that a person should look at."""
        return not (self.raised or self.waiting or self.ailing)


def digest_of(blank: Digest, alerts: Iterable[Alert]) -> Digest:
    """The digest `blank` with everything that the alerts say. `alerts` are all that are kept."""
    known = list(alerts)
    raised = [alert for alert in known if _within(blank, alert.opened)]
    taken = [
        alert.acknowledged.at - alert.opened
        for alert in known
        if alert.acknowledged is not None and _within(blank, alert.acknowledged.at)
    ]
    judged = [a for a in known if a.resolved is not None and _within(blank, a.resolved.at)]
    return replace(
        blank,
        rules=_by_rule(raised),
        waiting=waiting_of(known),
        acknowledged=times_of(taken),
        resolved=times_of([a.resolved.at - a.opened for a in judged if a.resolved is not None]),
        verdicts=_by_verdict(judged),
    )


def waiting_of(alerts: Iterable[Alert]) -> tuple[Waiting, ...]:
    """The alerts without a verdict: those that nobody has taken first, then the worst, the oldest."""
    waiting = [
        Waiting(
            alert.id,
            alert.title,
            alert.key,
            alert.severity,
            alert.status,
            alert.opened,
            alert.snoozed_until,
            alert.told.channel,
            alert.told.ts,
        )
        for alert in alerts
        if alert.status != "resolved"
    ]
    return tuple(sorted(waiting, key=_urgency))


def times_of(spans: Sequence[timedelta]) -> Times | None:
    """The median and the longest of some spans; None if there is none."""
    if not spans:
        return None
    ordered = sorted(spans)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Times(len(ordered), median, ordered[-1])


def _within(period: Digest, moment: datetime) -> bool:
    return period.start <= moment < period.end


def _urgency(waiting: Waiting) -> tuple[bool, int, datetime, str]:
    worst = SEVERITIES.index(waiting.severity)
    return waiting.status != "open", worst, waiting.opened, waiting.alert


def _by_rule(alerts: Iterable[Alert]) -> tuple[RuleCount, ...]:
    grouped: dict[tuple[str, Severity], list[Alert]] = {}
    for alert in alerts:
        grouped.setdefault((alert.rule, alert.severity), []).append(alert)
    counts = [
        RuleCount(rule, group[-1].title, severity, len(group), sum(alert.count for alert in group))
        for (rule, severity), group in grouped.items()
    ]
    return tuple(sorted(counts, key=lambda c: (SEVERITIES.index(c.severity), -c.alerts, c.rule)))


def _by_verdict(alerts: Sequence[Alert]) -> tuple[tuple[Verdict, int], ...]:
    counts = [(verdict, sum(a.verdict == verdict for a in alerts)) for verdict in VERDICTS]
    return tuple(pair for pair in counts if pair[1])
