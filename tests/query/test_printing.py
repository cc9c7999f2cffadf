"""Printing and parsing are inverse, for trees of every kind and for hostile leaves."""

from __future__ import annotations

from typing import get_args

from hypothesis import HealthCheck, given, settings

from bot.query.ast import Command, Query
from bot.query.parser import parse
from tests.query.trees import KINDS, QUERIES


def check(tree: Query) -> None:
    text = str(tree)
    assert parse(text) == tree
    assert str(parse(text)) == text


@settings(
    max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(QUERIES)
def test_a_printed_tree_reads_as_the_same_tree(tree: Query) -> None:
    check(tree)


def test_a_printed_command_of_any_kind_reads_as_the_same() -> None:
    seen: set[type] = set()
    for kind in KINDS:

        @settings(max_examples=40, derandomize=True, deadline=None)
        @given(kind)
        def check_kind(commands: tuple[Command, ...]) -> None:
            seen.update(map(type, commands))
            check(Query(commands))

        check_kind()
    assert seen == set(get_args(Command))
