"""`sessionize`: rows of one identity that follow each other closely are one session.

CloudWatch Logs user guide, `sessionize`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.query.columns.batch import Column
from bot.query.values import Number, Value, identity, number_of

DEFAULT_SPAN = 30 * 60_000
"""The gap, in milliseconds, that ends a session where the query says nothing."""


def sessions(keys: Sequence[Column], times: Column, maxspan: int = DEFAULT_SPAN) -> list[Value]:
    """For each row the number of its session; None where a key or the time is missing.

    There is at least one key. A row belongs to the session of the row before it in time with the same keys, if that is at
    most `maxspan` milliseconds earlier. Sessions are numbered from 1 in the order in which they
    begin, whatever the order of the rows is.
    """
    moments = [number_of(time) for time in times]
    groups = list(zip(*([identity(value) for value in column] for column in keys), strict=True))
    timed: list[tuple[Number, int]] = [
        (moment, row)
        for row, (moment, group) in enumerate(zip(moments, groups, strict=True))
        if moment is not None and None not in group
    ]
    timed.sort()
    ids: list[Value] = [None] * len(moments)
    latest: dict[tuple[str | None, ...], tuple[Number, int]] = {}
    count = 0
    for moment, row in timed:
        group = groups[row]
        before = latest.get(group)
        if before is None or moment > before[0] + maxspan:
            count += 1
            session = count
        else:
            session = before[1]
        latest[group] = (moment, session)
        ids[row] = session
    return ids
