"""StartQuery: which log groups a query reads, how many rows, and whether it can run at all.

Saved queries that are called in its text are put in their places first (user guide, "Using saved
queries with parameters"); a place in an error is then one in the whole text.
"""

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
from bot.query.saved import expand_saved
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
    whole = _expanded(here, text)
    with _malformed(text, whole):
        plan = _plan(here, whole)
    names = _groups(here, request, plan)
    given, now = request.get("limit"), here.now()
    inside = _named_inside(here, plan)
    _refuse_past(here, names, end * 1000 + 999, now)
    scan = ScanRequest(
        query=whole,
        files=here.groups.files(names, now, begins=True),
        start=start * 1000,
        end=end * 1000 + 1000,  # the last second to its .999
        now=now,
        limit=_limit(plan, given),
        elsewhere=here.groups.files(inside, now, begins=True),
        tables=plan.tables,
    )
    query = here.queries.start(Asked(text, names, start, end, given, now), scan)
    return {"queryId": query.id}


def _expanded(here: Here, text: str) -> str:
    """The query with saved queries in the place of their calls."""
    saved = here.definitions.saved_queries()
    with _malformed(text, text):
        return expand_saved(text, saved)


def _refuse_past(here: Here, names: Sequence[str], end: int, now: int) -> None:
    """Raise if the window ends before the groups were made, or what it asks for has expired.

    The words are AWS's, as 18F/identity-idp matches them (lib/reporting/cloudwatch_client.rb).
    """
    bounds = [here.groups.get(name).searched_since(now) for name in names]
    if all(bound is not None and end < bound for bound in bounds):
        message = (
            "Query's end date and time is either before the log groups creation time or exceeds "
            "the log groups log retention settings"
        )
        detail = {"queryCompileError": {"message": message}}
        raise ApiError("MalformedQueryException", message, members=detail)


@contextmanager
def _malformed(text: str, whole: str) -> Iterator[None]:
    """MalformedQueryException, with the place in the whole text, for a query that cannot run."""
    try:
        yield
    except QueryError as error:
        place = {"startCharOffset": error.span.start, "endCharOffset": error.span.end}
        message = error.message + (f" {error.hint}" if error.hint else "")
        detail = {"queryCompileError": {"message": message, "location": place}}
        # The AWS CLI prints the message and nothing else, so it says the place once more.
        read = error.text or whole
        line, column = error.within(read).position
        of = "" if read == text else " of the text with its saved queries"
        message = f"{message} (line {line}, column {column}{of})"
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
