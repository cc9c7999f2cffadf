"""What an event asks for, in every shape in which one comes; and hostile ones."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.alarms import News
from bot.app.ports import Job
from bot.aws.alarm_events import news_of
from bot.aws.events import NoJobError, decode, jobs_in, messages_in
from bot.aws.sqs_jobs import encode

ARN = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:siem-dev-health-jobs-dead"
STATE = {
    "value": "ALARM",
    "reason": "Threshold Crossed",
    "timestamp": "2026-11-24T09:00:00.985+0000",
}

NOTIFICATION = {
    "AlarmName": "siem-dev-health-jobs-dead",
    "AlarmDescription": "A job failed six times.",
    "AWSAccountId": "111122223333",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed",
    "StateChangeTime": "2026-11-24T09:00:00.985+0000",
    "Region": "EU (Ireland)",
    "AlarmArn": ARN,
    "OldStateValue": "OK",
    "Trigger": {"MetricName": "ApproximateNumberOfMessagesVisible"},
}
BRIDGE = {
    "version": "0",
    "source": "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    "account": "111122223333",
    "region": "eu-west-1",
    "time": "2026-11-24T09:00:01Z",
    "resources": [ARN],
    "detail": {
        "alarmName": "siem-dev-health-jobs-dead",
        "configuration": {"description": "A job failed six times.", "metrics": []},
        "previousState": {"value": "OK", "reason": "", "timestamp": "2026-11-24T08:00:00.000+0000"},
        "state": STATE | {"reasonData": "{}"},
    },
}
ACTION = {
    "source": "aws.cloudwatch",
    "alarmArn": ARN,
    "accountId": "111122223333",
    "time": "2026-11-24T09:00:01.000+0000",
    "region": "eu-west-1",
    "alarmData": {
        "alarmName": "siem-dev-health-jobs-dead",
        "state": STATE,
        "previousState": {"value": "OK"},
        "configuration": {"description": "A job failed six times."},
    },
}
SHAPES = {"SNS": NOTIFICATION, "EventBridge": BRIDGE, "action": ACTION}


def by_sns(value: object) -> dict[str, Any]:
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "Sns": {"Type": "Notification", "Message": json.dumps(value)},
            }
        ]
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_an_alarm_says_the_same_in_each_shape(shape: str) -> None:
    found = news_of(SHAPES[shape])

    assert found is not None
    assert (found.arn, found.name, found.region, found.account) == (
        ARN, "siem-dev-health-jobs-dead", "eu-west-1", "111122223333",
    )  # fmt: skip
    assert found.about == "A job failed six times."
    assert found.change.at == datetime(2026, 11, 24, 9, 0, 0, 985_000, UTC)
    assert (found.change.state, found.change.reason) == ("ALARM", "Threshold Crossed")
    assert found.link.endswith("#alarmsV2:alarm/siem-dev-health-jobs-dead")
    assert found == news_of(NOTIFICATION)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_way_to_the_function_asks_for_the_same_job(shape: str) -> None:
    value = SHAPES[shape]
    envelope = json.dumps({"Type": "Notification", "Message": json.dumps(value)})

    (wanted,) = jobs_in(value)
    assert wanted.kind == "alarm"
    assert jobs_in(by_sns(value)) == [wanted]
    assert decode(json.dumps(value)) == wanted
    assert decode(envelope) == wanted
    assert jobs_in(by_sns(NOTIFICATION))[0].id == wanted.id


def test_a_tick_is_a_job_by_each_way() -> None:
    tick = {"kind": "tick", "id": "tick", "payload": {}}

    assert jobs_in(tick) == [Job("tick", "tick", {})]
    assert decode(json.dumps(tick)) == decode(encode(Job("tick", "tick", {})))
    assert jobs_in({"kind": "tick", "id": "tick"}) == [Job("tick", "tick", {})]


def test_an_old_notification_without_an_arn_is_told_by_place_and_name() -> None:
    found = news_of({k: v for k, v in NOTIFICATION.items() if k != "AlarmArn"})

    assert found is not None
    assert found.arn == ":111122223333:siem-dev-health-jobs-dead"
    assert found.link == ""


@pytest.mark.parametrize(
    ("change", "region"),
    [
        ({"alarmArn": "arn:aws-cn:cloudwatch:cn-north-1:111122223333:alarm:a:b/c d"}, "cn-north-1"),
        ({"alarmArn": "nonsense", "region": "eu-west-1"}, "eu-west-1"),
    ],
)
def test_the_place_is_that_of_the_arn(change: dict[str, Any], region: str) -> None:
    found = news_of(ACTION | change | {"alarmData": {"state": STATE, "alarmName": "a:b/c d"}})

    assert found is not None
    assert found.region == region
    assert found.link.startswith(f"https://{region}.console.")
    assert found.link.endswith("/a%3Ab%2Fc%20d")


def test_a_name_that_lacks_is_in_the_arn() -> None:
    found = news_of({**BRIDGE, "detail": {"state": STATE}})
    assert found is not None
    assert found.name == "siem-dev-health-jobs-dead"


@pytest.mark.parametrize(
    "value",
    [
        None, [], "x", 1, {}, {"Records": []}, {"Records": 1}, {"Records": [1]},
        {"Records": [{"Sns": 1}]}, {"Records": [{"Sns": {"Message": "no json"}}]},
        {"Records": [{"Sns": {"Message": "[" * 9_999}}]}, by_sns({"hello": 1}), by_sns(None),
        {"kind": "", "id": "1"}, {"kind": "tick", "id": ""}, {"kind": "tick", "id": 1},
        {"kind": "tick", "id": "1", "payload": []},
        {**BRIDGE, "detail-type": "EC2 Instance State-change Notification"},
        {**BRIDGE, "detail": {}}, {**BRIDGE, "detail": {"state": 1}}, {**BRIDGE, "resources": {}, "detail": {"state": STATE}},
        {**ACTION, "alarmData": {"state": STATE | {"value": "PURPLE"}}},
        {**ACTION, "alarmData": {"state": STATE | {"value": ["ALARM"]}}},
        {**ACTION, "alarmData": {"state": STATE | {"timestamp": 1}}},
        {**ACTION, "alarmData": {"state": STATE | {"timestamp": "0001-01-01T00:00:00+2359"}}},
        {**NOTIFICATION, "StateChangeTime": "soon"},
    ],
)  # fmt: skip
def test_what_is_nothing_is_refused(value: object) -> None:
    with pytest.raises(NoJobError):
        jobs_in(value)


def test_hostile_texts_are_cut_and_can_be_stored() -> None:
    long = "\ud800" + "x" * 100_000
    found = news_of(
        {
            "alarmArn": ARN, "region": long, "accountId": {"a": 1},
            "alarmData": {"alarmName": long, "state": STATE | {"reason": long}, "configuration": [1]},
        }
    )  # fmt: skip

    assert found is not None
    assert len(found.name) == 255
    assert len(found.change.reason) == 1_023
    (found.name + found.change.reason).encode()
    assert found.about == ""


MEMBERS = [
    "Records",
    "Sns",
    "Message",
    "detail",
    "detail-type",
    "state",
    "value",
    "timestamp",
    "alarmData",
    "alarmArn",
    "alarmName",
    "resources",
    "NewStateValue",
    "reason",
    "kind",
    "id",
    "payload",
    "eventSource",
    "body",
    "attributes",
    "messageAttributes",
]

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(values)
def test_no_event_is_a_surprise(value: Any) -> None:
    messages_in(value, lambda arn: arn)
    found = news_of(value)
    assert found is None or isinstance(found, News)
    with contextlib.suppress(NoJobError):
        assert all(isinstance(job, Job) for job in jobs_in(value))
    with contextlib.suppress(NoJobError):
        assert isinstance(decode(json.dumps(value)), Job)


def test_a_message_is_read_with_its_counts() -> None:
    record = {
        "messageId": "m", "receiptHandle": "r", "body": "b", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:jobs",
        "attributes": {"ApproximateReceiveCount": "3"},
        "messageAttributes": {"attempts": {"stringValue": "2", "dataType": "Number"}},
    }  # fmt: skip
    (message,) = messages_in({"Records": [record]}, lambda arn: arn.rpartition(":")[2]) or []

    assert (message.id, message.receipt, message.body, message.queue) == ("m", "r", "b", "jobs")
    assert (message.received, message.attempts) == (3, 2)

    odd = record | {"attributes": {"ApproximateReceiveCount": "x" * 99}, "messageAttributes": None}
    (message,) = messages_in({"Records": [odd]}, lambda _: "") or []
    assert (message.received, message.attempts) == (1, 0)


def test_other_records_are_no_messages() -> None:
    assert messages_in(by_sns(NOTIFICATION), lambda arn: arn) is None
    assert (
        messages_in({"Records": [{"eventSource": "aws:sqs"}, {"eventSource": "aws:s3"}]}, str)
        is None
    )
