"""The stand-ins start, answer real boto3 as AWS does where the tests rely on it, and end."""

from __future__ import annotations

import json
import threading
import time
import uuid

import pytest
from botocore.exceptions import ClientError

from tests import stand_ins
from tests.stand_ins import servers


@pytest.fixture(params=["ministack", "dynalite"])
def dynamodb(request):
    endpoint = stand_ins.aws() if request.param == "ministack" else stand_ins.dynalite()
    made = stand_ins.client("dynamodb", endpoint)
    yield made
    made.close()


@pytest.fixture
def sqs():
    made = stand_ins.client("sqs", stand_ins.aws())
    yield made
    made.close()


def a_queue(sqs, **attributes: str) -> str:
    return sqs.create_queue(QueueName=f"q-{uuid.uuid4()}", Attributes=attributes)["QueueUrl"]


def a_table(dynamodb) -> str:
    name = f"t-{uuid.uuid4()}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    return name


def test_a_server_is_started_once_for_a_process():
    assert stand_ins.aws() == stand_ins.aws()
    assert stand_ins.aws().startswith("http://127.0.0.1:")


def test_of_many_conditional_writers_one_wins(dynamodb):
    table = a_table(dynamodb)
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "k"}, "v": {"N": "0"}})
    for version in range(1, 6):
        wins: list[str] = []
        gate = threading.Barrier(8)

        def write(version=version, wins=wins, gate=gate) -> None:
            gate.wait()
            try:
                dynamodb.put_item(
                    TableName=table,
                    Item={"pk": {"S": "k"}, "v": {"N": str(version)}},
                    ConditionExpression="v = :old",
                    ExpressionAttributeValues={":old": {"N": str(version - 1)}},
                )
                wins.append("won")
            except ClientError as error:
                wins.append(error.response["Error"]["Code"])

        threads = [threading.Thread(target=write) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(wins) == ["ConditionalCheckFailedException"] * 7 + ["won"]


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(sqs):
    dead = a_queue(sqs)
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    redrive = {
        "deadLetterTargetArn": arn["Attributes"]["QueueArn"],
        "maxReceiveCount": "1",
    }
    queue = a_queue(sqs, VisibilityTimeout="0", RedrivePolicy=json.dumps(redrive))
    sqs.send_message(QueueUrl=queue, MessageBody="poison")

    assert len(sqs.receive_message(QueueUrl=queue)["Messages"]) == 1
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    (message,) = sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=1)["Messages"]
    assert message["Body"] == "poison"


def test_a_delayed_message_is_not_there_before_its_time(sqs):
    queue = a_queue(sqs)
    sent = time.monotonic()
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=1)

    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    assert sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    assert time.monotonic() - sent >= 0.9


def test_a_secret_is_read_by_name_and_a_missing_one_is_named():
    ssm = stand_ins.client("ssm", stand_ins.aws())
    name = f"/siem/{uuid.uuid4()}/slack-bot-token"
    ssm.put_parameter(Name=name, Value="made-up", Type="SecureString")

    answer = ssm.get_parameters(Names=[name, "/siem/none"], WithDecryption=True)

    assert [found["Value"] for found in answer["Parameters"]] == ["made-up"]
    assert answer["InvalidParameters"] == ["/siem/none"]
    ssm.close()


def test_a_server_that_does_not_start_says_what_it_printed(monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "ATTEMPTS", 1)
    with pytest.raises(RuntimeError, match="no such option"):
        servers._started("broken", lambda port: (["/bin/sh", "-c", "echo no such option"], {}))


def test_what_is_not_installed_names_the_command_that_installs_it(monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "INSTALLED", tmp_path)
    with pytest.raises(pytest.fail.Exception, match="run `make stand_ins`"):
        servers.aws.__wrapped__()
