"""`python -m bot query --check FILE`: which queries of a file are valid, and which of them run here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.query.ast import (
    Call,
    CidrLookup,
    Lookup,
    Node,
    Parameter,
    Query,
    SavedCall,
    Source,
)
from bot.query.compiling.frame import Tables
from bot.query.compiling.sources import refuse_sources
from bot.query.errors import QueryError, quoted
from bot.query.functions import FUNCTIONS
from bot.query.lint import Warning, lint
from bot.query.parser import parse
from bot.query.plan import compile_query
from bot.query.syntax.refusals import NEVER_LOCAL, never_local
from bot.query.tables.lookups import LookupTable
from bot.query.walk import walk


def check_file(path: Path, tables: Tables) -> int:
    """Print one line of JSON for each line of the file, in order; 1 if a query is not valid.

    `BotError` for a line that holds no query, with its number.
    """
    try:
        lines = path.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    except OSError as error:
        raise BotError(f"{path} cannot be read: {error.strerror}.") from error
    refused = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        answer = checked(_query_of(line, path, number), tables)
        refused += not answer["ok"]
        print(json.dumps(answer))
    return 1 if refused else 0


def _query_of(line: str, path: Path, number: int) -> str:
    try:
        query = json.loads(line)["query"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BotError(f'{path}:{number}: expected {{"query": "…"}} on this line.') from error
    if not isinstance(query, str):
        raise BotError(f"{path}:{number}: `query` must be text.")
    return query


def checked(text: str, tables: Tables) -> dict[str, object]:
    """What there is to say of a query, for JSON: is it valid, does it run here, its warnings.

    A query may be valid and not run here; `why` says what keeps it. A lookup table that is not
    among `tables` is such a thing: everything else is checked as if it had the columns asked for.
    """
    try:
        query = parse(text)
        reasons = list(dict.fromkeys(_obstacles(query, tables)))
        _compile(_up_to_obstacle(query), tables)
    except QueryError as error:
        words = _words(error.message, error.hint)
        return {"ok": False, "error": words, "start": error.span.start, "end": error.span.end}
    answer: dict[str, object] = {"ok": True, "runs": not reasons}
    if reasons:
        answer["why"] = " ".join(reasons)
    return answer | {"warnings": [_described(warning) for warning in lint(query)]}


def _words(message: str, hint: str) -> str:
    return f"{message} {hint}".strip()


def _described(warning: Warning) -> dict[str, object]:
    return {
        "code": warning.code,
        "start": warning.span.start,
        "end": warning.span.end,
        "message": warning.message,
        "hint": warning.hint,
    }


# ------------------------------------------------------------------------ what does not run here
def _obstacles(query: Query, tables: Tables) -> Iterator[str]:
    """What keeps a valid query from running here, in the order of its text."""
    for node in walk(query):
        if isinstance(node, Call) and (reason := FUNCTIONS[node.name.lower()].only_aws):
            yield _words(f"`{node.name}` does not run here.", reason)
        elif _is_foreign(node):
            yield _words(*never_local(node))  # type: ignore[arg-type]
        elif isinstance(node, Parameter):
            yield f"The parameter {quoted(node.name)} has no value."
        elif isinstance(node, Lookup | CidrLookup) and node.table not in tables:
            yield (
                f"There is no lookup table {quoted(node.table)} here: its columns and values "
                "were not checked. Give it: --lookup NAME=FILE.csv."
            )
        elif isinstance(node, Source):
            try:
                refuse_sources([node], query.text)
            except QueryError as error:
                yield _words(error.message, error.hint)


def _is_foreign(node: Node) -> bool:
    if isinstance(node, Call):
        return bool(FUNCTIONS[node.name.lower()].only_aws)
    return isinstance(node, SavedCall) or type(node) in NEVER_LOCAL


def _up_to_obstacle(query: Query) -> Query:
    """The commands before the first that cannot be compiled here: what it makes is not known."""
    kept = []
    for command in query.commands:
        if any(_is_foreign(node) or isinstance(node, Parameter) for node in walk(command)):
            break
        kept.append(command)
    return Query(tuple(kept), query.text)


def _compile(query: Query, tables: Tables) -> None:
    """Raise the `QueryError` of a query, or of one inside it, that follows the rules no further."""
    plan = compile_query(query, tables=_AnyTable(tables))
    for need in plan.needs:
        compile_query(need.query, tables=_AnyTable(tables))


class _AnyTable(dict[str, LookupTable]):
    """The tables that are known, and for any other name one without rows and with any column."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name) or LookupTable(name, _AnyColumn(), ())


class _AnyColumn(Mapping[str, Sequence[str]]):
    """Columns of whatever name, without values."""

    def __getitem__(self, name: str) -> Sequence[str]:
        return ()

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
