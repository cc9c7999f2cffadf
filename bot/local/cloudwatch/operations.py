"""The operations of CloudWatch Logs that exist here, each a row in the table at the end.

Requests have been checked against AWS's model (`protocol.read_request`); what the model does not
say is checked here. Where behaviour is imitated, the API reference's page of the same name is the
source. Not imitated: log group creation dates and retention as limits of a query's window, access
rights, request rates, and the `SOURCE … |` form that AWS gives a query's text in DescribeQueries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from bot.engine.scan import ScanRequest, read_event
from bot.errors import BotError
from bot.local.cloudwatch.disk import Group, Stream
from bot.local.cloudwatch.groups import Groups
from bot.local.cloudwatch.protocol import ApiError, invalid, not_found, read_token, token_for
from bot.local.cloudwatch.put import put_log_events
from bot.local.cloudwatch.queries import Asked, Queries
from bot.local.cloudwatch.results import get_query_results
from bot.query.ast import Limit
from bot.query.errors import QueryError
from bot.query.parser import parse
from bot.query.plan import compile_query

MOST_GROUPS = 50
MOST_ROWS = 100_000
USUAL_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Here:
    """What the operations work on: one account in one region."""

    groups: Groups
    queries: Queries
    clock: Callable[[], datetime]
    account: str

    def now(self) -> int:
        """The time in epoch milliseconds."""
        return int(self.clock().timestamp() * 1000)


Request: TypeAlias = Mapping[str, Any]
Operation: TypeAlias = Callable[[Here, Request], dict[str, Any] | bytes]


# ------------------------------------------------------------------------------------- queries
def start_query(here: Here, request: Request) -> dict[str, Any]:
    """StartQuery: both ends of the window are inclusive whole seconds."""
    text, start, end = request["queryString"], request["startTime"], request["endTime"]
    if request.get("queryLanguage", "CWLI") != "CWLI":
        raise invalid(f"Query language {request['queryLanguage']} does not run here; CWLI does.")
    if start > end:
        raise invalid("The start time of a query must not be after its end time.")
    given = request.get("limit")
    most = _limit(text, given)
    names = _query_groups(here, request)
    now = here.now()
    scan = ScanRequest(
        query=text,
        files=here.groups.files(names),
        start=start * 1000,
        end=end * 1000 + 1000,  # the last second to its .999
        now=now,
        limit=most,
    )
    query = here.queries.start(Asked(text, names, start, end, given, now), scan)
    return {"queryId": query.id}


def _limit(text: str, given: int | None) -> int:
    """Rows at most: the smaller of StartQuery's and the query's own; 10,000 if there is neither.

    Raises MalformedQueryException with the place if the query cannot run.
    """
    try:
        query = parse(text)
        compile_query(query)
    except QueryError as error:
        place = {"startCharOffset": error.span.start, "endCharOffset": error.span.end}
        message = error.message + (f" {error.hint}" if error.hint else "")
        detail = {"queryCompileError": {"message": message, "location": place}}
        # The AWS CLI prints the message and nothing else, so it says the place once more.
        line, column = error.within(text).position
        message = f"{message} (line {line}, column {column})"
        raise ApiError("MalformedQueryException", message, members=detail) from error
    if given is not None:
        return given
    limited = any(isinstance(command, Limit) for command in query.commands)
    return MOST_ROWS if limited else USUAL_ROWS


def _query_groups(here: Here, request: Request) -> tuple[str, ...]:
    """The names of the groups to read, each once; all exist."""
    ways = [name for name in _WAYS if name in request]
    if len(ways) != 1:
        raise invalid(
            "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given."
        )
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
            # As AWS words it (LocalStack's validated snapshot of StartQuery, 2026-02).
            message = f"Log group '{name}' does not exist for account ID '{here.account}'"
            raise not_found(message) from error
        names.append(name)
    return tuple(dict.fromkeys(names))


_WAYS = ("logGroupName", "logGroupNames", "logGroupIdentifiers")


def stop_query(here: Here, request: Request) -> dict[str, Any]:
    """StopQuery: an error if the query has ended."""
    here.queries.stop(request["queryId"])
    return {"success": True}


def describe_queries(here: Here, request: Request) -> dict[str, Any]:
    """DescribeQueries: newest first, with the text as it came."""
    name, status = request.get("logGroupName"), request.get("status")
    if name is not None:
        here.groups.get(name)
    if request.get("queryLanguage", "CWLI") != "CWLI":
        return {"queries": []}
    found = []
    for query in reversed(here.queries.all()):
        view, asked = query.view(), query.asked
        if (name is None or name in asked.groups) and status in (None, view.status):
            found.append(
                {
                    "queryLanguage": "CWLI",
                    "queryId": query.id,
                    "queryString": asked.text,
                    "status": view.status,
                    "createTime": asked.created,
                    "logGroupName": asked.groups[0],
                    "bytesScanned": float(view.bytes),
                }
            )
    return _page(request, "queries", found, request.get("maxResults", 1000))


def get_log_record(here: Here, request: Request) -> dict[str, Any]:
    """GetLogRecord: all fields of the event that a row's `@ptr` stands for."""
    files = here.groups.files(group.name for group in here.groups.all())
    try:
        return {"logRecord": read_event(request["logRecordPointer"], files)}
    except BotError as error:
        raise invalid(str(error)) from error


