"""`python -m bot rules try`: what the rules would raise on these log files."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.alerts.findings import by_key
from bot.alerts.model import Finding
from bot.cli.installed import installed
from bot.cli.moments import read_instant, read_zone
from bot.cli.output import print_troubles, table
from bot.cli.rule_pass import Searched, find_in
from bot.cli.rules import chosen
from bot.config import Settings
from bot.engine.sources import find_files
from bot.errors import BotError
from bot.rules.model import Rule

_ROWS = 10
"""Rows that are shown for each key, the newest."""


def try_rules(options: argparse.Namespace) -> int:
    """Print for each rule and key what detection would find; `BotError` for what cannot run."""
    found = installed(options.rules or Settings.from_environ(os.environ).rules)
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
    now = read_instant(None, zone) if end is None else end
    searched = Searched(tuple(find_files(options.logs)), start, end, now, options.processes)
    findings, troubles = find_in(rules, found.sources, searched)
    answer = (
        _told(rule, key, group)
        for rule in rules
        for key, group in by_key(findings[rule.id]).items()
    )
    if options.format == "json":
        _print_json(answer)
    else:
        _print_table(list(answer), len(rules))
    print_troubles(troubles)
    return 0


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


def _print_json(answer: Iterable[dict[str, Any]]) -> None:
    # A line for each: with an indent, encoding is Python's own and takes five times as long.
    before = '{"findings": ['
    for told in answer:
        sys.stdout.write(f"{before}\n{json.dumps(told)}")
        before = ","
    print("\n]}" if before == "," else f"{before}]}}")


def _print_table(answer: Sequence[dict[str, Any]], rules: int) -> None:
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
