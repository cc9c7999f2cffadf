"""Loads rules: every fault of every file at once, and one bad rule never stops the others.

The format is in `format.py` and `docs/rules.md`.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast, get_args

from bot.query.ast import Query
from bot.query.errors import quoted
from bot.query.parameters import parameters_of
from bot.rules.card import NEEDS, RuleParameter, Severity, Status
from bot.rules.fault import Fault, Faults, did_you_mean, listed
from bot.rules.format import RULE
from bot.rules.model import Rule
from bot.rules.read_alert import Alerting, read_alert
from bot.rules.read_parameters import read_parameters
from bot.rules.read_query import check_compiles, read_query
from bot.rules.read_tests import read_tests
from bot.rules.read_triage import Checklist, Names, check_runs, read_triage
from bot.rules.sample_values import samples
from bot.rules.section import Section
from bot.rules.yaml_reader import read_yaml

__all__ = ["Fault", "Loaded", "load_rules"]

COMMANDS = frozenset({"help", "list", "show"})
"""Words after `/siem` that are no rule."""

_LONGEST_TITLE = 75
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rules that load, by id, and everything that is wrong with the other files."""

    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """One file as far as it can be read by itself."""

    id: str
    faults: Faults
    rule: Rule | None
    checklist: Checklist | None
    line: int


def load_rules(files: Mapping[str, str], sources: Collection[str] | None = None) -> Loaded:
    """Read rule files: `files` maps a path to the file's text.

    `sources` are the names that `log` may have; None allows any. Nothing raises: a file that does
    not load is told of in `faults`, in the order of paths and lines.
    """
    read = [_read(path, files[path], sources) for path in sorted(files)]
    _refuse_twins(read)
    rules = {one.id: one.rule for one in read if one.rule is not None and not one.faults.found}
    known = frozenset(one.id for one in read)
    for one in read:
        if one.checklist is not None:
            check_runs(one.checklist, rules, known)
    faults = (fault for one in read for fault in sorted(one.faults.found, key=lambda f: f.line))
    good = (one.rule for one in read if one.rule is not None and not one.faults.found)
    return Loaded(tuple(sorted(good, key=lambda rule: rule.id)), tuple(faults))


def _refuse_twins(read: list[_Read]) -> None:
    by_id: Mapping[str, list[_Read]] = defaultdict(list)
    for one in read:
        by_id[one.id].append(one)
    for rule_id, same in by_id.items():
        for one in same if rule_id else ():
            others = [other.faults.path for other in same if other is not one]
            if others:
                message = f"The id {quoted(rule_id)} is also that of {others[0]}."
                one.faults.add("id", message, "Rename one of them.", one.line)


def _read(path: str, text: str, sources: Collection[str] | None) -> _Read:
    faults = Faults(path)
    tree = read_yaml(text, faults)
    name = re.split(r"[/\\]", path)[-1].rpartition(".")[0]
    if tree is None:
        return _Read(name, faults, None, None, 0)
    return _read_rule(Section(tree, "", RULE, faults), name, _version(text), sources)


def _version(text: str) -> str:
    """A short name for what the file says; line ends do not matter."""
    lines = text.replace("\r\n", "\n").encode()
    return hashlib.sha256(lines).hexdigest()[:12]


