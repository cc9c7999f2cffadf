"""`python -m bot digest`: what the digest of a time would say, from log files and without Slack."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.alerts.digest import Digest, Events, Spent, digest_of
from bot.alerts.findings import by_key, raise_alert
from bot.alerts.model import Alert
from bot.app.answer import DOLLARS_PER_GB
from bot.app.ports import Window
from bot.app.report import count_search, events_of
from bot.app.windows import read_window
from bot.cli.installed import Installed, installed
from bot.cli.moments import read_moment, read_zone
from bot.cli.output import print_troubles, size, visible
from bot.cli.query import ALL_ROWS
from bot.cli.rule_pass import Searched, find_in
from bot.config import Settings
from bot.engine.scan import ScanRequest, newest_time, scan
from bot.engine.sources import LogFile, find_files
from bot.errors import BotError
from bot.slack.words import count

_SERVICES = 12
"""Services that the text lists; JSON holds all."""


def run(options: argparse.Namespace) -> int:
    """Print what the live rules would have raised in a window, and its events by service."""
    found = installed(Settings.from_environ(os.environ).rules)
    files = tuple(find_files(options.logs))
    zone = read_zone(options.zone)
    now = read_moment(options.now, zone) if options.now else _end_of(files)
    window = read_window(" ".join(options.window) or "24h").resolve(now, zone)
    blank = Digest("", window.start, window.end, zone.key)
    events, spent = _events(found, files, window, now)
    alerts = _alerts(found, files, window)
    digest = replace(digest_of(blank, alerts), events=events, spent=spent)
    if options.format == "json":
        json.dump(_told(digest), sys.stdout, indent=2)
        print()
    else:
        print("\n".join(_lines(digest)))
    return 0


def _end_of(files: Sequence[LogFile]) -> datetime:
    """The first second after the newest event, so that a window that ends now contains it."""
    newest = newest_time(files)
    if newest is None:
        raise BotError("No event in these files has a time. Say what time it is with --now.")
    return datetime.fromtimestamp(newest // 1000 + 1, UTC)


def _events(
    found: Installed, files: tuple[LogFile, ...], window: Window, now: datetime
) -> tuple[Events, Spent]:
    search = count_search(found.rules, found.sources, window)
    request = ScanRequest(
        query=search.query,
        files=files,
        start=_milliseconds(window.start),
        end=_milliseconds(window.end),
        now=_milliseconds(now),
        limit=ALL_ROWS,
    )
    scanned = scan(request)
    print_troubles(scanned.troubles)
    return events_of(scanned.rows, ALL_ROWS), Spent(1, scanned.bytes)


def _alerts(found: Installed, files: tuple[LogFile, ...], window: Window) -> list[Alert]:
    """What the live rules would have raised, opened when its first finding happened."""
    rules = [rule for rule in found.rules if rule.alert is not None and rule.status == "live"]
    start, end = _milliseconds(window.start), _milliseconds(window.end)
    searched = Searched(files, start, end, end)
    findings, _ = find_in(rules, found.sources, searched)
    alerts = []
    for rule in rules:
        for group in by_key(findings[rule.id]).values():
            opened = min(finding.seen for finding in group)
            alerts.append(raise_alert(rule, group, opened, 1))
    return alerts


def _lines(digest: Digest) -> list[str]:
    lines = [
        f"Digest of {digest.start:%Y-%m-%d %H:%M:%S} to {digest.end:%Y-%m-%d %H:%M:%S} UTC",
        "",
    ]
    if not digest.raised:
        lines.append("A quiet time: the live rules would have raised no alert.")
    else:
        lines.append(f"Alerts that the live rules would have raised: {digest.raised:,}")
    for rule in digest.rules:
        told = f"{count(rule.alerts, 'alert')}, {count(rule.findings, 'finding')}"
        lines.append(f"  {rule.severity:8}  {rule.rule:28}  {told}")
    events = digest.events or Events()
    lines += ["", f"Events: {events.total:,} from {_services(len(events.sources))}"]
    lines += [f"  {number:12,}  {visible(name)}" for name, number in events.sources[:_SERVICES]]
    if len(events.sources) > _SERVICES:
        rest = events.sources[_SERVICES:]
        lines.append(f"  {sum(number for _, number in rest):12,}  {len(rest):,} others")
    return [*lines, "", f"{size(digest.spent.bytes)} scanned to count the events"]


def _told(digest: Digest) -> dict[str, Any]:
    events = digest.events or Events()
    return {
        "start": digest.start.isoformat(),
        "end": digest.end.isoformat(),
        "alerts": {
            "total": digest.raised,
            "severities": dict(digest.severities),
            "rules": [
                {
                    "rule": rule.rule,
                    "severity": rule.severity,
                    "alerts": rule.alerts,
                    "findings": rule.findings,
                }
                for rule in digest.rules
            ],
        },
        "events": {"total": events.total, "sources": dict(events.sources)},
        "bytes": digest.spent.bytes,
        "dollars": round(digest.spent.bytes / 1e9 * DOLLARS_PER_GB, 6),
    }


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _services(number: int) -> str:
    return f"{number:,} service" if number == 1 else f"{number:,} services"
