"""Events of Lambda as requests: both payload formats, whatever a client or a gateway makes of them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from bot.aws.http_event import LIMIT, RefusedError, read_request, response


def url_event(**more: Any) -> dict[str, Any]:
    """An event of a function URL: payload format 2.0."""
    return {
        "version": "2.0",
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "requestContext": {"http": {"method": "POST", "path": "/"}},
        "body": "a=b",
        "isBase64Encoded": False,
    } | more


def rest_event(**more: Any) -> dict[str, Any]:
    """An event of a REST API: payload format 1.0."""
    return {
        "httpMethod": "POST",
        "path": "/slack/events",
        "headers": {"Content-Type": "text/plain"},
        "multiValueHeaders": {"Content-Type": ["text/plain"], "X-Odd": ["1", "2"]},
        "requestContext": {"httpMethod": "POST"},
        "body": "a=b",
        "isBase64Encoded": False,
    } | more


def test_names_of_headers_are_small_whatever_came() -> None:
    request = read_request(url_event(headers={"X-Slack-SIGNATURE": "v0=1", "Odd": None, "N": 5}))
    assert request.header("x-slack-signature") == "v0=1"
    assert request.header("odd") == request.header("never") == ""


def test_repeated_headers_of_a_rest_api_stay_apart() -> None:
    request = read_request(rest_event())
    assert request.headers["x-odd"] == ["1", "2"]
    assert request.header("content-type") == "text/plain"


def test_cookies_of_a_function_url_are_one_header() -> None:
    assert read_request(url_event(cookies=["a=1", "b=2"])).header("cookie") == "a=1; b=2"


@pytest.mark.parametrize("headers", [None, [], "no"])
def test_headers_that_are_none_are_left_out(headers: Any) -> None:
    assert read_request(url_event(headers=headers)).headers == {}


@pytest.mark.parametrize("body", [None, ""])
def test_no_body_is_an_empty_one(body: Any) -> None:
    event = url_event(body=body)
    del event["isBase64Encoded"]
    assert read_request(event).body == ""


def test_a_body_in_base64_is_what_was_signed() -> None:
    text = "text=für ✓"
    event = url_event(body=base64.b64encode(text.encode()).decode(), isBase64Encoded=True)
    assert read_request(event).body == text


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (url_event(body="%%%", isBase64Encoded=True), 400),
        (url_event(body=base64.b64encode(b"\xff\xfe").decode(), isBase64Encoded=True), 400),
        (url_event(body="\ud800"), 400),
        (url_event(body={"a": 1}), 400),
        (url_event(body="x" * (LIMIT + 1)), 413),
        (url_event(body="x" * (2 * LIMIT)), 413),
        (url_event(body="ü" * (LIMIT - 10)), 413),
        (url_event(body=base64.b64encode(b"x" * (LIMIT + 1)).decode(), isBase64Encoded=True), 413),
        (url_event(requestContext={"http": {"method": "GET"}}), 405),
        (url_event(requestContext={"http": {}}), 405),
        (rest_event(requestContext={"httpMethod": "DELETE"}), 405),
        (url_event(requestContext=None), 400),
        ({"Records": []}, 400),
        ({}, 400),
        (None, 400),
        ("text", 400),
    ],
)
def test_what_slack_never_sends_is_refused_with_a_status(event: Any, status: int) -> None:
    with pytest.raises(RefusedError) as refused:
        read_request(event)
    assert refused.value.status == status


def test_the_largest_body_is_read_in_both_forms() -> None:
    text = "x" * LIMIT
    assert read_request(url_event(body=text)).body == text
    packed = base64.b64encode(text.encode()).decode()
    assert read_request(url_event(body=packed, isBase64Encoded=True)).body == text


HEADERS = {"content-type": ["text/plain"], "set-cookie": ["a=1", "b=2"], "x-odd": ["1", "2"]}


def test_an_answer_to_a_function_url_has_its_cookies_apart() -> None:
    assert response(url_event(), 200, "ok", HEADERS) == {
        "statusCode": 200,
        "body": "ok",
        "isBase64Encoded": False,
        "headers": {"content-type": "text/plain", "x-odd": "1,2"},
        "cookies": ["a=1", "b=2"],
    }
    assert "cookies" not in response(url_event(), 200, "", {})


def test_an_answer_to_a_rest_api_repeats_headers() -> None:
    assert response(rest_event(), 401, "", HEADERS) == {
        "statusCode": 401,
        "body": "",
        "isBase64Encoded": False,
        "multiValueHeaders": HEADERS,
    }
    assert response(None, 400, "", {})["statusCode"] == 400
