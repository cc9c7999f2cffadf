"""The bot's secrets: read from SSM in one call, remembered for a while, never written anywhere."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from bot.aws.failures import FAILURES
from bot.errors import BotError, SetupError

log = logging.getLogger(__name__)

BOT_TOKEN, SIGNING_SECRET, APP_TOKEN = "slack-bot-token", "slack-signing-secret", "slack-app-token"

REMEMBERED = 300.0
"""Seconds after which a secret is read again: so long a rotated one takes to be picked up."""

AGAIN = 15.0
"""Seconds between two readings that somebody asks for, however often Slack refuses a token."""


class Secrets:
    """The secrets under a path in SSM, such as `/siem/dev/slack-bot-token`. Safe for many threads."""

    def __init__(
        self,
        ssm: Any,
        prefix: str,
        names: Sequence[str] = (BOT_TOKEN, SIGNING_SECRET),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Use a client for SSM; nothing is read yet. `names` are the secrets that must be there."""
        self._ssm = ssm
        self._paths = {f"{prefix.rstrip('/')}/{name}": name for name in names}
        self._clock = clock
        self._lock = threading.Lock()
        self._values: Mapping[str, str] = {}
        self._read_at = 0.0

    def get(self, name: str) -> str:
        """The secret, as it was at most `REMEMBERED` seconds ago.

        `BotError` names what is missing and the command that puts it there, or why SSM cannot be
        read. A secret that was read before outlasts a fault of SSM.
        """
        with self._lock:
            if not self._values or self._clock() - self._read_at >= REMEMBERED:
                self._refresh()
            return self._values[name]

    def renew(self) -> bool:
        """Read again now, because Slack refused one; whether any has changed."""
        with self._lock:
            before = self._values
            if not before or self._clock() - self._read_at >= AGAIN:
                self._refresh()
            return self._values != before

    def _refresh(self) -> None:
        try:
            self._values = self._read()
        except BotError as error:
            if not self._values:
                raise
            # Perhaps the token is fine: Slack says so, or refuses it, and then there is a next time.
            log.warning("the secrets could not be read again: %s", error)
        self._read_at = self._clock()

    def _read(self) -> dict[str, str]:
        """All of them (SSM, GetParameters: up to ten names, `WithDecryption` for a SecureString)."""
        try:
            answer = self._ssm.get_parameters(Names=list(self._paths), WithDecryption=True)
        except FAILURES as error:
            raise SetupError(
                f"The secrets {', '.join(self._paths)} cannot be read from SSM ({_code(error)}). The "
                "function's role needs ssm:GetParameters on them, and kms:Decrypt where a key of "
                "your own encrypts them."
            ) from error
        found = {
            self._paths[one["Name"]]: one["Value"].strip()
            for one in answer.get("Parameters", ())
            if one.get("Name") in self._paths
        }
        missing = [path for path, name in self._paths.items() if not found.get(name)]
        if missing:
            raise SetupError("\n".join(map(_put, missing)))
        return found


def _put(path: str) -> str:
    return (
        f"The secret {path} is missing or empty in SSM. Put it there: "
        f"aws ssm put-parameter --type SecureString --overwrite --name {path} --value …"
    )


def _code(error: Exception) -> str:
    """What went wrong in a word: messages of AWS may quote what was sent."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "an unknown error"))
    return type(error).__name__
