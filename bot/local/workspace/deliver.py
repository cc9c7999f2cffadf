"""Sends commands, clicks and events to the bot as Slack does: three seconds to answer.

Over Socket Mode where the bot is connected so, and then nothing over HTTP; else as a signed form.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.local.workspace.journal import Answer, Journal
from bot.local.workspace.sockets import NoSocketError, Sockets

PATIENCE = 3.0
"""Seconds (https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response)."""

LARGEST = 1_000_000
"""Bytes of an answer that are read."""


_ENVELOPES = {"command": "slash_commands", "event": "events_api"}
"""What an envelope of each kind is called; all others are `interactive`."""

_ANSWERED = frozenset({"command", "view_submission", "block_suggestion"})
"""Kinds whose acknowledgement may hold an answer."""


@dataclass(slots=True)
class Deliveries:
    """The way to the bot. `url` may be set later; `open` and `close` on the loop that sends."""

    url: str
    secret: str
    journal: Journal
    sockets: Sockets
    session: aiohttp.ClientSession | None = field(default=None)

    async def open(self) -> None:
        """Make ready to send."""
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        self.session = aiohttp.ClientSession(timeout=timeout, auto_decompress=False)

    async def close(self) -> None:
        """Let go of the connections."""
        if self.session is not None:
            await self.session.close()

    async def send(self, kind: str, form: dict[str, str], payload: dict[str, Any]) -> Answer:
        """Send and wait at most three seconds of real time, whatever the demo's clock says.

        `form` is what HTTP carries, `payload` what an envelope of Socket Mode does.
        """
        started = time.monotonic()
        if self.sockets.ready:
            via, answer = "socket", await self._envelope(kind, payload)
        else:
            via, answer = "http", await self._post(urlencode(form).encode())
        self.journal.delivery(kind, payload, answer, int((time.monotonic() - started) * 1000), via)
        return answer

    async def _envelope(self, kind: str, payload: dict[str, Any]) -> Answer:
        """https://docs.slack.dev/apis/events-api/using-socket-mode#events."""
        envelope: dict[str, Any] = {
            "envelope_id": secrets.token_hex(16),
            "type": _ENVELOPES.get(kind, "interactive"),
            "payload": payload,
            "accepts_response_payload": kind in _ANSWERED,
        }
        try:
            given = await self.sockets.send(envelope, PATIENCE)
        except TimeoutError:
            return Answer(0, error="operation_timeout")
        except NoSocketError as error:
            return Answer(0, error=str(error))
        body = given.get("payload") if kind in _ANSWERED else None
        return Answer(200, json.dumps(body) if body else "")

    async def _post(self, body: bytes) -> Answer:
        if self.session is None or not self.url:
            return Answer(0, error="dispatch_failed")
        try:
            async with self.session.post(
                self.url, data=body, headers=signed(self.secret, body), allow_redirects=False
            ) as response:
                text = await _read(response)
                return Answer(response.status, text, "" if response.status == 200 else _FAILED)
        except TimeoutError:
            return Answer(0, error="operation_timeout")
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError):
            return Answer(0, error=_FAILED)


_FAILED = "dispatch_failed"


async def _read(response: aiohttp.ClientResponse) -> str:
    body = b""
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            break
    return body[:LARGEST].decode("utf-8", "replace")


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers of a request from Slack.

    https://docs.slack.dev/authentication/verifying-requests-from-slack; the time is the real one,
    because the receiver compares it with its own clock.
    """
    timestamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }
