"""Who may do what: no more than its part needs, and no less."""

from __future__ import annotations

import re
from collections import Counter

from tests.aws.template.reading import check, listed, names, of, statements

EVERYTHING = {
    "logs:GetQueryResults", "logs:StopQuery",
}  # fmt: skip
"""Actions that know no resource but `*` (Service Authorization Reference, CloudWatch Logs)."""


@check
def a_role_may_name_no_action_and_no_resource_at_large(template):
    faults = []
    for role, statement in statements(template):
        for action in listed(statement["Action"]):
            if "*" in action or "NotAction" in statement:
                faults.append(f"{role} may do {action}")
            if "*" in listed(statement["Resource"]) and action not in EVERYTHING:
                faults.append(f"{role} may do {action} to everything")
    return faults


@check
def a_function_may_not_invoke_itself(template):
    return [
        f"{role} may {action}"
        for role, statement in statements(template)
        for action in listed(statement["Action"])
        if action.startswith("lambda:")
    ]


@check
def each_function_has_a_role_of_its_own(template):
    counted = Counter(
        name
        for function in of(template, "AWS::Lambda::Function").values()
        for name in names(function["Role"])
    )
    return [f"{role} is for {count} functions" for role, count in counted.items() if count > 1]


@check
def every_arn_in_a_policy_is_one(template):
    known = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333"}
    arn = re.compile(r"arn:[\w-]+:[a-z0-9-]+:[\w*-]*:(\d{12}|\*)?:[^\s:${}]+(:[^\s:${}]+)*")
    faults = []
    for role, statement in statements(template):
        for resource in listed(statement["Resource"]):
            if isinstance(resource, dict) and not isinstance(resource.get("Fn::Sub"), str):
                continue  # an attribute of a resource: cfn-lint knows those
            text = resource if isinstance(resource, str) else resource["Fn::Sub"]
            plain = re.sub(r"\$\{(AWS::\w+)\}", lambda found: known.get(found[1], "?"), text)
            plain = re.sub(
                r"\$\{\w+\.Arn\}", "arn:aws:dynamodb:eu-west-1:111122223333:table/t", plain
            )
            if text != "*" and not arn.fullmatch(plain):
                faults.append(f"{role}: {text} is no ARN")
    return faults


def may_send(template, role, queue) -> bool:
    """Whether a role's own policy lets it send to a queue."""
    return any(
        role == each
        and "sqs:SendMessage" in listed(statement["Action"])
        and queue in names(statement["Resource"])
        for each, statement in statements(template)
    )


def admits(template, service, source, queue) -> bool:
    """Whether a queue's policy lets a service send to it, for that source."""
    return any(
        queue in names(policy["Queues"])
        and service in listed(statement["Principal"].get("Service"))
        and queue in names(statement["Resource"])
        and source in names(statement.get("Condition"))
        for policy in of(template, "AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
    )


@check
def who_sends_by_a_role_may_send(template):
    """A schedule to its queue and to the dead; a function to the queue for what it fails to do."""
    queues = of(template, "AWS::SQS::Queue").keys()
    ways = [
        (
            name,
            each["Target"]["RoleArn"],
            [each["Target"]["Arn"], each["Target"].get("DeadLetterConfig")],
        )
        for name, each in of(template, "AWS::Scheduler::Schedule").items()
    ]
    ways += [
        (name, each["Role"], each.get("DeadLetterConfig"))
        for name, each in of(template, "AWS::Lambda::Function").items()
    ]
    return [
        f"{name} may not send to {queue}"
        for name, by, to in ways
        for role in names(by)
        for queue in names(to) & queues
        if not may_send(template, role, queue)
    ]


@check
def a_queue_admits_the_services_that_send_to_it(template):
    ways = [
        (name, "sns.amazonaws.com", topic, each.get("RedrivePolicy"))
        for name, each in of(template, "AWS::SNS::Subscription").items()
        for topic in names(each["TopicArn"])
    ]
    ways += [
        (name, "events.amazonaws.com", name, target.get("DeadLetterConfig"))
        for name, each in of(template, "AWS::Events::Rule").items()
        for target in each["Targets"]
    ]
    return [
        f"{name} may not send to {queue}"
        for name, service, source, to in ways
        for queue in names(to)
        if not admits(template, service, source, queue)
    ]


@check
def who_invokes_a_function_may(template):
    permitted = {
        (permission["Principal"], name, source)
        for permission in of(template, "AWS::Lambda::Permission").values()
        if permission["Action"] == "lambda:InvokeFunction"
        for name in names(permission["FunctionName"])
        for source in names(permission.get("SourceArn"))
    }
    wanted = {
        ("sns.amazonaws.com", function, topic): name
        for name, each in of(template, "AWS::SNS::Subscription").items()
        if each["Protocol"] == "lambda"
        for function in names(each["Endpoint"])
        for topic in names(each["TopicArn"])
    } | {
        ("events.amazonaws.com", function, name): name
        for name, rule in of(template, "AWS::Events::Rule").items()
        for target in rule["Targets"]
        for function in names(target["Arn"])
    }
    return [
        f"{name} may not invoke {way[1]}" for way, name in wanted.items() if way not in permitted
    ]