# -------------------------------------------------------------------------- groups and streams
def create_log_group(here: Here, request: Request) -> dict[str, Any]:
    """CreateLogGroup: classes, keys and tags are accepted and not kept."""
    here.groups.create(request["logGroupName"], here.now())
    return {}


def create_log_stream(here: Here, request: Request) -> dict[str, Any]:
    """CreateLogStream."""
    here.groups.create_stream(request["logGroupName"], request["logStreamName"], here.now())
    return {}


def describe_log_groups(here: Here, request: Request) -> dict[str, Any]:
    """DescribeLogGroups: by name, with a prefix, a part of the name, or a list."""
    prefix, part = request.get("logGroupNamePrefix"), request.get("logGroupNamePattern")
    if prefix is not None and part is not None:
        raise invalid("logGroupNamePrefix and logGroupNamePattern exclude each other.")
    wanted = {here.groups.named(one) for one in request.get("logGroupIdentifiers", ())}
    if request.get("logGroupClass", "STANDARD") != "STANDARD":
        return {"logGroups": []}
    found = [
        _group(here, group)
        for group in here.groups.all()
        if group.name.startswith(prefix or "")
        and (part or "") in group.name
        and (not wanted or group.name in wanted)
    ]
    return _page(request, "logGroups", found, request.get("limit", 50))


def _group(here: Here, group: Group) -> dict[str, Any]:
    arn = here.groups.arn(group.name)
    return {
        "logGroupName": group.name,
        "creationTime": group.created,
        "metricFilterCount": 0,
        "arn": arn + ":*",
        "storedBytes": group.stored_bytes(),
        "logGroupClass": "STANDARD",
        "logGroupArn": arn,
    }


def describe_log_streams(here: Here, request: Request) -> dict[str, Any]:
    """DescribeLogStreams: of the streams that were created here, not of mounted files."""
    ways = [name for name in ("logGroupName", "logGroupIdentifier") if name in request]
    if len(ways) != 1:
        raise invalid("Exactly one of logGroupName and logGroupIdentifier must be given.")
    name = here.groups.named(request[ways[0]])
    prefix, latest = request.get("logStreamNamePrefix"), request.get("orderBy") == "LastEventTime"
    if prefix is not None and latest:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    streams = [
        stream
        for stream in here.groups.get(name).streams.copy().values()
        if stream.name.startswith(prefix or "")
    ]
    streams.sort(key=lambda stream: stream.name)
    if latest:
        streams.sort(key=lambda stream: stream.last or 0)
    if request.get("descending"):
        streams.reverse()
    arn = here.groups.arn(name)
    return _page(
        request, "logStreams", [_stream(arn, one) for one in streams], request.get("limit", 50)
    )


def _stream(group_arn: str, stream: Stream) -> dict[str, Any]:
    known = {
        "firstEventTimestamp": stream.first,
        "lastEventTimestamp": stream.last,
        "lastIngestionTime": stream.ingested,
    }
    return {
        "logStreamName": stream.name,
        "creationTime": stream.created,
        "arn": f"{group_arn}:log-stream:{stream.name}",
        "storedBytes": 0,  # "reported as zero" since 2019
        **{key: value for key, value in known.items() if value is not None},
    }


def put_events(here: Here, request: Request) -> dict[str, Any]:
    """PutLogEvents."""
    return put_log_events(here.groups, request, here.now())


def query_results(here: Here, request: Request) -> bytes:
    """GetQueryResults."""
    return get_query_results(here.queries, request)


def _page(request: Request, name: str, found: list[Any], size: int) -> dict[str, Any]:
    """One page of a listing, and a token if there is more."""
    first = 0
    if "nextToken" in request:
        kind, first = read_token(request["nextToken"], str, int)
        if kind != name or not 0 <= first <= len(found):
            raise invalid("The specified nextToken is invalid.")
    page: dict[str, Any] = {name: found[first : first + size]}
    if first + size < len(found):
        page["nextToken"] = token_for(name, first + size)
    return page


OPERATIONS: Mapping[str, Operation] = {
    "StartQuery": start_query,
    "GetQueryResults": query_results,
    "StopQuery": stop_query,
    "DescribeQueries": describe_queries,
    "GetLogRecord": get_log_record,
    "CreateLogGroup": create_log_group,
    "CreateLogStream": create_log_stream,
    "DescribeLogGroups": describe_log_groups,
    "DescribeLogStreams": describe_log_streams,
    "PutLogEvents": put_events,
}
"""What exists here, by the name in `X-Amz-Target`."""
