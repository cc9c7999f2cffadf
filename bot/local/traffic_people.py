"""What people do in the demo's traffic: they sign in, look around, and change a few things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from bot.local.traffic_calls import (
    Call,
    changes,
    console_login,
    denied,
    looks,
    on_bucket,
    on_object,
)
from bot.local.traffic_draw import Draw, digest
from bot.local.traffic_identities import (
    ACCOUNT,
    PEOPLE,
    Caller,
    Person,
    person_caller,
    root,
    stranger,
)
from bot.local.traffic_step import Step

_WORKDAY = 9 * 60
_LUNCH = (11 * 60 + 30, 12 * 60 + 15)
_REACH = 240
"""Seconds over which the calls of one piece of work are spread, at most."""

_PAGES: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("ec2", "DescribeInstances"), ("ec2", "DescribeInstanceStatus"), ("ec2", "DescribeTags"),
        ("ec2", "DescribeVolumes"), ("ec2", "DescribeAddresses"), ("ec2", "DescribeVpcs"),
        ("ec2", "DescribeSecurityGroups"), ("monitoring", "DescribeAlarms"),
        ("compute-optimizer", "GetEnrollmentStatus"), ("autoscaling", "DescribeAutoScalingGroups"),
    ),
    (
        ("iam", "ListUsers"), ("iam", "ListRoles"), ("iam", "GetAccountSummary"),
        ("iam", "ListAccessKeys"), ("iam", "ListMFADevices"), ("access-analyzer", "ListFindingsV2"),
    ),
    (
        ("lambda", "ListFunctions20150331"), ("lambda", "GetFunction20150331v2"),
        ("lambda", "GetAccountSettings20160819"), ("logs", "DescribeLogGroups"),
        ("logs", "DescribeLogStreams"), ("monitoring", "ListMetrics"),
    ),
    (
        ("rds", "DescribeDBInstances"), ("rds", "DescribeDBClusters"), ("rds", "DescribeEvents"),
        ("kms", "ListAliases"), ("ec2", "DescribeSubnets"), ("pi", "ListAvailableResourceDimensions"),
    ),
    (
        ("cloudtrail", "DescribeTrails"), ("cloudtrail", "GetTrailStatus"),
        ("cloudtrail", "LookupEvents"), ("guardduty", "ListDetectors"),
        ("guardduty", "ListFindings"), ("securityhub", "GetFindings"),
    ),
)  # fmt: skip

_BUCKETS = ("my-bucket", "prod-releases", "access-logs", "trail-logs")


def people(seed: int, now: datetime, draw: Draw) -> Iterator[Step]:
    """What people begin in this minute."""
    for person in PEOPLE:
        today = _today(seed, person, now.date())
        if today is not None and today.began <= now < today.ends:
            yield from _minute_of(seed, person, now, today, draw)
    if now.weekday() == 0 and (now.hour, now.minute) == (9, 20):
        yield Step(3, root(), console_login(success=True, mfa=True))
        yield Step(25, root(), looks("ce", "GetCostAndUsage", {"granularity": "MONTHLY"}))
        yield Step(40, root(), looks("ce", "GetCostForecast", {"metric": "UNBLENDED_COST"}))
    if draw.chance(2 / 1440):
        yield Step(
            draw.whole(0, 59),
            stranger(f"203.0.113.{draw.whole(190, 199)}"),
            console_login(success=False, mfa=False),
        )


@dataclass(frozen=True, slots=True)
class _Today:
    """When a person's work begins and ends on one day, and from where they do it."""

    began: datetime
    ends: datetime
    address: str


@lru_cache(maxsize=100)
def _today(seed: int, person: Person, day: date) -> _Today | None:
    """The person's day, or None if they are not at work."""
    number = int(digest("day", seed, person.name, day)[:8], 16)
    weekend = day.weekday() >= 5
    on_call = person.name == "responder-1" and number % 3 == 0
    if number % 20 == 0 or (weekend and not on_call):
        return None
    minute = person.starts + number // 20 % 31 - 15
    began = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    ends = began + timedelta(minutes=60 if weekend else _WORKDAY)
    at_home = weekend or number // 620 % 5 < 2
    return _Today(began, ends, person.home if at_home else person.office)


def _minute_of(
    seed: int, person: Person, now: datetime, today: _Today, draw: Draw
) -> Iterator[Step]:
    began, address = today.began, today.address
    browser = person_caller(seed, person, began, address, terminal=False)
    if now == began:
        yield Step(draw.whole(1, 20), browser, console_login(success=True, mfa=True))
        return
    minute = now.hour * 60 + now.minute
    share = 0.008 if _LUNCH[0] <= minute < _LUNCH[1] else 0.04
    if not draw.chance(share):
        return
    if draw.chance(person.terminal):
        shell = person_caller(seed, person, began, address, terminal=True)
        yield from _in_terminal(person, shell, draw)
    else:
        yield from _in_console(person, browser, draw)