def _read_rule(section: Section, name: str, version: str, sources: Collection[str] | None) -> _Read:
    rule_id = _read_id(section, name)
    query = read_query(section, "query")
    parameters = read_parameters(section)
    alerting = read_alert(section, query, parameters)
    columns = _check_query(section, query, parameters, alerting)
    checklist = _read_checklist(section, parameters, alerting)
    alerts = section.has("alert")
    for key in ("severity", "owner"):
        if alerts and not section.has(key):
            fix = f"Add it: {RULE[key].words}."
            section.fault(key, f"A rule that alerts needs {quoted(key)}.", fix)
    node = section.node("query")
    made = Rule(
        id=rule_id,
        title=section.text("title", longest=_LONGEST_TITLE),
        purpose=section.text("purpose"),
        severity=cast(Severity, section.choice("severity", get_args(Severity), "info")),
        status=cast(Status, section.choice("status", get_args(Status), "live")),
        log=_read_log(section, sources),
        query=query or Query(()),
        query_text=str(node.value).strip() if node else "",
        path=section.faults.path,
        version=version,
        owner=section.text("owner", longest=80),
        window=section.duration("window", timedelta(minutes=1), 366 * _DAY) or _DAY,
        needs=_read_needs(section),
        attack=section.texts("attack", r"T\d{4}(\.\d{3})?", "a technique such as T1537"),
        references=section.texts("references", r"https://[!-~]+", "an address, https://…"),
        parameters=parameters or (),
        alert=alerting.plan if alerting else None,
        triage=tuple(item for _, item in checklist.items) if checklist else (),
        respond=section.texts("respond"),
        false_positives=section.texts("false_positives"),
        tests=read_tests(section, parameters, columns),
    )
    rule = made if not section.faults.found else None
    return _Read(rule_id or name, section.faults, rule, checklist, section.line_of("id"))


def _read_id(section: Section, name: str) -> str:
    shape = "small letters, digits and `-`, a letter first, at most 50"
    rule_id = section.text("id", r"[a-z][a-z0-9-]{0,49}", shape)
    if rule_id in COMMANDS:
        section.fault("id", f"`/siem {rule_id}` means something else.", "Take another id.")
    elif rule_id and rule_id != name:
        message = f"The id {quoted(rule_id)} is not the name of the file, {quoted(name)}."
        section.fault("id", message, "Make them the same.")
    return rule_id


def _read_log(section: Section, sources: Collection[str] | None) -> str:
    log = section.text("log", longest=80)
    if log and sources is not None and log not in sources:
        otherwise = f"There are {listed(sorted(sources))}." if sources else ""
        fix = did_you_mean(log, sources, otherwise or "Add it to `rules/config.yml`.")
        section.fault("log", f"{quoted(log)} is no source of `rules/config.yml`.", fix)
    return log


def _read_needs(section: Section) -> tuple[str, ...]:
    needs = section.texts("needs")
    for name in needs:
        if name not in NEEDS:
            fix = did_you_mean(name, NEEDS, f"There are {listed(NEEDS)}.")
            section.fault("needs", f"{quoted(name)} is nothing that a rule can need.", fix)
    return needs


def _check_query(
    section: Section,
    query: Query | None,
    parameters: tuple[RuleParameter, ...] | None,
    alerting: Alerting | None,
) -> tuple[str, ...] | None:
    """Check that query and parameters fit; the output columns, or None where they are not known."""
    if query is None or parameters is None:
        return None
    before = len(section.faults.found)
    used = parameters_of(query)
    declared = {parameter.name for parameter in parameters}
    for name in used:
        if name not in declared:
            fix = did_you_mean(name, declared, f"Add `{name}: {{type: …, help: …, example: …}}`.")
            section.fault("parameters", f"The query uses {quoted(name)}, which is not here.", fix)
    if alerting is not None and alerting.plan.finds is not None:
        used += parameters_of(alerting.plan.finds)
    for name in sorted(declared - set(used)):
        fix = f"Use it as `{{{{{name}}}}}`, or remove it."
        section.fault("parameters", f"The query does not use {quoted(name)}.", fix)
    if len(section.faults.found) > before:
        return None
    return check_compiles(section, "query", query, samples(parameters))


def _read_checklist(
    section: Section,
    parameters: tuple[RuleParameter, ...] | None,
    alerting: Alerting | None,
) -> Checklist | None:
    """The triage of a rule that alerts; one that does not may have none."""
    if alerting is None:
        if section.has("triage"):
            message = "A checklist belongs to an alert, and the rule has none."
            section.fault("triage", message, "Add an `alert`, or remove it.")
        return None
    names = None
    if alerting.columns is not None and parameters is not None:
        names = Names(frozenset(alerting.columns), samples(parameters))
    return read_triage(section, names)
