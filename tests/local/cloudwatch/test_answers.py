"""What goes over the wire has the types of AWS's model: boto3 itself would forgive much."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest

from bot.local.cloudwatch.operations import OPERATIONS
from tests.local.cloudwatch.answer_shapes import MODEL, faults_of, mismatches


def ask(local, operation: str, **members):
    """The JSON of an answer, checked against the shape that AWS's model gives it."""
    connection = http.client.HTTPConnection(urlsplit(local.url).netloc, timeout=10)
    try:
        headers = {"X-Amz-Target": f"Logs_20140328.{operation}"}
        connection.request("POST", "/", json.dumps(members), headers)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    assert response.status == 200, body
    assert not faults_of(operation, response.status, body)
    return json.loads(body)


@pytest.fixture
def asked(local):
    """One answer of each operation that does not need the engine."""
    group, stream = {"logGroupName": "g"}, {"logGroupName": "g", "logStreamName": "s"}
    now = local.now_ms // 1000
    query = {"startTime": now, "endTime": now + 1, "queryString": "fields @message"}
    answers = {
        "CreateLogGroup": ask(local, "CreateLogGroup", **group),
        "CreateLogStream": ask(local, "CreateLogStream", **stream),
    }
    events = [{"timestamp": at, "message": "m"} for at in (0, local.now_ms, local.now_ms + 10**8)]
    answers["PutLogEvents"] = ask(local, "PutLogEvents", **stream, logEvents=events)
    answers["StartQuery"] = ask(local, "StartQuery", **group, **query)
    ask(local, "StartQuery", **group, **query)
    query_id = {"queryId": answers["StartQuery"]["queryId"]}
    local.workers.runs[0].finish([{"a": "1"}, {"a": "2"}], pointers=["p", "q"], size=9)
    answers["GetQueryResults"] = ask(local, "GetQueryResults", **query_id, maxItems=1)
    answers["DescribeQueries"] = ask(local, "DescribeQueries", maxResults=1)
    running = answers["DescribeQueries"]["queries"][0]["queryId"]
    answers["StopQuery"] = ask(local, "StopQuery", queryId=running)
    ask(local, "CreateLogGroup", logGroupName="h")
    answers["DescribeLogGroups"] = ask(local, "DescribeLogGroups", limit=1)
    ask(local, "CreateLogStream", logGroupName="g", logStreamName="t")
    answers["DescribeLogStreams"] = ask(local, "DescribeLogStreams", **group, limit=1)
    answers["ListLogGroupsForQuery"] = ask(local, "ListLogGroupsForQuery", **query_id)
    answers |= lookup_answers(local)
    answers |= saved_answers(local)
    answers |= event_answers(local, stream)
    return answers | group_answers(local, group, stream)


def saved_answers(local):
    parameter = {"name": "p", "defaultValue": "1", "description": "a number"}
    saved = {"queryString": "limit {{p}}", "logGroupNames": ["g"], "parameters": [parameter]}
    made = ask(local, "PutQueryDefinition", name="a", **saved)
    ask(local, "PutQueryDefinition", name="b", queryString="limit 1")
    return {
        "PutQueryDefinition": made,
        "DescribeQueryDefinitions": ask(local, "DescribeQueryDefinitions", maxResults=1),
        "DeleteQueryDefinition": ask(local, "DeleteQueryDefinition", **made),
    }


def event_answers(local, stream):
    group = {"logGroupName": stream["logGroupName"]}
    events = [{"timestamp": local.now_ms, "message": '{"a": 1}'}] * 2
    ask(local, "PutLogEvents", **stream, logEvents=events)
    return {
        "FilterLogEvents": ask(local, "FilterLogEvents", **group, limit=1),
        "GetLogEvents": ask(local, "GetLogEvents", **stream, limit=1),
        "GetLogGroupFields": ask(local, "GetLogGroupFields", **group),
    }


