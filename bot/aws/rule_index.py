"""The installed rules as two files that the build writes and a function reads instead of YAML.

`rules.index` has the cards, for the function that acknowledges: msgspec decodes it, and nothing of the
query language is imported for it. `rules.full` has whole rules, for the worker. The head of each says
of which form it is, and that it is whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import msgspec

from bot.errors import BotError, SetupError
from bot.rules.card import DigestPlan, RuleCard, Source

if TYPE_CHECKING:
    from bot.rules.model import Rule

INDEX, FULL = "rules.index", "rules.full"

FORM = 1
"""Of both files. It rises when a class that is in one of them changes."""

_MAGIC = b"siem-rules"

_Full: TypeAlias = tuple[
    tuple[dict[str, Source], dict[str, str], tuple[DigestPlan, ...]],
    bytes,
]


class Config(Protocol):
    """What holds for all rules (`bot.rules.config_file.Config`)."""

    @property
    def sources(self) -> Mapping[str, Source]:
        """Sources by name."""
        ...

    @property
    def channels(self) -> Mapping[str, str]:
        """Channels by severity, and for `test` and `default`."""
        ...

    @property
    def digests(self) -> Sequence[DigestPlan]:
        """When digests come."""
        ...


class Installed(Protocol):
    """The rules that load, and what holds for all of them (`bot.cli.installed.Installed`)."""

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules, by id."""
        ...

    @property
    def config(self) -> Config:
        """What holds for all rules."""
        ...


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """What the function that acknowledges knows of the rules: their cards, and the logs' names."""

    cards: tuple[RuleCard, ...]
    channels: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the worker knows: whole rules (without their tests' events), sources, channels, digests."""

    rules: tuple[Rule, ...]
    sources: Mapping[str, Source]
    channels: Mapping[str, str]
    digests: tuple[DigestPlan, ...]


def compile_rules(installed: Installed) -> dict[str, bytes]:
    """The two files, by name. The same rules make the same bytes."""
    from bot.aws.rule_trees import written  # what acknowledges never needs it

    config = installed.config
    cards = tuple(rule.card for rule in installed.rules)
    index = RuleIndex(cards, config.channels, tuple(sorted(config.sources)))
    shared = (config.sources, config.channels, config.digests)
    return {
        INDEX: _sealed(msgspec.msgpack.encode(index)),
        FULL: _sealed(msgspec.msgpack.encode((shared, written(installed.rules)))),
    }


def load_index(folder: Path) -> RuleIndex:
    """The index in the folder; `BotError` if it is missing, broken, or of another version."""
    body = _opened(folder / INDEX)
    try:
        return msgspec.msgpack.decode(body, type=RuleIndex)
    except msgspec.MsgspecError as error:
        raise _broken(folder / INDEX, str(error)) from error


def load_rules(folder: Path) -> Rules:
    """The whole rules in the folder; `BotError` as `load_index` raises it."""
    from bot.aws.rule_trees import read  # what acknowledges never needs it

    body = _opened(folder / FULL)
    try:
        (sources, channels, digests), trees = msgspec.msgpack.decode(body, type=_Full)
        return Rules(read(trees), sources, channels, digests)
    except (msgspec.MsgspecError, ValueError) as error:
        raise _broken(folder / FULL, str(error)) from error


def _sealed(body: bytes) -> bytes:
    head = b" ".join([_MAGIC, b"%d" % FORM, b"%d" % len(body), b"%08x" % zlib.crc32(body)])
    return head + b"\n" + body


def _opened(path: Path) -> memoryview:
    """What is in a file, once its head says that it is all there and of this form."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _broken(path, error.strerror or "cannot be read") from error
    end = content.find(b"\n", 0, 200)
    body = memoryview(content)[end + 1 :]
    match content[: max(end, 0)].split(b" "):
        case [magic, form, size, check] if magic == _MAGIC:
            if form != b"%d" % FORM:
                raise _broken(path, f"form {form.decode(errors='replace')}, and this is {FORM}")
            if size != b"%d" % len(body) or check != b"%08x" % zlib.crc32(body):
                raise _broken(path, "it is cut or changed")
        case _:
            raise _broken(path, "it is something else")
    return body


def _broken(path: Path, why: str) -> BotError:
    return SetupError(
        f"{path} is not the rules that this version of the bot was built with ({why}). Build and "
        "deploy again: python -m bot package"
    )
