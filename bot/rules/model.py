"""What a rule is: a named query with its purpose and, if it alerts, its condition and plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from bot.query.ast import Query

Severity: TypeAlias = Literal["info", "low", "medium", "high", "critical"]
Status: TypeAlias = Literal["draft", "test", "live"]


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

    An item that runs has either `rule` (with `bindings` for its parameters) or `query`;
    `bindings` values may hold `{{column}}`. `answers` says what none, some and many mean.
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
    """The alerting half of a rule: for people `condition`, for the machine `when`, `every`, `key`."""

    condition: str
    every: timedelta
    when: str = ""
    over: timedelta | None = None
    bindings: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class RuleTest:
    """Events and what the rule must make of them: `fires`, or the number of `rows`."""

    name: str
    events: tuple[Mapping[str, Any], ...]
    fires: bool | None = None
    rows: int | None = None
    bindings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A loaded rule. `query` may still hold parameters; `version` is a hash of the file's text."""

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
