"""What is no command or function of the language, with what to write; what runs only in AWS."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from bot.query.ast import (
    Anomaly,
    Command,
    Diff,
    Estimate,
    LogCompare,
    PatternCommand,
    RelevantFields,
    SavedCall,
    Unmask,
)
from bot.query.errors import QueryError, quoted
from bot.query.functions import FUNCTIONS
from bot.query.syntax.cursor import Cursor
from bot.query.syntax.lexer import Token

NEVER_LOCAL: Mapping[type, str] = {
    PatternCommand: "AWS finds patterns with a model of its own; run it there.",
    Anomaly: "AWS finds anomalies with a model of its own; run it there.",
    Diff: "AWS compares patterns, which it finds with a model of its own; run it there.",
    LogCompare: "AWS compares two times with a model of its own; run it there.",
    RelevantFields: "AWS weighs fields with a model of its own; run it there.",
    Unmask: "Only AWS holds what a data protection policy masks; run it there.",
    Estimate: "Only AWS knows what a query would scan there; run it there.",
}
"""The commands that parse and print and are never run here, each with the reason."""

_FOREIGN = {
    "search": 'Write `filter @message like "text"`.',
    "select": "This is no SQL: write `fields a, b | filter …`.",
    "group": "Write `stats count(*) by field`.",
    "having": "Write `filter` after the `stats`.",
    "table": "Write `display a, b`.",
    "project": "Write `display a, b`.",
    "extend": "Write `fields … as name`.",
    "eval": "Write `fields … as name`.",
    "rex": "Write `parse field /(?<name>…)/`.",
    "extract": "Write `parse field /(?<name>…)/`.",
    "rename": "Write `fields old as new`.",
    "top": "Write `stats count(*) as n by field | sort n desc | limit 10`.",
    "distinct": "Write `dedup field`, or `stats count_distinct(field)`.",
    "take": "Write `limit 10`.",
    "summarize": "Write `stats count(*) by field`.",
    "timechart": "Write `stats count(*) by bin(5m)`.",
}
_COMMONEST = ("fields", "filter", "stats", "sort", "limit", "parse", "display", "dedup")
# How a name is printed that the table of commands has in lower case.
_SPELT = {
    "filterindex": "filterIndex",
    "countfrequent": "countFrequent",
    "source": "SOURCE",
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
    if word in _FOREIGN:
        return cursor.error(f"There is no command {shown}.", _FOREIGN[word])
    names = [name for name in known if name.isalpha()]
    near = difflib.get_close_matches(word[:80], names, 1)
    if near:
        hint = f"Did you mean `{_SPELT.get(near[0], near[0])}`?"
        return cursor.error(f"There is no command {quoted(cursor.slice(cursor.token.span))}.", hint)
    hint = f"The commands used most are {', '.join(map(quoted, _COMMONEST))}."
    return cursor.error(f"Expected a command here, not {shown}.", hint)


def refuse_function(cursor: Cursor, name: Token) -> QueryError:
    """The error for a call of `name`, which is in no row of the function table."""
    near = difflib.get_close_matches(name.word[:80], FUNCTIONS, 1)
    hint = f"Did you mean `{FUNCTIONS[near[0]].name}`?" if near else ""
    hint = _FOREIGN_FUNCTIONS.get(name.word, hint)
    written = quoted(cursor.slice(name.span))
    return cursor.error(f"There is no function {written}.", hint, name.span)


def never_local(command: Command) -> tuple[str, str]:
    """Why the command does not run here, and what to do."""
    if isinstance(command, SavedCall):
        return f"`${command.name}(…)` is a saved query, whose text is not known here.", (
            "Put the query itself here."
        )
    name = str(command).partition(" ")[0]
    return f"`{name}` does not run here.", NEVER_LOCAL[type(command)]
