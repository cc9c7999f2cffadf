"""`python -m bot rules …`: list, check and test the rules."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.cli.installed import Installed, installed
from bot.config import Settings
from bot.errors import BotError
from bot.rules.lint import lint_rule
from bot.rules.loader import Fault
from bot.rules.model import Rule
from bot.rules.testing import run_tests

FOUND = 1


def list_rules(options: argparse.Namespace) -> int:
    """Print each rule with its title; 1 if some rules could not be loaded."""
    found = _installed()
    rules = chosen(found, options.rule)
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        parameters = " ".join(f"<{p.name}>" for p in rule.parameters)
        print(f"{rule.id:{width}}  {rule.title}" + (f"  {parameters}" if parameters else ""))
    if found.faults:
        faults = _counted(len(found.faults), "fault")
        print(f"{faults}: see `python -m bot rules check`", file=sys.stderr)
    return FOUND if found.faults else 0


def check_rules(options: argparse.Namespace) -> int:
    """Print every fault of every rule, and its warnings; 1 if there is a fault."""
    found = _installed()
    faults = found.faults
    if options.rule:
        faults = tuple(f for f in faults if _is_about(f, options.rule))
        if not faults:
            chosen(found, options.rule)
    for fault in faults:
        print(fault)
        print()
    rules = [rule for rule in found.rules if options.rule in (None, rule.id)]
    warnings = [warning for rule in rules for warning in lint_rule(rule, _text_of(rule))]
    for warning in warnings:
        print(f"warning: {warning}")
        print()
    noted = f" {_counted(len(warnings), 'warning')}." if warnings else ""
    if faults:
        print(f"{_counted(len(faults), 'fault')}.{noted}")
        return FOUND
    print(f"{len(rules)} {'rule is' if len(rules) == 1 else 'rules are'} in order.{noted}")
    return 0


def test_rules(options: argparse.Namespace) -> int:
    """Run the tests of the rules; 1 if one failed or a rule cannot be loaded."""
    found = _installed()
    outcomes = [
        (rule, outcome)
        for rule in chosen(found, options.rule)
        for outcome in run_tests(rule, found.rules)
    ]
    for rule, outcome in outcomes:
        mark = "ok  " if outcome.passed else "FAIL"
        print(f"{mark}  {rule.id}: {outcome.name}")
        if not outcome.passed:
            print("      " + outcome.why.replace("\n", "\n      "))
    failed = sum(not outcome.passed for _, outcome in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    faults = [] if options.rule else found.faults
    for fault in faults:
        print(f"\n{fault}", file=sys.stderr)
    return FOUND if failed or faults else 0


def _installed() -> Installed:
    return installed(Settings.from_environ(os.environ).rules)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _text_of(rule: Rule) -> str:
    return Path(rule.path).read_bytes().decode("utf-8", "replace")


def _is_about(fault: Fault, rule_id: str) -> bool:
    return rule_id in (fault.path, fault.path.rpartition("/")[2].removesuffix(".yml"))


def chosen(found: Installed, rule_id: str | None) -> Sequence[Rule]:
    """All rules, or the one that was named. `BotError` if there is none of that name."""
    if rule_id is None:
        return found.rules
    for rule in found.rules:
        if rule.id == rule_id:
            return [rule]
    faulty = [fault for fault in found.faults if _is_about(fault, rule_id)]
    if faulty:
        raise BotError(f"{rule_id} cannot be loaded:\n" + "\n".join(map(str, faulty)))
    near = difflib.get_close_matches(rule_id, [rule.id for rule in found.rules], 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise BotError(f"There is no rule {rule_id!r}.{hint}")
