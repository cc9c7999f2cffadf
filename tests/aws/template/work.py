"""Queues, functions and schedules: no work is lost, stopped, or done at a bad time."""

from __future__ import annotations

import json
import re
from collections import Counter

from bot.aws.job_runner import ATTEMPTS, GRACE
from tests.aws.template.reading import check, names, of


@check
def a_queue_has_at_most_one_policy(template):
    """CloudFormation writes each over the one before."""
    counted = Counter(
        name
        for policy in of(template, "AWS::SQS::QueuePolicy").values()
        for queue in policy["Queues"]
        for name in names(queue)
    )
    return [f"{name} has {count} policies" for name, count in counted.items() if count > 1]


@check
def a_queue_is_encrypted_and_a_dead_one_keeps_for_two_weeks(template):
    faults = []
    for name, queue in of(template, "AWS::SQS::Queue").items():
        if queue.get("SqsManagedSseEnabled") is not True:
            faults.append(f"{name} is not encrypted")
        if "RedrivePolicy" not in queue and queue.get("MessageRetentionPeriod") != 1209600:
            faults.append(f"{name} is where messages end, and keeps them for less than 14 days")
    return faults


@check
def a_message_outlasts_its_function_and_then_goes_to_a_queue_for_the_dead(template):
    faults = []
    functions, queues = of(template, "AWS::Lambda::Function"), of(template, "AWS::SQS::Queue")
    for name, mapping in of(template, "AWS::Lambda::EventSourceMapping").items():
        (function,) = names(mapping["FunctionName"])
        (source,) = names(mapping["EventSourceArn"])
        queue = queues[source]
        # A job's lease lives a little longer than the function: by then it must have ended.
        outlasts = functions[function]["Timeout"] + GRACE.total_seconds()
        if queue.get("VisibilityTimeout", 30) <= outlasts:
            faults.append(f"{source} shows a message again while {function} may still have it")
        redrive = queue.get("RedrivePolicy", {})
        if not names(redrive.get("deadLetterTargetArn")) & queues.keys():
            faults.append(f"{source} has no queue for the dead")
        # The delivery after the last try tells of the end. Under 5, throttling alone would bring
        # messages there (Lambda, Using Lambda with Amazon SQS).
        if redrive.get("maxReceiveCount") != ATTEMPTS + 1:
            faults.append(f"{source} gives up after {redrive.get('maxReceiveCount')} tries")
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            faults.append(f"{name} fails whole batches")
        if mapping.get("BatchSize") != 1:
            faults.append(f"{name} makes jobs wait for one another")
        if not 2 <= int(mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0)) <= 1000:
            faults.append(f"{name} has no bound of 2 to 1000")
    return faults


@check
def a_function_s_log_is_kept_for_a_time_and_no_longer(template):
    logs = {group["LogGroupName"]: group for group in of(template, "AWS::Logs::LogGroup").values()}
    faults = []
    for name, function in of(template, "AWS::Lambda::Function").items():
        group = logs.get(f"/aws/lambda/{function['FunctionName']}")
        if group is None or not isinstance(group.get("RetentionInDays"), int):
            faults.append(f"{name} logs without an end")
    return faults


@check
def an_asynchronous_call_is_retried_as_we_say_and_then_kept(template):
    """AWS's own choice is to try for six hours, three times, and to forget."""
    settled = {
        name: config
        for config in of(template, "AWS::Lambda::EventInvokeConfig").values()
        for name in names(config["FunctionName"])
    }
    faults = []
    for name, function in of(template, "AWS::Lambda::Function").items():
        config = settled.get(name, {})
        if (
            "MaximumRetryAttempts" not in config
            or config.get("MaximumEventAgeInSeconds", 21600) > 3600
        ):
            faults.append(f"{name} has AWS's own retries")
        invoked = any(
            name in names(permission["FunctionName"])
            and permission["Principal"] in ("sns.amazonaws.com", "events.amazonaws.com")
            for permission in of(template, "AWS::Lambda::Permission").values()
        )
        if (
            invoked
            and not names(function.get("DeadLetterConfig")) & of(template, "AWS::SQS::Queue").keys()
        ):
            faults.append(f"{name} forgets what it fails to do")
    return faults


@check
def what_sends_to_the_queue_that_wakes_it_may(template):
    """Else Lambda stops a job that sends itself again, after 16 times."""
    faults = []
    for name, function in of(template, "AWS::Lambda::Function").items():
        mappings = of(template, "AWS::Lambda::EventSourceMapping").values()
        woken = any(name in names(mapping["FunctionName"]) for mapping in mappings)
        if woken and function.get("RecursiveLoop") != "Allow":
            faults.append(f"{name} is stopped when a job sends itself again")
    return faults


