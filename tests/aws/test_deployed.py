"""`make deploy` works, on what stands in for AWS: the parts find one another, and roles end where they should."""

from __future__ import annotations

import base64
import io
import json
import urllib.request
import zipfile
from functools import partial

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bot.aws.checkup_stack import (
    Deployment,
    check_alarms,
    check_roles,
    check_stack,
    find_deployment,
)
from bot.aws.clients import make_client
from tests import stand_ins
from tests.aws.packaged import project, run

# Plain Python: the stand-in runs functions with an interpreter of its own.
SLACK = """
import json, os
def handler(event, context):
    names = sorted(name for name in os.environ if name.startswith("SIEM_"))
    return {"statusCode": 200, "body": json.dumps([event["body"], names])}
"""
WORKER = """
def handler(event, context):
    raise ValueError(event)
"""


def a_zip(module: str, source: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("bot/__init__.py", "bot/aws/__init__.py"):
            archive.writestr(name, "")
        archive.writestr(f"bot/aws/{module}.py", source)
    return content.getvalue()


@pytest.fixture(scope="module")
def clients():
    """Clients of the account's root, by service."""
    names = ("cloudformation", "iam", "sts", "logs")
    made = {name: stand_ins.client(name, stand_ins.guarded_aws()) for name in names}
    yield made
    for client in made.values():
        client.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory, clients):
    """What was deployed: physical ids by logical id."""
    folder = tmp_path_factory.mktemp("deployed") / "project"
    zips = {"slack": a_zip("slack_function", SLACK), "worker": a_zip("worker", WORKER)}
    project(folder, zips)
    env = stand_ins.ENVIRONMENT | {"AWS_ENDPOINT_URL": stand_ins.guarded_aws()}

    ran = run(folder, "deploy", env=env)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    clients["logs"].create_log_group(logGroupName="aws-cloudtrail-logs")
    found = clients["cloudformation"].describe_stack_resources(StackName="siem-dev")
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found["StackResources"]
    }


@pytest.fixture(scope="module")
def as_role(clients, stack):
    """Call as one of the roles: True if it may, False if IAM refuses."""
    sessions: dict[str, boto3.Session] = {}

    def session(role: str) -> boto3.Session:
        if role not in sessions:
            arn = clients["iam"].get_role(RoleName=stack[role])["Role"]["Arn"]
            got = clients["sts"].assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
            sessions[role] = boto3.Session(
                got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"], "eu-west-1"
            )
        return sessions[role]

    def may(role: str, service: str, call: str, **arguments: object) -> bool:
        client = session(role).client(
            service,
            endpoint_url=stand_ins.guarded_aws(),
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )
        try:
            getattr(client, call)(**arguments)
        except ClientError as error:
            return not error.response["Error"]["Code"].startswith("AccessDenied")
        finally:
            client.close()
        return True

    return may


KEY = {"pk": {"S": "k"}}
SEARCH = {"startTime": 0, "endTime": 1, "queryString": "fields @message"}
ROLES = ("SlackRole", "WorkerRole")


@pytest.mark.parametrize("role", ROLES)
def test_both_functions_read_and_write_items_and_no_more(stack, as_role, role):
    table = {"TableName": stack["Table"]}
    asked = {
        "IndexName": "list1",
        "KeyConditionExpression": "l1 = :l",
        "ExpressionAttributeValues": {":l": {"S": "l"}},
    }

    assert as_role(role, "dynamodb", "get_item", **table, Key=KEY)
    assert as_role(role, "dynamodb", "update_item", **table, Key=KEY)
    assert as_role(role, "dynamodb", "query", **table, **asked)
    assert as_role(role, "dynamodb", "delete_item", **table, Key=KEY)

    assert not as_role(role, "dynamodb", "scan", **table)
    assert not as_role(role, "dynamodb", "delete_table", **table)
    assert not as_role(role, "dynamodb", "put_item", **table, Item=KEY)
    assert not as_role(role, "dynamodb", "update_item", TableName="another", Key=KEY)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("queue", ["Jobs", "Background"])
