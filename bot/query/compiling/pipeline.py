"""Follows the commands of a query, one after the other: which function compiles which command."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

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
from bot.query.compiling import rows, whole
from bot.query.compiling.frame import Frame, Tables
from bot.query.errors import QueryError
from bot.query.readings import Readings
from bot.query.syntax.refusals import never_local

_Adder: TypeAlias = Callable[[Frame, Any], None]


def _later(module: str, name: str) -> _Adder:
    """A function of a module that few queries need: it is loaded with the first of them."""

    def add(frame: Frame, command: Command) -> None:
        getattr(importlib.import_module(f"bot.query.compiling.{module}"), name)(frame, command)

    return add


COMPILED: Mapping[type[Command], _Adder] = {
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
    Accum: _later("windows", "add_accum"),
    Autoregress: _later("windows", "add_autoregress"),
    Filldown: _later("windows", "add_filldown"),
    Fillmissing: _later("windows", "add_fillmissing"),
    Sessionize: _later("windows", "add_sessionize"),
    AddTotals: _later("windows", "add_totals"),
    Outlier: _later("windows", "add_outlier"),
    Source: _later("tables", "note_source"),
    Lookup: _later("tables", "add_lookup"),
    CidrLookup: _later("tables", "add_cidr_lookup"),
    Join: _later("tables", "add_join"),
    AppendCols: _later("tables", "add_append_cols"),
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
