"""The function as Lambda calls it: real boto clients, a real Bolt app, and a server for AWS and Slack."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.aws import secrets
from bot.aws.rule_index import INDEX
from bot.aws.slack_door import SlackDoor
from bot.slack import words
from tests.bench import cold_start
from tests.bench.cold_start_services import SIGNING_SECRET, TEAM, Services, services
from tests.bench.measure import ROOT

COMMAND = {
    "command": "/siem",
    "text": "s3-writes my-bucket 24h",
    "team_id": TEAM,
    "user_id": "U0RESPONDER1",
    "channel_id": "C0SIEM",
    "trigger_id": "1.2.3",
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("code")
    cold_start.write_index(folder, 11)
    return folder


@pytest.fixture
def served() -> Iterator[Services]:
    with services() as server:
        yield server


@pytest.fixture
def environ(served: Services, rules: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    found = dict(cold_start.environment(served.url, rules, []))
    for name, value in found.items():
        if name.startswith("AWS_"):  # which botocore reads by itself
            monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def door(environ: Mapping[str, str]) -> SlackDoor:
    return SlackDoor(environ)


def event(
    form: Mapping[str, str] | str = COMMAND, secret: str = SIGNING_SECRET, **more: Any
) -> dict[str, Any]:
    body = form if isinstance(form, str) else urlencode(form)
    at = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
    return {
        "headers": {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": signature,
        },
        "requestContext": {"http": {"method": "POST"}},
        "body": body,
    } | more


def test_a_question_is_acknowledged_after_two_reads_one_write_and_one_message(
    door: SlackDoor, served: Services
) -> None:
    answer = door.answer(event())

    assert (answer["statusCode"], answer["body"]) == (200, "")
    assert dict(served.calls) == {
        "GetParameters": 1,
        "GetItem": 2,
        "UpdateItem": 1,
        "SendMessage": 1,
    }
    door.answer(event({**COMMAND, "trigger_id": "1.2.4"}))
    assert served.calls["GetParameters"] == 1
    assert served.calls["GetItem"] == 2


def test_where_the_store_knows_nobody_slack_is_asked_once_for_each(
    door: SlackDoor, served: Services
) -> None:
    served.warm = False

    assert door.answer(event())["statusCode"] == 200

    assert {name for name in served.calls if "." in name} == {
        "auth.test",
        "users.info",
        "conversations.info",
    }
    assert served.calls["GetItem"] == 4  # the person, the bot's team, the person again, the channel


def test_what_is_wrong_with_a_question_is_in_the_acknowledgement(
    door: SlackDoor, served: Services
) -> None:
    answer = door.answer(event({**COMMAND, "text": "s3-wirtes my-bucket"}))

    assert answer["headers"]["content-type"].startswith("application/json")
    assert "Did you mean" in json.loads(answer["body"])["text"]
    assert not served.calls["SendMessage"]


def test_rules_are_shown_from_their_cards(door: SlackDoor) -> None:
    text = json.loads(door.answer(event({**COMMAND, "text": "show s3-writes"}))["body"])["text"]
    assert text.startswith("s3-writes: ")
    assert "11 rules" in door.answer(event({**COMMAND, "text": "list"}))["body"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        None,
        {"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "1"},
        {"x-slack-request-timestamp": "not a number", "x-slack-signature": "v0=00"},
        {"x-slack-request-timestamp": str(int(time.time())), "x-slack-signature": "v0=ü"},
    ],
)
def test_who_is_not_slack_costs_the_check_and_nothing_else(
    door: SlackDoor, served: Services, headers: Any
) -> None:
    answer = door.answer(event(headers=headers))

    assert (answer["statusCode"], answer["body"]) == (401, '{"error": "invalid request"}')
    assert set(served.calls) == {"GetParameters"}


def test_a_body_that_another_has_signed_is_never_read(door: SlackDoor, served: Services) -> None:
    for body in ("{", "{" * 50_000, "payload=%7B"):
        assert door.answer(event(body, secret="another"))["statusCode"] == 401
    old = event()
    old["headers"]["X-Slack-Request-Timestamp"] = str(int(time.time()) - 301)
    assert door.answer(old)["statusCode"] == 401
    assert set(served.calls) == {"GetParameters"}


@pytest.mark.parametrize("body", ["{", "[" * 50_000 + "payload=", '{"a":' * 50_000])
def test_a_signed_body_that_is_no_request_is_refused(door: SlackDoor, body: str) -> None:
    assert door.answer(event(body))["statusCode"] in (400, 404)


def test_slacks_probe_of_the_certificate_is_answered_unsigned(door: SlackDoor) -> None:
    assert door.answer(event("ssl_check=1&token=x", headers={}))["statusCode"] == 200
    long = f"ssl_check=1&text={'x' * 2_000}"
    assert door.answer(event(long, headers={}))["statusCode"] == 401


def test_a_challenge_is_answered_without_the_store(door: SlackDoor, served: Services) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-1"})
    given = event(body)
    given["headers"]["Content-Type"] = "application/json"
    assert json.loads(door.answer(given)["body"]) == {"challenge": "c-1"}
    assert set(served.calls) == {"GetParameters"}


def test_a_rest_api_in_base64_is_the_same(door: SlackDoor, served: Services) -> None:
    given = event()
    headers = given.pop("headers")
    packed = base64.b64encode(given["body"].encode()).decode()
    answer = door.answer(
        {
            "httpMethod": "POST",
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "requestContext": {"httpMethod": "POST"},
            "body": packed,
            "isBase64Encoded": True,
        }
    )
    assert answer["statusCode"] == 200
    assert "multiValueHeaders" in answer
    assert served.calls["SendMessage"] == 1


def test_a_wrong_method_is_refused_before_anything_is_read(
    door: SlackDoor, served: Services
) -> None:
    answer = door.answer(event(requestContext={"http": {"method": "GET"}}))
    assert answer["statusCode"] == 405
    assert not served.calls


def test_whoever_clicks_what_is_gone_is_told_by_a_job(door: SlackDoor, served: Services) -> None:
    click = {
        "type": "block_actions",
        "trigger_id": "1.2.9",
        "team": {"id": TEAM},
        "user": {"id": "U0RESPONDER1", "team_id": TEAM},
        "container": {"type": "message", "channel_id": "C0SIEM", "message_ts": "1.2"},
        "response_url": "http://127.0.0.1:9/never-called",
        "actions": [{"type": "button", "action_id": "ask_again", "value": "0" * 20}],
    }

    answer = door.answer(event({"payload": json.dumps(click)}))

    assert answer["statusCode"] == 200
    (sent,) = served.sent
    job = json.loads(sent)
    assert (job["kind"], job["payload"]["reply"]["user"]) == ("say", "U0RESPONDER1")
    assert "no longer kept" in job["payload"]["words"]


# ----------------------------------------------------------------------- what can be missing
def missing(environ: dict[str, str], served: Services, what: str, tmp_path: Path) -> SlackDoor:
    if what == "settings":
        del environ["SIEM_TABLE"]
    elif what == "rules":
        environ["LAMBDA_TASK_ROOT"] = str(tmp_path)
    elif what == "secrets":
        served.answers["GetParameters"] = {"Parameters": []}
    else:
        environ["SLACK_API_URL"] = 5  # type: ignore[assignment] - a bug of our own
    return SlackDoor(environ)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("settings", "SIEM_TABLE"),
        ("rules", "rules.index"),
        ("secrets", "/siem/dev/slack-signing-secret"),
        ("a bug", "Traceback"),
    ],
)
def test_what_is_missing_is_logged_and_whoever_asks_is_told_that_something_is(
    environ: dict[str, str],
    served: Services,
    what: str,
    reason: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    door = missing(environ, served, what, tmp_path)
    door.prepare()  # logged, and not raised

    answer = door.answer(event())
    click = door.answer(event("payload=%7B%22type%22%3A%22block_actions%22%7D"))

    assert (answer["statusCode"], answer["body"]) == (200, words.NOT_READY)
    assert click["statusCode"] == 500
    assert reason in caplog.text
    assert not served.calls["SendMessage"]


def test_what_was_missing_is_looked_for_again(
    environ: dict[str, str], served: Services, tmp_path: Path, rules: Path
) -> None:
    environ["LAMBDA_TASK_ROOT"] = str(tmp_path)
    door = SlackDoor(environ)
    assert door.answer(event())["body"] == words.NOT_READY

    (tmp_path / INDEX).write_bytes((rules / INDEX).read_bytes())

    assert door.answer(event())["body"] == ""
    assert served.calls["SendMessage"] == 1


def test_a_new_signing_secret_counts_once_it_is_read(
    door: SlackDoor, served: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert door.answer(event())["statusCode"] == 200
    served.secrets["slack-signing-secret"] = "a-new-one"
    assert door.answer(event(secret="a-new-one"))["statusCode"] == 401

    monkeypatch.setattr(secrets, "REMEMBERED", 0.0)

    assert door.answer(event(secret="a-new-one"))["statusCode"] == 200
    assert door.answer(event())["statusCode"] == 401


@pytest.mark.parametrize("operation", ["GetItem", "UpdateItem"])
def test_a_store_that_is_busy_is_told_in_the_acknowledgement(
    door: SlackDoor, served: Services, operation: str
) -> None:
    served.failing[operation] = "ThrottlingException"

    answer = json.loads(door.answer(event())["body"])

    assert answer["text"] == words.BUSY
    assert not served.calls["SendMessage"]


# -------------------------------------------------------------------------------- the process
def run(code: str, environment: Mapping[str, str], *words_: str) -> str:
    found = subprocess.run(
        [sys.executable, "-c", code, *words_],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout


def test_a_process_loads_nothing_that_an_acknowledgement_does_not_need(
    environ: dict[str, str],
) -> None:
    code = (
        "import json, sys; from bot.aws.slack_function import handler\n"
        "answer = handler(json.loads(sys.argv[1]), None)\n"
        "print(answer['statusCode'], json.dumps(sorted(sys.modules)))"
    )

    log, answer = run(code, environ, json.dumps(event())).splitlines()
    status, _, modules = answer.partition(" ")

    assert status == "200"
    line = json.loads(log)
    assert (line["event"], line["verb"], line["outcome"], line["Stage"]) == (
        "request",
        "ask",
        "ok",
        "dev",
    )
    assert line["Ack"][0] > 0
    loaded = set(json.loads(modules))
    heavy = {"aiohttp", "boto3", "yaml", "re2", "pickle", "bot.query.ast", "bot.query.parser"}
    assert not loaded & (heavy | {"bot.rules.model", "bot.app.running", "bot.app.columns"})
    assert not [name for name in loaded if name.startswith(("bot.engine", "bot.local", "bot.cli"))]


def test_in_lambda_all_is_ready_before_the_first_request(
    environ: dict[str, str], served: Services
) -> None:
    code = (
        "import bot.aws.slack_function, gc; print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    )

    told = run(code, environ | {"AWS_LAMBDA_FUNCTION_NAME": "siem-dev-slack"})

    assert told.split() == ["True", "True"]
    assert dict(served.calls) == {"GetParameters": 1}
    assert "bot.aws.slack_door" not in run(
        "import bot.aws.slack_function, sys; print([n for n in sys.modules if 'slack_door' in n])",
        {"PATH": os.environ["PATH"]},
    )
