"""Reads `rules/config.yml`: the logs that rules name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import BotError
from bot.query.errors import quoted
from bot.rules.fault import Faults
from bot.rules.format import CONFIG, NOT_YET, SOURCE
from bot.rules.model import Source
from bot.rules.section import Section
from bot.rules.yaml_reader import read_yaml

# CloudWatch Logs API, CreateLogGroup: "Log group names can be between 1 and 512 characters long".
_GROUP = r"[a-zA-Z0-9_/.#-]{1,512}"
_FIELD = r"@?[\w-]+(\.[\w-]+)*"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,49}")


@dataclass(frozen=True, slots=True)
class Config:
    """What holds for all rules. `unused` names keys that are read by nothing yet."""

    sources: Mapping[str, Source]
    unused: tuple[str, ...] = ()


def read_config(path: str, text: str) -> Config:
    """The configuration in `text`; `path` is for messages. `BotError` holds all its faults."""
    faults = Faults(path)
    tree = read_yaml(text, faults)
    config = Config({})
    if tree is not None:
        config = _read(Section(tree, "", CONFIG, faults, NOT_YET["config"]))
    if faults.found:
        raise BotError(
            "\n".join(str(fault) for fault in sorted(faults.found, key=lambda f: f.line))
        )
    return config


def _read(section: Section) -> Config:
    sources = {}
    for name, node in section.entries("sources"):
        if not _NAME.fullmatch(name):
            message = f"{quoted(name)} is no name for a source."
            fix = "Take small letters, digits and `-`, at most 50, a letter first."
            section.faults.add(section.at("sources"), message, fix, node.line)
        source = Section(node, f"sources.{name}", SOURCE, section.faults, NOT_YET["source"])
        groups = source.texts("groups", _GROUP, "a log group's name")
        if source.has("groups") and not source.nodes("groups"):
            source.fault("groups", "There is no log group.", "Name at least one.")
        event_time = source.text("event_time", _FIELD, "a field's name, such as eventTime") or None
        sources[name] = Source(name, groups, event_time, source.text("about"))
    if section.has("sources") and not sources:
        section.fault("sources", "There is no source.", "Add one, with its `groups`.")
    unused = tuple(name for name in CONFIG if name != "sources" and section.has(name))
    return Config(sources, unused)
