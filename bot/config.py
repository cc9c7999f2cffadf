"""Settings from the environment: read once, where things are wired, and passed on as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from bot.errors import SetupError


@dataclass(frozen=True, slots=True)
class Settings:
    """What the surroundings decide: where the rules are, where state lives, which region."""

    rules: Path
    data: Path
    region: str
    zone: str | None
    quotas: str = ""
    """What the bot may use of AWS's quotas for queries, as in `queries=30 starts=5`."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read `SIEM_RULES`, `SIEM_DATA`, `AWS_REGION`, `TZ`, `SIEM_QUOTAS`; each has a default.

        Raises `BotError` when the folder of rules does not exist.
        """
        rules = Path(environ.get("SIEM_RULES") or Path(__file__).parent.parent / "rules")
        if not rules.is_dir():
            raise SetupError(f"No rules at {rules}: set SIEM_RULES to the folder that holds them.")
        return cls(
            rules=rules,
            data=Path(environ.get("SIEM_DATA") or ".data"),
            region=environ.get("AWS_REGION") or "eu-west-1",
            zone=environ.get("TZ") or None,
            quotas=environ.get("SIEM_QUOTAS", ""),
        )


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the deployment tells a Lambda function: names and addresses, never a secret itself."""

    region: str
    stage: str
    table: str
    jobs_url: str
    """The queue of jobs that people wait for."""
    background_url: str
    """The queue of everything else."""
    secrets: str
    """The path of the secrets in SSM, such as `/siem/dev`."""
    code: Path
    """The folder of the unpacked zip."""
    slack_url: str = ""
    """Where Slack's Web API is, if not at Slack: for tests."""
    quotas: str = ""
    """As in `Settings`."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> FunctionSettings:
        """Read what `serverless.yml` sets; `BotError` names what is missing."""

        def given(name: str) -> str:
            return environ.get(name, "")

        missing = [name for name in _NEEDED if not given(name)]
        if missing:
            raise SetupError(
                f"Not set: {', '.join(missing)}. Deploy with the project's serverless.yml."
            )
        return cls(
            region=given("AWS_REGION"),
            stage=given("SIEM_STAGE"),
            table=given("SIEM_TABLE"),
            jobs_url=given("SIEM_JOBS_URL"),
            background_url=given("SIEM_BACKGROUND_URL"),
            secrets=given("SIEM_SECRETS"),
            code=Path(given("LAMBDA_TASK_ROOT") or Path(__file__).parent.parent),
            slack_url=given("SLACK_API_URL"),
            quotas=given("SIEM_QUOTAS"),
        )


_NEEDED = (
    "AWS_REGION",
    "SIEM_STAGE",
    "SIEM_TABLE",
    "SIEM_JOBS_URL",
    "SIEM_BACKGROUND_URL",
    "SIEM_SECRETS",
)


Mode: TypeAlias = Literal["socket", "http"]

_TOKENS = {
    "SLACK_BOT_TOKEN": (
        "xoxb-",
        "the app's *Bot User OAuth Token* (xoxb-…), under *OAuth & Permissions* in its settings",
    ),
    "SLACK_APP_TOKEN": (
        "xapp-",
        "an *App-Level Token* (xapp-…) with the scope connections:write, under *Basic Information*",
    ),
    "SLACK_SIGNING_SECRET": (
        "",
        "the app's *Signing Secret*, under *Basic Information* in its settings",
    ),
}

SECRETS = tuple(_TOKENS)
"""The variables that hold secrets."""


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """What one long-lived process needs; secrets come from the environment or from files it names."""

    base: Settings
    mode: Mode
    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    """For Socket Mode; empty over HTTP."""
    signing_secret: str = field(repr=False)
    """For HTTP; empty in Socket Mode, where nothing is signed."""
    slack_url: str | None
    """Another address of Slack's Web API, ending with `/`."""
    table: str
    """The DynamoDB table that keeps the state; empty: a folder does."""
    stage: str
    """The dimension of the metrics."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], mode: Mode | None) -> ServeSettings:
        """Read the settings; without `mode`, an app-level token means Socket Mode, else HTTP.

        Raises `BotError` with all that is missing or makes no sense, and how to get it.
        """
        base = Settings.from_environ(environ)
        problems: list[str] = []
        bot_token = read_secret(environ, "SLACK_BOT_TOKEN", problems, needed=True)
        given = {
            name: any(environ.get(each) for each in (name, f"{name}_FILE"))
            for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
        }
        if mode is None and not any(given.values()):
            problems.append(
                "How Slack reaches the bot is not set. For Socket Mode set SLACK_APP_TOKEN to "
                f"{_TOKENS['SLACK_APP_TOKEN'][1]}. For HTTP set SLACK_SIGNING_SECRET to "
                f"{_TOKENS['SLACK_SIGNING_SECRET'][1]}."
            )
        chosen: Mode = mode or ("socket" if given["SLACK_APP_TOKEN"] else "http")
        unclear = mode is None and not any(given.values())
        app_token = signing_secret = ""
        if chosen == "socket":
            app_token = read_secret(environ, "SLACK_APP_TOKEN", problems, needed=True)
        else:
            signing_secret = read_secret(
                environ, "SLACK_SIGNING_SECRET", problems, needed=not unclear
            )
        slack_url = _address(environ, problems)
        if problems:
            raise SetupError("\n".join(problems))
        return cls(
            base, chosen, bot_token, app_token, signing_secret, slack_url, environ.get("SIEM_TABLE", ""),
            environ.get("SIEM_STAGE") or "serve",
        )  # fmt: skip


def read_secret(environ: Mapping[str, str], name: str, problems: list[str], *, needed: bool) -> str:
    """A secret from the variable, or from the file that `NAME_FILE` names, as containers mount them."""
    start, what = _TOKENS[name]
    value, path = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if value and path:
        problems.append(f"Both {name} and {name}_FILE are set: keep one.")
        return ""
    if path:
        try:
            value = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            problems.append(f"{name}_FILE names {path}, which cannot be read: {reason}.")
            return ""
    if not value:
        if path:
            problems.append(f"{name}_FILE names {path}, which is empty: put in {what}.")
        elif needed:
            problems.append(f"{name} is not set: set it to {what}.")
        return ""
    if (
        not value.startswith(start)
        or not value.isascii()
        or not value.isprintable()
        or " " in value
    ):
        # The value itself is not shown: it may be a secret in the wrong place.
        problems.append(f"{name} does not hold what it should: set it to {what}.")
        return ""
    return value


def _address(environ: Mapping[str, str], problems: list[str]) -> str | None:
    given = environ.get("SLACK_API_URL")
    if not given:
        return None
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", given):
        problems.append(
            "SLACK_API_URL is no address of a Web API: https://slack.com/api/ is one, "
            "http://127.0.0.1:8420/api/ is that of a local workspace."
        )
        return None
    return given if given.endswith("/") else f"{given}/"