def group_answers(local, group, stream):
    arn = {"resourceArn": "arn:aws:logs:eu-west-1:111122223333:log-group:g"}
    answers = {
        "PutRetentionPolicy": ask(local, "PutRetentionPolicy", **group, retentionInDays=7),
        "ListLogGroups": ask(local, "ListLogGroups", limit=1),
        "TagResource": ask(local, "TagResource", **arn, tags={"a": "1"}),
        "TagLogGroup": ask(local, "TagLogGroup", **group, tags={"b": "2", "c": "3"}),
        "ListTagsForResource": ask(local, "ListTagsForResource", **arn),
        "ListTagsLogGroup": ask(local, "ListTagsLogGroup", **group),
        "UntagResource": ask(local, "UntagResource", **arn, tagKeys=["a"]),
        "UntagLogGroup": ask(local, "UntagLogGroup", **group, tags=["b"]),
    }
    protection = {"logGroupIdentifier": "g", "deletionProtectionEnabled": False}
    ask(local, "DescribeLogGroups")  # with what was put
    return answers | {
        "PutLogGroupDeletionProtection": ask(local, "PutLogGroupDeletionProtection", **protection),
        "DeleteRetentionPolicy": ask(local, "DeleteRetentionPolicy", **group),
        "DeleteLogStream": ask(local, "DeleteLogStream", **stream),
        "DeleteLogGroup": ask(local, "DeleteLogGroup", **group),
    }


def lookup_answers(local):
    created = ask(local, "CreateLookupTable", lookupTableName="t", tableBody="a,b\n1,2\n")
    ask(local, "CreateLookupTable", lookupTableName="u", tableBody="a\n1\n")
    table = {"lookupTableArn": created["lookupTableArn"]}
    return {
        "CreateLookupTable": created,
        "UpdateLookupTable": ask(local, "UpdateLookupTable", **table, tableBody="a\n1\n"),
        "GetLookupTable": ask(local, "GetLookupTable", **table),
        "DescribeLookupTables": ask(local, "DescribeLookupTables", maxResults=1),
        "DeleteLookupTable": ask(local, "DeleteLookupTable", **table),
    }


def test_each_operation_answers_in_the_shape_of_the_model(asked):
    assert set(asked) == set(OPERATIONS) - {"GetLogRecord"}  # test_end_to_end asks for that


def test_the_answers_that_were_checked_held_what_there_is_to_check(asked):
    assert asked["PutLogEvents"]["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"] == 1
    assert asked["GetQueryResults"]["results"][0] == [
        {"field": "a", "value": "1"},
        {"field": "@ptr", "value": "p"},
    ]
    for operation in (
        "GetQueryResults",
        "DescribeQueries",
        "DescribeLogGroups",
        "DescribeLogStreams",
        "DescribeLookupTables",
        "DescribeQueryDefinitions",
        "FilterLogEvents",
        "ListLogGroups",
    ):
        assert asked[operation]["nextToken"]
    assert asked["GetLogEvents"]["events"]
    assert {"name": "a", "percent": 66} in asked["GetLogGroupFields"]["logGroupFields"]
    assert asked["ListTagsForResource"]["tags"] == {"a": "1", "b": "2", "c": "3"}


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"events": [{"timestamp": -1}]}, "FilterLogEvents.events.0.timestamp: -1 is out of range"),
        ({"events": [{"timestamp": "1"}]}, "'1' is not a long"),
        ({"events": [{"more": 1}]}, "events.0.more is unknown"),
        ({"events": {}}, "{} is not a list"),
        ({"nextToken": ""}, "'' has a wrong length"),
        ({"searchedLogStreams": [{"searchedCompletely": 1}]}, "1 is not a boolean"),
    ],
)
def test_the_check_of_answers_finds_what_is_wrong(value, fault):
    shape = MODEL.operation_model("FilterLogEvents").output_shape

    (found,) = mismatches(shape, value, "FilterLogEvents")

    assert fault in found


def test_the_check_of_answers_finds_errors_of_other_operations_and_what_is_missing():
    error = b'{"__type": "TooManyTagsException", "message": "m"}'
    parameters = {"queryDefinitions": [{"parameters": [{"description": "d"}]}]}
    shape = MODEL.operation_model("DescribeQueryDefinitions").output_shape

    assert faults_of("TagResource", 400, error) == []
    assert faults_of("StartQuery", 400, error) == [
        "StartQuery: TooManyTagsException is no error of it"
    ]
    assert list(mismatches(shape, parameters, "D")) == [
        "D.queryDefinitions.0.parameters.0.name is missing"
    ]
