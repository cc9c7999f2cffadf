"""Reads the folder of rules from the disk: `rules/config.yml` and every rule beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.alerts.policy import channel_of
from bot.errors import BotError
from bot.rules.card import Source
from bot.rules.config_file import Config, read_config
from bot.rules.loader import Fault, load_rules
from bot.rules.model import Rule

CONFIG = "config.yml"


@dataclass(frozen=True, slots=True)
class Installed:
    """The rules that load, what is wrong with the others, and the sources they read."""

    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...]
    config: Config

    @property
    def sources(self) -> Mapping[str, Source]:
        """Sources by name."""
        return self.config.sources


def check_channels(found: Installed) -> None:
    """`BotError` if an alert would have nowhere to go: nobody would ever see it."""
    channels = found.config.channels
    lost = [
        rule.id
        for rule in found.rules
        if rule.alert is not None and rule.status != "draft" and not channel_of(rule, channels)
    ]
    if lost:
        more = "" if len(lost) == 1 else f" and {len(lost) - 1} more"
        raise BotError(
            f"Alerts of the rule `{lost[0]}`{more} have nowhere to go. Name a channel in "
            "rules/config.yml: `channels: {default: C0123456789}`. A channel's id stands at the end "
            "of *View channel details* in Slack."
        )


def installed(folder: Path) -> Installed:
    """Everything under `folder`. `BotError` if it or its `config.yml` cannot be read."""
    config = read_config(str(folder / CONFIG), _read(folder / CONFIG))
    files = {
        str(path): _read(path)
        for path in sorted(folder.rglob("*.y*ml"))
        if path.suffix in (".yml", ".yaml") and path != folder / CONFIG
    }
    loaded = load_rules(files, config.sources)
    return Installed(loaded.rules, loaded.faults, config)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise BotError(f"{path} cannot be read: {error.strerror}.") from error
