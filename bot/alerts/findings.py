"""From rows to findings, and from findings to the alert that gathers them."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.alerts.model import NO_VALUE, Alert, Finding, Item, Told
from bot.query.ast import Command, Display, Fields, Query
from bot.query.parameters import bind, parameters_of, read_value
from bot.query.parser import parse
from bot.query.plan import compile_query
from bot.rules.card import Source
from bot.rules.firing import aggregates, spreads
from bot.rules.model import Rule

PREFIX = "siem_"
"""Columns that an alert run adds by itself begin with this, and are not shown."""

MOST_ROWS, MOST_IDS = 10, 1_000
"""What an alert keeps: its newest rows, and the ids of the findings it took in last."""

WIDEST = 1_000
"""Characters of a value that an alert keeps."""

_EVENT_ID = re.compile(r"[0-9A-Za-z-]{16,64}")
_IDENTITY = (
    "fields eventID as siem_event, coalesce(eventID, @message) as siem_message, "
    "@log as siem_log, @logStream as siem_stream, @timestamp as siem_seen"
)
_DELIVERED = ("@ptr", "siem_log", "siem_stream", "siem_seen")
"""What tells apart two deliveries of an event."""


def alert_query(rule: Rule, source: Source | None = None) -> Query:
    """The query of an alert run, bound; for a rule without a `stats`, each row knows its event.

    `source` says which field holds the time of an event. Raises `BotError` if a value is missing.
    """
    assert rule.alert is not None  # noqa: S101 - only rules that alert come here
    assert rule.alert.finds is not None  # noqa: S101 - the loader made it
    finds = rule.alert.finds
    if not aggregates(finds):
        happened = source.event_time if source and source.event_time else "@timestamp"
        added = parse(f"{_IDENTITY}\n| fields {happened} as siem_happened").commands
        finds = Query((*map(_as_fields, finds.commands), *added))
    values = parameter_texts(rule)
    types = {parameter.name: parameter for parameter in rule.parameters}
    bound = {
        name: read_value(types[name].type, values[name], types[name].choices)
        for name in parameters_of(finds)
    }
    return bind(finds, bound)


def parameter_texts(rule: Rule) -> dict[str, str]:
    """The values with which the rule's alert runs, by parameter, as they were written."""
    defaults = {p.name: p.default for p in rule.parameters if p.default is not None}
    return {**defaults, **(rule.alert.bindings if rule.alert else {})}


def findings_of(
    rule: Rule, rows: Iterable[Mapping[str, str]], start: datetime, end: datetime
) -> list[Finding]:
    """The findings in the rows of one run over [start, end), oldest first.

    Rows that stand for an event have its identity, and where it can have several, their position
    among them; rows of a `stats` have that of their bucket.
    """
    assert rule.alert is not None  # noqa: S101 - only rules that alert come here
    finds = rule.alert.finds
    grouped = finds is not None and aggregates(finds)
    several = finds is not None and spreads(finds)
    twins: Counter[tuple[str, ...]] = Counter()
    found: dict[str, Finding] = {}
    for row in rows:
        key = tuple(_kept(row[name]) if name in row else NO_VALUE for name in rule.alert.key)
        base = _digest("bucket", end.isoformat(), *key) if grouped else _event_identity(row)
        happened = start if grouped else _moment(row.get("siem_happened"), row, end)
        once = not grouped and _has_event_id(row)
        # CloudTrail delivers at least once: the same id twice is the same event, row for row.
        equal = (base, *(row.get(name, "") for name in _DELIVERED)) if once else (base,)
        ordinal, twins[equal] = twins[equal], twins[equal] + 1
        if once and not several:
            ordinal = 0
        finding = Finding(
            id=f"{base}.{ordinal}" if ordinal else base,
            rule=rule.id,
            key=key,
            happened=happened,
            seen=end if grouped else _moment(row.get("siem_seen"), row, end),
            row={n: _kept(v) for n, v in row.items() if not n.startswith(PREFIX) and n != "@ptr"},
        )
        found.setdefault(finding.id, finding)
    return sorted(found.values(), key=lambda finding: (finding.happened, finding.id))


