"""Looks at what a deployment made in AWS: the stack, its table, queues, secrets and roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.app.checkup import Check, failed, ok, skipped, warning
from bot.aws.checkup_logs import Clients, said
from bot.aws.failures import FAILURES


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a stage's stack made, by the names that the stack gives its outputs."""

    stack: str
    outputs: Mapping[str, str]


def find_deployment(clients: Clients, stack: str) -> Deployment | Check:
    """What the stack made, or why there is none."""
    try:
        (found,) = clients("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except (*FAILURES, ValueError) as error:
        return failed(
            f"Stack {stack}",
            f"It cannot be looked at: {said(error)}.",
            "Deploy it (`make deploy`), or name its --stage and --region.",
        )
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
    if not found["StackStatus"].endswith("_COMPLETE") or "ROLLBACK" in found["StackStatus"]:
        return failed(
            f"Stack {stack}",
            f"Its last change ended as {found['StackStatus']}.",
            "Look at its events in CloudFormation, then deploy again.",
        )
    return Deployment(stack, outputs)


def check_table(clients: Clients, table: str) -> Iterator[Check]:
    """Whether the bot's table is there, as it must be, and can be written."""
    dynamodb, subject = clients("dynamodb"), f"Table {table}"
    try:
        found = dynamodb.describe_table(TableName=table)["Table"]
    except FAILURES as error:
        yield failed(subject, f"It cannot be looked at: {said(error)}.", "Deploy: `make deploy`.")
        return
    indexes = {index["IndexName"] for index in found.get("GlobalSecondaryIndexes", ())}
    missing = {"list1", "list2"} - indexes
    if found["KeySchema"] != [{"AttributeName": "pk", "KeyType": "HASH"}] or missing:
        fix = "Let the bot have a table of its own, made by serverless.yml."
        yield failed(subject, "Its keys or indexes are not those of the bot's table.", fix)
        return
    yield ok(
        subject,
        f"{found.get('TableStatus', '?').lower()}, about {found.get('ItemCount', 0):,} items",
    )
    yield from _kept(dynamodb, table, subject)


def check_queues(clients: Clients, queues: Mapping[str, str]) -> Iterator[Check]:
    """How many messages wait in each queue (name to address); none may be in a dead-letter queue."""
    sqs = clients("sqs")
    for name, url in queues.items():
        subject = f"Queue {name}"
        try:
            given = sqs.get_queue_attributes(
                QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
            )["Attributes"]
        except FAILURES as error:
            yield failed(subject, f"It cannot be looked at: {said(error)}.", "Deploy anew.")
            continue
        waiting = int(given.get("ApproximateNumberOfMessages", 0))
        if waiting and name not in ("Jobs", "Background"):
            yield failed(
                subject,
                f"{waiting:,} jobs failed too often and were set aside.",
                "Look into the worker's log, then send them back: `aws sqs start-message-move-task`.",
            )
        else:
            yield ok(subject, f"{waiting:,} waiting")


def check_secrets(clients: Clients, prefix: str, names: Sequence[str]) -> Iterator[Check]:
    """Whether the secrets are in SSM, as secrets. Their values are not read."""
    wanted = [f"{prefix}/{name}" for name in names]
    try:
        found = clients("ssm").get_parameters(Names=wanted)["Parameters"]
    except FAILURES as error:
        yield failed(
            "Secrets",
            f"SSM does not show them: {said(error)}.",
            "Allow ssm:GetParameters on them.",
        )
        return
    types = {parameter["Name"]: parameter["Type"] for parameter in found}
    for name in wanted:
        put = f"aws ssm put-parameter --type SecureString --overwrite --name {name} --value …"
        if name not in types:
            yield failed(f"Secret {name}", "It is not there.", put)
        elif types[name] != "SecureString":
            yield failed(f"Secret {name}", "It is kept in plain text.", put)
        else:
            yield ok(f"Secret {name}", "there")


# What each role must be allowed to do, and on what: an output of the stack, or a pattern of the role's
# own account. The worker's logs are tried by searching them.
_NEEDED = (
    ("SlackRole", ("dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"), "table"),
    ("SlackRole", ("dynamodb:Query",), "index"),
    ("SlackRole", ("sqs:SendMessage",), "JobsUrl"),
    ("SlackRole", ("sqs:SendMessage",), "BackgroundUrl"),
    ("SlackRole", ("ssm:GetParameters",), "secret"),
    ("WorkerRole", ("dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"), "table"),
    ("WorkerRole", ("dynamodb:Query",), "index"),
    *(
        (
            "WorkerRole",
            (
                "sqs:SendMessage",
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:ChangeMessageVisibility",
            ),
            queue,
        )
        for queue in ("JobsUrl", "BackgroundUrl")
    ),
    ("WorkerRole", ("ssm:GetParameters",), "secret"),
    ("WorkerRole", ("logs:StartQuery",), "groups"),
    ("WorkerRole", ("logs:GetQueryResults", "logs:StopQuery"), "*"),
)


def check_roles(
    clients: Clients, deployment: Deployment, groups: Sequence[str], secrets: Sequence[str]
) -> Iterator[Check]:
    """Whether AWS would let the functions' roles do what they must, as its policy simulator says."""
    try:
        account, partition, region = _whereabouts(clients)
        roles = {name: _role_arn(clients, deployment, name) for name in ("SlackRole", "WorkerRole")}
    except (*FAILURES, KeyError) as error:
        yield skipped("Permissions", f"the roles cannot be looked at: {said(error)}")
        return
    place = f"{region}:{account}"
    table = f"arn:{partition}:dynamodb:{place}:table/{deployment.outputs.get('TableName', '')}"
    things = {
        "table": [table],
        "index": [f"{table}/index/list1", f"{table}/index/list2"],
        "secret": [f"arn:{partition}:ssm:{place}:parameter{name}" for name in secrets],
        "groups": [_group_arn(group, partition, place) for group in groups],
        "*": ["*"],
    }
    for name in ("JobsUrl", "BackgroundUrl"):
        queue = deployment.outputs.get(name, "").rpartition("/")[2]
        things[name] = [f"arn:{partition}:sqs:{place}:{queue}"]
    for role, actions, thing in _NEEDED:
        yield from _simulated(clients, role, roles[role], actions, things[thing])


def check_alarms(clients: Clients, prefix: str) -> Iterator[Check]:
    """Which of the bot's own alarms ring."""
    try:
        found = clients("cloudwatch").describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
    except FAILURES as error:
        yield skipped("Alarms", f"they cannot be looked at: {said(error)}")
        return
    ringing = [alarm for alarm in found if alarm["StateValue"] == "ALARM"]
    for alarm in ringing:
        yield failed(
            f"Alarm {alarm['AlarmName']}",
            str(alarm.get("AlarmDescription") or "It rings."),
            "docs/operations.md, section Alarms, says what to do.",
        )
    if not ringing:
        yield ok("Alarms", f"none of {len(found)} rings")


def check_stack(clients: Clients, deployment: Deployment) -> Iterator[Check]:
    """The table and the queues of the deployment."""
    outputs = deployment.outputs
    if "TableName" in outputs:
        yield from check_table(clients, outputs["TableName"])
    queues = {
        name.removesuffix("Url"): url
        for name, url in outputs.items()
        if name
        in ("JobsUrl", "BackgroundUrl", "JobsDeadUrl", "BackgroundDeadUrl", "UndeliveredUrl")
    }
    yield from check_queues(clients, queues)


def secret_values(clients: Clients, prefix: str, names: Sequence[str]) -> dict[str, str] | None:
    """The secrets by name, to try them; None if not all of them may be read from here."""
    wanted = {f"{prefix}/{name}": name for name in names}
    try:
        found = clients("ssm").get_parameters(Names=list(wanted), WithDecryption=True)["Parameters"]
    except FAILURES:
        return None
    values = {wanted[one["Name"]]: str(one["Value"]) for one in found}
    return values if len(values) == len(wanted) else None


def _whereabouts(clients: Clients) -> tuple[str, str, str]:
    """Account, partition and region."""
    client = clients("sts")
    arn = str(client.get_caller_identity()["Arn"])
    return arn.split(":")[4], arn.split(":")[1], str(client.meta.region_name)


def _role_arn(clients: Clients, deployment: Deployment, logical: str) -> str:
    found = clients("cloudformation").describe_stack_resource(
        StackName=deployment.stack, LogicalResourceId=logical
    )["StackResourceDetail"]
    role = clients("iam").get_role(RoleName=found["PhysicalResourceId"])["Role"]
    return str(role["Arn"])


def _group_arn(group: str, partition: str, place: str) -> str:
    if group.startswith("arn:"):
        return group if group.endswith(":*") else f"{group}:*"
    return f"arn:{partition}:logs:{place}:log-group:{group}:*"


def _simulated(
    clients: Clients, name: str, role: str, actions: Sequence[str], things: Sequence[str]
) -> Iterator[Check]:
    """What of this AWS would refuse."""
    try:
        answer = clients("iam").simulate_principal_policy(
            PolicySourceArn=role, ActionNames=list(actions), ResourceArns=list(things)
        )
    except FAILURES as error:
        yield skipped(f"Permissions of {name}", f"they cannot be tried: {said(error)}")
        return
    refused = [one for one in answer["EvaluationResults"] if one.get("EvalDecision") != "allowed"]
    for one in refused:
        yield failed(
            f"Permissions of {name}",
            f"AWS would refuse {one['EvalActionName']} on {one.get('EvalResourceName', '*')}.",
            "Give `logGroups` of serverless.yml all groups of rules/config.yml, then deploy; or look "
            "for a policy of the organisation that forbids it.",
        )
    if not refused:
        yield ok(f"Permissions of {name}", f"{', '.join(actions)} on {', '.join(things)}")


def _kept(dynamodb: Any, table: str, subject: str) -> Iterator[Check]:
    """Whether expired items go away, and whether a lost table can be restored."""
    try:
        expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        backup = dynamodb.describe_continuous_backups(TableName=table)[
            "ContinuousBackupsDescription"
        ]
    except FAILURES as error:
        yield skipped(f"{subject}, expiry and backups", said(error))
        return
    if expiry.get("AttributeName") != "expires":
        yield warning(
            subject, "Old items are never removed.", "Set its TTL attribute to `expires`."
        )
    restored = backup.get("PointInTimeRecoveryDescription", {})
    if restored.get("PointInTimeRecoveryStatus") != "ENABLED":
        yield warning(
            subject, "It cannot be restored to a moment.", "Turn point-in-time recovery on."
        )
