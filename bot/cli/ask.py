"""`python -m bot ask`: what `/siem` answers, from log files and without Slack."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC

from bot.app.ask import prepare
from bot.app.binding import bound_query, rule_named
from bot.cli.installed import installed
from bot.cli.moments import read_moment, read_zone
from bot.cli.output import ProgressLine, print_result
from bot.cli.query import ALL_ROWS
from bot.config import Settings
from bot.engine.scan import ScanRequest, scan
from bot.engine.sources import find_files


def run(options: argparse.Namespace) -> int:
    """Ask a rule and print its rows; `BotError` says what was understood and what is wrong."""
    found = installed(Settings.from_environ(os.environ).rules)
    zone = read_zone(options.zone)
    now = read_moment(options.now, zone)
    question = " ".join(options.question).strip()
    prepared = prepare(question, found.rules, found.sources, now, zone)
    window = prepared.window
    rule = rule_named(found.rules, prepared.rule.id)
    request = ScanRequest(
        query=str(bound_query(rule, prepared.values)),
        files=tuple(find_files(options.logs)),
        start=int(window.start.timestamp() * 1000),
        end=int(window.end.timestamp() * 1000),
        now=int(now.timestamp() * 1000),
        limit=ALL_ROWS,
    )
    line = ProgressLine()
    try:
        scanned = scan(request, line)
    finally:
        line.close()
    if options.format == "table":
        start, end = (moment.astimezone(zone) for moment in (window.start, window.end))
        print(
            f"{prepared.rule.title} · {start:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S} ({zone.key})"
        )
        if zone.utcoffset(start.replace(tzinfo=None)) or window.start.tzinfo is not UTC:
            print("Times in the rows are in UTC.")
        print()
    print_result(scanned, options.format)
    if not scanned.rows and prepared.rule.needs:
        print(
            f"Such events are in the logs only with: {', '.join(prepared.rule.needs)}",
            file=sys.stderr,
        )
    return 0
