"""One value that becomes several rows: `unnest`, `expand`, and `parse … multi`.

CloudWatch Logs user guide, `unnest`, `expand` and `parse`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from bot.query.columns.batch import Column
from bot.query.discovery.access import part_of
from bot.query.functions.structure import parse_json
from bot.query.values import Value

Elements: TypeAlias = Callable[[Value], list[Value]]


def elements(value: Value) -> list[Value]:
    """What `unnest` makes of a value: the elements of a list, or else the value itself.

    A list without elements gives one missing value, so that its row stays.
    """
    if not isinstance(value, list):
        return [value]
    return [part_of(value, (place,)) for place in range(len(value))] or [None]


def expanded(value: Value) -> list[Value]:
    """What `expand` makes of a value: the elements of the JSON array that a text is, or itself.

    A list, such as `split` makes, stays as it is (observed). An empty array gives one missing
    value, so that its row stays.
    """
    array = parse_json(value) if isinstance(value, str) else None
    return elements(array) if isinstance(array, list) else [value]


def spread(column: Column, elements: Elements) -> tuple[list[int], list[Value]]:
    """For each new row the number of the row that it is made of, and its element."""
    rows: list[int] = []
    values: list[Value] = []
    for row, value in enumerate(column):
        found = elements(value)
        rows += [row] * len(found)
        values += found
    return rows, values


Matches: TypeAlias = Callable[[str], list[tuple[str | None, ...]]]


def spread_matches(
    texts: Sequence[str | None], matches: Matches, width: int
) -> tuple[list[int], list[list[Value]]]:
    """The same for `parse … multi`: the row of each match, and one column for each of its values.

    A row without a match stays, without values.
    """
    rows: list[int] = []
    found: list[tuple[str | None, ...]] = []
    nothing: list[tuple[str | None, ...]] = [(None,) * width]
    for row, text in enumerate(texts):
        several = (matches(text) if text is not None else nothing) or nothing
        rows += [row] * len(several)
        found += several
    return rows, [[values[place] for values in found] for place in range(width)]
