"""The packaged template holds what each service asks for, and each check is seen to fail."""

from __future__ import annotations

import copy
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.packing.distributions import pins
from tests.aws.packaged import ROOT, offline, osls, packaged
from tests.aws.template import CHECKS

LONGEST_STAGE = "s" * 51
"""A schedule's name, `siem-STAGE-digests`, has at most 64 characters."""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return packaged(tmp_path_factory.mktemp("packaged") / "dev")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """With everything given that can be."""
    return packaged(
        tmp_path_factory.mktemp("packaged") / "other",
        *("--stage", LONGEST_STAGE, "--region", "eu-central-1"),
        *("--param=logGroups=a/b, arn:aws:logs:eu-west-1:444455556666:log-group:shared:*",),
        *("--param=slackMemory=512", "--param=workerMemory=2048", "--param=workerConcurrency=5"),
        *("--param=slackConcurrency=20", "--param=peopleAtOnce=20", "--param=backgroundAtOnce=3"),
        *("--param=deletionProtection=true", "--param=alarmEmail=responder-1@example.com"),
        *("--param=accountAlarms=DISABLED", "--param=logRetention=90"),
    )


@pytest.mark.parametrize("name", CHECKS)
def test_the_template_is_without_fault(template, other, name):
    assert CHECKS[name](template) == []
    assert CHECKS[name](other) == []


