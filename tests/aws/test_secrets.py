"""Secrets: one call to SSM, remembered, rotated, and named when they are missing."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from bot.aws.clients import make_client
from bot.aws.secrets import AGAIN, APP_TOKEN, BOT_TOKEN, REMEMBERED, SIGNING_SECRET, Secrets
from bot.errors import BotError
from tests import stand_ins


class Time:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Counting:
    """A client for SSM that counts its calls, and fails when told to."""

    def __init__(self, ssm: Any) -> None:
        self.ssm = ssm
        self.calls: list[dict[str, Any]] = []
        self.failure: Exception | None = None

    def get_parameters(self, **given: Any) -> Any:
        self.calls.append(given)
        if self.failure is not None:
            raise self.failure
        return self.ssm.get_parameters(**given)


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    for name, value in stand_ins.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    made = make_client("ssm", "eu-west-1", endpoint_url=stand_ins.aws())
    yield Counting(made)
    made.close()


@pytest.fixture
def prefix() -> str:
    return f"/siem/{uuid.uuid4()}"


def put(ssm: Counting, prefix: str, **values: str) -> None:
    for name, value in values.items():
        path = f"{prefix}/{name.replace('_', '-')}"
        ssm.ssm.put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)


def test_all_secrets_come_with_one_call_and_are_remembered(ssm: Counting, prefix: str) -> None:
    put(ssm, prefix, slack_bot_token="xoxb-1\n", slack_signing_secret="s")
    time = Time()
    secrets = Secrets(ssm, prefix + "/", clock=time)

    assert ssm.calls == []
    assert secrets.get(BOT_TOKEN) == "xoxb-1"
    time.now += REMEMBERED - 1
    assert secrets.get(SIGNING_SECRET) == "s"
    assert len(ssm.calls) == 1
    assert ssm.calls[0]["WithDecryption"] is True


def test_a_rotated_secret_is_picked_up_after_a_while(ssm: Counting, prefix: str) -> None:
    put(ssm, prefix, slack_bot_token="xoxb-1", slack_signing_secret="s")
    time = Time()
    secrets = Secrets(ssm, prefix, clock=time)
    assert secrets.get(BOT_TOKEN) == "xoxb-1"
    put(ssm, prefix, slack_bot_token="xoxb-2")
    assert secrets.get(BOT_TOKEN) == "xoxb-1"

    time.now += REMEMBERED

    assert secrets.get(BOT_TOKEN) == "xoxb-2"


def test_a_refused_one_is_read_again_at_once_but_not_all_the_time(
    ssm: Counting, prefix: str
) -> None:
    put(ssm, prefix, slack_bot_token="xoxb-1", slack_signing_secret="s")
    time = Time()
    secrets = Secrets(ssm, prefix, clock=time)
    secrets.get(BOT_TOKEN)
    time.now += AGAIN
    assert secrets.renew() is False
    put(ssm, prefix, slack_bot_token="xoxb-2")
    assert secrets.renew() is False
    assert len(ssm.calls) == 2

    time.now += AGAIN

    assert secrets.renew() is True
    assert secrets.get(BOT_TOKEN) == "xoxb-2"
    assert len(ssm.calls) == 3


def test_what_is_missing_or_empty_is_named_with_the_command(ssm: Counting, prefix: str) -> None:
    put(ssm, prefix, slack_bot_token="xoxb-1", slack_signing_secret=" ")
    secrets = Secrets(ssm, prefix, (BOT_TOKEN, SIGNING_SECRET, APP_TOKEN))

    with pytest.raises(BotError) as refused:
        secrets.get(BOT_TOKEN)

    said = str(refused.value)
    assert (
        f"aws ssm put-parameter --type SecureString --overwrite --name {prefix}/slack-app" in said
    )
    assert f"{prefix}/slack-signing-secret is missing or empty" in said
    assert "slack-bot-token" not in said
    assert "xoxb-1" not in said


def test_what_ssm_refuses_says_which_right_is_missing(ssm: Counting, prefix: str) -> None:
    ssm.failure = ssm_error(ssm)
    with pytest.raises(BotError, match=r"ValidationException.*ssm:GetParameters"):
        Secrets(ssm, prefix).get(BOT_TOKEN)

    nobody = make_client("ssm", "eu-west-1", endpoint_url="http://127.0.0.1:9", tries=1)
    with pytest.raises(BotError, match="EndpointConnectionError"):
        Secrets(nobody, prefix).get(BOT_TOKEN)
    nobody.close()


def test_a_secret_outlasts_a_fault_of_ssm_and_no_value_is_logged(
    ssm: Counting, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    put(ssm, prefix, slack_bot_token="xoxb-1", slack_signing_secret="s3cr3t")
    time = Time()
    secrets = Secrets(ssm, prefix, clock=time)
    secrets.get(BOT_TOKEN)
    ssm.failure = ssm_error(ssm)
    time.now += REMEMBERED

    assert secrets.get(BOT_TOKEN) == "xoxb-1"
    assert "could not be read again" in caplog.text
    assert "xoxb-1" not in caplog.text + repr(secrets)
    assert "s3cr3t" not in caplog.text


def ssm_error(ssm: Counting) -> Exception:
    from botocore.exceptions import ClientError

    said = {"Error": {"Code": "ValidationException", "Message": "xoxb-1 is no good"}}
    return ClientError(said, "GetParameters")
