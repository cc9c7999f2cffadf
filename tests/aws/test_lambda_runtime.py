"""Functions run, fail, hang and die here as they do in Lambda."""

from __future__ import annotations

import threading
import time
import zipfile

import pytest

from tests import stand_ins
from tests.aws.lambda_runtime import ROOT, Function, FunctionError, target
from tests.aws.sample_project import a_zip

HANDLER = "bot.aws.worker.handler"

DEEDS = """
import os, sys, threading, time

seen = 0
beats = 0

def beat():
    global beats
    while True:
        time.sleep(0.01)
        beats += 1

def handler(event, context):
    global seen
    seen += 1
    do = event.get("do")
    if do == "fail":
        raise ValueError("what the event asked for")
    if do == "exit":
        os._exit(3)
    if do == "hang":
        time.sleep(60)
    if do == "print":
        print("on standard output")
        print("on standard error", file=sys.stderr)
    if do == "large":
        return "x" * (6 * 1024 * 1024 + 101)
    if do == "path":
        return sys.path
    if do == "environment":
        return dict(os.environ)
    if do == "beat":
        threading.Thread(target=beat, daemon=True).start()
    if do == "beats":
        return beats
    if do == "context":
        return [context.aws_request_id, context.function_name, context.memory_limit_in_mb,
                context.invoked_function_arn, context.get_remaining_time_in_millis()]
    return {"seen": seen, "event": event}
"""


@pytest.fixture(scope="module")
def deeds(tmp_path_factory):
    return a_zip(tmp_path_factory.mktemp("deeds"), DEEDS)


@pytest.fixture(scope="module")
def warm(deeds):
    """A function that the tests share that do not end it."""
    with Function(deeds, HANDLER, {"SIEM_STAGE": "test"}, timeout=10) as function:
        yield function


@pytest.fixture
def function(deeds):
    with Function(deeds, HANDLER, timeout=10) as function:
        yield function


def test_an_answer_comes_back_as_json(warm):
    event = {"text": "ü \u202e 😀", "list": [1, None, True]}

    assert warm.invoke(event)["event"] == event


def test_a_process_is_used_again_and_its_start_is_counted_once(function):
    assert function.invoke({})["seen"] == 1
    assert function.invoke({})["seen"] == 2
    assert function.cold_starts == 1
    assert 0 < function.cold_ms < 10_000
    assert 0 < function.last_ms < 10_000


def test_the_context_says_who_is_called_and_how_much_time_is_left(warm):
    id, name, memory, arn, left = warm.invoke({"do": "context"})

    assert len(id) == 36
    assert (name, memory) == ("bot-aws-worker-handler", "1024")
    assert arn == "arn:aws:lambda:eu-west-1:111122223333:function:bot-aws-worker-handler"
    assert 5_000 < left <= 10_000


def test_nothing_of_this_machine_can_be_imported(warm):
    paths = warm.invoke({"do": "path"})

    assert not [path for path in paths if "site-packages" in path or path == str(ROOT)]


def test_the_environment_is_lambda_s_and_the_function_s_own(warm):
    environment = warm.invoke({"do": "environment"})

    assert environment["SIEM_STAGE"] == "test"
    assert environment["AWS_REGION"] == "eu-west-1"
    assert environment["_HANDLER"] == HANDLER
    assert not environment.keys() & {"HOME", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST", "AWS_PROFILE"}


def test_an_exception_is_an_error_and_the_process_lives_on(function):
    with pytest.raises(FunctionError) as caught:
        function.invoke({"do": "fail"})

    assert caught.value.kind == "ValueError"
    assert caught.value.payload["errorMessage"] == "what the event asked for"
    assert any("/bot/aws/worker.py" in line for line in caught.value.payload["stackTrace"])
    assert function.invoke({})["seen"] == 2


def test_a_process_that_exits_is_an_error_and_the_next_call_starts_another(function):
    with pytest.raises(FunctionError, match=r"Runtime exited with error: exit status 3") as caught:
        function.invoke({"do": "exit"})

    assert caught.value.kind == "Runtime.ExitError"
    assert function.invoke({})["seen"] == 1
    assert function.cold_starts == 2


def test_what_takes_too_long_is_killed(deeds):
    with Function(deeds, HANDLER, timeout=0.5) as function:
        begun = time.monotonic()
        with pytest.raises(FunctionError, match=r"Task timed out after 0\.50 seconds") as caught:
            function.invoke({"do": "hang"})

        assert caught.value.kind == "Sandbox.Timedout"
        assert time.monotonic() - begun < 9
        assert function.invoke({})["seen"] == 1


def test_a_machine_that_goes_takes_what_it_was_doing_with_it(function):
    function.invoke({})
    killer = threading.Timer(0.2, function.kill)
    killer.start()

    with pytest.raises(FunctionError, match="signal: killed") as caught:
        function.invoke({"do": "hang"})

    killer.join()
    assert caught.value.kind == "Runtime.ExitError"
    assert function.invoke({})["seen"] == 1


def test_one_that_went_between_two_calls_is_started_anew(function):
    function.invoke({})
    function.kill()

    assert function.invoke({})["seen"] == 1


def test_between_two_calls_nothing_runs(function):
    function.invoke({"do": "beat"})
    time.sleep(0.3)  # thirty beats, if the process ran

    assert function.invoke({"do": "beats"}) < 20


def test_an_answer_that_is_too_large_is_an_error(function):
    with pytest.raises(FunctionError) as caught:
        function.invoke({"do": "large"})

    assert caught.value.kind == "Function.ResponseSizeTooLarge"


def test_what_is_printed_is_in_the_log(function):
    function.invoke({"do": "print"})

    assert "on standard output\n" in function.logs
    assert "on standard error\n" in function.logs


def test_calls_from_many_threads_come_one_after_the_other(function):
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.append(function.invoke({})["seen"])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(seen) == [1, 2, 3, 4]


def test_a_module_that_is_not_in_the_zip_is_an_import_error(deeds, tmp_path):
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(deeds) as source, zipfile.ZipFile(broken, "w") as copy:
        for name in source.namelist():
            if name.endswith(".py"):  # what is compiled is not checked against its source
                text = source.read(name)
                copy.writestr(name, b"import msgspec\n" + text if "worker" in name else text)

    with Function(broken, HANDLER) as function, pytest.raises(FunctionError) as caught:
        function.invoke({})

    assert caught.value.kind == "Runtime.ImportModuleError"
    assert "No module named 'msgspec'" in caught.value.payload["errorMessage"]


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        ("bot.aws.worker.nothing", "Runtime.HandlerNotFound"),
        ("bot.aws.nothing.handler", "Runtime.ImportModuleError"),
        ("handler", "Runtime.MalformedHandlerName"),
    ],
)
def test_a_handler_that_is_not_there_is_an_error(deeds, handler, kind):
    with Function(deeds, handler) as function, pytest.raises(FunctionError) as caught:
        function.invoke({})

    assert caught.value.kind == kind


