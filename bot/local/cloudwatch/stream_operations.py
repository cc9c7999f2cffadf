"""The operations on log streams and PutLogEvents, as the API reference has them."""

from __future__ import annotations

from typing import Any

from bot.local.cloudwatch.disk import Group, Stream
from bot.local.cloudwatch.here import Here, Request, page
from bot.local.cloudwatch.protocol import invalid
from bot.local.cloudwatch.put import put_log_events


def create_log_stream(here: Here, request: Request) -> dict[str, Any]:
    """CreateLogStream."""
    here.groups.create_stream(request["logGroupName"], request["logStreamName"], here.now())
    return {}


def delete_log_stream(here: Here, request: Request) -> dict[str, Any]:
    """DeleteLogStream: at once, with its events."""
    here.groups.delete_stream(request["logGroupName"], request["logStreamName"])
    return {}


def describe_log_streams(here: Here, request: Request) -> dict[str, Any]:
    """DescribeLogStreams: those that were created here, and one for each file that is served.

    Nothing is known of the times in a file before it is read.
    """
    group = here.groups.one_of(request)
    prefix, latest = request.get("logStreamNamePrefix"), request.get("orderBy") == "LastEventTime"
    if prefix is not None and latest:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    streams = [one for one in _streams(group) if one.name.startswith(prefix or "")]
    streams.sort(key=lambda stream: stream.name)
    if latest:
        streams.sort(key=lambda stream: stream.last or 0)
    if request.get("descending"):
        streams.reverse()
    arn = here.groups.arn(group.name)
    found = [_described(arn, one) for one in streams]
    return page(request, "logStreams", found, request.get("limit", 50))


def _streams(group: Group) -> list[Stream]:
    served = {file.stream: file for file in group.mounted}
    own = group.streams.copy()
    return [
        *own.values(),
        *(Stream(name, group.created, group.nothing) for name in served if name not in own),
    ]


def _described(group_arn: str, stream: Stream) -> dict[str, Any]:
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
    return put_log_events(here.groups, request, here.now(), here.faults.lag)
