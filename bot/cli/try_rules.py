"""`python -m bot rules try`: what the rules would raise on these log files."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.alerts.findings import alert_query, by_key, findings_of
from bot.alerts.model import Finding
from bot.cli.installed import installed
from bot.cli.moments import read_instant, read_zone
from bot.cli.output import ProgressLine, print_troubles, table
from bot.cli.query import ALL_ROWS
from bot.cli.rules import chosen
from bot.config import Settings
from bot.engine.scan import ScanRequest, scan
from bot.engine.sources import LogFile, find_files
from bot.engine.troubles import Trouble
from bot.errors import BotError
from bot.query.ast import Query, Stats
from bot.query.parser import parse
from bot.rules.firing import aggregates
from bot.rules.model import Rule, Source
from bot.rules.schedule import buckets

_ROWS = 10
"""Rows that are shown for each key, the newest."""


def try_rules(options: argparse.Namespace) -> int:
    """Print for each rule and key what detection would find; `BotError` for what cannot run."""
    found = installed(Settings.from_environ(os.environ).rules)
    if options.rule and options.all:
        raise BotError("Name a rule, or say --all: not both.")
    rules = [rule for rule in chosen(found, options.rule) if rule.alert is not None]
    if options.rule and not rules:
        raise BotError(f"The rule {options.rule} has no `alert`: people run it, it finds nothing.")
    zone = read_zone(options.zone)
    start = read_instant(options.start, zone) if options.start else None
    end = read_instant(options.end, zone, end=True) if options.end else None
    if start is not None and end is not None and start >= end:
        raise BotError("Nothing to search: --end is not after --start.")
    files = tuple(find_files(options.logs))
    troubles: tuple[Trouble, ...] = ()
    answer: list[dict[str, Any]] = []
    for rule in rules:
        findings, troubles = findings_in(rule, found.sources[rule.log], files, start, end)
        answer += [_told(rule, key, group) for key, group in by_key(findings).items()]
    _print(answer, options.format, len(rules))
    print_troubles(troubles)
    return 0


def findings_in(
    rule: Rule, source: Source, files: tuple[LogFile, ...], start: int | None, end: int | None
) -> tuple[list[Finding], tuple[Trouble, ...]]:
    """What detection would find in [start, end) (ms, or open) of the files, and what was unreadable."""
    query = alert_query(rule, source)
    if not aggregates(query):
        request = _request(query, files, start, end)
        rows, troubles = _scan(request)
        begin, last = _aware(start or 0), _aware(request.now)
        return findings_of(rule, rows, begin, last), troubles
    # Only a bucket with an event that the rule counts can have a finding.
    head = query.commands[: next(i for i, c in enumerate(query.commands) if isinstance(c, Stats))]
    times = parse("\n| ".join(map(str, (*head, "fields @timestamp as siem_seen"))))
    seen, troubles = _scan(_request(times, files, start, end))
    moments = sorted(
        datetime.fromisoformat(row["siem_seen"]).replace(tzinfo=UTC)
        for row in seen
        if "siem_seen" in row
    )
    found: dict[str, Finding] = {}
    if moments and rule.alert is not None:
        for due in buckets(rule.alert, moments[0], moments[-1]):
            if any(due.start <= moment < due.end for moment in moments):
                span = _milliseconds(due.start), _milliseconds(due.end)
                rows, _ = _scan(_request(query, files, *span))
                found |= {f.id: f for f in findings_of(rule, rows, due.start, due.end)}
    return list(found.values()), troubles


def _request(
    query: Query, files: tuple[LogFile, ...], start: int | None, end: int | None
) -> ScanRequest:
    now = read_instant(None, read_zone("UTC")) if end is None else end
    return ScanRequest(str(query), files, start, end, now, ALL_ROWS)


def _scan(request: ScanRequest) -> tuple[Sequence[dict[str, str]], tuple[Trouble, ...]]:
    line = ProgressLine()
    try:
        scanned = scan(request, line)
    finally:
        line.close()
    return scanned.rows, tuple(scanned.troubles)


def _told(rule: Rule, key: tuple[str, ...], findings: Sequence[Finding]) -> dict[str, Any]:
    assert rule.alert is not None  # noqa: S101 - only rules that alert are tried
    return {
        "rule": rule.id,
        "key": dict(zip(rule.alert.key, key, strict=True)),
        "count": len(findings),
        "first": _text(min(f.happened for f in findings)),
        "last": _text(max(f.happened for f in findings)),
        "rows": [dict(f.row) for f in findings[::-1][:_ROWS]],
    }


def _print(answer: Sequence[dict[str, Any]], form: str, rules: int) -> None:
    if form == "json":
        json.dump({"findings": answer}, sys.stdout, indent=2)
        print()
        return
    noun = "rule" if rules == 1 else "rules"
    if not answer:
        print(f"No findings from {rules} {noun}.")
        return
    rows = [
        {
            **{name: str(line[name]) for name in ("rule", "count", "first", "last")},
            "key": ", ".join(line["key"].values()) or "-",
        }
        for line in answer
    ]
    print(table(("rule", "key", "count", "first", "last"), rows, None))
    print(f"\n{len(answer)} {'alert' if len(answer) == 1 else 'alerts'} from {rules} {noun}.")


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _aware(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
