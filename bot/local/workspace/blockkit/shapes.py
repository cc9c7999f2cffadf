"""The words in which the table of limits is written: what a field of a Slack object may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class String:
    """Text of `least` to `most` characters; one of `choices` if there are any."""

    most: int | None = None
    least: int = 0
    choices: tuple[str, ...] = ()
    matches: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text object (https://docs.slack.dev/reference/block-kit/composition-objects/text-object)."""

    most: int
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `least` to `most`; `whole` unless said otherwise."""

    least: float | None = None
    most: float | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Something that this workspace never looks into."""


@dataclass(frozen=True, slots=True)
class One:
    """An object whose `type` is one of `kinds`, rows of the table."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """An object without a type: the row of the table that is meant."""

    name: str


@dataclass(frozen=True, slots=True)
class Many:
    """A list of `least` to `most` items; `gaps` lets some of them be null."""

    of: Spec
    most: int | None = None
    least: int = 1
    gaps: bool = False


Spec: TypeAlias = String | Text | Number | Flag | Anything | One | Part | Many


@dataclass(frozen=True, slots=True)
class Shape:
    """One row of the table: the fields an object has, those it must have, where the page is.

    `one_of`: of each group at least one field must be there. `surfaces`: where a block may stand.
    """

    page: str
    fields: Mapping[str, Spec] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    surfaces: frozenset[str] = frozenset({"message", "modal", "home"})