def by_key(findings: Iterable[Finding]) -> dict[tuple[str, ...], list[Finding]]:
    """The findings by key, in the order in which each key came first."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.key, []).append(finding)
    return groups


def fingerprint(rule_id: str, key: Sequence[str]) -> str:
    """Twelve hex digits that stand for a rule and the values of its key."""
    return hashlib.sha256(json.dumps([rule_id, *key]).encode()).hexdigest()[:12]


def raise_alert(
    rule: Rule, findings: Sequence[Finding], now: datetime, number: int, channel: str = ""
) -> Alert:
    """A new alert, the `number`-th of its fingerprint, from findings of one key (at least one)."""
    assert rule.alert is not None  # noqa: S101 - only rules that alert come here
    first = findings[0]
    alert = Alert(
        id=f"{fingerprint(rule.id, first.key)}.{number}",
        rule=rule.id,
        rule_version=rule.version,
        title=rule.title,
        severity=rule.severity,
        key_columns=rule.alert.key,
        key=first.key,
        condition=rule.alert.condition,
        opened=now,
        first=first.happened,
        last=first.happened,
        columns=_columns(rule),
        values={**parameter_texts(rule), **_bindable(first.row)},
        checklist=tuple(_item(rule, place) for place in range(len(rule.triage))),
        respond=rule.respond,
        false_positives=rule.false_positives,
        references=rule.references,
        purpose=rule.purpose,
        owner=rule.owner,
        revision=0,
        told=Told(channel=channel),
    )
    return include(alert, findings)


def include(alert: Alert, findings: Iterable[Finding], late: bool = False) -> Alert:
    """The alert with these findings of its key. Those that it has already change nothing.

    An alert that is resolved is never changed. `late`: they came when a span was searched again.
    """
    known = set(alert.findings)
    new = [finding for finding in findings if finding.id not in known]
    if not new or alert.status == "resolved":
        return alert
    kept = list(zip(alert.row_times, alert.rows, strict=False))
    kept += [(finding.happened, finding.row) for finding in new]
    kept.sort(key=lambda timed: timed[0], reverse=True)
    values, differing = _agreed(alert, [finding.row for finding in new])
    return replace(
        alert,
        first=min(alert.first, *(finding.happened for finding in new)),
        last=max(alert.last, *(finding.happened for finding in new)),
        count=alert.count + len(new),
        findings=(*alert.findings, *(finding.id for finding in new))[-MOST_IDS:],
        rows=tuple(row for _, row in kept[:MOST_ROWS]),
        row_times=tuple(time for time, _ in kept[:MOST_ROWS]),
        values=values,
        differing=differing,
        late=late,
        revision=alert.revision + 1,
    )


def _agreed(
    alert: Alert, rows: Sequence[Mapping[str, str]]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """What all rows still agree on, and the columns on which they differ."""
    differing = dict.fromkeys(alert.differing)
    for row in rows:
        for name in alert.columns:
            if row.get(name) != alert.values.get(name) and (name in row or name in alert.values):
                differing[name] = None
    values = {name: text for name, text in alert.values.items() if name not in differing}
    return values, tuple(differing)


def _bindable(row: Mapping[str, str]) -> dict[str, str]:
    """The values that stand whole: one that was cut would ask about something else."""
    return {name: text for name, text in row.items() if len(text) < WIDEST}


def _item(rule: Rule, place: int) -> Item:
    item = rule.triage[place]
    return Item(
        item.id, item.ask, why=item.why, runs=item.runs, required=item.required, auto=item.auto,
        answers=item.answers, many_over=item.many_over,
    )  # fmt: skip


def _columns(rule: Rule) -> tuple[str, ...]:
    """The rule's columns, in order."""
    columns = compile_query(alert_query(rule)).columns
    return tuple(name for name in columns if not name.startswith(PREFIX))


def _as_fields(command: Command) -> Command:
    """A `display` would hide the event's identity, so it only adds its columns."""
    return Fields(command.items, command.span) if isinstance(command, Display) else command


def _has_event_id(row: Mapping[str, str]) -> bool:
    return _EVENT_ID.fullmatch(row.get("siem_event", "")) is not None


def _event_identity(row: Mapping[str, str]) -> str:
    if _has_event_id(row):
        return row["siem_event"]
    names = ("siem_log", "siem_stream", "siem_seen", "siem_message")
    return _digest("event", *(row.get(name, "") for name in names))


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _moment(text: str | None, row: Mapping[str, str], otherwise: datetime) -> datetime:
    """The time in a row; that of the log service, or else `otherwise`, where it cannot be read."""
    for written in (text, row.get("siem_seen")):
        try:
            moment = datetime.fromisoformat(written or "")
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return otherwise


def _kept(text: str) -> str:
    """A value as it can be stored: no half characters, and of a long one the beginning.

    A long one ends in a hash of the whole, so that different ones stay different.
    """
    whole = text.encode("utf-8", "replace").decode() if not text.isascii() else text
    if len(whole) <= WIDEST:
        return whole
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{whole[: WIDEST - 20]}… ({mark})".ljust(WIDEST)
