"""Values to check and test a rule with, where nobody has given any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.query.parameters import ParameterValue, read_value
from bot.rules.card import RuleParameter


def samples(parameters: Iterable[RuleParameter]) -> Mapping[str, ParameterValue]:
    """A value for each parameter: its example, or else its default or first choice."""
    return {
        p.name: read_value(p.type, p.example or p.default or p.choices[0], p.choices)
        for p in parameters
    }
