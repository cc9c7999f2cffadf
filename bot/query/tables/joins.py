"""`join`: which rows of two queries belong together.

CloudWatch Logs user guide, `join`. Equality only; at most 50,000 different keys on the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.errors import BotError
from bot.query.columns.batch import Column
from bot.query.values import identity

MOST_KEYS = 50_000
MOST_JOINED = 1_000_000
"""Rows that a join may give."""


def join_rows(
    left: Column, right: Column, kind: Literal["inner", "left"] = "inner"
) -> tuple[list[int], list[int | None]]:
    """For each joined row the numbers of the row of the left and of the right side.

    Rows belong together if their keys print alike; every such pair is a row, in the order of the
    left side and then of the right. Missing keys belong to nothing. In a `left` join a left row
    without a partner stays, with None. `BotError` for too many keys or rows.
    """
    partners = _by_key(right)
    lefts: list[int] = []
    rights: list[int | None] = []
    alone: Sequence[int | None] = [None] if kind == "left" else []
    for row, value in enumerate(left):
        key = identity(value)
        found = alone if key is None else partners.get(key, alone)
        if len(lefts) + len(found) > MOST_JOINED:
            message = f"`join` would give more than {MOST_JOINED:,} rows here."
            raise BotError(f"{message}\nJoin by a field whose values come less often.")
        lefts += [row] * len(found)
        rights += found
    return lefts, rights


def _by_key(right: Column) -> dict[str, list[int | None]]:
    partners: dict[str, list[int | None]] = {}
    for row, value in enumerate(right):
        key = identity(value)
        if key is not None:
            partners.setdefault(key, []).append(row)
            if len(partners) > MOST_KEYS:
                message = f"The right side of `join` has more than {MOST_KEYS:,} different keys."
                raise BotError(f"{message}\nFilter or group its rows further.")
    return partners
