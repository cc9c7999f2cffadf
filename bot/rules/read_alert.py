"""The `alert` of a rule file: when the rule runs by itself, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.query.ast import Query
from bot.query.errors import QueryError, quoted
from bot.query.parameters import ParameterValue, parameters_of, read_value
from bot.rules.card import RuleParameter
from bot.rules.fault import did_you_mean, listed
from bot.rules.firing import aggregates, firing_query
from bot.rules.format import ALERT, NOT_YET
from bot.rules.model import AlertPlan
from bot.rules.read_parameters import check_bindings, missing_values, read_bindings
from bot.rules.read_query import check_compiles, query_fault
from bot.rules.sample_values import samples
from bot.rules.section import Section, duration_text

_MINUTE, _WEEK = timedelta(minutes=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Alerting:
    """The plan, and the output columns of its findings (None where they are not known)."""

    plan: AlertPlan
    columns: tuple[str, ...] | None


def read_alert(
    rule: Section, query: Query | None, parameters: tuple[RuleParameter, ...] | None
) -> Alerting | None:
    """The alert of a rule, or None if it has none. `query` and `parameters` are None if faulty."""
    section = rule.section("alert", ALERT, NOT_YET["alert"])
    if section is None:
        return None
    condition = section.text("condition")
    every = section.duration("every", _MINUTE, _WEEK) or timedelta(0)
    over = section.duration("over", every or _MINUTE, _WEEK)
    bindings = read_bindings(section, "with")
    key = section.texts("key")
    channel = section.text("channel", r"#?[\w-]{1,80}", "a channel's name or id") or None
    finds = _finds(rule, section, query) if query is not None else None
    if finds is not None and aggregates(finds) and not section.has("over"):
        fix = f"Say how far back each run looks, such as `over: {duration_text(every or _MINUTE)}`."
        section.fault("over", "A rule with a `stats` needs `over`.", fix)
    columns = None
    if parameters is not None:
        values = _values(section, bindings, parameters)
        if finds is not None and values is not None and _declared(section, query, finds, values):
            columns = check_compiles(section, "when", finds, values)
    if columns is not None:
        _check_key(section, key, columns)
    when = section.text("when", longest=10_000) if section.has("when") else ""
    plan = AlertPlan(
        condition, every, when=when, finds=finds, over=over, bindings=bindings, key=key,
        channel=channel,
    )  # fmt: skip
    return Alerting(plan, columns)


def _finds(rule: Section, section: Section, query: Query) -> Query | None:
    """The query with `when` in its place; faults go to the key whose text is wrong."""
    node = section.node("when")
    when = node.value if node is not None else ""
    if node is not None and not (isinstance(when, str) and when.strip()):
        section.wrong("when", node, "commands, in a block of text that begins with `|`")
        return None
    try:
        return firing_query(query, str(when))
    except QueryError as error:
        if error.text == query.text:
            query_fault(rule, "query", error)
        else:
            query_fault(section, "when", error)
        return None


def _declared(
    section: Section, query: Query | None, finds: Query, values: Mapping[str, ParameterValue]
) -> bool:
    """Whether all parameters are known; a fault for those that only `when` uses."""
    of_query = parameters_of(query) if query is not None else ()
    unknown = [name for name in parameters_of(finds) if name not in values]
    for name in unknown:
        if name not in of_query:
            message = f"There is no parameter {quoted(name)}."
            section.fault("when", message, "Declare it in `parameters`, or write its value.")
    return not unknown


def _values(
    section: Section, bindings: Mapping[str, str], parameters: tuple[RuleParameter, ...]
) -> Mapping[str, ParameterValue] | None:
    """The values that the alert runs with, or None with faults."""
    before = len(section.faults.found)
    check_bindings(section, bindings, parameters)
    if missing := missing_values(parameters, bindings):
        message = f"The alert has no value for {listed(missing)}."
        section.fault("with", message, "Add it; nobody is there to ask.")
    if len(section.faults.found) > before:
        return None
    by_name = {parameter.name: parameter for parameter in parameters}
    given = {
        name: read_value(by_name[name].type, text, by_name[name].choices)
        for name, text in bindings.items()
    }
    return {**samples(parameters), **given}


def _check_key(section: Section, key: tuple[str, ...], columns: tuple[str, ...]) -> None:
    for name in key:
        if name not in columns:
            fix = did_you_mean(name, columns, f"Columns are {listed(columns)}.")
            section.fault("key", f"{quoted(name)} is no output column of the alert.", fix)