@pytest.mark.parametrize("which", ["template", "other"])
def test_cfn_lint_finds_nothing(request, which, tmp_path):
    tool = Path(sys.executable).with_name("cfn-lint")
    if not tool.exists():
        pytest.fail("cfn-lint is missing: run `make .venv/tests`", pytrace=False)
    path = tmp_path / "template.json"
    path.write_text(json.dumps(request.getfixturevalue(which)))

    ran = subprocess.run([tool, path], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


# --------------------------------------------------------------------------------- each may fail
def at(template, path: str):
    """The value at a path such as `Tick.Target.RetryPolicy`: a resource, then its properties."""
    resource, *keys = path.split(".")
    value = template["Resources"][resource]["Properties"]
    for key in keys:
        value = value[int(key) if isinstance(value, list) else key]
    return value


def put(path: str, value):
    """A change: this value at that path; None takes it away."""

    def change(template):
        parent, _, key = path.rpartition(".")
        inside = at(template, parent)
        if value is None:
            del inside[key]
        else:
            inside[int(key) if isinstance(inside, list) else key] = value

    return change


def drop(resource: str):
    return lambda template: template["Resources"].pop(resource)


def twin(resource: str):
    return lambda template: template["Resources"].update(Twin=template["Resources"][resource])


def policy(role: str, name: str, index: int, key: str, value):
    return put(f"{role}.Policies.0.PolicyDocument.Statement.{index}.{key}", value)


def environment(name: str, value):
    return put(f"SlackLambdaFunction.Environment.Variables.{name}", value)


def policies(resource: str, **values):
    return lambda template: template["Resources"][resource].update(values)


def queue_policy(key, value):
    return put(f"UndeliveredPolicy.PolicyDocument.Statement.0.{key}", value)


MAPPING = "WorkerEventSourceMappingSQSJobs"

MUTATIONS = [
    ("a_queue_has_at_most_one_policy", twin("UndeliveredPolicy")),
    ("a_queue_is_encrypted_and_a_dead_one_keeps_for_two_weeks", put("Jobs.SqsManagedSseEnabled", False)),
    ("a_queue_is_encrypted_and_a_dead_one_keeps_for_two_weeks", put("JobsDead.MessageRetentionPeriod", 345600)),
    ("a_message_outlasts_its_function_and_then_goes_to_a_queue_for_the_dead", put("Jobs.VisibilityTimeout", 120)),
    ("a_message_outlasts_its_function_and_then_goes_to_a_queue_for_the_dead", put("Background.RedrivePolicy", None)),
    ("a_message_outlasts_its_function_and_then_goes_to_a_queue_for_the_dead", put("Jobs.RedrivePolicy.maxReceiveCount", 1)),
    ("a_message_outlasts_its_function_and_then_goes_to_a_queue_for_the_dead", put(f"{MAPPING}.FunctionResponseTypes", None)),
    ("a_message_outlasts_its_function_and_then_goes_to_a_queue_for_the_dead", put(f"{MAPPING}.BatchSize", 10)),
    ("a_message_outlasts_its_function_and_then_goes_to_a_queue_for_the_dead", put(f"{MAPPING}.ScalingConfig", None)),
    ("a_function_s_log_is_kept_for_a_time_and_no_longer", drop("WorkerLogGroup")),
    ("a_function_s_log_is_kept_for_a_time_and_no_longer", put("SlackLogGroup.RetentionInDays", None)),
    ("an_asynchronous_call_is_retried_as_we_say_and_then_kept", drop("WorkerLambdaEvConf")),
    ("an_asynchronous_call_is_retried_as_we_say_and_then_kept", put("SlackLambdaEvConf.MaximumEventAgeInSeconds", None)),
    ("an_asynchronous_call_is_retried_as_we_say_and_then_kept", put("WorkerLambdaFunction.DeadLetterConfig", None)),
    ("what_sends_to_the_queue_that_wakes_it_may", put("WorkerLambdaFunction.RecursiveLoop", None)),
    ("a_function_url_has_both_permissions", drop("SlackLambdaPermissionFnUrl")),
    ("a_function_url_has_both_permissions", drop("SlackLambdaPermissionFn")),
    ("an_environment_holds_names_and_no_secrets", environment("SLACK_BOT_TOKEN", "made-up")),
    ("an_environment_holds_names_and_no_secrets", environment("SIEM_TABLE", None)),
    ("an_environment_holds_names_and_no_secrets", environment("SIEM_SECRETS", "made-up")),
    ("an_environment_holds_names_and_no_secrets", environment("SIEM_STAGE", "xoxb-made-up")),
    ("an_environment_holds_names_and_no_secrets", environment("SIEM_STAGE", "{{resolve:ssm:/siem/dev/a}}")),
    ("a_function_is_what_the_zip_was_built_for", put("SlackLambdaFunction.Runtime", "python3.12")),
    ("a_function_is_what_the_zip_was_built_for", put("WorkerLambdaFunction.Architectures", ["arm64"])),
    ("a_role_may_name_no_action_and_no_resource_at_large", policy("SlackRole", "", 2, "Action", "dynamodb:*")),
    ("a_role_may_name_no_action_and_no_resource_at_large", policy("SlackRole", "", 2, "Resource", "*")),
    ("a_role_may_name_no_action_and_no_resource_at_large", policy("WorkerRole", "", 7, "Action", ["logs:StartQuery"])),
    ("a_function_may_not_invoke_itself", policy("WorkerRole", "", 3, "Action", "lambda:InvokeFunction")),
    ("each_function_has_a_role_of_its_own", put("SlackLambdaFunction.Role", {"Fn::Sub": "${WorkerRole.Arn}"})),
    ("every_arn_in_a_policy_is_one", policy("SlackRole", "", 0, "Resource", {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:log-group:x"})),
    ("every_arn_in_a_policy_is_one", policy("SlackRole", "", 0, "Resource", "${self:custom.logs}")),
    ("who_sends_by_a_role_may_send", policy("SchedulerRole", "", 0, "Resource", {"Fn::GetAtt": ["Jobs", "Arn"]})),
    ("who_sends_by_a_role_may_send", policy("WorkerRole", "", 5, "Action", "sqs:GetQueueUrl")),
    ("a_queue_admits_the_services_that_send_to_it", drop("UndeliveredPolicy")),
    ("a_queue_admits_the_services_that_send_to_it", queue_policy("Principal", {"Service": "s3.amazonaws.com"})),
    ("a_queue_admits_the_services_that_send_to_it", queue_policy("Condition", {"ArnEquals": {"aws:SourceArn": {"Ref": "Other"}}})),
    ("who_invokes_a_function_may", drop("AlarmsMayInvoke")),
    ("who_invokes_a_function_may", drop("AlarmRuleMayInvoke")),
    ("a_schedule_is_one_and_gives_up_before_the_next", put("Tick.ScheduleExpression", "rate(1 minutes)")),
    ("a_schedule_is_one_and_gives_up_before_the_next", put("Tick.ScheduleExpression", "rate(5 minute)")),
    ("a_schedule_is_one_and_gives_up_before_the_next", put("Tick.Target.RetryPolicy", None)),
    ("a_schedule_is_one_and_gives_up_before_the_next", put("Digests.Target.DeadLetterConfig", None)),
    ("a_schedule_is_one_and_gives_up_before_the_next", put("Digests.Target.Input", '{"kind": "digests"}')),
    ("a_schedule_is_one_and_gives_up_before_the_next", put("Tick.FlexibleTimeWindow.Mode", "FLEXIBLE")),
    ("a_subscription_and_a_rule_keep_what_they_cannot_bring", put("AlarmsToWorker.RedrivePolicy", None)),
    ("a_subscription_and_a_rule_keep_what_they_cannot_bring", put("AlarmRule.Targets.0.DeadLetterConfig", None)),
    ("a_subscription_and_a_rule_keep_what_they_cannot_bring", put("AlarmRule.Targets.0.RetryPolicy", None)),
    ("no_alarm_comes_twice", put("SlackErrors.AlarmName", "siem-dev-slack-errors")),
    ("the_table_outlives_mistakes", policies("Table", DeletionPolicy="Delete")),
    ("the_table_outlives_mistakes", policies("Table", UpdateReplacePolicy="Delete")),
    ("the_table_outlives_mistakes", put("Table.PointInTimeRecoverySpecification", None)),
    ("the_table_outlives_mistakes", put("Table.TimeToLiveSpecification.AttributeName", "expires_at")),
    ("the_table_outlives_mistakes", put("Table.SSESpecification.SSEEnabled", False)),
    ("the_table_outlives_mistakes", put("Table.DeletionProtectionEnabled", None)),
    ("the_table_outlives_mistakes", put("Table.BillingMode", "PROVISIONED")),
    ("the_table_outlives_mistakes", put("Table.TableName", "siem-dev")),
    ("the_table_has_the_keys_that_the_store_asks_by", put("Table.KeySchema.0.AttributeName", "id")),
    ("the_table_has_the_keys_that_the_store_asks_by", put("Table.AttributeDefinitions.2.AttributeType", "N")),
    ("the_table_has_the_keys_that_the_store_asks_by", put("Table.GlobalSecondaryIndexes.1.Projection.ProjectionType", "KEYS_ONLY")),
    ("each_alarm_is_told_and_what_missing_data_means_is_said", put("JobsLate.AlarmActions", [])),
    ("each_alarm_is_told_and_what_missing_data_means_is_said", put("JobsLate.OKActions", None)),
    ("each_alarm_is_told_and_what_missing_data_means_is_said", put("TicksMissing.TreatMissingData", "notBreaching")),
    ("each_alarm_is_told_and_what_missing_data_means_is_said", put("SlackErrors.TreatMissingData", "breaching")),
    ("what_can_go_wrong_has_an_alarm", drop("UndeliveredFilled")),
    ("what_can_go_wrong_has_an_alarm", drop("BackgroundLate")),
    ("what_can_go_wrong_has_an_alarm", drop("WorkerThrottles")),
    ("what_can_go_wrong_has_an_alarm", put("TicksMissing.Dimensions.0.Value", "prod")),
    ("every_name_is_as_short_as_aws_wants_it", put("Digests.Name", "s" * 65)),
    ("every_name_is_as_short_as_aws_wants_it", put("Jobs.QueueName", "s" * 81)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change"), MUTATIONS, ids=[f"{at}-{name}" for at, (name, _) in enumerate(MUTATIONS)]
)
def test_a_check_sees_the_fault(template, name, change):
    changed = copy.deepcopy(template)
    change(changed)

    assert CHECKS[name](changed)


def test_every_check_is_seen_to_fail():
    assert {name for name, _ in MUTATIONS} == CHECKS.keys()


# ------------------------------------------------------------------------------------ parameters
def test_parameters_arrive(other):
    assert at(other, "SlackLambdaFunction.MemorySize") == 512
    assert at(other, "SlackLambdaFunction.ReservedConcurrentExecutions") == 20
    assert at(other, "WorkerLambdaFunction.ReservedConcurrentExecutions") == 5
    assert at(other, f"{MAPPING}.ScalingConfig.MaximumConcurrency") == 20
    assert at(other, "WorkerEventSourceMappingSQSBackground.ScalingConfig.MaximumConcurrency") == 3
    assert at(other, "Table.DeletionProtectionEnabled") is True
    assert at(other, "WorkerLogGroup.RetentionInDays") == 90
    assert at(other, "AlarmRule.State") == "DISABLED"
    assert other["Parameters"]["AlarmEmail"]["Default"] == "responder-1@example.com"
    assert at(other, "WorkerRole.Policies.0.PolicyDocument.Statement.6.Resource") == [
        {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:a/b"},
        {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:a/b:*"},
        "arn:aws:logs:eu-west-1:444455556666:log-group:shared",
        "arn:aws:logs:eu-west-1:444455556666:log-group:shared:*",
    ]


def test_without_parameters_nothing_is_reserved_and_nobody_is_mailed(template):
    assert "ReservedConcurrentExecutions" not in at(template, "WorkerLambdaFunction")
    assert template["Parameters"]["AlarmEmail"]["Default"] == ""
    assert template["Resources"]["AlarmsToMail"]["Condition"] == "HasAlarmEmail"
    assert at(template, "Table.DeletionProtectionEnabled") is False


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        ("logGroups= ", "logGroups is empty"),
        ("logGroups=a,*", "* is every log group there is"),
        ("logGroups=two words", '"two words" is neither a log group'),
        ("logGroups=arn:aws:s3:::bucket", "is neither a log group"),
        ("workerConcurrency=many", "functions.worker.reservedConcurrency"),
        ("logRetention=31", "provider.logRetentionInDays"),
        ("deletionProtection=perhaps", "perhaps"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_by_its_name(tmp_path, parameter, words):
    ran = osls(tmp_path / "bad", "package", f"--param={parameter}")

    assert ran.returncode != 0
    assert words in ran.stdout + ran.stderr


def test_the_functions_are_those_of_the_zips(template):
    assert at(template, "SlackLambdaFunction.Handler") == "bot.aws.slack_function.handler"
    assert at(template, "WorkerLambdaFunction.Handler") == "bot.aws.worker.handler"
    assert at(template, "SlackLambdaFunction.Code.S3Key").endswith("/slack.zip")
    assert at(template, "WorkerLambdaFunction.Code.S3Key").endswith("/worker.zip")


def test_packaging_was_done_without_a_network(template):
    """What packaged it sees nobody, not even a server on loopback."""
    if not offline():
        pytest.skip("this machine lets nobody make a network namespace (unshare --net)")
    with socket.create_server(("127.0.0.1", 0)) as server:
        reach = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}))"

        ran = subprocess.run(
            [*offline(), sys.executable, "-c", reach], capture_output=True, check=False
        )

    assert ran.returncode != 0
    assert template["Resources"]


# ---------------------------------------------------------------------------------- what is pinned
@pytest.mark.parametrize("folder", [ROOT, ROOT / "tests" / "stand_ins"], ids=["osls", "dynalite"])
def test_a_lock_file_pins_everything_and_records_no_addresses(folder):
    wanted = json.loads((folder / "package.json").read_text())
    lock = (folder / "package-lock.json").read_text()

    packages = json.loads(lock)["packages"]

    named = wanted.get("dependencies", {}) | wanted.get("devDependencies", {})
    for name, version in named.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert '"resolved"' not in lock
    assert all("integrity" in each for path, each in packages.items() if path)
    assert "omit-lockfile-registry-resolved=true" in (folder / ".npmrc").read_text()


def test_only_osls_is_asked_for_by_name():
    assert json.loads((ROOT / "package.json").read_text())["devDependencies"] == {"osls": "4.3.1"}


def test_the_stand_ins_are_pinned_whole():
    assert "ministack" in pins(ROOT / "tests" / "stand_ins" / "requirements.txt")
