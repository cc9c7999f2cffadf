"""What a rule is: its card, with the queries that detection works with and the tests that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from bot.query.ast import Query
from bot.rules.card import AlertTerms, RuleCard, TriageQuestion


@dataclass(frozen=True, slots=True)
class TriageItem(TriageQuestion):
    """A question of the plan with the query that answers it, if it has one of its own.

    An item that runs has either `rule` or `query`. The parameters of `query` are each an output
    column of the alert, or else one of its parameters.
    """

    query: Query | None = None

    @property
    def runs(self) -> bool:
        """Whether the item is answered by a query, rather than by a person alone."""
        return self.rule is not None or self.query is not None


@dataclass(frozen=True, slots=True)
class AlertPlan(AlertTerms):
    """The alerting half of a rule, with what the machine runs.

    `finds` is the rule's query with `when` in its place: each of its rows is a finding. It may
    still hold parameters; `bindings` has their values.
    """

    finds: Query | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(RuleCard):
    """A loaded rule. `query` may still hold parameters. `tested` follows from `tests`, if it has any."""

    query: Query
    alert: AlertPlan | None = None
    triage: tuple[TriageItem, ...] = ()
    tests: tuple[RuleTest, ...] = ()

    def __post_init__(self) -> None:
        if self.tests:  # a rule that was compiled has left them behind
            object.__setattr__(self, "tested", len(self.tests))

    @property
    def card(self) -> RuleCard:
        """What people see of the rule, and nothing else."""
        return RuleCard(**_shown(self, RuleCard) | {"alert": self._terms, "triage": self._asked})

    @property
    def _terms(self) -> AlertTerms | None:
        return None if self.alert is None else AlertTerms(**_shown(self.alert, AlertTerms))

    @property
    def _asked(self) -> tuple[TriageQuestion, ...]:
        return tuple(TriageQuestion(**_shown(item, TriageQuestion)) for item in self.triage)


def _shown(whole: object, part: type) -> dict[str, Any]:
    """The fields of `whole` that its base `part` has."""
    return {each.name: getattr(whole, each.name) for each in fields(part)}
