"""Queries in rule files: parsed and compiled, with faults that name the line of the file."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import BotError
from bot.query.ast import Query
from bot.query.errors import QueryError
from bot.query.parameters import ParameterValue, bind, parameters_of
from bot.query.parser import parse
from bot.query.plan import compile_query
from bot.rules.section import Section


def read_query(section: Section, name: str) -> Query | None:
    """The query below a key, or None with a fault."""
    node = section.node(name)
    if node is None:
        return None
    if not isinstance(node.value, str):
        section.wrong(name, node, "a query, in a block of text that begins with `|`")
        return None
    try:
        return parse(node.value)
    except QueryError as error:
        query_fault(section, name, error)
        return None


def query_fault(section: Section, name: str, error: QueryError) -> None:
    """Note what is wrong with a query, on its own line of the file where that is known."""
    node = section.node(name)
    whole = node.value if node is not None and isinstance(node.value, str) else ""
    at = whole.find(error.text) if error.text else -1
    if node is None or at < 0:
        section.fault(name, error.message, error.hint)
        return
    line, column = error.position
    line += whole.count("\n", 0, at)
    message = f"{error.message} (line {line}, column {column} of the query)"
    place = node.line if node.text_line is None else node.text_line + line - 1
    section.faults.add(section.at(name), message, error.hint, place)


def columns_of(query: Query, values: Mapping[str, ParameterValue]) -> tuple[str, ...]:
    """The output columns of the query. `BotError` if it cannot be bound or compiled.

    Of `values`, those that the query has no place for are left out.
    """
    names = parameters_of(query)
    # Without parameters it stays as it was written, so that errors point into the file.
    bound = bind(query, {n: values[n] for n in names if n in values}) if names else query
    return compile_query(bound).columns


def check_compiles(
    section: Section, name: str, query: Query, values: Mapping[str, ParameterValue]
) -> tuple[str, ...] | None:
    """The output columns of a query in the file, or None with a fault."""
    try:
        return columns_of(query, values)
    except QueryError as error:
        query_fault(section, name, error)
    except BotError as error:
        section.fault(name, str(error))
    return None
