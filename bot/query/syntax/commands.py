"""Reads the commands of a query. A command is one row of `COMMANDS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.query.ast import (
    Anomaly,
    Binary,
    Command,
    Diff,
    Display,
    Duration,
    Estimate,
    Expression,
    Field,
    Fields,
    Filter,
    FilterIndex,
    In,
    LogCompare,
    PatternCommand,
    RelevantFields,
    Sort,
    SortKey,
    Stats,
    Unmask,
)
from bot.query.errors import Span, quoted
from bot.query.syntax import commands_extract as extract
from bot.query.syntax import commands_rows as rows
from bot.query.syntax import commands_tables as tables
from bot.query.syntax.commands_sources import read_saved_call, read_source
from bot.query.syntax.cursor import Cursor
from bot.query.syntax.expressions import expression
from bot.query.syntax.parts import named, one_of, read_fields, read_items, span_of

_PERIODS = {name.lower(): name for name in ("previousDay", "previousWeek", "previousMonth")}


def _fields(cursor: Cursor) -> Fields:
    items = read_items(cursor)
    return Fields(items, span_of(cursor, items))


def _display(cursor: Cursor) -> Display:
    items = read_items(cursor)
    return Display(items, span_of(cursor, items))


def _filter(cursor: Cursor) -> Filter:
    start = cursor.token.span.start
    return Filter(expression(cursor), Span(start, cursor.end))


def _filter_index(cursor: Cursor) -> FilterIndex:
    start = cursor.token.span.start
    condition = expression(cursor)
    wrong = _without_index(condition)
    if wrong is not None:
        hint = "Write it in a `filter` after this command."
        message = "An index answers only `field = value` and `field in […]`."
        raise cursor.error(message, hint, wrong.span)
    return FilterIndex(condition, Span(start, cursor.end))


def _without_index(condition: Expression) -> Expression | None:
    """The first part of a condition that no index can answer, or None."""
    waiting = [condition]
    while waiting:
        part = waiting.pop()
        match part:
            case Binary("and" | "or", left, right):
                waiting += (right, left)
            case Field() | Binary("=", Field(), _) | In(Field(), _, False):
                pass
            case _:
                return part
    return None


def _stats(cursor: Cursor) -> Stats:
    if cursor.token.word == "by":
        raise cursor.error("`stats` needs an aggregate before `by`.", "Such as `count(*)`.")
    cursor.gathers = True
    items = read_items(cursor)
    cursor.gathers = False
    if cursor.token.word == "group":
        raise cursor.error("There is no `group by`.", "Write `by`.")
    by = read_items(cursor) if cursor.take("by") else ()
    offset = _period(cursor, "offset") if cursor.take("offset") else None
    return Stats(items, by, offset, span_of(cursor, items))


def _period(cursor: Cursor, word: str) -> Duration:
    node = cursor.token.node
    if not isinstance(node, Duration):
        hint = "Such as `1h`."
        raise cursor.error(f"Expected a period after `{word}`, not {cursor.shown()}.", hint)
    cursor.advance()
    return node


def _sort(cursor: Cursor) -> Sort:
    cursor.take("by")  # AWS samples write `sort by x` too
    keys = [_sort_key(cursor)]
    while cursor.take(","):
        keys.append(_sort_key(cursor))
    return Sort(tuple(keys), span_of(cursor, keys))


def _order(cursor: Cursor) -> Sort:
    if cursor.token.word != "by":
        raise cursor.error(
            f"Expected `by` after `order`, not {cursor.shown()}.", "Or write `sort`."
        )
    return _sort(cursor)


def _sort_key(cursor: Cursor) -> SortKey:
    start = cursor.token.span.start
    value = expression(cursor)
    descending = {"desc": True, "asc": False}.get(cursor.token.word)
    if descending is not None:
        cursor.advance()
    return SortKey(value, descending, Span(start, cursor.end))


# -------------------------------------------------------------------------- with AWS's own model
def _pattern(cursor: Cursor) -> PatternCommand:
    start = cursor.token.span.start
    return PatternCommand(expression(cursor), Span(start, cursor.end))


def _anomaly(cursor: Cursor) -> Anomaly:
    return Anomaly(cursor.heads[-1])


def _diff(cursor: Cursor) -> Diff:
    name = cursor.heads[-1]
    if not named(cursor):
        return Diff(None, name)
    token = cursor.token
    period = one_of(cursor, _PERIODS)
    if not period:
        hint = f"It takes {', '.join(map(quoted, _PERIODS.values()))}, or nothing."
        raise cursor.error(f"`diff` has no period {cursor.shown()}.", hint)
    return Diff(_PERIODS[period], token.span)


def _logcompare(cursor: Cursor) -> LogCompare:
    start = cursor.token.span.start
    if not cursor.take("timeshift"):
        hint = "Write `logcompare timeshift 7d`."
        raise cursor.error(f"Expected `timeshift` here, not {cursor.shown()}.", hint)
    return LogCompare(_period(cursor, "timeshift"), Span(start, cursor.end))


def _relevant_fields(cursor: Cursor) -> RelevantFields:
    start = cursor.token.span.start
    fields = () if cursor.token.word == "where" else read_fields(cursor, "relevantfields")
    if not cursor.take("where"):
        raise cursor.error(f"Expected `where` and a condition here, not {cursor.shown()}.")
    return RelevantFields(fields, expression(cursor), Span(start, cursor.end))


def _unmask(cursor: Cursor) -> Unmask:
    if not named(cursor):
        return Unmask((), cursor.heads[-1])
    fields = read_fields(cursor, "unmask")
    return Unmask(fields, span_of(cursor, fields))


def _estimate(cursor: Cursor) -> Estimate:
    return Estimate(cursor.heads[-1])


COMMANDS: Mapping[str, Callable[[Cursor], Command]] = {
    "fields": _fields,
    "display": _display,
    "filter": _filter,
    "where": _filter,
    "filterindex": _filter_index,
    "stats": _stats,
    "sort": _sort,
    "order": _order,
    "limit": rows.read_limit,
    "head": rows.read_head,
    "tail": rows.read_tail,
    "dedup": rows.read_dedup,
    "parse": extract.read_parse,
    "json": extract.read_json,
    "unnest": extract.read_unnest,
    "expand": extract.read_expand,
    "source": read_source,
    "$": read_saved_call,
    "lookup": tables.read_lookup,
    "cidrlookup": tables.read_cidr_lookup,
    "join": tables.read_join,
    "appendcols": tables.read_append_cols,
    "accum": rows.read_accum,
    "autoregress": rows.read_autoregress,
    "filldown": rows.read_filldown,
    "fillmissing": rows.read_fillmissing,
    "sessionize": rows.read_sessionize,
    "addtotals": rows.read_add_totals,
    "outlier": rows.read_outlier,
    "countfrequent": rows.read_count_frequent,
    "count_frequent": rows.read_count_frequent,
    "pattern": _pattern,
    "anomaly": _anomaly,
    "diff": _diff,
    "logcompare": _logcompare,
    "relevantfields": _relevant_fields,
    "unmask": _unmask,
    "estimate": _estimate,
}
"""Spelling in lower case → the function that reads what follows it."""