def _in_console(person: Person, caller: Caller, draw: Draw) -> Iterator[Step]:
    if draw.chance(0.25):
        yield Step(0, caller, on_bucket("ListBuckets", None))
        bucket = draw.pick(_BUCKETS)
        for i, name in enumerate(
            ("GetBucketAcl", "GetBucketPolicyStatus", "GetBucketPublicAccessBlock")
        ):
            yield Step(2 + i, caller, on_bucket(name, bucket))
        for call in (on_object(draw, "ListObjects", bucket, ""),):
            yield Step(6, caller, denied(call, caller) if _is_denied(person, bucket) else call)
        return
    page = draw.pick(_PAGES)
    second = 0
    for _ in range(draw.whole(3, 12)):
        service, name = draw.pick(page)
        call = looks(service, name, {"maxResults": 50} if draw.chance(0.6) else None)
        refused = service in _OFF_LIMITS.get(person.role, ())
        yield Step(min(second, _REACH), caller, denied(call, caller) if refused else call)
        second += draw.whole(0, 25)


_OFF_LIMITS = {
    "data-analyst": ("iam", "access-analyzer", "guardduty", "securityhub", "cloudtrail"),
    "developer": ("guardduty", "securityhub"),
}


def _is_denied(person: Person, bucket: str) -> bool:
    return person.role in ("data-analyst", "developer") and bucket == "trail-logs"


def _in_terminal(person: Person, caller: Caller, draw: Draw) -> Iterator[Step]:
    if draw.chance(0.3):
        yield Step(0, caller, looks("sts", "GetCallerIdentity"))
    calls = _ANALYST if person.role == "data-analyst" else _ENGINEER
    make = draw.weighted(calls)
    second = 1
    for call in make(draw):
        yield Step(min(second, _REACH), caller, call)
        second += draw.whole(0, 6)


def _report(draw: Draw) -> list[Call]:
    key = f"reports/{draw.whole(2025, 2026)}-{draw.whole(1, 12):02}/{draw.pick(('sales', 'returns', 'stock'))}.csv"
    read = [
        on_object(draw, "GetObject", "my-bucket", f"uploads/batch-{draw.whole(100, 999)}.json")
        for _ in range(draw.whole(2, 9))
    ]
    return [
        on_object(draw, "ListObjects", "my-bucket", "uploads/"),
        *read,
        on_object(draw, "PutObject", "my-bucket", key),
    ]


def _fetch(draw: Draw) -> list[Call]:
    version = f"{draw.whole(40, 60)}.{draw.whole(0, 9)}"
    return [
        on_object(draw, "ListObjects", "prod-releases", "shop/"),
        on_object(draw, "HeadObject", "prod-releases", f"shop/{version}/app.zip"),
        on_object(draw, "GetObject", "prod-releases", f"shop/{version}/app.zip"),
    ]


def _fixture(draw: Draw) -> list[Call]:
    key = f"fixtures/case-{draw.whole(1, 60)}.json"
    if draw.chance(0.2):
        return [on_object(draw, "DeleteObject", "my-bucket", key)]
    return [on_object(draw, "PutObject", "my-bucket", key)]


def _describe(draw: Draw) -> list[Call]:
    page = draw.pick(_PAGES)
    return [looks(*draw.pick(page)) for _ in range(draw.whole(1, 4))]


def _restart(draw: Draw) -> list[Call]:
    items = {"items": [{"instanceId": f"i-0{draw.hexadecimal(16)}"}]}
    return [
        looks("ec2", "DescribeInstances"),
        changes("ec2", "RebootInstances", {"instancesSet": items}, {"_return": True}),
    ]


def _tune(draw: Draw) -> list[Call]:
    name = draw.pick(("orders", "returns", "mailer"))
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}"
    parameters = {"functionName": name, "memorySize": draw.pick((256, 512, 1024))}
    change = changes(
        "lambda", "UpdateFunctionConfiguration20150331v2", parameters, {"functionArn": arn}
    )
    return [looks("lambda", "GetFunctionConfiguration20150331v2", {"functionName": name}), change]


def _probe(draw: Draw) -> list[Call]:
    """A write that the bucket's policy does not allow."""
    return [
        on_object(
            draw, "PutObject", "my-bucket", f"site/index-{draw.whole(1, 9)}.html", "AccessDenied"
        )
    ]


_ENGINEER = (
    (0.35, _describe), (0.22, _fetch), (0.2, _fixture), (0.1, _tune), (0.06, _restart), (0.07, _probe),
)  # fmt: skip
_ANALYST = ((0.6, _report), (0.3, _describe), (0.1, _probe))
