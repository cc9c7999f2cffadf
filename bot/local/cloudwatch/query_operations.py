"""The operations on queries that were started, as the API reference has them."""

from __future__ import annotations

from typing import Any

from bot.engine.scan import read_event
from bot.errors import BotError
from bot.local.cloudwatch.here import Here, Request, page
from bot.local.cloudwatch.protocol import invalid
from bot.local.cloudwatch.results import get_query_results


def stop_query(here: Here, request: Request) -> dict[str, Any]:
    """StopQuery: an error if the query has ended."""
    here.queries.stop(request["queryId"])
    return {"success": True}


def query_results(here: Here, request: Request) -> bytes:
    """GetQueryResults."""
    return get_query_results(here.queries, request, here.now())


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
                    "queryDuration": query.duration,
                    **({} if view.bytes is None else {"bytesScanned": float(view.bytes)}),
                }
            )
    return page(request, "queries", found, request.get("maxResults", 1000))


def list_log_groups_for_query(here: Here, request: Request) -> dict[str, Any]:
    """ListLogGroupsForQuery: those that the query names, or that its SOURCE chose."""
    groups = list(here.queries.get(request["queryId"]).asked.groups)
    return page(request, "logGroupIdentifiers", groups, request.get("maxResults", 500))


def get_log_record(here: Here, request: Request) -> dict[str, Any]:
    """GetLogRecord: all fields of the event that a row's `@ptr` stands for."""
    files = here.groups.files((group.name for group in here.groups.all()), here.now())
    try:
        return {"logRecord": read_event(request["logRecordPointer"], files)}
    except BotError as error:
        raise invalid(str(error)) from error
