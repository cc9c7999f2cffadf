"""Which pinned distributions a set of imports needs, with what these need themselves."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from bot.errors import BotError

BEHIND = {"zoneinfo": "tzdata"}
"""What a module of the standard library loads by itself: Lambda's system may have no time zones."""


def pins(requirements: Path) -> dict[str, str]:
    """The versions in a requirements.txt by canonical name. `BotError` for a line without `==`."""
    found = {}
    for number, line in enumerate(requirements.read_text("utf-8").splitlines(), 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        match = re.fullmatch(r"([A-Za-z0-9._-]+)==([^\s;=]+)", text)
        if match is None:
            raise BotError(f"{requirements}:{number}: expected NAME==VERSION, got {text!r}.")
        found[canonical(match[1])] = match[2]
    return found


def needed(names: Iterable[str], pinned: Mapping[str, str]) -> dict[str, str]:
    """The pins for the top-level modules `names`, and for what their distributions need.

    What a distribution needs is read from the one that is installed here, so it must be the one
    that is pinned. `BotError` if it is not, or if something is needed that has no pin.
    """
    providers = metadata.packages_distributions()
    found: dict[str, str] = {}
    waiting: list[tuple[str, str]] = []
    loaded = set(names) | {BEHIND[name] for name in names if name in BEHIND}
    for name in sorted(loaded - sys.stdlib_module_names):
        if name not in providers:
            raise BotError(
                f"Nothing that is installed provides the module {name}: pin it, run make."
            )
        waiting.extend((provider, f"the module {name}") for provider in set(providers[name]))
    while waiting:
        distribution, needs = waiting.pop()
        name = canonical(distribution)
        if name in found:
            continue
        if name not in pinned:
            raise BotError(f"{needs} needs {distribution}, which requirements.txt does not pin.")
        found[name] = pinned[name]
        waiting.extend((each, distribution) for each in _needs(name, pinned))
    return dict(sorted(found.items()))


def _needs(name: str, pinned: Mapping[str, str]) -> list[str]:
    """What an installed distribution says it requires here, without extras."""
    here = metadata.distribution(name)
    if here.version != pinned[name]:
        raise BotError(
            f"{name} {here.version} is installed, {pinned[name]} is pinned: run `make .venv/bot`."
        )
    found = []
    for requirement in here.requires or ():
        match = re.match(r"[A-Za-z0-9._-]+", requirement)
        _, _, marker = requirement.partition(";")
        if match is None or "extra" in marker:
            continue
        # requirements.txt is whole: what it leaves out because of a marker is not for us.
        if not marker or canonical(match[0]) in pinned:
            found.append(match[0])
    return found


def canonical(name: str) -> str:
    """A distribution's name as indexes compare it (PyPA, Names and normalization)."""
    return re.sub(r"[-_.]+", "-", name).lower()
