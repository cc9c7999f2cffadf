"""Looks at what the bot searches in AWS: who it is there, and whether its logs are to be had."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from bot.app.checkup import Check, failed, ok, skipped, warning
from bot.aws.failures import FAILURES
from bot.rules.card import NEEDS, Source
from bot.rules.model import Rule

Clients: TypeAlias = Callable[[str], Any]
"""Makes the client of a service, such as `logs`."""

QUIET = timedelta(hours=24)
"""A log without events for so long is looked at."""

_PROBE = "fields @timestamp | limit 1"

_POLLS, _PAUSE = 20, 0.5

# What shows that a trail logs the events that a rule may need (`bot.rules.card.NEEDS`).
_SEEN = {
    "s3-data-events": 'filter eventSource = "s3.amazonaws.com" and eventCategory = "Data" | limit 1',
    "lambda-data-events": (
        'filter eventSource = "lambda.amazonaws.com" and eventCategory = "Data" | limit 1'
    ),
}


def check_identity(clients: Clients) -> Iterator[Check]:
    """Who the bot is in AWS."""
    try:
        who = clients("sts").get_caller_identity()
    except FAILURES as error:
        yield failed(
            "AWS credentials",
            f"AWS does not know who this is: {said(error)}.",
            "Sign in (`aws sso login`), or set AWS_PROFILE, or run with a role.",
        )
    else:
        yield ok("AWS credentials", f"account {who['Account']}, as {who['Arn']}")


def check_sources(
    clients: Clients, region: str, sources: Mapping[str, Source], now: datetime
) -> Iterator[Check]:
    """Whether each log group of the sources is there, can be searched, and gets events."""
    logs = clients("logs")
    for source in sources.values():
        for group in source.groups:
            subject = f"Log group {group}"
            check = _exists(logs, region, group, source.name, subject)
            yield check or _searched(logs, region, group, now, subject)
            if check is None:
                yield from _fresh(logs, group, now, subject)


def check_needs(
    clients: Clients, sources: Mapping[str, Source], rules: Sequence[Rule], now: datetime
) -> Iterator[Check]:
    """Whether what rules need was logged within a day: one small search for each need and source."""
    logs = clients("logs")
    wanted: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        for need in rule.needs:
            wanted.setdefault((rule.log, need), []).append(rule.id)
    for (log, need), ids in wanted.items():
        subject = f"{NEEDS[need]} in {log}"
        source = sources.get(log)
        if source is None:
            continue
        try:
            rows = _run(logs, source.groups, _SEEN[need], now - timedelta(days=1), now)
        except FAILURES as error:
            yield skipped(subject, f"could not be searched: {said(error)}")
            continue
        if rows:
            yield ok(subject, "seen within a day")
        else:
            yield warning(
                subject,
                f"None within a day, so {', '.join(ids)} may find nothing.",
                "Add a data event selector to the trail "
                "(docs.aws.amazon.com/awscloudtrail, Logging data events).",
            )


def _exists(logs: Any, region: str, group: str, source: str, subject: str) -> Check | None:
    """What is wrong with the log group; None if it is there, or cannot be looked at by its name."""
    if group.startswith("arn:"):
        return None  # in another account or region: only a search tells
    try:
        found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    except ClientError as error:
        if denied(error):
            return None  # not needed for searching, which is tried next
        return failed(subject, f"It cannot be looked at: {said(error)}.", "Look again.")
    except FAILURES as error:
        return failed(
            subject,
            f"CloudWatch Logs in {region} cannot be reached: {said(error)}.",
            "Check AWS_REGION and the way to AWS.",
        )
    if any(one["logGroupName"] == group for one in found):
        return None
    return failed(
        subject,
        f"There is none of that name in {region}.",
        f"Correct `sources.{source}.groups` in rules/config.yml, or the region.",
    )


def _searched(logs: Any, region: str, group: str, now: datetime, subject: str) -> Check:
    """Whether a query may be started, read and stopped there: by doing it, over one minute."""
    try:
        rows = _run(logs, (group,), _PROBE, now - timedelta(minutes=1), now)
    except ClientError as error:
        if not denied(error):
            return failed(subject, f"It cannot be searched: {said(error)}.", "Look again.")
        return failed(
            subject,
            f"AWS does not let the bot search it: {said(error)}.",
            f"Allow logs:StartQuery on arn:aws:logs:{region}:*:log-group:{group} and …:{group}:*, and "
            "logs:GetQueryResults and logs:StopQuery on *.",
        )
    except FAILURES as error:
        return failed(subject, f"AWS did not answer: {said(error)}.", "Look again.")
    return ok(subject, "can be searched" + ("" if rows is not None else ", slowly"))


def _fresh(logs: Any, group: str, now: datetime, subject: str) -> Iterator[Check]:
    """Whether events still come. Only said where the log's streams may be looked at."""
    where = "logGroupIdentifier" if group.startswith("arn:") else "logGroupName"
    try:
        streams = logs.describe_log_streams(
            **{where: group.removesuffix(":*")}, orderBy="LastEventTime", descending=True, limit=1
        ).get("logStreams", ())
    except FAILURES:
        return  # a permission that searching does not need
    newest = max((stream.get("lastEventTimestamp", 0) for stream in streams), default=0)
    if not newest:
        yield warning(
            subject, "Nothing was ever logged there.", "Check the trail that writes to it."
        )
    elif now - (last := datetime.fromtimestamp(newest / 1000, UTC)) > QUIET:
        yield warning(
            subject,
            f"Its newest event is of {last:%Y-%m-%d %H:%M} UTC.",
            "Check the trail or program that writes to it.",
        )


def _run(
    logs: Any, groups: Sequence[str], query: str, start: datetime, end: datetime
) -> list[Any] | None:
    """The rows of a small query; None if it takes long, and is stopped then."""
    arns = any(group.startswith("arn:") for group in groups)
    names = [group.removesuffix(":*") for group in groups]
    started = logs.start_query(
        **{"logGroupIdentifiers" if arns else "logGroupNames": names},
        startTime=int(start.timestamp()),
        endTime=int(end.timestamp()),
        queryString=query,
        limit=1,
    )
    for _ in range(_POLLS):
        answer = logs.get_query_results(queryId=started["queryId"])
        if answer["status"] not in ("Scheduled", "Running", "Unknown"):
            return list(answer.get("results") or ())
        time.sleep(_PAUSE)
    logs.stop_query(queryId=started["queryId"])
    return None


def denied(error: ClientError) -> bool:
    """Whether AWS refused for want of a permission."""
    return str(error.response["Error"].get("Code", "")).startswith(("AccessDenied", "Unauthorized"))


def said(error: Exception) -> str:
    """What AWS or botocore says of a failure, in one line without its full stop."""
    if isinstance(error, ClientError):
        given = error.response["Error"]
        return f"{given.get('Code')}: {given.get('Message')}".rstrip(".")
    return str(error).partition("\n")[0][:300].rstrip(".")
