"""Reads `rules/config.yml`: the logs that rules name, where alerts go, when digests come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import get_args
from zoneinfo import ZoneInfo

from bot.errors import BotError
from bot.query.errors import quoted
from bot.rules.card import DigestPlan, Severity, Source
from bot.rules.fault import Faults
from bot.rules.format import CONFIG, DIGEST, NOT_YET, SOURCE
from bot.rules.section import Section
from bot.rules.yaml_reader import read_yaml

# CloudWatch Logs API, CreateLogGroup: "Log group names can be between 1 and 512 characters long".
_GROUP = r"[a-zA-Z0-9_/.#-]{1,512}"
_FIELD = r"@?[\w-]+(\.[\w-]+)*"
# Slack's own form of a channel's id; names change and cannot be edited in, so they are not taken.
_CHANNEL, _CHANNEL_SHAPE = r"[CG][A-Z0-9]{2,20}", "a channel's id, such as C0123456789"
_POSTS = (*get_args(Severity), "test", "ops", "default")
_USED = ("sources", "channels", "digests")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,49}")


@dataclass(frozen=True, slots=True)
class Config:
    """What holds for all rules. `unused` names keys that are read by nothing yet."""

    sources: Mapping[str, Source]
    channels: Mapping[str, str] = field(default_factory=dict)
    """Ids of channels by severity, and for `test`, `ops` and `default`."""
    digests: tuple[DigestPlan, ...] = ()
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
    unused = tuple(name for name in CONFIG if name not in _USED and section.has(name))
    return Config(sources, _channels(section), _digests(section), unused)


def _channels(section: Section) -> dict[str, str]:
    channels = section.section("channels", dict.fromkeys(_POSTS, CONFIG["channels"]))
    if channels is None:
        return {}
    given = {kind: channels.text(kind, _CHANNEL, _CHANNEL_SHAPE) for kind in _POSTS}
    return {kind: channel for kind, channel in given.items() if channel}


def _digests(section: Section) -> tuple[DigestPlan, ...]:
    plans = []
    for entry in section.sections("digests", DIGEST):
        at = entry.text("at", r"([01][0-9]|2[0-3]):[0-5][0-9]", "a time of day, such as 08:00")
        zone = entry.text("zone") or "UTC"
        channel = entry.text("channel", _CHANNEL, _CHANNEL_SHAPE)
        if not _is_zone(zone):
            fix = "Zones have names such as Europe/Berlin or UTC."
            entry.fault("zone", f"{quoted(zone)} is no time zone.", fix)
        elif at and channel:
            plans.append(DigestPlan(time.fromisoformat(at), zone, channel))
    return tuple(plans)


def _is_zone(name: str) -> bool:
    try:
        return ZoneInfo(name).key == name
    except (KeyError, OSError, ValueError):  # ZoneInfo raises any of them for what is no zone
        return False
