"""What goes over the wire has the types of AWS's model: boto3 itself would forgive much."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest
from botocore.loaders import create_loader
from botocore.model import ServiceModel

from bot.local.cloudwatch.operations import OPERATIONS

MODEL = ServiceModel(create_loader().load_service_model("logs", "service-2"), "logs")


def ask(local, operation: str, **members):
    """The JSON of an answer, checked against the shape that AWS's model gives it."""
    connection = http.client.HTTPConnection(urlsplit(local.url).netloc, timeout=10)
    try:
        headers = {"X-Amz-Target": f"Logs_20140328.{operation}"}
        connection.request("POST", "/", json.dumps(members), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
    finally:
        connection.close()
    assert response.status == 200, answer
    shape = MODEL.operation_model(operation).output_shape
    if shape is None:
        assert answer == {}
    else:
        faults = list(mismatches(shape, answer, operation))
        assert not faults
    return answer


def mismatches(shape, value, path):
    types = {
        "structure": dict,
        "map": dict,
        "list": list,
        "string": str,
        "boolean": bool,
        "double": float,
        "integer": int,
        "long": int,
    }
    if type(value) is not types[shape.type_name]:
        yield f"{path}: {value!r} is not a {shape.type_name}"
    elif shape.type_name == "structure":
        for name, member in value.items():
            if name not in shape.members:
                yield f"{path}.{name} is unknown"
            else:
                yield from mismatches(shape.members[name], member, f"{path}.{name}")
    elif shape.type_name == "list":
        for number, item in enumerate(value):
            yield from mismatches(shape.member, item, f"{path}.{number}")
    elif shape.type_name == "map":
        for name, item in value.items():
            yield from mismatches(shape.value, item, f"{path}.{name}")
    elif shape.metadata.get("enum") and value not in shape.metadata["enum"]:
        yield f"{path}: {value!r} is not one of {shape.metadata['enum']}"


@pytest.fixture
def asked(local):
    """One answer of each operation that does not need the engine."""
    group, stream = {"logGroupName": "g"}, {"logGroupName": "g", "logStreamName": "s"}
    query = {"startTime": 1, "endTime": 2, "queryString": "fields @message"}
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
    answers |= lookup_answers(local)
    return answers


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
    ):
        assert asked[operation]["nextToken"]
