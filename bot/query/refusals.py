"""Commands that Logs Insights has and this language does not run yet, and words that look like it.

They are refused by name: a query that AWS would run must not fail as if it were misspelt.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from bot.query.cursor import Cursor
from bot.query.errors import QueryError, quoted

_NOT_YET = {
    name.lower(): name
    for name in (
        "accum addtotals anomaly appendcols autoregress cidrlookup countFrequent count_frequent "
        "diff estimate expand fillmissing filldown filterIndex head join json logcompare lookup "
        "outlier pattern relevantfields search sessionize SOURCE tail unmask unnest"
    ).split()
}
_INSTEAD = {
    "source": "Leave it out: the log groups are given beside the query.",
    "filterindex": "Write `filter`; it finds the same events.",
    "head": "Write `limit`.",
    "tail": "Write `sort @timestamp asc | limit 10`.",
    "search": 'Write `filter @message like "text"`.',
}
_FOREIGN = {
    "order": "Write `sort field desc`.",
    "select": "This is no SQL: write `fields a, b | filter …`.",
    "group": "Write `stats count(*) by field`.",
    "table": "Write `display a, b`.",
    "project": "Write `display a, b`.",
    "extend": "Write `fields … as name`.",
    "eval": "Write `fields … as name`.",
}


def refuse_command(cursor: Cursor, known: Iterable[str]) -> QueryError:
    """The error for the current token, which should be the name of a command and is none of `known`."""
    word = cursor.token.word
    shown = cursor.shown()
    if word in _NOT_YET:
        message = f"`{_NOT_YET[word]}` is a Logs Insights command that does not run here yet."
        return cursor.error(message, _INSTEAD.get(word, ""))
    if word in _FOREIGN:
        return cursor.error(f"There is no command {shown}.", _FOREIGN[word])
    names = list(known)
    near = difflib.get_close_matches(word, [*names, *_NOT_YET], 1)
    if near:
        hint = f"Did you mean `{_NOT_YET.get(near[0], near[0])}`?"
        return cursor.error(f"There is no command {quoted(cursor.slice(cursor.token.span))}.", hint)
    hint = f"Commands are: {', '.join(sorted(names))}."
    return cursor.error(f"Expected a command here, not {shown}.", hint)
