"""The `triage` of a rule file: questions, and what answers them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.query.ast import Query
from bot.query.errors import quoted
from bot.query.parameters import ParameterValue, parameters_of, read_value
from bot.rules.card import place_of
from bot.rules.fault import did_you_mean, listed
from bot.rules.format import ANSWERS, RUN, TRIAGE
from bot.rules.model import Rule, TriageItem
from bot.rules.read_parameters import check_bindings, missing_values, read_bindings
from bot.rules.read_query import check_compiles, read_query
from bot.rules.section import Section

LONGEST_QUESTION = 75
"""Characters that Slack takes in an option or a button (Block Kit, `text` of an option object)."""

FEWEST_ITEMS = 3

_SECOND, _MONTH = timedelta(seconds=1), timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Names:
    """What `{{name}}` may mean in a triage: an output column of the alert, or a parameter of it."""

    columns: frozenset[str]
    parameters: Mapping[str, ParameterValue]

    def check(self, section: Section, key: str, name: str) -> None:
        """Note a name that means nothing, or two things."""
        known = self.columns | set(self.parameters)
        if name in self.columns and name in self.parameters:
            message = f"{quoted(name)} is both an output column and a parameter of the alert."
            section.fault(key, message, "Rename one of them, so that it is clear which is meant.")
        elif name not in known:
            message = f"{quoted(name)} is neither an output column nor a parameter of the alert."
            fix = did_you_mean(name, known, f"There are {listed(sorted(known))}." if known else "")
            section.fault(key, message, fix)


@dataclass(frozen=True, slots=True)
class Checklist:
    """The items of a rule, each with its place in the file; `names` where they are known."""

    items: tuple[tuple[Section, TriageItem], ...]
    names: Names | None


def read_triage(rule: Section, names: Names | None) -> Checklist:
    """The checklist of a rule that alerts. `names` is None where the alert is faulty."""
    sections = rule.sections("triage", TRIAGE)
    items = [(section, _item(section, names)) for section in sections]
    fix = "Add questions whose answers tell whether it is real."
    if len(items) < FEWEST_ITEMS:
        message = (
            f"A rule that alerts needs at least {FEWEST_ITEMS} triage items, not {len(items)}."
        )
        rule.fault("triage", message, fix)
    elif not any(item.runs for _, item in items):
        rule.fault("triage", "None of the items runs anything.", "Give one a `run` or a `query`.")
    times = Counter(item.id for _, item in items)
    for section, item in items:
        if item.id and times[item.id] > 1:
            section.fault("id", f"Two items have the id {quoted(item.id)}.", "Rename one of them.")
    return Checklist(tuple(items), names)


def _item(section: Section, names: Names | None) -> TriageItem:
    run = section.section("run", RUN)
    query = _query(section, names) if section.has("query") else None
    if run is not None and section.has("query"):
        section.fault("query", "An item has `run` or `query`, not both.", "Remove one of them.")
    if section.has("around") and not section.has("query"):
        section.fault("around", "This belongs to a `query`.", "Move it into `run`, or remove it.")
    answers = section.section("answers", ANSWERS)
    runs = run is not None or section.has("query")
    if answers is not None and not runs:
        message = "Rows are counted only for an item that runs."
        section.fault("answers", message, "Say it in `why`, or give the item a `run`.")
    if runs and (answers is None or not (answers.has("none") and answers.has("some"))):
        section.fault(
            "answers", "An item that runs needs the answers `none` and `some`.",
            "Say what each means, and what to do next.",
        )  # fmt: skip
    if section.flag("auto") and not runs:
        section.fault("auto", "There is nothing to run.", "Give the item a `run` or a `query`.")
    return TriageItem(
        id=section.text("id", r"[a-z][a-z0-9-]{0,29}", "small letters, digits and `-`, at most 30"),
        ask=section.text("ask", longest=LONGEST_QUESTION),
        why=section.text("why"),
        rule=(run.text("rule") or None) if run is not None else None,
        bindings=read_bindings(run, "with") if run is not None else {},
        query=query,
        around=(run or section).duration("around", _SECOND, _MONTH),
        answers=_answers(answers),
        many_over=(answers and answers.number("over", 1, 10_000)) or 10,
        required=section.flag("required"),
        auto=section.flag("auto"),
    )


def _answers(section: Section | None) -> Mapping[str, str]:
    if section is None:
        return {}
    read = {name: section.text(name) for name in ("none", "some", "many")}
    return {name: text for name, text in read.items() if text}


def _query(section: Section, names: Names | None) -> Query | None:
    query = read_query(section, "query")
    if query is None or names is None:
        return query
    before = len(section.faults.found)
    for name in parameters_of(query):
        names.check(section, "query", name)
    if len(section.faults.found) == before:
        cell = read_value("text", "x")
        values = {**dict.fromkeys(names.columns, cell), **names.parameters}
        check_compiles(section, "query", query, values)
    return query


def check_runs(checklist: Checklist, rules: Mapping[str, Rule], known: frozenset[str]) -> None:
    """Note items whose rule does not exist, or cannot be given what it needs.

    `rules` are those that load; `known` are the ids of all, also of faulty ones: a fault there
    does not make this rule faulty too.
    """
    for section, item in checklist.items:
        run = section.section("run", RUN)
        if run is None or item.rule is None:
            continue
        if item.rule not in known:
            fix = did_you_mean(item.rule, known, "`rules list` shows all there are.")
            run.fault("rule", f"There is no rule {quoted(item.rule)}.", fix)
        elif item.rule in rules:
            _check_with(run, item, rules[item.rule], checklist.names)


def _check_with(run: Section, item: TriageItem, target: Rule, names: Names | None) -> None:
    places = {name: place for name, text in item.bindings.items() if (place := place_of(text))}
    for name, text in item.bindings.items():
        if name not in places and "{{" in text:
            message = f"{quoted(text)} is more than one `{{{{name}}}}`."
            run.fault(
                f"with.{name}", message, 'Write the whole value as "{{name}}", or none of it.'
            )
    check_bindings(run, item.bindings, target.parameters, places)
    if names is not None:
        for name, place in places.items():
            names.check(run, f"with.{name}", place)
    if missing := missing_values(target.parameters, item.bindings):
        message = f"{quoted(target.id)} has no value for {listed(missing)}."
        run.fault("with", message, 'Add it, such as "{{name}}" with an output column.')
