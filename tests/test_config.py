"""Settings: read once, complete or refused."""

from pathlib import Path

import pytest

from bot.config import FunctionSettings, Settings
from bot.errors import BotError

GIVEN = {
    "AWS_REGION": "eu-west-1",
    "SIEM_STAGE": "dev",
    "SIEM_TABLE": "siem-dev",
    "SIEM_JOBS_URL": "https://sqs/jobs",
    "SIEM_BACKGROUND_URL": "https://sqs/background",
    "SIEM_SECRETS": "/siem/dev",
    "LAMBDA_TASK_ROOT": "/var/task",
}


def test_a_function_reads_what_it_is_told():
    settings = FunctionSettings.from_environ(GIVEN)
    assert settings.table == "siem-dev"
    assert settings.code == Path("/var/task")
    assert settings.quotas == ""
    assert FunctionSettings.from_environ(GIVEN | {"SIEM_QUOTAS": "queries=9"}).quotas == "queries=9"


def test_the_quotas_are_those_of_the_environment():
    assert Settings.from_environ({}).quotas == ""
    assert Settings.from_environ({"SIEM_QUOTAS": "queries=9"}).quotas == "queries=9"


def test_what_is_missing_is_named():
    given = GIVEN | {"SIEM_TABLE": ""}
    del given["SIEM_SECRETS"]
    with pytest.raises(BotError, match=r"Not set: SIEM_TABLE, SIEM_SECRETS\."):
        FunctionSettings.from_environ(given)
