"""Requests are held to AWS's own model, and errors read as AWS words them."""

from __future__ import annotations

import json

import pytest
import re2
from botocore.loaders import create_loader
from botocore.model import ServiceModel

from bot.local.cloudwatch.operations import OPERATIONS
from bot.local.cloudwatch.protocol import (
    ApiError,
    read_token,
    token_for,
    valid_text,
)
from bot.local.cloudwatch.requests import read_request


def read(operation: str, **members):
    return read_request(operation, json.dumps(members).encode())


def refused(operation: str, **members) -> ApiError:
    with pytest.raises(ApiError) as caught:
        read(operation, **members)
    return caught.value


def test_a_good_request_is_returned_without_nulls_and_unknown_members():
    request = read("CreateLogGroup", logGroupName="g", kmsKeyId=None, unknown=1)

    assert request == {"logGroupName": "g"}


@pytest.mark.parametrize(
    ("operation", "members", "at", "wanted"),
    [
        ("CreateLogGroup", {}, "null at 'logGroupName'", "must not be null"),
        ("GetQueryResults", {"queryId": ""}, "'' at 'queryId'", "length greater than or equal to 1"),
        ("CreateLogGroup", {"logGroupName": "x" * 513}, "'logGroupName'", "length less than or equal to 512"),
        ("CreateLogGroup", {"logGroupName": "a b"}, "'a b' at 'logGroupName'", r"pattern: [\.\-_/#A-Za-z0-9]+"),
        ("CreateLogGroup", {"logGroupName": "ok\n"}, "'logGroupName'", "regular expression"),
        ("GetQueryResults", {"queryId": "q", "maxItems": 10_001}, "'10001' at 'maxItems'", "value less than or equal to 10000"),
        ("StartQuery", {"startTime": -1, "endTime": 1, "queryString": ""}, "'-1' at 'startTime'", "value greater than or equal to 0"),
        ("StartQuery", {"startTime": 0, "endTime": 2**63, "queryString": ""}, "'endTime'", "value less than or equal to 9223372036854775807"),
        ("StartQuery", {"startTime": 0, "endTime": 1, "queryString": "", "queryLanguage": "KQL"}, "'KQL' at 'queryLanguage'", "enum value set: [CWLI, SQL, PPL]"),
        ("StartQuery", {"startTime": 0, "endTime": 1, "queryString": "", "logGroupNames": ["a", "b c"]}, "'b c' at 'logGroupNames.2.member'", "regular expression"),
        ("PutLogEvents", {"logGroupName": "g", "logStreamName": "s", "logEvents": []}, "'[]' at 'logEvents'", "length greater than or equal to 1"),
        ("PutLogEvents", {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": 1}]}, "null at 'logEvents.1.member.message'", "must not be null"),
        ("PutLogEvents", {"logGroupName": "g", "logStreamName": "s", "logEvents": [None]}, "null at 'logEvents.1.member'", "must not be null"),
        ("PutLogEvents", {"logGroupName": "g", "logStreamName": "a:b", "logEvents": [{"timestamp": 1, "message": "m"}]}, "'a:b' at 'logStreamName'", "regular expression"),
    ],
)  # fmt: skip
def test_a_violated_constraint_names_the_value_the_place_and_the_rule(
    operation, members, at, wanted
):
    error = refused(operation, **members)

    assert error.kind == "InvalidParameterException"
    assert error.message.startswith("1 validation error detected: Value ")
    assert at in error.message
    assert wanted in error.message


def test_all_violations_are_told_at_once():
    error = refused("StartQuery", startTime=-1)

    assert error.message.startswith("3 validation errors detected: ")
    assert error.message.count("failed to satisfy constraint") == 3


def test_a_long_value_is_cut_in_the_message():
    assert len(refused("CreateLogGroup", logGroupName="x y" * 10_000).message) < 600


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("CreateLogGroup", {"logGroupName": 5}),
        ("CreateLogGroup", {"logGroupName": ["g"]}),
        ("StartQuery", {"startTime": "0", "endTime": 1, "queryString": ""}),
        ("StartQuery", {"startTime": True, "endTime": 1, "queryString": ""}),
        ("StartQuery", {"startTime": 1.5, "endTime": 1, "queryString": ""}),
        ("StartQuery", {"startTime": 0, "endTime": 1, "queryString": "", "logGroupNames": "g"}),
        ("DescribeLogStreams", {"descending": 1}),
    ],
)
def test_a_value_of_the_wrong_type_is_a_serialization_exception(operation, members):
    assert refused(operation, **members).kind == "SerializationException"


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b'"x"', b"\xff", b'{"logGroupName": "\xed\xa0\x80"}', b"[" * 100_000,
        b'{"logGroupName": ' + b'{"a":' * 50_000, b'{"logGroupName": 1e999}', b'{"a":1}{"b":2}',
    ],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_a_serialization_exception(body):
    with pytest.raises(ApiError) as caught:
        read_request("CreateLogGroup", body)

    assert caught.value.kind == "SerializationException"


