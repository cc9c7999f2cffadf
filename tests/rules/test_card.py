"""A rule's card: all that people see, and no tree."""

from __future__ import annotations

from dataclasses import fields

import msgspec

from bot.rules.card import AlertTerms, RuleCard, TriageQuestion
from tests.rules.samples import ALERTING, ASKING, rule_of


def test_a_card_is_the_rule_without_trees_and_events() -> None:
    for text in (ASKING, ALERTING):
        rule = rule_of(text)

        card = rule.card

        assert type(card) is RuleCard
        assert all(type(item) is TriageQuestion for item in card.triage)
        assert card.alert is None or type(card.alert) is AlertTerms
        for each in fields(RuleCard):
            if each.name not in ("alert", "triage"):
                assert getattr(card, each.name) == getattr(rule, each.name)
        assert card.tested == len(rule.tests) > 0
        assert [item.ask for item in card.triage] == [item.ask for item in rule.triage]


def test_a_card_can_be_written_and_read() -> None:
    card = rule_of(ALERTING).card
    assert msgspec.convert(msgspec.to_builtins(card), RuleCard) == card
