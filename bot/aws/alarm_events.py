"""What CloudWatch says of an alarm, in the three shapes in which it reaches a function.

SNS: a JSON text inside the notification (Amazon SNS Developer Guide, "Lambda"; the members are those
of CloudWatch's notifications). EventBridge: `CloudWatch Alarm State Change` (CloudWatch User Guide,
"Alarm events and EventBridge"). The alarm's own action (there, "Invoke a Lambda function from an
alarm"). All of it is text that others wrote: what is no text, or too long, is cut or left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast, get_args

from bot.app.alarms import Change, News, State
from bot.aws.console import alarm_link

_NAME, _ARN, _REASON, _ABOUT = 255, 1_600, 1_023, 1_024
"""The most that CloudWatch has (DescribeAlarms, the lengths of a MetricAlarm's members)."""


def news_of(value: object) -> News | None:
    """What an event says of an alarm; None if it is about something else, or says nothing usable."""
    found = value if isinstance(value, dict) else {}
    if isinstance(found.get("detail"), dict):
        return _from_bridge(found)
    if isinstance(found.get("alarmData"), dict):
        return _from_action(found)
    if "NewStateValue" in found:
        return _from_notification(found)
    return None


def inside(notification: object) -> object:
    """What is in the text of an SNS notification, as Lambda or a queue gets it; None if nothing is."""
    text = notification.get("Message") if isinstance(notification, dict) else None
    if not isinstance(text, str):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _from_notification(found: Mapping[str, Any]) -> News | None:
    """`Region` is a name for people there, such as `EU (Ireland)`: the ARN has the real one."""
    return _news(
        _text(found, "AlarmArn", _ARN),
        _text(found, "AlarmName", _NAME),
        _change(
            found.get("NewStateValue"), found.get("StateChangeTime"), found.get("NewStateReason")
        ),
        account=_text(found, "AWSAccountId", _NAME),
        about=_text(found, "AlarmDescription", _ABOUT),
    )


def _from_bridge(found: Mapping[str, Any]) -> News | None:
    if found.get("detail-type") != "CloudWatch Alarm State Change":
        return None
    detail, resources = found["detail"], found.get("resources")
    arn = resources[0] if isinstance(resources, list) and resources else None
    return _news(
        _text({"arn": arn}, "arn", _ARN),
        _text(detail, "alarmName", _NAME),
        _state(detail.get("state")),
        region=_text(found, "region", _NAME),
        account=_text(found, "account", _NAME),
        about=_text(_part(detail, "configuration"), "description", _ABOUT),
    )


def _from_action(found: Mapping[str, Any]) -> News | None:
    data = found["alarmData"]
    return _news(
        _text(found, "alarmArn", _ARN),
        _text(data, "alarmName", _NAME),
        _state(data.get("state")),
        region=_text(found, "region", _NAME),
        account=_text(found, "accountId", _NAME),
        about=_text(_part(data, "configuration"), "description", _ABOUT),
    )


def _news(
    arn: str, name: str, change: Change | None, *, about: str, account: str, region: str = ""
) -> News | None:
    parts = arn.split(":")
    # arn:partition:cloudwatch:region:account:alarm:name (Service Authorization Reference)
    if len(parts) >= 7 and parts[5] == "alarm":
        region, account = parts[3] or region, parts[4] or account
        name = name or ":".join(parts[6:])[:_NAME]
    if change is None or not name:
        return None
    # Old notifications have no ARN: the place and the name are as good.
    arn = arn or f"{region}:{account}:{name}"
    return News(arn, name, change, region, account, about, alarm_link(region, name))


def _state(found: object) -> Change | None:
    part = found if isinstance(found, dict) else {}
    return _change(part.get("value"), part.get("timestamp"), part.get("reason"))


def _change(state: object, at: object, reason: object) -> Change | None:
    moment = _moment(at)
    if moment is None or state not in get_args(State):
        return None
    return Change(moment, cast("State", state), _text({"reason": reason}, "reason", _REASON))


def _moment(at: object) -> datetime | None:
    """A time such as `2026-11-24T09:00:00.123+0000`, in UTC; one without a zone is in UTC."""
    try:
        read = datetime.fromisoformat(at if isinstance(at, str) else "")
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _part(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _text(found: Mapping[str, Any], name: str, most: int) -> str:
    """A text that can be stored and sent: half characters are replaced."""
    value = found.get(name)
    text = value if isinstance(value, str) else ""
    return text[:most].encode(errors="replace").decode()
