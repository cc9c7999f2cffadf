"""Settings from the environment: read once, where things are wired, and passed on as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BotError


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
            raise BotError(f"No rules at {rules}: set SIEM_RULES to the folder that holds them.")
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
            raise BotError(
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
            slack_url=given("SIEM_SLACK_URL"),
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
