"""Follows the commands of a query, one after the other: which function compiles which command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.query import compile_rows as rows
from bot.query import compile_tables as tables
from bot.query import compile_whole as whole
from bot.query import compile_windows as windows
from bot.query.ast import (
    Accum,
    AddTotals,
    AppendCols,
    Autoregress,
    CidrLookup,
    Command,
    CountFrequent,
    Dedup,
    Display,
    Expand,
    Fields,
    Filldown,
    Fillmissing,
    Filter,
    FilterIndex,
    Join,
    JsonExtract,
    Limit,
    Lookup,
    Outlier,
    Parse,
    ParseForm,
    Query,
    Sessionize,
    Sort,
    Source,
    Stats,
    Tail,
    Unnest,
)
from bot.query.errors import QueryError
from bot.query.frame import Frame, Tables
from bot.query.readings import Readings
from bot.query.refusals import never_local

COMPILED: Mapping[type[Command], Callable[[Frame, Any], None]] = {
    Fields: rows.add_fields,
    Display: rows.add_display,
    Filter: rows.add_filter,
    FilterIndex: rows.add_filter,
    Parse: rows.add_parse,
    ParseForm: rows.add_parse_form,
    JsonExtract: rows.add_json,
    Unnest: rows.add_unnest,
    Expand: rows.add_expand,
    Sort: whole.add_sort,
    Limit: whole.add_limit,
    Tail: whole.add_tail,
    Dedup: whole.add_dedup,
    Stats: whole.add_stats,
    CountFrequent: whole.add_count_frequent,
    Accum: windows.add_accum,
    Autoregress: windows.add_autoregress,
    Filldown: windows.add_filldown,
    Fillmissing: windows.add_fillmissing,
    Sessionize: windows.add_sessionize,
    AddTotals: windows.add_totals,
    Outlier: windows.add_outlier,
    Source: tables.note_source,
    Lookup: tables.add_lookup,
    CidrLookup: tables.add_cidr_lookup,
    Join: tables.add_join,
    AppendCols: tables.add_append_cols,
}
"""The commands that run here."""


def compile_commands(
    query: Query,
    readings: Readings,
    lookup_tables: Tables,
    columns_of: Callable[[Query], Sequence[str]],
) -> Frame:
    """The compiled commands. `QueryError` for what does not run here."""
    frame = Frame(query, readings, lookup_tables, columns_of)
    for command in query.commands:
        add = COMPILED.get(type(command))
        if add is None:
            message, hint = never_local(command)
            raise QueryError(message, command.span, query.text, hint)
        add(frame, command)
        frame.followed.append(command)
    frame.finish()
    return frame