def test_both_send_jobs_and_only_the_worker_takes_them(stack, as_role, role, queue):
    url = {"QueueUrl": stack[queue]}

    assert as_role(role, "sqs", "send_message", **url, MessageBody="{}", DelaySeconds=900)
    assert as_role(role, "sqs", "receive_message", **url) is (role == "WorkerRole")
    assert not as_role(role, "sqs", "purge_queue", **url)
    assert not as_role(role, "sqs", "send_message", QueueUrl=stack["JobsDead"], MessageBody="{}")


def test_only_the_worker_searches_and_only_the_groups_it_was_given(as_role):
    given, other = {"logGroupName": "aws-cloudtrail-logs"}, {"logGroupName": "another"}

    assert as_role("WorkerRole", "logs", "start_query", **given, **SEARCH)
    assert as_role("WorkerRole", "logs", "get_query_results", queryId="q")
    assert as_role("WorkerRole", "logs", "stop_query", queryId="q")
    assert not as_role("WorkerRole", "logs", "start_query", **other, **SEARCH)
    assert not as_role("WorkerRole", "logs", "delete_log_group", **given)
    assert not as_role("SlackRole", "logs", "start_query", **given, **SEARCH)
    assert not as_role("SlackRole", "logs", "get_query_results", queryId="q")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_invokes_functions_or_changes_rights(stack, as_role, role):
    assert not as_role(role, "lambda", "invoke", FunctionName="siem-dev-worker")
    assert not as_role(role, "iam", "list_roles")
    assert not as_role(role, "ssm", "put_parameter", Name="/siem/dev/slack-bot-token", Value="v", Type="String")  # fmt: skip


def test_slack_reaches_its_function_by_the_url(clients, stack):
    outputs = clients["cloudformation"].describe_stacks(StackName="siem-dev")["Stacks"][0][
        "Outputs"
    ]
    values = {each["OutputKey"]: each["OutputValue"] for each in outputs}
    host = values["SlackLambdaFunctionUrl"].removeprefix("https://").rstrip("/")
    request = urllib.request.Request(stand_ins.guarded_aws(), b"text=help", {"Host": host})

    with urllib.request.urlopen(request, timeout=20) as response:
        body, names = json.loads(response.read())

    # AWS sends a form in base64, the stand-in as it is.
    assert body in ("text=help", base64.b64encode(b"text=help").decode())
    assert names == [
        "SIEM_BACKGROUND_URL",
        "SIEM_JOBS_URL",
        "SIEM_QUOTAS",
        "SIEM_SECRETS",
        "SIEM_STAGE",
        "SIEM_TABLE",
    ]
    assert values.keys() >= {
        "TableName", "JobsUrl", "BackgroundUrl", "JobsDeadUrl", "BackgroundDeadUrl",
        "UndeliveredUrl", "AlarmsTopic",
    }  # fmt: skip


def test_the_doctor_finds_what_was_deployed_and_that_its_roles_suffice(stack, monkeypatch):
    for name, value in stand_ins.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    made = partial(make_client, region="eu-west-1", endpoint_url=stand_ins.guarded_aws(), tries=1)
    secrets = [f"/siem/dev/{name}" for name in ("slack-bot-token", "slack-signing-secret")]

    found = find_deployment(made, "siem-dev")
    assert isinstance(found, Deployment)
    looked = [
        *check_stack(made, found),
        *check_roles(made, found, ["aws-cloudtrail-logs"], secrets),
        *check_alarms(made, "siem-dev-health-"),
    ]
    elsewhere = list(check_roles(made, found, ["another-group"], secrets))

    assert {check.subject.split()[0] for check in looked} == {
        "Table", "Queue", "Permissions", "Alarms"
    }  # fmt: skip
    assert [check for check in looked if check.state == "failed"] == []
    refused = [check.says for check in elsewhere if check.state == "failed"]
    assert ["logs:StartQuery" in says for says in refused] == [True]