def test_compiled_code_is_used_where_the_runtime_s_python_is_here(deeds):
    tag = "cpython-" + target().python.replace(".", "")

    assert f"bot/aws/__pycache__/worker.{tag}.pyc" in zipfile.ZipFile(deeds).namelist()


CALLS = """
import os
import boto3
from botocore.config import Config

config = Config(retries={"mode": "standard", "total_max_attempts": 2})
dynamodb = boto3.client("dynamodb", config=config)
sqs = boto3.client("sqs", config=config)
ssm = boto3.client("ssm", config=config)

def handler(event, context):
    table, queue, name = event["table"], event["queue"], event["name"]
    key = {"pk": {"S": "k"}}
    dynamodb.put_item(TableName=table, Item=key | {"v": {"N": "1"}, "l1": {"S": "a"}, "s1": {"S": "b"}},
                      ConditionExpression="attribute_not_exists(pk)")
    try:
        dynamodb.put_item(TableName=table, Item=key, ConditionExpression="attribute_not_exists(pk)")
    except dynamodb.exceptions.ConditionalCheckFailedException as error:
        refused = error.response["Error"]["Code"]
    dynamodb.update_item(TableName=table, Key=key, UpdateExpression="SET v = v + :one",
                         ExpressionAttributeValues={":one": {"N": "1"}})
    got = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]["v"]["N"]
    found = dynamodb.query(TableName=table, IndexName="list1", KeyConditionExpression="l1 = :l",
                           ExpressionAttributeValues={":l": {"S": "a"}})["Count"]
    dynamodb.delete_item(TableName=table, Key=key)
    sent = sqs.send_message(QueueUrl=queue, MessageBody="{}", DelaySeconds=0)["MessageId"]
    secret = ssm.get_parameters(Names=[name], WithDecryption=True)["Parameters"][0]["Value"]
    try:
        sqs.purge_queue(QueueUrl=queue)
        pruned = False
    except AttributeError:
        pruned = True
    return [refused, got, found, len(sent), secret, pruned, boto3.__file__]
""".replace("sqs.purge_queue(", "getattr(sqs, 'purge' + '_queue')(")


def test_the_pruned_botocore_makes_the_calls_of_the_code_and_no_others(tmp_path):
    dynamodb = stand_ins.client("dynamodb", stand_ins.aws())
    dynamodb.create_table(
        TableName="pruned",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "l1", "s1")
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "list1",
                "KeySchema": [
                    {"AttributeName": "l1", "KeyType": "HASH"},
                    {"AttributeName": "s1", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    sqs, ssm = (stand_ins.client(name, stand_ins.aws()) for name in ("sqs", "ssm"))
    event = {
        "table": "pruned",
        "queue": sqs.create_queue(QueueName="pruned")["QueueUrl"],
        "name": "/siem/pruned/slack-bot-token",
    }
    ssm.put_parameter(Name=event["name"], Value="made-up", Type="SecureString")
    env = {"AWS_ENDPOINT_URL": stand_ins.aws()}

    with Function(a_zip(tmp_path, CALLS), HANDLER, env, timeout=30) as function:
        *answers, file = function.invoke(event)

    assert answers == ["ConditionalCheckFailedException", "2", 1, 36, "made-up", True]
    assert "/task/boto3/" in file
    for client in (dynamodb, sqs, ssm):
        client.close()
