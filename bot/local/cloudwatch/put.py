"""PutLogEvents: the rules of a batch, as AWS's API reference lists them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from bot.local.cloudwatch.groups import Groups
from bot.local.cloudwatch.protocol import invalid, not_found

MOST_BYTES = 1_048_576
"""Of a batch: its messages in UTF-8 and 26 bytes for each."""

EXTRA_BYTES = 26

HOUR = 3_600_000
SPAN = 24 * HOUR
OLDEST = 14 * 24 * HOUR
NEWEST = 2 * HOUR


def put_log_events(groups: Groups, request: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Add a checked request's events to their stream; `now` in ms.

    Events over 14 days old or over 2 hours ahead are rejected and told by index, the rest is kept.
    A batch out of order, too large or over 24 hours long fails whole, and nothing is written.
    """
    group, stream = request["logGroupName"], request["logStreamName"]
    if stream not in groups.get(group).streams:
        raise not_found("The specified log stream does not exist.")
    events = [(event["timestamp"], event["message"]) for event in request["logEvents"]]
    size = sum(len(message.encode()) + EXTRA_BYTES for _, message in events)
    if size > MOST_BYTES:
        raise invalid(f"Upload too large: {size} bytes exceeds limit of {MOST_BYTES}")
    if any(later < earlier for (earlier, _), (later, _) in pairwise(events)):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    # The batch is in order, so what is too old stands first and what is too new stands last.
    first = sum(time < now - OLDEST for time, _ in events)
    last = sum(time <= now + NEWEST for time, _ in events)
    kept = events[first:last]
    if kept and kept[-1][0] - kept[0][0] > SPAN:
        raise invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than "
            "24 hours."
        )
    groups.append(group, stream, kept, now)
    rejected = {}
    if first:
        rejected["tooOldLogEventEndIndex"] = first
    if last < len(events):
        rejected["tooNewLogEventStartIndex"] = last
    # The token is deprecated and ignored, and still always sent.
    answer: dict[str, Any] = {"nextSequenceToken": f"{now:056d}"}
    if rejected:
        answer["rejectedLogEventsInfo"] = rejected
    return answer
