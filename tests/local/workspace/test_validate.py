"""blocks.validate through the real SDK, and the same errors from what posts and opens."""

from __future__ import annotations

import json
import urllib.parse

import pytest
from slack_sdk import WebClient

from tests.local.workspace.blockkit.samples import plain, raw, sample
from tests.local.workspace.test_chat import error_of

DIVIDER = {"type": "divider"}
HEADER = {"type": "header", "text": plain("x" * 151)}
TOO_LONG = {
    "code": "failed_constraint",
    "message": "must be less than 151 characters",
    "constraint": {"type": "max_length", "expected": 150, "got": 151},
}


def validate(local, **given):
    """Without a token, as JSON."""
    client = WebClient(base_url=f"{local.url}/api/")
    return client.api_call("blocks.validate", json=given)


@pytest.mark.parametrize(
    "given",
    [
        {"blocks": [DIVIDER]},
        {"message": {"text": "x", "blocks": [DIVIDER]}},
        {"message": {"attachments": [{"blocks": [DIVIDER]}]}},
        {"view": sample("payloads/modal")},
        {"view": sample("payloads/home")},
        {"blocks": [sample("blocks/alert"), sample("blocks/markdown")]},
    ],
    ids=["blocks", "message", "attachments", "modal", "home", "blocks of several surfaces"],
)
def test_what_slack_takes(local, given):
    assert validate(local, **given).data == {"ok": True}


@pytest.mark.parametrize(
    ("given", "error", "pointer"),
    [
        ({"blocks": [DIVIDER, HEADER]}, "invalid_blocks", "/1/text/text"),
        ({"message": {"blocks": [HEADER]}}, "invalid_message", "/blocks/0/text/text"),
        (
            {"message": {"attachments": [{"blocks": [HEADER]}]}},
            "invalid_message",
            "/attachments/0/blocks/0/text/text",
        ),
        (
            {"view": sample("payloads/modal", blocks=[HEADER])},
            "invalid_view",
            "/blocks/0/text/text",
        ),
        ({"view": sample("payloads/home", blocks=[HEADER])}, "invalid_view", "/blocks/0/text/text"),
    ],
    ids=["blocks", "message", "attachments", "modal", "home"],
)
def test_what_slack_refuses_is_told_with_its_place(local, given, error, pointer):
    answer = error_of(validate, local, **given)

    assert answer["error"] == error
    assert answer["errors"] == [{"pointer": pointer, **TOO_LONG}]


def test_all_errors_are_told_at_once_in_the_order_of_the_payload(local):
    blocks = [HEADER, {"type": "section"}, {"type": "nothing"}, {**DIVIDER, "a/b": 1}]

    errors = error_of(validate, local, blocks=blocks)["errors"]

    assert [(each["pointer"], each["code"]) for each in errors] == [
        ("/0/text/text", "failed_constraint"),
        ("/1", "failed_constraint"),
        ("/2/type", "failed_constraint"),
        ("/3/a~1b", "failed_constraint"),
    ]
    assert errors[3]["field"] == "a/b"


@pytest.mark.parametrize(
    "given",
    [{}, {"blocks": [DIVIDER], "message": {"text": "x"}}, {"blocks": [DIVIDER], "view": {}}],
    ids=["nothing", "two", "two others"],
)
def test_exactly_one_thing_is_looked_at(local, given):
    answer = error_of(validate, local, **given)

    assert answer["error"] == "invalid_arguments"
    assert "exactly one" in answer["response_metadata"]["messages"][0]


def test_a_form_may_carry_the_blocks_as_json(local):
    body = urllib.parse.urlencode({"blocks": json.dumps([HEADER])}).encode()
    _, answer = local.http("POST", "/api/blocks.validate", body)

    assert json.loads(answer)["errors"] == [{"pointer": "/0/text/text", **TOO_LONG}]


@pytest.mark.parametrize("blocks", ["[", "x", 5, {"type": "divider"}, None])
def test_what_is_no_list_of_blocks_is_refused(local, blocks):
    assert error_of(validate, local, blocks=blocks)["error"] in (
        "invalid_blocks",
        "invalid_arguments",
        "invalid_blocks_format",
    )


def test_a_message_is_refused_with_the_same_places(local):
    call = local.client.chat_postMessage
    answer = error_of(call, channel="C0SIEM", text="x", blocks=[DIVIDER, HEADER])

    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    ]
    assert local.messages() == []


def test_what_can_be_pressed_has_an_id_made_up_wherever_it_stands(local):
    """https://docs.slack.dev/reference/block-kit/block-elements/button-element: action_id is optional."""
    button = {"type": "button", "text": plain("Press"), "value": "v"}
    blocks = [
        {"type": "actions", "elements": [button, button]},
        sample("blocks/card", actions=[button]),
        sample("blocks/carousel", elements=[sample("blocks/card", actions=[button])]),
        sample("blocks/container", child_blocks=[{"type": "actions", "elements": [button]}]),
        sample(
            "blocks/data_table",
            rows=[[raw()], [{"type": "action", "element": button}]],
        ),
    ]
    local.client.chat_postMessage(channel="C0SIEM", text="x", blocks=blocks)
    (message,) = local.messages()

    text = json.dumps(message["blocks"])
    assert text.count('"action_id"') == text.count('"button"') == 6
