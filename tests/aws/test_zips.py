"""The zips themselves, as Lambda runs them, from a command to an answer and from an event to a verdict."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests import stand_ins
from tests.aws.cloud import Cloud, built, deployed

ROOT_USER = {
    "eventSource": "iam.amazonaws.com",
    "eventName": "CreateUser",
    "eventType": "AwsApiCall",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "192.0.2.7",
    "recipientAccountId": "111122223333",
    "userIdentity": {
        "type": "Root",
        "arn": "arn:aws:iam::111122223333:root",
        "accountId": "111122223333",
    },
}
WRITE = {
    "eventSource": "s3.amazonaws.com",
    "eventName": "PutObject",
    "sourceIPAddress": "192.0.2.9",
    "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/app/i"},
    "requestParameters": {"bucketName": "my-bucket", "key": "a <!channel> & `b`"},
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("cloud")
    with deployed(built(folder), folder) as cloud:
        cloud.happens(WRITE)
        yield cloud


def test_a_command_travels_through_the_queue_to_an_answer(cloud: Cloud) -> None:
    cloud.command("s3-writes my-bucket 1h")

    answer = cloud.message("1 row in")

    assert "/siem s3-writes my-bucket 1h" in json.dumps(answer)
    assert any(block["type"] == "data_table" for block in answer["blocks"])
    (line,) = [line for line in cloud.lines("slack") if line.get("verb") == "ask"][:1]
    assert (line["event"], line["outcome"]) == ("request", "ok")
    assert line["Ack"][0] < 3_000


def test_what_is_wrong_is_said_at_once_and_a_forged_request_is_refused(cloud: Cloud) -> None:
    cloud.command("s3-writes")
    assert "bucket" in json.dumps(cloud.messages()[-1])

    forged = {
        "version": "2.0",
        "headers": {"x-slack-signature": "v0=00", "x-slack-request-timestamp": "1"},
        "requestContext": {"http": {"method": "POST", "path": "/"}},
        "body": "command=%2Fsiem",
        "isBase64Encoded": False,
    }
    assert cloud.slack.invoke(forged)["statusCode"] == 401


def test_a_tick_finds_an_alert_and_people_take_it_to_a_verdict(cloud: Cloud) -> None:
    cloud.happens(ROOT_USER)
    cloud.tick()
    alert = cloud.message("The root user was used", "alerts")

    cloud.click(alert, "Acknowledge")
    cloud.message("Acknowledged by responder-1", "alerts")

    cloud.click(alert, "Resolve")
    (view,) = cloud.call("/_workspace/views?user=responder-1")["views"]
    assert "benign" in json.dumps(view)
    values = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        if "options" in element:
            chosen = next(o for o in element["options"] if "benign" in json.dumps(o).lower())
            values[element["action_id"]] = chosen["value"]
        else:
            values[element["action_id"]] = "A drill."
    given = {"view_id": view["id"], "user": "responder-1", "values": values}
    cloud.call("/_workspace/submit", given)
    resolved = cloud.message("Resolved as benign", "alerts")

    assert resolved["ts"] == alert["ts"]
    ticks = [line for line in cloud.lines("background") if line.get("event") == "tick"]
    assert ticks[-1]["Ticks"] == 1
    assert ticks[-1]["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Siem"


def test_a_digest_is_made_on_command(cloud: Cloud) -> None:
    cloud.tick("digests")
    time.sleep(1.1)  # a window ends on a whole second, and the alert must be before it
    cloud.command("digest 1h")

    digest = cloud.message("Digest")
    cloud.until(
        lambda: "being counted" not in json.dumps(cloud.message("Digest")), "the events by service"
    )
    whole = json.dumps(cloud.message("Digest"))

    assert "The root user was used" in whole
    assert '"label": "s3"' in whole
    assert digest["channel"] == "C0SIEM"


def test_a_killed_worker_costs_time_and_no_second_answer(cloud: Cloud) -> None:
    worker = cloud.workers["jobs"]
    slow = {"faults": [{"method": "chat.postMessage", "nth": 1, "delay": 3}]}
    cloud.call("/_workspace/faults", slow, "PUT")
    cloud.command("event-sources 1h")
    cloud.until(lambda: _posting(cloud), "the worker to post")

    worker.kill()
    cloud.call("/_workspace/faults", {"faults": []}, "PUT")
    _time_passes(cloud)
    cloud.message("AWS services that were used")
    cloud.until(lambda: cloud.waiting(cloud.queues["jobs"]) == 0, "the queue to be empty")

    asked = [m for m in cloud.messages() if "/siem event-sources 1h" in json.dumps(m)]
    assert len(asked) == 1
    assert worker.cold_starts >= 2


def test_a_poisoned_job_is_set_aside_with_a_word_and_others_go_on(cloud: Cloud) -> None:
    for body in ("no JSON", '{"kind": "nobody", "id": "1", "payload": {}}'):
        cloud.sqs.send_message(QueueUrl=cloud.queues["jobs"], MessageBody=body)

    cloud.until(lambda: cloud.waiting(cloud.dead["jobs"]) == 2, "both to be set aside")
    word = cloud.message("trouble", "alerts")
    cloud.command("event-sources 2h")
    cloud.message("/siem event-sources 2h")

    assert "no JSON" not in json.dumps(word)


def test_no_log_holds_what_people_typed_or_what_was_logged(cloud: Cloud) -> None:
    everything = cloud.slack.logs + "".join(worker.logs for worker in cloud.workers.values())
    for secret in ("my-bucket", "<!channel>", "192.0.2.9", "xoxb-", "A drill"):
        assert secret not in everything, secret


def _posting(cloud: Cloud) -> bool:
    """Whether the worker has a job that is not done with."""
    return bool(_leases(cloud)) and cloud.waiting(cloud.queues["jobs"]) > 0


def _time_passes(cloud: Cloud) -> None:
    """The lease of the worker that was killed ends, as it does before its message comes again."""
    dynamodb = stand_ins.client("dynamodb", stand_ins.aws())
    for key in _leases(cloud):
        dynamodb.delete_item(TableName=cloud.table, Key={"pk": {"S": key}})


def _leases(cloud: Cloud) -> list[str]:
    dynamodb = stand_ins.client("dynamodb", stand_ins.aws())
    now = datetime.now(UTC).timestamp()
    return [
        item["pk"]["S"]
        for item in dynamodb.scan(TableName=cloud.table)["Items"]
        if item["pk"]["S"].startswith("lease:") and float(item["until"]["N"]) > now
    ]
