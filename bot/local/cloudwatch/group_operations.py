"""The operations on log groups and their tags, as the API reference has them."""

from __future__ import annotations

import re
from typing import Any

from bot.local.cloudwatch.disk import Group
from bot.local.cloudwatch.here import Here, Request, page
from bot.local.cloudwatch.protocol import ApiError, invalid

RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
)  # fmt: skip
"""What PutRetentionPolicy takes."""

MOST_TAGS = 50


def create_log_group(here: Here, request: Request) -> dict[str, Any]:
    """CreateLogGroup: keys are accepted and not kept; classes are kept and change nothing."""
    name, now = request["logGroupName"], here.now()
    if name.startswith("aws/"):
        raise invalid("Log group names can't start with the string aws/")
    here.groups.create(
        name,
        now,
        begins=now,
        kind=request.get("logGroupClass", "STANDARD"),
        protected=request.get("deletionProtectionEnabled", False),
        tags=_checked_tags(request.get("tags", {})),
    )
    return {}


def delete_log_group(here: Here, request: Request) -> dict[str, Any]:
    """DeleteLogGroup: at once, with all its events; files that are served there stay."""
    here.groups.delete(request["logGroupName"])
    return {}


def put_deletion_protection(here: Here, request: Request) -> dict[str, Any]:
    """PutLogGroupDeletionProtection."""
    name = here.groups.named(request["logGroupIdentifier"])
    here.groups.change(name, protected=request["deletionProtectionEnabled"])
    return {}


def put_retention_policy(here: Here, request: Request) -> dict[str, Any]:
    """PutRetentionPolicy: what has expired is not found any more, and stays on the disk."""
    days = request["retentionInDays"]
    if days not in RETENTION_DAYS:
        raise invalid(
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(map(str, RETENTION_DAYS))}]"
        )
    here.groups.change(request["logGroupName"], days=days)
    return {}


def delete_retention_policy(here: Here, request: Request) -> dict[str, Any]:
    """DeleteRetentionPolicy."""
    here.groups.change(request["logGroupName"], days=None)
    return {}


# ------------------------------------------------------------------------------------ listings
def describe_log_groups(here: Here, request: Request) -> dict[str, Any]:
    """DescribeLogGroups: by name, with a prefix, a part of the name, or a list."""
    prefix, part = request.get("logGroupNamePrefix"), request.get("logGroupNamePattern")
    if prefix is not None and part is not None:
        raise invalid("logGroupNamePrefix and logGroupNamePattern exclude each other.")
    wanted = {here.groups.named(one) for one in request.get("logGroupIdentifiers", ())}
    found = [
        _described(here, group)
        for group in here.groups.all()
        if group.name.startswith(prefix or "")
        and (part or "") in group.name
        and (not wanted or group.name in wanted)
        and _is_here(here, request, group)
    ]
    return page(request, "logGroups", found, request.get("limit", 50))


def list_log_groups(here: Here, request: Request) -> dict[str, Any]:
    """ListLogGroups: of no data sources and no field indexes, since there are none here."""
    pattern, tags = request.get("logGroupNamePattern"), request.get("logGroupTags", ())
    nothing = "dataSources" in request or "fieldIndexNames" in request
    found = [
        {
            "logGroupName": group.name,
            "logGroupArn": here.groups.arn(group.name),
            "logGroupClass": group.kind,
        }
        for group in here.groups.all()
        if not nothing
        and (pattern is None or _fits(group.name, pattern))
        and all(_has_tag(group, one) for one in tags)
        and _is_here(here, request, group)
    ]
    return page(request, "logGroups", found, request.get("limit", 50))


def _is_here(here: Here, request: Request, group: Group) -> bool:
    """Whether the request's class and accounts include the group's."""
    accounts = request.get("accountIdentifiers") if request.get("includeLinkedAccounts") else None
    return request.get("logGroupClass", group.kind) == group.kind and (
        not accounts or here.account in accounts
    )


def _fits(name: str, pattern: str) -> bool:
    """`one|^two`: a part of the name, or with `^` its beginning (ListLogGroups)."""
    return any(
        name.startswith(part[1:]) if part.startswith("^") else part in name
        for part in pattern.split("|")
    )


def _has_tag(group: Group, wanted: Request) -> bool:
    """Whether a tag of the group has one of the values, which may have `!` before and `*` around."""
    value, values = group.tags.get(wanted["key"]), wanted.get("values", ())
    if value is None:
        return False
    refused = [one[1:] for one in values if one.startswith("!")]
    allowed = [one for one in values if not one.startswith("!")]
    return not any(_is_like(value, one) for one in refused) and (
        not allowed or any(_is_like(value, one) for one in allowed)
    )


def _is_like(value: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), value, re.DOTALL) is not None


def _described(here: Here, group: Group) -> dict[str, Any]:
    arn = here.groups.arn(group.name)
    days = {} if group.days is None else {"retentionInDays": group.days}
    return {
        "logGroupName": group.name,
        "creationTime": group.created,
        **days,
        "metricFilterCount": 0,
        "arn": arn + ":*",
        "storedBytes": group.stored_bytes(),
        "logGroupClass": group.kind,
        "logGroupArn": arn,
        "deletionProtectionEnabled": group.protected,
    }


# ---------------------------------------------------------------------------------------- tags
def tag_resource(here: Here, request: Request) -> dict[str, Any]:
    """TagResource: of a log group."""
    return _tag(here, here.groups.with_arn(request["resourceArn"]), request)


def tag_log_group(here: Here, request: Request) -> dict[str, Any]:
    """TagLogGroup."""
    return _tag(here, here.groups.get(request["logGroupName"]), request)


def untag_resource(here: Here, request: Request) -> dict[str, Any]:
    """UntagResource: keys that are not there are no error."""
    return _untag(here, here.groups.with_arn(request["resourceArn"]), request["tagKeys"])


def untag_log_group(here: Here, request: Request) -> dict[str, Any]:
    """UntagLogGroup."""
    return _untag(here, here.groups.get(request["logGroupName"]), request["tags"])


def list_tags_for_resource(here: Here, request: Request) -> dict[str, Any]:
    """ListTagsForResource."""
    return {"tags": here.groups.with_arn(request["resourceArn"]).tags}


def list_tags_log_group(here: Here, request: Request) -> dict[str, Any]:
    """ListTagsLogGroup."""
    return {"tags": here.groups.get(request["logGroupName"]).tags}


def _tag(here: Here, group: Group, request: Request) -> dict[str, Any]:
    tags = group.tags | request["tags"]
    if len(tags) > MOST_TAGS:
        words = f"A log group has {MOST_TAGS} tags at most."
        raise ApiError("TooManyTagsException", words)
    here.groups.change(group.name, tags=_checked_tags(tags))
    return {}


def _untag(here: Here, group: Group, keys: list[str]) -> dict[str, Any]:
    tags = {key: value for key, value in group.tags.items() if key not in keys}
    here.groups.change(group.name, tags=tags)
    return {}


def _checked_tags(tags: Request) -> dict[str, str]:
    for key in tags:
        if key.lower().startswith("aws:"):
            raise invalid("Tag keys that begin with aws: are reserved for AWS.")
    return dict(tags)
