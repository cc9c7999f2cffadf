"""The HTTP door: what boto3 needs, and nobody but callers on this machine."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from bot.local.cloudwatch import operations
from tests.local.cloudwatch.serving import logs_client

TARGET = "Logs_20140328."


def ask(url, operation="DescribeLogGroups", body=b"{}", method="POST", path="/", **headers):
    """A request by hand: status, headers and JSON."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    sent = {"X-Amz-Target": TARGET + operation} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    try:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return response.status, response.headers, json.loads(response.read())
    finally:
        connection.close()


def test_answers_carry_the_content_type_and_a_request_id(local):
    status, headers, body = ask(local.url)

    assert (status, body) == (200, {"logGroups": []})
    assert headers["Content-Type"] == "application/x-amz-json-1.1"
    assert len(headers["x-amzn-RequestId"]) == 36


def test_errors_carry_type_message_and_request_id(local):
    status, headers, body = ask(local.url, "GetQueryResults", b'{"queryId": "x"}')

    assert status == 400
    assert body == {
        "__type": "ResourceNotFoundException",
        "message": "The specified query does not exist: x",
    }
    assert len(headers["x-amzn-RequestId"]) == 36


@pytest.mark.parametrize(
    "changed",
    [
        {"Host": "evil.example.com"},
        {"Host": "127.0.0.1.example.com"},
        {"Host": "192.0.2.1"},
        {"Host": ""},
        {"Host": "[::1"},
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": ""},
    ],
)
def test_a_foreign_host_or_origin_is_refused(local, changed):
    status, _, body = ask(local.url, **changed)

    assert status in (400, 403)
    if status == 403:
        assert body["__type"] == "AccessDeniedException"
    assert "logGroups" not in body


def test_pages_of_its_own_and_other_names_of_this_machine_are_answered(local):
    port = urlsplit(local.url).port

    for host in (f"localhost:{port}", f"[::1]:{port}", f"127.0.0.1:{port}"):
        assert ask(local.url, Host=host, Origin=f"http://{host}")[0] == 200


@pytest.mark.parametrize(
    ("operation", "changed"),
    [
        ("StartLiveTail", {}),
        ("PutMetricFilter", {}),
        ("NoOperation", {}),
        ("\xe9", {}),
        ("", {}),
        ("__class__", {}),
        ("DescribeLogGroups", {"X-Amz-Target": "DescribeLogGroups"}),
        ("DescribeLogGroups", {"X-Amz-Target": "DynamoDB_20120810.ListTables"}),
        ("DescribeLogGroups", {"method": "GET"}),
        ("DescribeLogGroups", {"path": "/other"}),
    ],
)
def test_an_unknown_operation_is_named_as_such(local, operation, changed):
    status, _, body = ask(local.url, operation, **changed)

    assert status in (400, 404)
    assert body["__type"] == "UnknownOperationException"


def test_boto3_understands_an_operation_that_is_not_here(local):
    with pytest.raises(ClientError) as caught:
        local.logs.delete_metric_filter(logGroupName="g", filterName="f")

    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    assert caught.value.response["Error"]["Message"].startswith(
        "DeleteMetricFilter is an operation of AWS that does not exist in this local CloudWatch"
    )


def test_a_live_tail_is_refused_by_name(local):
    client = logs_client(local.url, inject_host_prefix=False)

    with pytest.raises(ClientError) as caught:
        client.start_live_tail(logGroupIdentifiers=["g"])

    assert "StartLiveTail is an operation of AWS" in caught.value.response["Error"]["Message"]


def test_a_request_that_is_too_large_is_refused(local):
    body = b'{"logGroupName": "' + b"x" * (17 * 1_048_576) + b'"}'
    try:
        status, _, answer = ask(local.url, "CreateLogGroup", body)
    except (BrokenPipeError, ConnectionResetError):
        return  # it hung up before all was sent, which is as good
    assert status == 413
    assert answer["__type"] == "RequestEntityTooLargeException"


def test_a_body_of_any_length_is_not_kept_in_memory(local):
    bomb = gzip.compress(b" " * 100_000_000)

    status, _, answer = ask(local.url, body=bomb, Content_Encoding="gzip")

    assert (status, answer["__type"]) == (413, "RequestEntityTooLargeException")


def test_a_body_that_breaks_off_or_is_garbled_is_no_bug(local, caplog):
    parts = urlsplit(local.url)
    head = f"POST / HTTP/1.1\r\nHost: {parts.netloc}\r\nX-Amz-Target: {TARGET}PutLogEvents\r\n"
    with socket.create_connection((parts.hostname, parts.port), 10) as caller:
        caller.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())

    status, _, answer = ask(local.url, Content_Encoding="gzip")

    assert (status, answer["__type"]) == (400, "SerializationException")
    assert ask(local.url)[0] == 200
    assert "Error handling request" not in caplog.text


