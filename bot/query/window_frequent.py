"""`countFrequent`: how often each combination of values comes.

CloudWatch Logs user guide, `countFrequent`. AWS approximates; here the counts are exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.query.batch import Column
from bot.query.values import Value, identity

COUNT = "_approxcount"
"""The name of the column of counts. The other columns are the keys, under their own names."""


def frequent(keys: Sequence[Column]) -> tuple[list[list[Value]], list[Value]]:
    """The keys and the counts of each combination, the most frequent first.

    There is at least one key. Of equal counts the combination that came first stands first.
    Combinations are alike if they print alike; a missing key is a value of its own.
    """
    groups = list(zip(*([identity(value) for value in key] for key in keys), strict=True))
    counts = Counter(groups)
    firsts = dict(zip(reversed(groups), range(len(groups) - 1, -1, -1), strict=True))
    ordered = [group for group, _ in counts.most_common()]  # equals stay as they came
    columns = [
        [None if group[place] is None else key[firsts[group]] for group in ordered]
        for place, key in enumerate(keys)
    ]
    return columns, [counts[group] for group in ordered]