def test_half_a_surrogate_pair_becomes_the_replacement_character_and_nothing_else_changes():
    text = rb'"\ud800 \\ud800 \ud83d\ude00 \udc00\ud83d\\ \u0000 \u00e4"'
    body = b'{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":%s}]}'

    request = read_request("PutLogEvents", body % text)

    message = request["logEvents"][0]["message"]
    assert message == "\ufffd \\ud800 \U0001f600 \ufffd\ufffd\\ \x00 ä"


def test_an_empty_body_is_an_empty_request():
    assert read_request("DescribeLogGroups", b"") == {}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_known_to_aws_and_all_its_patterns_can_be_checked(operation):
    model = ServiceModel(create_loader().load_service_model("logs", "service-2"), "logs")

    def patterns(shape):
        if "pattern" in shape.metadata:
            yield shape.metadata["pattern"]
        for member in getattr(shape, "members", {}).values():
            yield from patterns(member)
        if shape.type_name == "list":
            yield from patterns(shape.member)

    for pattern in patterns(model.operation_model(operation).input_shape):
        re2.compile(pattern)


def test_a_token_gives_back_its_parts():
    assert read_token(token_for("queries", 3), str, int) == ["queries", 3]


@pytest.mark.parametrize(
    "token",
    ["", "x", "e30=", "💥", token_for("queries"), token_for("a", "b"), token_for(1, 2), "W1tbW1s="],
)
def test_a_made_up_token_is_refused(token):
    with pytest.raises(ApiError, match="nextToken is invalid"):
        read_token(token, str, int)


def test_valid_text_leaves_valid_text_alone():
    assert valid_text("ä\U0001f600\x00") == "ä\U0001f600\x00"
    assert valid_text("a\ud800") == "a\ufffd"


@pytest.mark.parametrize(
    ("tags", "at", "wanted"),
    [
        ({"a": None}, "'tags.a.member'", "must not be null"),
        ({"": "x"}, "'tags.key'", "greater than or equal to 1"),
        ({"a" * 129: "x"}, "'tags.key'", "less than or equal to 128"),
        ({"a": "x" * 257}, "'tags.a.member'", "less than or equal to 256"),
        ({"a(b)": "x"}, "'tags.key'", "regular expression pattern"),
        ({f"k{n}": "v" for n in range(51)}, "'tags'", "less than or equal to 50"),
        ({}, "'tags'", "greater than or equal to 1"),
    ],
)
def test_maps_are_held_to_the_model_too(tags, at, wanted):
    error = refused("TagLogGroup", logGroupName="g", tags=tags)

    assert error.kind == "InvalidParameterException"
    assert at in error.message
    assert wanted in error.message


def test_a_value_of_a_map_has_a_type():
    assert refused("TagLogGroup", logGroupName="g", tags={"a": 1}).kind == "SerializationException"
