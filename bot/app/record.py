"""Saves what a run found: into the alert of its key first, then into the ledger; slice by slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alerts.findings import by_key, findings_of, fingerprint, include, raise_alert
from bot.alerts.model import Alert, Finding
from bot.alerts.policy import channel_of
from bot.app.desk import Watch
from bot.app.documents import Kind, change, create, read, write
from bot.app.kept import ALERTS
from bot.app.ports import SearchState, Statistics
from bot.rules.model import Rule
from bot.rules.schedule import Due

BATCH = 200
"""Findings that are saved at once. Far fewer than an alert keeps ids of, so that what was saved
before a crash is known again."""

SLICE = 2_000
"""Calls of the store after which a job stops and the next one goes on: some ten seconds' worth."""

_PLACING = 8
"""Calls that it takes to put a batch into an alert of its own."""

_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a run's findings are saved, in their order, and how many there are."""

    saved: int
    total: int

    @property
    def done(self) -> bool:
        """Whether all are."""
        return self.saved >= self.total


NOTHING = Progress(0, 0)


@dataclass(frozen=True, slots=True)
class Current:
    """The number of the newest alert of a fingerprint: a hint, it may lag behind."""

    number: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the ledger: the alert that counted a finding, and when."""

    alert: str
    at: datetime | None = None


LEDGER_KEPT = timedelta(days=60)
"""How long a finding is known as counted. Nothing searches again so far back."""

CURRENT = Kind("current", Current)
LEDGER = Kind("ledger", Entry, expires=lambda entry: entry.at + LEDGER_KEPT if entry.at else None)


def save_findings(
    watch: Watch,
    rule: Rule,
    due: Due,
    state: SearchState,
    searched: datetime | None,
    before: Progress = NOTHING,
) -> tuple[Progress, tuple[str, ...]]:
    """Save the findings of one run that no alert has yet, a slice of them.

    Returns how far it is, and the ids of the alerts that got some. `before` is how far it was: the
    order of findings is theirs, whatever the order of the rows. A search that was made anew has
    other findings perhaps; then it begins at the first, and the ledger knows what is counted.
    `searched` is how far the rule had been searched before: what is older came late.
    """
    groups = list(by_key(findings_of(rule, state.rows, due.start, due.end)).values())
    total = sum(map(len, groups))
    batches = [group[at : at + BATCH] for group in groups for at in range(0, len(group), BATCH)]
    skip = before.saved if before.total == total else 0
    saved, calls = 0, 0
    alerts: dict[str, None] = {}
    for batch in batches:
        if saved + len(batch) > skip:
            if calls >= SLICE:
                break
            fresh = [f for f in batch if read(watch.desk.store, LEDGER, _ledger(f)) is None]
            calls += len(batch)
            if fresh:
                calls += len(fresh) + _PLACING
                alerts[_save(watch, rule, fresh, state.statistics, searched)] = None
        saved += len(batch)
    return Progress(saved, total), tuple(alerts)


def _save(
    watch: Watch,
    rule: Rule,
    findings: Sequence[Finding],
    statistics: Statistics,
    searched: datetime | None,
) -> str:
    """Save findings of one key: into their alert, whose id it returns, then into the ledger."""
    alert = _place(watch, rule, findings, statistics, searched)
    watch.desk.meter.add("findings", len(findings))
    for finding in findings:
        create(watch.desk.store, LEDGER, _ledger(finding), Entry(alert.id, watch.desk.clock()))
    return alert.id


def newest_number(watch: Watch, mark: str) -> int:
    """The number of the newest alert of a fingerprint; 0 if it never had one."""
    hint = read(watch.desk.store, CURRENT, mark)
    number = hint.number if hint else 0
    while watch.desk.store.get(ALERTS.key(f"{mark}.{number + 1}")) is not None:
        number += 1
    return number


def _place(
    watch: Watch,
    rule: Rule,
    findings: Sequence[Finding],
    statistics: Statistics,
    searched: datetime | None,
) -> Alert:
    """Put findings of one key into the alert that takes them; a new one if the last is resolved."""
    mark = fingerprint(rule.id, findings[0].key)
    late = searched is not None and max(finding.seen for finding in findings) < searched
    for _ in range(_ATTEMPTS):
        number = newest_number(watch, mark)
        alert = change(
            watch.desk.store,
            ALERTS,
            f"{mark}.{number}",
            lambda stored: include(stored, findings, late),
        )
        if alert is not None and {f.id for f in findings} <= set(alert.findings):
            return alert
        # A resolved one may have some of them, saved before a crash: those are counted already.
        known = set(alert.findings) if alert is not None else set()
        new = [finding for finding in findings if finding.id not in known]
        raised = raise_alert(
            rule, new, watch.desk.clock(), number + 1, channel_of(rule, watch.channels)
        )
        raised = replace(raised, scanned_bytes=statistics.bytes_scanned, late=late)
        if create(watch.desk.store, ALERTS, raised.id, raised):
            watch.desk.meter.add("alerts")
            write(watch.desk.store, CURRENT, mark, Current(number + 1))
            return raised
    raise RuntimeError(f"alert {mark} was written {_ATTEMPTS} times by others meanwhile")


def _ledger(finding: Finding) -> str:
    return f"{finding.rule}:{finding.id}"
