"""What a rule is: a named query with its purpose and, if it alerts, its condition and plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any, Literal, TypeAlias

from bot.query.ast import Query

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
class TriageItem:
    """One question of the plan, decided before the alarm rang.

    An item that runs has either `rule` (with `bindings` for its parameters) or `query`; a value in
    `bindings` is plain text or one `{{name}}` (`place_of` tells), and so are the parameters of
    `query`: an output column of the alert, or else one of its parameters. `answers` says what
    `none`, `some` and `many` rows mean; many is more than `many_over`.
    """

    id: str
    ask: str
    why: str = ""
    rule: str | None = None
    bindings: Mapping[str, str] = field(default_factory=dict)
    query: Query | None = None
    around: timedelta | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    many_over: int = 10
    required: bool = False
    auto: bool = False

    @property
    def runs(self) -> bool:
        """Whether the item is answered by a query, rather than by a person alone."""
        return self.rule is not None or self.query is not None


@dataclass(frozen=True, slots=True)
class AlertPlan:
    """The alerting half of a rule: for people `condition`, for the machine the rest.

    `finds` is the rule's query with `when` in its place: each of its rows is a finding. It may
    still hold parameters; `bindings` has their values.
    """

    condition: str
    every: timedelta
    when: str = ""
    finds: Query | None = None
    over: timedelta | None = None
    bindings: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class RuleTest:
    """Events and what the rule must make of them: `fires`, or the number of `rows`, or `expect`.

    `expect` has one mapping for each row, of the columns that matter; None is a missing value.
    """

    name: str
    events: tuple[Mapping[str, Any], ...]
    fires: bool | None = None
    rows: int | None = None
    expect: tuple[Mapping[str, str | None], ...] | None = None
    bindings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A loaded rule. `query` may still hold parameters; `version` is a hash of the file's text.

    `window` is how far back a person's question looks when they name no window.
    """

    id: str
    title: str
    purpose: str
    severity: Severity
    status: Status
    log: str
    query: Query
    query_text: str
    path: str
    version: str
    owner: str = ""
    window: timedelta = timedelta(hours=24)
    needs: tuple[str, ...] = ()
    attack: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parameters: tuple[RuleParameter, ...] = ()
    alert: AlertPlan | None = None
    triage: tuple[TriageItem, ...] = ()
    respond: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    tests: tuple[RuleTest, ...] = ()


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
