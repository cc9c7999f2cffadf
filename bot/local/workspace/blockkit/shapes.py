"""The words in which the table of Block Kit is written: what a field of a Slack object may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Surface: TypeAlias = Literal["message", "modal", "home", "any"]
"""Where blocks stand. `any` is a list of blocks alone, of which nobody has said where it will go."""

EVERYWHERE: frozenset[Surface] = frozenset({"message", "modal", "home"})


@dataclass(frozen=True, slots=True)
class String:
    """Text of `least` to `most` characters; one of `choices`, or written as `form` (formats.FORMS)."""

    most: int | None = None
    least: int = 0
    choices: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text object of one of `kinds`, its text 1 to `most` characters long.

    https://docs.slack.dev/reference/block-kit/composition-objects/text-object
    """

    most: int = 3000
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `least` to `most`, or more than `above`; `whole` unless said otherwise."""

    least: int | None = None
    most: int | None = None
    above: int | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Anything:
    """A value of which Slack does not say what it is; nobody looks at it."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object that Slack does not describe further; nobody looks into it."""


@dataclass(frozen=True, slots=True)
class One:
    """An object that its `type` tells apart: the row of the table for each type.

    `placed`: a block that stands in the payload by itself, with an id of its own; not a block that
    is only the value of a field, as the rich text in a cell.
    """

    rows: Mapping[str, str]
    placed: bool = False


def one(*rows: str, placed: bool = False) -> One:
    """An object that is one of these rows, `elements/button` for one: its type is the last word."""
    return One({row.rpartition("/")[2]: row for row in rows}, placed)


@dataclass(frozen=True, slots=True)
class Part:
    """An object of which only one kind may stand here: the row of the table."""

    row: str


@dataclass(frozen=True, slots=True)
class Many:
    """A list of `least` to `most` items; `gaps` lets some of them be null."""

    of: Spec
    most: int | None = None
    least: int = 1
    gaps: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """A value that fits one of two specifications, the first being the usual one."""

    first: Spec
    second: Spec


Spec: TypeAlias = String | Text | Number | Flag | Anything | Object | One | Part | Many | Either


@dataclass(frozen=True, slots=True)
class Shape:
    """One row of the table: an object's fields, those it must have, and the page that says so.

    `one_of`: of each group at least one field must be there. `not_both`: of each group at most one
    may be. `surfaces`: where it may stand. `chosen`: what Slack's pages leave open, by field (the
    empty name is the row itself), and how it was decided. `page` is below https://docs.slack.dev/.
    """

    page: str
    fields: Mapping[str, Spec] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    not_both: tuple[tuple[str, str], ...] = ()
    surfaces: frozenset[Surface] = EVERYWHERE
    chosen: Mapping[str, str] = field(default_factory=dict)
