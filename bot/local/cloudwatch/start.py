"""StartQuery: which log groups a query reads, how many rows, and whether it can run at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.engine.scan import ScanRequest
from bot.local.cloudwatch.here import Here, Request
from bot.local.cloudwatch.protocol import ApiError, invalid, not_found
from bot.local.cloudwatch.queries import Asked
from bot.query.ast import CidrLookup, Limit, Lookup, Source
from bot.query.compiling.sources import chosen, refuse_sources
from bot.query.errors import QueryError
from bot.query.parser import parse
from bot.query.plan import Plan, compile_query
from bot.query.walk import walk

MOST_GROUPS = 50
MOST_ROWS = 100_000
USUAL_ROWS = 10_000


def start_query(here: Here, request: Request) -> dict[str, Any]:
    """StartQuery: both ends of the window are inclusive whole seconds."""
    text, start, end = request["queryString"], request["startTime"], request["endTime"]
    if request.get("queryLanguage", "CWLI") != "CWLI":
        raise invalid(f"Query language {request['queryLanguage']} does not run here; CWLI does.")
    if start > end:
        raise invalid("The start time of a query must not be after its end time.")
    with _malformed(text):
        plan = _plan(here, text)
    names = _groups(here, request, plan)
    given, now = request.get("limit"), here.now()
    scan = ScanRequest(
        query=text,
        files=here.groups.files(names),
        start=start * 1000,
        end=end * 1000 + 1000,  # the last second to its .999
        now=now,
        limit=_limit(plan, given),
        elsewhere=here.groups.files(_named_inside(here, plan)),
        tables=plan.tables,
    )
    query = here.queries.start(Asked(text, names, start, end, given, now), scan)
    return {"queryId": query.id}


@contextmanager
def _malformed(text: str) -> Iterator[None]:
    """MalformedQueryException, with the place, for a query that cannot run."""
    try:
        yield
    except QueryError as error:
        place = {"startCharOffset": error.span.start, "endCharOffset": error.span.end}
        message = error.message + (f" {error.hint}" if error.hint else "")
        detail = {"queryCompileError": {"message": message, "location": place}}
        # The AWS CLI prints the message and nothing else, so it says the place once more.
        line, column = error.within(text).position
        message = f"{message} (line {line}, column {column})"
        raise ApiError("MalformedQueryException", message, members=detail) from error


def _plan(here: Here, text: str) -> Plan:
    """The plan of the query, which can run, and so can those inside it."""
    query = parse(text)
    lookups = (node for node in walk(query) if isinstance(node, Lookup | CidrLookup))
    tables = here.tables.tables(node.table for node in lookups)
    plan = compile_query(query, tables=tables)
    refuse_sources(plan.sources, text)
    for need in plan.needs:
        refuse_sources(need.sources, text)
        compile_query(need.query, tables=tables)
    return plan


def _limit(plan: Plan, given: int | None) -> int:
    """Rows at most: the smaller of StartQuery's and the query's own; 10,000 if there is neither."""
    if given is not None:
        return given
    limited = any(isinstance(command, Limit) for command in plan.query.commands)
    return MOST_ROWS if limited else USUAL_ROWS


# ------------------------------------------------------------------------------------ log groups
_WAYS = ("logGroupName", "logGroupNames", "logGroupIdentifiers")


def _groups(here: Here, request: Request, plan: Plan) -> tuple[str, ...]:
    """The names of the groups to read, each once; all exist."""
    ways = [name for name in _WAYS if name in request]
    if len(ways) + bool(plan.sources) != 1:
        raise invalid(
            "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given, "
            "or SOURCE in the query."
        )
    if plan.sources:
        return _chosen(here, plan.sources)
    value = request[ways[0]]
    identifiers = [value] if ways[0] == "logGroupName" else value
    if not 1 <= len(identifiers) <= MOST_GROUPS:
        raise invalid(f"A query reads 1 to {MOST_GROUPS} log groups, not {len(identifiers)}.")
    names = []
    for identifier in identifiers:
        name = here.groups.named(identifier)
        try:
            here.groups.get(name)
        except ApiError as error:
            raise _missing(here, name) from error
        names.append(name)
    return tuple(dict.fromkeys(names))


def _missing(here: Here, name: str) -> ApiError:
    # As AWS words it (LocalStack's validated snapshot of StartQuery, 2026-02).
    return not_found(f"Log group '{name}' does not exist for account ID '{here.account}'")


def _named_inside(here: Here, plan: Plan) -> tuple[str, ...]:
    """The groups that the queries inside the query name."""
    names = [name for need in plan.needs for name in _chosen(here, need.sources)]
    return tuple(dict.fromkeys(names))


def _chosen(here: Here, sources: Sequence[Source]) -> tuple[str, ...]:
    """The groups that `SOURCE` chooses; each of the sources chooses one at least."""
    names = [group.name for group in here.groups.all()]
    found: dict[str, None] = {}
    for source in sources:
        some = [name for name in names if chosen([source], here.groups.log(name))]
        if not some and source.name is not None:
            raise _missing(here, source.name)
        if not some:
            raise not_found(f"No log group is chosen by {source}.")
        found |= dict.fromkeys(some)
    return tuple(found)
