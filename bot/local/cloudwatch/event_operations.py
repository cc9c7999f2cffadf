"""FilterLogEvents, GetLogEvents and GetLogGroupFields: raw events, as the API reference has them."""

from __future__ import annotations

import hashlib
from typing import Any

from bot.engine.field_shares import FieldsRequest
from bot.engine.filter_pattern import FilterPatternError, filter_test
from bot.engine.listing import Key, Listed, ListedEvent, ListRequest
from bot.engine.sources import LogFile
from bot.errors import BotError
from bot.local.cloudwatch.disk import DAY, Group
from bot.local.cloudwatch.groups import no_stream
from bot.local.cloudwatch.here import Here, Request
from bot.local.cloudwatch.later import Later
from bot.local.cloudwatch.listings import BEFORE_ALL, PAGE, place_token, read_place
from bot.local.cloudwatch.protocol import invalid, valid_text

TOKEN_LIFE = DAY
"""How long a token of FilterLogEvents and GetLogEvents is good for ("expires after 24 hours")."""

MINUTE = 60_000


# ----------------------------------------------------------------------------- FilterLogEvents
def filter_log_events(here: Here, request: Request) -> dict[str, Any] | Later:
    """FilterLogEvents: both ends of the window are inclusive, and streams are always interleaved.

    `searchedLogStreams` is empty, as it has been on AWS since 2020.
    """
    group, now = here.groups.one_of(request), here.now()
    start, end = request.get("startTime", 0), request.get("endTime")
    if end is not None and end < start:
        raise invalid("endTime must not be before startTime.")
    pattern = request.get("filterPattern", "")
    try:
        filter_test(pattern)
    except FilterPatternError as error:
        raise invalid(str(error)) from error
    newest = not request.get("startFromHead", True)
    about = _about(group, request)
    after = None
    if "nextToken" in request:
        after = read_place(request["nextToken"], about, now, TOKEN_LIFE)
    asked = ListRequest(
        _chosen(here, group, request, now),
        start,
        None if end is None else end + 1,
        valid_text(pattern),
        after,
        newest,
        request.get("limit", PAGE),
    )

    def answer(listed: Listed) -> dict[str, Any]:
        answered: dict[str, Any] = {
            "events": [_filtered(event) for event in listed.events],
            "searchedLogStreams": [],
        }
        # A page on which nothing passed has nothing to go on from, and is then the last.
        if listed.more and listed.events:
            answered["nextToken"] = place_token(about, listed.events[-1].key, now)
        return answered

    kept = here.listings.kept(about, asked)
    if kept is not None:
        return answer(kept)
    running, page = here.listings.start(about, asked)
    return Later(running, lambda: answer(here.listings.finish(about, page, running)))


def _about(group: Group, request: Request) -> str:
    """What a list is about, in short: a token is good for the same only."""
    names = ("logStreamNames", "logStreamNamePrefix", "startTime", "endTime", "filterPattern")
    parts = [group.name, request.get("startFromHead", True), *map(request.get, names)]
    text = valid_text(repr(parts))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _chosen(here: Here, group: Group, request: Request, now: int) -> tuple[LogFile, ...]:
    """The files of the streams that the request names; of all if it names none."""
    names, prefix = request.get("logStreamNames"), request.get("logStreamNamePrefix")
    if names is not None and prefix is not None:
        raise invalid("logStreamNames and logStreamNamePrefix exclude each other.")
    files = here.groups.files([group.name], now)
    if names is not None:
        there = {*group.streams, *(file.stream for file in group.mounted)}
        if not there.issuperset(names):
            raise no_stream()
        return tuple(file for file in files if file.stream in names)
    return tuple(file for file in files if file.stream.startswith(prefix or ""))


def _filtered(event: ListedEvent) -> dict[str, Any]:
    return {
        "logStreamName": event.stream,
        **_event(event),
        "eventId": event_id(event.key),
    }


def _event(event: ListedEvent) -> dict[str, Any]:
    time, ingested, *_ = event.key
    return {"timestamp": time, "message": valid_text(event.message), "ingestionTime": ingested}


def event_id(key: Key) -> str:
    """An id of 56 digits, as AWS's are: its time, and where it stands."""
    time, _, identity, offset, number = key
    place = hashlib.sha256(
        identity + offset.to_bytes(8, "big") + number.to_bytes(8, "big", signed=True)
    )
    return f"{time:020d}{int.from_bytes(place.digest()[:14], 'big') % 10**36:036d}"


# -------------------------------------------------------------------------------- GetLogEvents
def get_log_events(here: Here, request: Request) -> Later:
    """GetLogEvents: pages of one stream, oldest first, with a token for either direction.

    A token that leads no further comes back as it was given.
    """
    group, name, now = here.groups.one_of(request), request["logStreamName"], here.now()
    files = [file for file in here.groups.files([group.name], now) if file.stream == name]
    if name not in group.streams and not files:
        raise no_stream()
    start, end = request.get("startTime", 0), request.get("endTime")
    token, about = request.get("nextToken"), _of_stream(group, name)
    after, back = None, not request.get("startFromHead", False)
    if token is not None:
        direction, _, place = token.partition("/")
        if direction not in ("f", "b"):
            raise invalid("The specified nextToken is invalid.")
        after, back = read_place(place, about, now, TOKEN_LIFE), direction == "b"
    asked = ListRequest(
        tuple(files), start, end, after=after, newest=back, most=request.get("limit", PAGE)
    )
    running, page = here.listings.start("", asked)

    def answer() -> dict[str, Any]:
        listed = here.listings.finish("", page, running)
        events = sorted(listed.events, key=lambda event: event.key)
        # Where nothing was found both tokens stay at the place from which it was sought.
        at = after or BEFORE_ALL
        first, last = _around(at, back=back)
        if events:
            first, last = events[0].key, events[-1].key
        forward, backward = (
            f"{way}/{place_token(about, key, now)}" for way, key in (("f", last), ("b", first))
        )
        if not events and token is not None:
            forward, backward = (forward, token) if back else (token, backward)
        return {
            "events": [_event(event) for event in events],
            "nextForwardToken": forward,
            "nextBackwardToken": backward,
        }

    return Later(running, answer)


def _around(at: Key, *, back: bool) -> tuple[Key, Key]:
    """Places before which and behind which to go on from a place where nothing was found.

    What stands at the place itself was seen by whoever came from there.
    """
    *rest, number = at
    beside = (*rest, number - 1) if back else (*rest, number + 1)
    return (at, beside) if back else (beside, at)  # type: ignore[return-value]


def _of_stream(group: Group, name: str) -> str:
    text = valid_text(f"{group.name}\0{name}")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --------------------------------------------------------------------------- GetLogGroupFields
def get_log_group_fields(here: Here, request: Request) -> Later:
    """GetLogGroupFields: of the eight minutes before and after `time`, or the last fifteen."""
    group, now = here.groups.one_of(request), here.now()
    time = request.get("time")
    start, end = (
        (now - 15 * MINUTE, now) if time is None else (time - 8 * MINUTE, time + 8 * MINUTE)
    )
    files = here.groups.files([group.name], now, begins=True)
    running = here.listings.workers().submit(FieldsRequest(files, start, end + 1))

    def answer() -> dict[str, Any]:
        found = running.result()
        if found is None:
            raise running.error() or BotError("The fields could not be counted.")
        fields = [{"name": valid_text(name), "percent": percent} for name, percent in found.shares]
        return {"logGroupFields": fields}

    return Later(running, answer)
