"""What a deployment made, looked at in a stand-in for AWS where a small one was deployed."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from bot.app.checkup import Check
from bot.aws.checkup_stack import (
    Deployment,
    check_alarms,
    check_queues,
    check_roles,
    check_secrets,
    check_stack,
    check_table,
    find_deployment,
    secret_values,
)
from bot.aws.clients import make_client
from tests import stand_ins

NAMES = ("slack-bot-token", "slack-signing-secret")
PREFIX = "/siem/test"
KEYS = ("pk", "l1", "s1", "l2", "s2")


def a_role(*statements: dict[str, Any]) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [trust | {"Action": "sts:AssumeRole"}],
            },
            "Policies": [{"PolicyName": "p", "PolicyDocument": document}],
        },
    }


ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NO_SENDING = {"Effect": "Deny", "Action": "sqs:SendMessage", "Resource": "*"}

TEMPLATE = {
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "siem-checked",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": key, "AttributeType": "S"} for key in KEYS
                ],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": f"list{n}",
                        "KeySchema": [
                            {"AttributeName": f"l{n}", "KeyType": "HASH"},
                            {"AttributeName": f"s{n}", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                    for n in (1, 2)
                ],
            },
        },
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "checked-jobs"}},
        "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "checked-dead"}},
        "SlackRole": a_role(ALL),
        "WorkerRole": a_role(ALL, NO_SENDING),
    },
    "Outputs": {
        "TableName": {"Value": {"Ref": "Table"}},
        "JobsUrl": {"Value": {"Ref": "Jobs"}},
        "BackgroundUrl": {"Value": {"Ref": "Jobs"}},
        "JobsDeadUrl": {"Value": {"Ref": "Dead"}},
        "SlackLambdaFunctionUrl": {"Value": "https://example.com/"},
    },
}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    for name, value in stand_ins.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def clients():
    url = stand_ins.aws()
    formation = stand_ins.client("cloudformation", url)
    formation.create_stack(StackName="siem-test", TemplateBody=json.dumps(TEMPLATE))
    formation.get_waiter("stack_create_complete").wait(
        StackName="siem-test", WaiterConfig={"Delay": 1}
    )
    return partial(make_client, region="eu-west-1", endpoint_url=url, tries=1)


@pytest.fixture
def deployment(clients) -> Deployment:
    found = find_deployment(clients, "siem-test")
    assert isinstance(found, Deployment)
    return found


def states(checks: Any) -> dict[str, str]:
    return {check.subject: check.state for check in checks}


def test_a_deployment_is_found_by_its_stack(clients, deployment):
    assert deployment.outputs["TableName"] == "siem-checked"
    missing = find_deployment(clients, "siem-nowhere")
    assert isinstance(missing, Check)
    assert (missing.state, "siem-nowhere" in missing.subject) == ("failed", True)


def test_its_table_and_queues_are_looked_at(clients, deployment):
    checks = list(check_stack(clients, deployment))
    assert {check.subject for check in checks if check.state == "ok"} == {
        "Table siem-checked", "Queue Jobs", "Queue Background", "Queue JobsDead",
    }  # fmt: skip
    said = [check.says for check in checks if check.state == "warning"]
    assert said == ["Old items are never removed.", "It cannot be restored to a moment."]


def test_a_table_of_another_shape_and_none_are_refused(clients):
    stand_ins.client("dynamodb", stand_ins.aws()).create_table(
        TableName="other",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    assert [check.state for check in check_table(clients, "other")] == ["failed"]
    assert [check.state for check in check_table(clients, "none")] == ["failed"]


def test_what_lies_in_a_dead_letter_queue_is_told(clients, deployment):
    url = deployment.outputs["JobsDeadUrl"]
    sqs = stand_ins.client("sqs", stand_ins.aws())
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    (check,) = check_queues(clients, {"JobsDead": url})
    sqs.purge_queue(QueueUrl=url)
    assert (check.state, "1 jobs" in check.says) == ("failed", True)
    (check,) = check_queues(clients, {"Jobs": url + "-gone"})
    assert check.state == "failed"


def test_secrets_are_there_as_secrets_and_their_values_are_never_said(clients):
    ssm = stand_ins.client("ssm", stand_ins.aws())
    first, second = (f"{PREFIX}/{name}" for name in NAMES)
    (one, other) = check_secrets(clients, PREFIX, NAMES)
    assert (one.state, other.state) == ("failed", "failed")
    assert one.fix.startswith("aws ssm put-parameter --type SecureString")
    assert secret_values(clients, PREFIX, NAMES) is None
    ssm.put_parameter(Name=first, Value="xoxb-hidden", Type="SecureString")
    ssm.put_parameter(Name=second, Value="s-hidden", Type="String")
    checks = list(check_secrets(clients, PREFIX, NAMES))
    assert states(checks) == {f"Secret {first}": "ok", f"Secret {second}": "failed"}
    assert "-hidden" not in str(checks)
    assert secret_values(clients, PREFIX, NAMES) == dict(
        zip(NAMES, ("xoxb-hidden", "s-hidden"), strict=True)
    )


def test_what_a_role_may_not_do_is_named(clients, deployment):
    secrets = [f"{PREFIX}/{name}" for name in NAMES]
    checks = list(
        check_roles(clients, deployment, ["cloudtrail", "arn:aws:logs:x:1:log-group:y"], secrets)
    )
    refused = [check for check in checks if check.state == "failed"]
    assert {check.subject for check in refused} == {"Permissions of WorkerRole"}
    assert all(
        "sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:checked-jobs" in c.says
        for c in refused
    )
    assert any("log-group:cloudtrail:*" in check.says for check in checks)


def test_where_the_roles_cannot_be_looked_at_that_is_said(clients):
    (check,) = check_roles(clients, Deployment("siem-nowhere", {}), [], [])
    assert check.state == "skipped"


def test_alarms_that_ring_are_failures(clients):
    watch = stand_ins.client("cloudwatch", stand_ins.aws())
    assert states(check_alarms(clients, "siem-test-health-")) == {"Alarms": "ok"}
    watch.put_metric_alarm(
        AlarmName="siem-test-health-ticks", AlarmDescription="No tick.", Namespace="Siem",
        MetricName="Ticks", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="LessThanThreshold",
    )  # fmt: skip
    watch.set_alarm_state(
        AlarmName="siem-test-health-ticks", StateValue="ALARM", StateReason="a test"
    )
    (check,) = check_alarms(clients, "siem-test-health-")
    assert (check.state, check.says) == ("failed", "No tick.")


def test_an_aws_that_is_not_there_is_said_everywhere():
    nowhere = partial(make_client, region="eu-west-1", endpoint_url="http://127.0.0.1:1", tries=1)
    found = find_deployment(nowhere, "siem-test")
    assert isinstance(found, Check)
    queues = check_queues(nowhere, {"Jobs": "http://127.0.0.1:1/q"})
    assert [c.state for c in queues] == ["failed"]
    assert [c.state for c in check_secrets(nowhere, PREFIX, NAMES)] == ["failed"]
    assert [c.state for c in check_alarms(nowhere, "x")] == ["skipped"]
    assert [c.state for c in check_table(nowhere, "t")] == ["failed"]
    assert secret_values(nowhere, PREFIX, NAMES) is None
