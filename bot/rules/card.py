"""What people see of a rule and ask it with: everything but its queries' trees and its tests' events.

Whoever only shows rules and reads questions works with cards; a card is read in a moment, and nothing of
the query language is needed for it. A whole rule (`bot.rules.model`) is a card with more on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["info", "low", "medium", "high", "critical"]
Status: TypeAlias = Literal["draft", "test", "live"]

NEEDS: Mapping[str, str] = {
    "s3-data-events": "S3 data events",
    "lambda-data-events": "Lambda data events",
}
"""What a rule may need, with its name in a sentence. Trails log no data events unless told to
(CloudTrail user guide, "Logging data events")."""


@dataclass(frozen=True, slots=True)
class RuleParameter:
    """A value that a person or an alert gives to a rule. `type` is a row of `PARAMETER_TYPES`."""

    name: str
    type: str
    help: str = ""
    example: str = ""
    default: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Whether the rule cannot run without a value from the person."""
        return self.default is None


@dataclass(frozen=True, slots=True)
class TriageQuestion:
    """One question of the plan, decided before the alarm rang, as people read it.

    `rule` is the rule that answers it, if one does, with `bindings` for its parameters: each is plain
    text or one `{{name}}` (`place_of` tells). `answers` says what `none`, `some` and `many` rows mean;
    many is more than `many_over`.
    """

    id: str
    ask: str
    why: str = ""
    rule: str | None = None
    bindings: Mapping[str, str] = field(default_factory=dict)
    around: timedelta | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    many_over: int = 10
    required: bool = False
    auto: bool = False


@dataclass(frozen=True, slots=True)
class AlertTerms:
    """When a rule alerts: `condition` for people, `when` as text, how often, over what, by which key."""

    condition: str
    every: timedelta
    when: str = ""
    over: timedelta | None = None
    bindings: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule as people see it. `query_text` is the query as its author wrote it, `version` a hash of
    the file's text, `tested` the number of tests.

    `window` is how far back a person's question looks when they name no window.
    """

    id: str
    title: str
    purpose: str
    severity: Severity
    status: Status
    log: str
    query_text: str
    path: str
    version: str
    owner: str = ""
    window: timedelta = timedelta(hours=24)
    needs: tuple[str, ...] = ()
    attack: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parameters: tuple[RuleParameter, ...] = ()
    alert: AlertTerms | None = None
    triage: tuple[TriageQuestion, ...] = ()
    respond: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    tested: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A log that rules name: where it is, and which field of an event says when it happened."""

    name: str
    groups: tuple[str, ...]
    event_time: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """A digest for a channel, each day `at` a time of day in `zone`, an IANA name."""

    at: time
    zone: str
    channel: str


_PLACE = re.compile(r"\{\{[ \t]*([\w@][\w@.-]*)[ \t]*\}\}")


def place_of(value: str) -> str | None:
    """The name in a value that is one `{{name}}`; None if the value is plain text."""
    found = _PLACE.fullmatch(value.strip())
    return found[1] if found else None
