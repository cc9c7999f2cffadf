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

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read `SIEM_RULES`, `SIEM_DATA`, `AWS_REGION`, `TZ`; each has a default.

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
        )
