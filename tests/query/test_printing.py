"""Printing and parsing are inverse, for trees of every kind and for hostile leaves."""

from __future__ import annotations

from typing import get_args

from hypothesis import HealthCheck, given, settings

from bot.query.ast import Command, Query
from bot.query.parser import parse
from tests.query.trees import QUERIES


@settings(
    max_examples=500, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(tree=QUERIES)
def check(seen: set[type], tree: Query) -> None:
    seen.update(map(type, tree.commands))
    text = str(tree)
    assert parse(text) == tree
    assert str(parse(text)) == text


def test_a_printed_tree_reads_as_the_same_tree_with_commands_of_every_kind() -> None:
    seen: set[type] = set()
    check(seen)
    assert set(get_args(Command)) == seen
