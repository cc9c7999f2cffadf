"""`appendcols`: the columns of another query, beside those of this one.

CloudWatch Logs user guide, `appendcols`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.query.columns.batch import Column
from bot.query.values import Value

DEFAULT_MOST = 10_000
"""Rows of the other query that are used where the query says nothing."""


def append_columns(
    left: Mapping[str, Column],
    right: Mapping[str, Column],
    *,
    override: bool = False,
    most: int = DEFAULT_MOST,
) -> dict[str, list[Value]]:
    """The columns of both, by the place of the rows: the first beside the first, and so on.

    Of the right side `most` rows count. Rows that one side has more stay, without values of the
    other. Where both have a value in a column of the same name, that of the left stays, or with
    `override` that of the right.
    """
    size = max(
        max(map(len, left.values()), default=0),
        min(max(map(len, right.values()), default=0), most),
    )
    columns = {name: _padded(column, size) for name, column in left.items()}
    for name, column in right.items():
        added = _padded(column[:most], size)
        there = columns.get(name)
        if there is not None:
            first, second = (added, there) if override else (there, added)
            added = [b if a is None else a for a, b in zip(first, second, strict=True)]
        columns[name] = added
    return columns


def _padded(column: Column, size: int) -> list[Value]:
    missing: list[Value] = [None] * (size - len(column))
    return [*column, *missing]
