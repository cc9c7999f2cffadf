"""Settings: read once, complete or refused."""

from pathlib import Path

import pytest

from bot.config import FunctionSettings, ServeSettings, Settings
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


# ------------------------------------------------------------------------------- one process
SECRET = "0123456789abcdef0123456789abcdef"
BOT, APP = {"SLACK_BOT_TOKEN": "xoxb-1"}, {"SLACK_APP_TOKEN": "xapp-1"}
SIGNED = {"SLACK_SIGNING_SECRET": SECRET}


def serve(given, mode=None):
    return ServeSettings.from_environ(given, mode)


def test_how_slack_reaches_the_bot_follows_from_what_is_set():
    assert serve(BOT | APP).mode == "socket"
    assert serve(BOT | SIGNED).mode == "http"
    assert serve(BOT | APP | SIGNED).mode == "socket"
    http = serve(BOT | APP | SIGNED, "http")
    assert (http.mode, http.signing_secret, http.app_token) == ("http", SECRET, "")
    assert (http.table, http.stage, http.slack_url) == ("", "serve", None)
    more = {"SIEM_TABLE": "t", "SIEM_STAGE": "eu", "SLACK_API_URL": "http://127.0.0.1:8420/api"}
    given = serve(BOT | APP | more)
    assert (given.table, given.stage, given.slack_url) == ("t", "eu", f"{more['SLACK_API_URL']}/")


def test_secrets_may_stand_in_files_and_are_never_printed(tmp_path):
    (tmp_path / "token").write_text("xoxb-from-a-file\n")
    settings = serve(APP | {"SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")})
    assert settings.bot_token == "xoxb-from-a-file"
    assert "xoxb" not in repr(settings)
    assert "xapp" not in repr(settings)
    assert SECRET not in repr(serve(BOT | SIGNED))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (APP, "SLACK_BOT_TOKEN is not set: set it to the app's *Bot User OAuth Token*"),
        (BOT, "For Socket Mode set SLACK_APP_TOKEN"),
        (BOT | APP | {"SLACK_BOT_TOKEN_FILE": "x"}, "keep one"),
        (APP | {"SLACK_BOT_TOKEN_FILE": "/nowhere"}, "which cannot be read: No such file"),
        (APP | {"SLACK_BOT_TOKEN_FILE": "{tmp}/empty"}, "which is empty: put in"),
        (APP | {"SLACK_BOT_TOKEN_FILE": "{tmp}/bytes"}, "it is no text"),
        (APP | {"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN does not hold what it should"),
        (BOT | {"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN does not hold what it should"),
        (APP | {"SLACK_BOT_TOKEN": "xoxb-1 "}, "does not hold"),
        (APP | {"SLACK_BOT_TOKEN": "xoxb-\n"}, "does not hold"),
        (BOT | APP | {"SLACK_API_URL": "slack.com"}, "SLACK_API_URL is no address"),
        (BOT | APP | {"SLACK_API_URL": "http://x/?a=b"}, "SLACK_API_URL is no address"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(given, said, tmp_path):
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    given = {name: value.replace("{tmp}", str(tmp_path)) for name, value in given.items()}
    with pytest.raises(BotError) as refused:
        serve(given)
    assert said in str(refused.value)
    for name, value in given.items():
        if not name.endswith("_FILE") and name != "SLACK_API_URL":
            assert value not in str(refused.value)


def test_everything_that_is_missing_is_said_at_once():
    with pytest.raises(BotError) as refused:
        serve({"SLACK_API_URL": "?"}, "http")
    assert len(str(refused.value).splitlines()) == 3
