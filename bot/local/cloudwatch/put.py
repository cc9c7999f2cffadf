"""PutLogEvents: the rules of a batch, as AWS's API reference lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from bot.local.cloudwatch.groups import Groups, no_stream
from bot.local.cloudwatch.protocol import invalid

MOST_BYTES = 1_048_576
"""Of a batch: its messages in UTF-8 and 26 bytes for each."""

EXTRA_BYTES = 26

HOUR = 3_600_000
SPAN = 24 * HOUR
OLDEST = 14 * 24 * HOUR
NEWEST = 2 * HOUR


def put_log_events(
    groups: Groups, request: Mapping[str, Any], now: int, lag: Callable[[str, str], float]
) -> dict[str, Any]:
    """Add a checked request's events to their stream; `now` in ms, `lag` as `Faults.lag`.

    Events over 14 days old, expired or over 2 hours ahead are rejected and told by index, the rest
    is kept.
    A batch out of order, too large or over 24 hours long fails whole, and nothing is written.
    """
    group, stream = request["logGroupName"], request["logStreamName"]
    found = groups.get(group)
    if stream not in found.streams:
        raise no_stream()
    events = [(event["timestamp"], event["message"]) for event in request["logEvents"]]
    size = sum(len(message.encode()) + EXTRA_BYTES for _, message in events)
    if size > MOST_BYTES:
        raise invalid(f"Upload too large: {size} bytes exceeds limit of {MOST_BYTES}")
    if any(later < earlier for (earlier, _), (later, _) in pairwise(events)):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    # The batch is in order, so what is too old stands first and what is too new stands last.
    old = sum(time < now - OLDEST for time, _ in events)
    since = found.kept_since(now)
    expired = 0 if since is None else sum(time < since for time, _ in events)
    first = max(old, expired)
    last = sum(time <= now + NEWEST for time, _ in events)
    kept = events[first:last]
    if kept and kept[-1][0] - kept[0][0] > SPAN:
        raise invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than "
            "24 hours."
        )
    groups.append(group, stream, kept, now, lag(group, stream))
    rejected = {}
    if old:
        rejected["tooOldLogEventEndIndex"] = old
    if expired > old:
        rejected["expiredLogEventEndIndex"] = expired
    if last < len(events):
        rejected["tooNewLogEventStartIndex"] = last
    # The token is deprecated and ignored, and still always sent.
    answer: dict[str, Any] = {"nextSequenceToken": f"{now:056d}"}
    if rejected:
        answer["rejectedLogEventsInfo"] = rejected
    return answer
