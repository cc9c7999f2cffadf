"""Whether a rule that watches is well: it runs, it runs in time, and it does not fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.alerts.model import Watermark
from bot.rules.card import RuleCard

State: TypeAlias = Literal["ok", "new", "late", "failing", "waiting"]

PATIENCE = timedelta(minutes=10)
"""Beyond three turns of a rule: what the log service takes, and one slow search."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a rule fares. `problem` says why it failed, or what it waits for. `lag` is how far its search is behind now; None if it never ran."""

    rule: str
    state: State
    last_run: datetime | None = None
    lag: timedelta | None = None
    failures: int = 0
    problem: str = ""

    @property
    def well(self) -> bool:
        """Whether nobody needs to look."""
        return self.state in ("ok", "new")


def health_of(rule: RuleCard, mark: Watermark | None, now: datetime) -> Health:
    """The health of a rule that has an alert, at `now`."""
    if mark is not None and mark.waiting is not None and now - mark.waiting > PATIENCE:
        lag = None if mark.through is None else max(now - mark.through, timedelta())
        problem = f"waits for a place among AWS's queries since {mark.waiting:%Y-%m-%d %H:%M} UTC"
        return Health(rule.id, "waiting", mark.last_run, lag, mark.failures, problem)
    if mark is None or mark.last_run is None:
        return Health(rule.id, "new")
    lag = None if mark.through is None else max(now - mark.through, timedelta())
    state: State = "ok"
    if mark.failures:
        state = "failing"
    elif rule.alert is not None and now - mark.last_run > 3 * rule.alert.every + PATIENCE:
        state = "late"
    return Health(rule.id, state, mark.last_run, lag, mark.failures, mark.problem)
