"""Commands that Logs Insights has and that do not run here yet, and what other languages call things.

They are refused by name: a query that AWS would run must not fail as if it were misspelt.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from bot.query.cursor import Cursor
from bot.query.errors import QueryError, quoted
from bot.query.functions import FUNCTIONS
from bot.query.lexer import Token

_COMMANDS = (
    "accum", "addtotals", "anomaly", "appendcols", "autoregress", "cidrlookup", "countFrequent",
    "count_frequent", "diff", "estimate", "expand", "fillmissing", "filldown", "filterIndex",
    "head", "join", "json", "logcompare", "lookup", "outlier", "pattern", "relevantfields",
    "search", "sessionize", "SOURCE", "tail", "unmask", "unnest",
)  # fmt: skip
_NOT_YET = {name.lower(): name for name in _COMMANDS}
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
_FOREIGN_FUNCTIONS = {
    "pow": "Write `a ^ b`.",
    "power": "Write `a ^ b`.",
    "mod": "Write `a % b`.",
    "percentile": "Write `pct(field, 95)`.",
    "mean": "Write `avg(field)`.",
    "dc": "Write `count_distinct(field)`.",
    "distinct_count": "Write `count_distinct(field)`.",
    "first": "Write `earliest(field)`, or `sortsFirst(field)`.",
    "last": "Write `latest(field)`, or `sortsLast(field)`.",
    "list": "Write `values(field)`.",
    "lower": "Write `tolower(text)`.",
    "upper": "Write `toupper(text)`.",
    "len": "Write `strlen(text)`.",
    "length": "Write `strlen(text)`.",
    "contains": "Write `strcontains(text, part)`.",
    "substring": "Write `substr(text, start, length)`.",
    "match": "Write `field like /regex/`.",
    "ifnull": "Write `coalesce(field, other)`.",
    "isnull": "Write `not ispresent(field)`.",
    "isnotnull": "Write `ispresent(field)`.",
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


def refuse_function(cursor: Cursor, name: Token) -> QueryError:
    """The error for a call of `name`, which is in no row of the function table."""
    near = difflib.get_close_matches(name.word, FUNCTIONS, 1)
    hint = f"Did you mean `{FUNCTIONS[near[0]].name}`?" if near else ""
    hint = _FOREIGN_FUNCTIONS.get(name.word, hint)
    written = quoted(cursor.slice(name.span))
    return cursor.error(f"There is no function {written}.", hint, name.span)
