"""Parameters and their values in rule files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.errors import BotError
from bot.query.errors import quoted
from bot.query.parameters import PARAMETER_TYPES, read_value
from bot.rules.card import RuleParameter
from bot.rules.fault import did_you_mean, listed
from bot.rules.format import PARAMETER
from bot.rules.section import Section
from bot.rules.yaml_reader import Node

RESERVED = frozenset({"window", "private"})
"""What a question in Slack may name beside a rule's own parameters."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")


def read_parameters(rule: Section) -> tuple[RuleParameter, ...] | None:
    """The parameters of a rule, or None if any is faulty."""
    before = len(rule.faults.found)
    read = tuple(_parameter(rule, name, node) for name, node in rule.entries("parameters"))
    return read if len(rule.faults.found) == before else None


def _parameter(rule: Section, name: str, node: Node) -> RuleParameter:
    key = rule.at(f"parameters.{name}")
    if not _NAME.fullmatch(name):
        message = f"{quoted(name)} is no name for a parameter."
        fix = "Take small letters, digits and `_`, at most 30, a letter first."
        rule.faults.add(key, message, fix, node.line)
    elif name in RESERVED:
        message = f"{quoted(name)} has a meaning of its own in a question."
        rule.faults.add(key, message, "Take another name.", node.line)
    section = Section(node, key, PARAMETER, rule.faults)
    kind = section.choice("type", PARAMETER_TYPES, "")
    choices = section.texts("choices")
    default = value_text(section, "default") if section.has("default") else None
    example = value_text(section, "example") if section.has("example") else ""
    if kind == "enum" and not choices:
        section.fault("choices", "An `enum` needs `choices`.", "List the values it may have.")
    if not (example or default or choices or section.has("example") or section.has("default")):
        section.fault("example", "The key `example` is missing.", "Add a value that would work.")
    read = RuleParameter(name, kind, section.text("help"), example, default, choices)
    if kind and (kind != "enum" or choices):
        for which, given in (("example", example), ("default", default), ("choices", None)):
            for text in choices if which == "choices" else [given]:
                if text:
                    check_value(section, which, read, text)
    return read


def value_text(section: Section, name: str) -> str:
    """A value as text: numbers may stand without quotes. Empty with a fault if it is neither."""
    node = section.node(name)
    return "" if node is None else node_text(section, name, node)


def node_text(section: Section, name: str, node: Node) -> str:
    """The value of a node as text, or an empty text with a fault."""
    if isinstance(node.value, str) and node.value:
        return node.value
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return str(node.value)
    section.wrong(name, node, "a value, as text or a number")
    return ""


def check_value(section: Section, name: str, parameter: RuleParameter, text: str) -> None:
    """Note it if the text is no value of the parameter's type."""
    try:
        read_value(parameter.type, text, parameter.choices)
    except BotError as error:
        section.fault(name, str(error))


def read_bindings(section: Section, name: str) -> Mapping[str, str]:
    """Values by name, as texts; faulty ones are left out."""
    read = {key: node_text(section, f"{name}.{key}", node) for key, node in section.entries(name)}
    return {key: text for key, text in read.items() if text}


def check_bindings(
    section: Section,
    bindings: Mapping[str, str],
    parameters: Iterable[RuleParameter],
    places: Iterable[str] = (),
) -> None:
    """Note values without a parameter, and values of the wrong type; not those named by `places`."""
    known = {parameter.name: parameter for parameter in parameters}
    later = set(places)
    for name, text in bindings.items():
        if name not in known:
            none = "It takes none."
            fix = did_you_mean(name, known, f"It has {listed(known)}." if known else none)
            section.fault(f"with.{name}", f"There is no parameter {quoted(name)}.", fix)
        elif name not in later:
            check_value(section, f"with.{name}", known[name], text)


def missing_values(parameters: Iterable[RuleParameter], bindings: Mapping[str, str]) -> list[str]:
    """The parameters that have neither a default nor a value in `bindings`."""
    return [p.name for p in parameters if p.required and p.name not in bindings]
