"""A queue's messages come to a function, and go or stay by what it says, as with Lambda's pollers."""

from __future__ import annotations

import json
import time
import uuid

import pytest

from tests import stand_ins
from tests.aws.event_source import EventSource, _failed
from tests.aws.lambda_runtime import Function, FunctionError
from tests.aws.sample_project import a_zip

WORKER = """
import json, os

def handler(event, context):
    failed = []
    for record in event["Records"]:
        job = json.loads(record["body"])
        print("did", record["body"])
        if job["do"] == "die":
            os._exit(1)
        if job["do"] == "raise":
            raise ValueError("no")
        if job["do"] == "fail":
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
"""


@pytest.fixture(scope="module")
def function(tmp_path_factory):
    package = a_zip(tmp_path_factory.mktemp("worker"), WORKER)
    with Function(package, "bot.aws.worker.handler") as function:
        yield function


@pytest.fixture(scope="module")
def sqs():
    made = stand_ins.client("sqs", stand_ins.aws())
    yield made
    made.close()


@pytest.fixture
def dead(sqs) -> str:
    return sqs.create_queue(QueueName=f"dead-{uuid.uuid4()}")["QueueUrl"]


@pytest.fixture
def queue(sqs, dead) -> str:
    """Shows a message again at once, and twice at most."""
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    redrive = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": "2"}
    attributes = {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(redrive)}
    return sqs.create_queue(QueueName=f"q-{uuid.uuid4()}", Attributes=attributes)["QueueUrl"]


def put(sqs, queue, *deeds: str) -> list[str]:
    return [
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"do": deed}))["MessageId"]
        for deed in deeds
    ]


def held(sqs, queue) -> list[str]:
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"])["do"] for message in found]


def test_a_message_that_is_done_is_gone(sqs, queue, function):
    ids = put(sqs, queue, "well")
    source = EventSource(sqs, queue, function.invoke)

    batch = source.poll()

    assert batch is not None
    assert (batch.ids, batch.failed, batch.error) == (tuple(ids), (), None)
    assert source.poll() is None


def test_what_failed_stays_and_the_rest_goes(sqs, queue, function):
    _, bad = put(sqs, queue, "well", "fail")

    batch = EventSource(sqs, queue, function.invoke, batch_size=10).poll()

    assert batch is not None
    assert batch.failed == (bad,)
    assert held(sqs, queue) == ["fail"]


def test_without_partial_answers_what_it_names_goes_too(sqs, queue, function):
    put(sqs, queue, "fail")

    EventSource(sqs, queue, function.invoke, report_failures=False).poll()

    assert held(sqs, queue) == []


@pytest.mark.parametrize(("deed", "kind"), [("die", "Runtime.ExitError"), ("raise", "ValueError")])
def test_a_message_that_ends_its_function_comes_again_and_then_goes_to_the_dead(
    sqs, queue, dead, function, deed, kind
):
    put(sqs, queue, deed)

    batches = EventSource(sqs, queue, function.invoke).drain()

    assert [batch.error.kind for batch in batches if batch.error] == [kind, kind]
    assert held(sqs, dead) == [deed]


def test_a_message_comes_as_lambda_brings_it(sqs, queue):
    events = []
    sqs.send_message(
        QueueUrl=queue,
        MessageBody="{}",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "tick"}},
    )

    EventSource(sqs, queue, events.append).poll()

    (record,) = events[0]["Records"]
    assert record.keys() == {
        "messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody",
        "eventSource", "eventSourceARN", "awsRegion",
    }  # fmt: skip
    assert record["messageAttributes"] == {"kind": {"dataType": "String", "stringValue": "tick"}}
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["eventSourceARN"].startswith("arn:aws:sqs:eu-west-1:111122223333:q-")
    assert (record["eventSource"], record["awsRegion"]) == ("aws:sqs", "eu-west-1")


def test_a_queue_is_drained_also_of_what_comes_later_and_of_what_jobs_send(sqs, queue):
    done = []

    def invoke(event):
        left = int(event["Records"][0]["body"])
        done.append(left)
        if left:
            sqs.send_message(QueueUrl=queue, MessageBody=str(left - 1), DelaySeconds=left == 1)

    sqs.send_message(QueueUrl=queue, MessageBody="2")
    EventSource(sqs, queue, invoke).drain()

    assert done == [2, 1, 0]


def test_a_queue_that_does_not_end_is_an_error(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    resend = lambda event: sqs.send_message(QueueUrl=queue, MessageBody="{}") and None  # noqa: E731

    with pytest.raises(TimeoutError, match="messages are left"):
        EventSource(sqs, queue, resend).drain(seconds=0.3)


def test_it_polls_in_the_background_for_as_long_as_it_is_asked_to(sqs, queue, function):
    with EventSource(sqs, queue, function.invoke).running() as done:
        (id,) = put(sqs, queue, "well")
        end = time.monotonic() + 20
        while not done and time.monotonic() < end:
            time.sleep(0.02)

    assert [batch.ids for batch in done] == [(id,)]


def failed(answer):
    return _failed(answer, ("a", "b"))


@pytest.mark.parametrize(
    "answer",
    [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"statusCode": 200}],
)
def test_an_answer_without_failures_is_success(answer):
    assert failed(answer) == ()


@pytest.mark.parametrize(
    "answer",
    [
        "done", [], {"batchItemFailures": "a"}, {"batchItemFailures": ["a"]},
        {"batchItemFailures": [{"itemIdentifier": ""}]}, {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"id": "a"}]}, {"batchItemFailures": [{"itemIdentifier": "c"}]},
    ],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_fails_everything(answer):
    assert failed(answer) == ("a", "b")


def test_an_answer_names_what_failed():
    assert failed({"batchItemFailures": [{"itemIdentifier": "b"}]}) == ("b",)


def test_an_error_of_the_test_itself_is_not_taken_for_the_function_s(sqs, queue):
    def broken(event):
        raise RuntimeError("not the function's")

    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    with pytest.raises(RuntimeError, match="not the function's"):
        EventSource(sqs, queue, broken).poll()
    assert not issubclass(RuntimeError, FunctionError)
