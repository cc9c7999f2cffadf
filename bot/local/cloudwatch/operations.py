"""The operations of CloudWatch Logs that exist here, each a row in the table at the end.

Requests have been checked against AWS's model (`protocol.read_request`); what the model does not
say is checked here. Where behaviour is imitated, the API reference's page of the same name is the
source. Not imitated: log group creation dates and retention as limits of a query's window, access
rights, request rates, and the `SOURCE … |` form that AWS gives a query's text in DescribeQueries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.engine.scan import read_event
from bot.errors import BotError
from bot.local.cloudwatch.disk import Group, Stream
from bot.local.cloudwatch.here import Here, Operation, Request, page
from bot.local.cloudwatch.lookup_operations import (
    create_lookup_table,
    delete_lookup_table,
    describe_lookup_tables,
    get_lookup_table,
    update_lookup_table,
)
from bot.local.cloudwatch.protocol import invalid
from bot.local.cloudwatch.put import put_log_events
from bot.local.cloudwatch.results import get_query_results
from bot.local.cloudwatch.start import start_query


# ------------------------------------------------------------------------------------- queries
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
                    **({} if view.bytes is None else {"bytesScanned": float(view.bytes)}),
                }
            )
    return page(request, "queries", found, request.get("maxResults", 1000))


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
    return page(request, "logGroups", found, request.get("limit", 50))


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
    return page(
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
    "CreateLookupTable": create_lookup_table,
    "UpdateLookupTable": update_lookup_table,
    "GetLookupTable": get_lookup_table,
    "DescribeLookupTables": describe_lookup_tables,
    "DeleteLookupTable": delete_lookup_table,
}
"""What exists here, by the name in `X-Amz-Target`."""