def test_a_bug_is_an_internal_failure_and_the_log_says_which(local, monkeypatch, caplog):
    def broken(here, request):
        raise ZeroDivisionError("bug")

    monkeypatch.setitem(operations.OPERATIONS, "DescribeLogGroups", broken)

    status, _, body = ask(local.url)

    assert (status, body["__type"]) == (500, "InternalFailure")
    assert "bug" not in body["message"]
    assert "ZeroDivisionError" in caplog.text


# -------------------------------------------------------------------------- groups and streams
def names(answer) -> list[str]:
    return [group["logGroupName"] for group in answer["logGroups"]]


def test_groups_are_made_once_and_described(local):
    local.logs.create_log_group(logGroupName="/aws/cloudtrail", tags={"team": "security"})

    with pytest.raises(ClientError) as caught:
        local.logs.create_log_group(logGroupName="/aws/cloudtrail")
    (group,) = local.logs.describe_log_groups()["logGroups"]

    assert caught.value.response["Error"]["Code"] == "ResourceAlreadyExistsException"
    assert caught.value.response["Error"]["Message"] == "The specified log group already exists"
    arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/cloudtrail"
    assert (group["arn"], group["logGroupArn"]) == (arn + ":*", arn)
    assert group["creationTime"] == local.now_ms
    assert group["storedBytes"] == 0


def test_groups_are_listed_by_name_filtered_and_paged(local):
    for name in ("b/1", "a/2", "a/1", "A"):
        local.cloudwatch.create_group(name)
    describe = local.logs.describe_log_groups
    arn = "arn:aws:logs:eu-west-1:111122223333:log-group:b/1"

    assert names(describe()) == ["A", "a/1", "a/2", "b/1"]
    assert names(describe(logGroupNamePrefix="a/")) == ["a/1", "a/2"]
    assert names(describe(logGroupNamePattern="/1")) == ["a/1", "b/1"]
    assert names(describe(logGroupIdentifiers=["A", arn])) == ["A", "b/1"]
    assert names(describe(logGroupClass="INFREQUENT_ACCESS")) == []
    assert [
        name
        for page in local.logs.get_paginator("describe_log_groups").paginate(
            PaginationConfig={"PageSize": 1}
        )
        for name in names(page)
    ] == ["A", "a/1", "a/2", "b/1"]
    with pytest.raises(ClientError):
        describe(logGroupNamePrefix="a", logGroupNamePattern="b")
    with pytest.raises(ClientError):
        describe(nextToken="made up")


def test_more_than_fifty_groups_need_a_second_page(local):
    for number in range(51):
        local.cloudwatch.create_group(f"g{number}")

    first = local.logs.describe_log_groups()
    rest = local.logs.describe_log_groups(nextToken=first["nextToken"])

    assert (len(first["logGroups"]), len(rest["logGroups"])) == (50, 1)


def test_streams_are_made_once_and_described(local):
    local.cloudwatch.create_group("g")
    for name in ("b", "a", "c"):
        local.logs.create_log_stream(logGroupName="g", logStreamName=name)
    local.logs.put_log_events(
        logGroupName="g",
        logStreamName="b",
        logEvents=[{"timestamp": local.now_ms - at, "message": "m"} for at in (9, 1)],
    )
    describe = local.logs.describe_log_streams

    def listed(**asked):
        return [one["logStreamName"] for one in describe(**asked)["logStreams"]]

    with pytest.raises(ClientError) as caught:
        local.logs.create_log_stream(logGroupName="g", logStreamName="a")
    assert caught.value.response["Error"]["Code"] == "ResourceAlreadyExistsException"
    with pytest.raises(ClientError) as caught:
        local.logs.create_log_stream(logGroupName="none", logStreamName="a")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    arn = "arn:aws:logs:eu-west-1:111122223333:log-group:g"
    assert listed(logGroupName="g") == listed(logGroupIdentifier=arn) == ["a", "b", "c"]
    assert listed(logGroupName="g", descending=True) == ["c", "b", "a"]
    assert listed(logGroupName="g", orderBy="LastEventTime", descending=True)[0] == "b"
    assert listed(logGroupName="g", logStreamNamePrefix="c") == ["c"]
    for wrong in (
        {},
        {"logGroupName": "g", "logGroupIdentifier": arn},
        {"logGroupName": "g", "logStreamNamePrefix": "a", "orderBy": "LastEventTime"},
    ):
        with pytest.raises(ClientError) as caught:
            describe(**wrong)
        assert caught.value.response["Error"]["Code"] == "InvalidParameterException"
    stream = describe(logGroupName="g")["logStreams"][1]
    assert stream["firstEventTimestamp"] == local.now_ms - 9
    assert stream["lastEventTimestamp"] == local.now_ms - 1
    assert stream["lastIngestionTime"] == local.now_ms
    assert stream["arn"] == arn + ":log-stream:b"