@check
def a_function_url_has_both_permissions(template):
    """Since October 2025 a URL needs InvokeFunctionUrl and InvokeFunction."""
    permissions = list(of(template, "AWS::Lambda::Permission").values())
    faults = []
    for url in of(template, "AWS::Lambda::Url").values():
        (function,) = names(url["TargetFunctionArn"])
        mine = [each for each in permissions if function in names(each["FunctionName"])]
        if not any(
            each["Action"] == "lambda:InvokeFunctionUrl"
            and each.get("FunctionUrlAuthType") == "NONE"
            for each in mine
        ):
            faults.append(f"{function}'s URL may not be called")
        if not any(
            each["Action"] == "lambda:InvokeFunction" and each.get("InvokedViaFunctionUrl") is True
            for each in mine
        ):
            faults.append(f"{function} may not be invoked by way of its URL")
    return faults


@check
def an_environment_holds_names_and_no_secrets(template):
    wanted = {
        "SIEM_STAGE", "SIEM_TABLE", "SIEM_JOBS_URL", "SIEM_BACKGROUND_URL", "SIEM_SECRETS",
        "SIEM_QUOTAS",
    }  # fmt: skip
    faults = []
    for name, function in of(template, "AWS::Lambda::Function").items():
        variables = function.get("Environment", {}).get("Variables", {})
        faults += [f"{name}: {each} is not for it" for each in variables.keys() - wanted]
        faults += [f"{name} lacks {each}" for each in wanted - variables.keys()]
        if not re.fullmatch(r"/siem/[\w-]+", str(variables.get("SIEM_SECRETS"))):
            faults.append(f"{name}: SIEM_SECRETS is no name")
    if found := re.findall(r"xox[a-z]-|resolve:ssm|AKIA[A-Z0-9]{16}", json.dumps(template)):
        faults.append(f"the template holds {found[0]}")
    return faults


@check
def a_function_is_what_the_zip_was_built_for(template):
    return [
        f"{name} runs {function['Runtime']} on {function['Architectures']}"
        for name, function in of(template, "AWS::Lambda::Function").items()
        if (function["Runtime"], function["Architectures"]) != ("python3.13", ["x86_64"])
    ]


@check
def a_schedule_is_one_and_gives_up_before_the_next(template):
    """cfn-lint takes any text for a rate here."""
    faults = []
    for name, schedule in of(template, "AWS::Scheduler::Schedule").items():
        rate = str(schedule["ScheduleExpression"])
        if not re.fullmatch(
            r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minute|hour|day)s)\)", rate
        ):
            faults.append(f"{name}: {rate} is no rate")
        target = schedule["Target"]
        retry = target.get("RetryPolicy", {})
        if (retry.get("MaximumEventAgeInSeconds"), retry.get("MaximumRetryAttempts")) != (60, 1):
            faults.append(f"{name} is tried again for up to a day")
        if not names(target.get("DeadLetterConfig")):
            faults.append(f"{name} is lost when it cannot be sent")
        if schedule.get("FlexibleTimeWindow") != {"Mode": "OFF"}:
            faults.append(f"{name} comes when it likes")
        job = json.loads(target.get("Input", "null"))
        if not isinstance(job, dict) or job.keys() != {"kind", "id", "payload"}:
            faults.append(f"{name} sends no job")
    return faults


@check
def a_subscription_and_a_rule_keep_what_they_cannot_bring(template):
    faults = [
        f"{name} loses alarms"
        for name, each in of(template, "AWS::SNS::Subscription").items()
        if each["Protocol"] == "lambda" and not names(each.get("RedrivePolicy"))
    ]
    return faults + [
        f"{name} loses alarms"
        for name, rule in of(template, "AWS::Events::Rule").items()
        for target in rule["Targets"]
        if not names(target.get("DeadLetterConfig")) or "RetryPolicy" not in target
    ]


@check
def no_alarm_comes_twice(template):
    """The bot's own come through the topic, so the rule leaves them out, by how their names begin."""
    alarms = [each["AlarmName"] for each in of(template, "AWS::CloudWatch::Alarm").values()]
    faults = []
    for name, rule in of(template, "AWS::Events::Rule").items():
        (but,) = rule["EventPattern"]["detail"]["alarmName"]
        prefix = but["anything-but"]["prefix"]
        faults += [f"{name} brings {each} too" for each in alarms if not each.startswith(prefix)]
    return faults
