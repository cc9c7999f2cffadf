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

from bot.local.workspace.faults import Fault, Faults
from bot.local.workspace.installation import Installation
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

_HTTP_ONLY = frozenset({"url_verification", "ssl_check"})
"""Kinds that ask whether an address is the bot's."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One payload on its way. `form` is what HTTP carries; where there is none it is JSON."""

    kind: str
    payload: dict[str, Any]
    form: dict[str, str] | None = None
    attempt: int = 0
    reason: str = ""
    """Of which attempt this is the repetition, and why it is repeated."""

    @property
    def body(self) -> tuple[bytes, str]:
        """What is posted, and its content type."""
        if self.form is not None:
            return urlencode(self.form).encode(), "application/x-www-form-urlencoded"
        return json.dumps(self.payload).encode(), "application/json"


@dataclass(slots=True)
class Deliveries:
    """The way to the bot; `open` and `close` on the loop that sends."""

    app: Installation
    journal: Journal
    sockets: Sockets
    faults: Faults
    session: aiohttp.ClientSession | None = field(default=None)

    async def open(self) -> None:
        """Make ready to send."""
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        self.session = aiohttp.ClientSession(timeout=timeout, auto_decompress=False)

    async def close(self) -> None:
        """Let go of the connections."""
        if self.session is not None:
            await self.session.close()

    async def send(self, parcel: Parcel) -> Answer:
        """Send and wait at most three seconds of real time, whatever the workspace's clock says."""
        started = time.monotonic()
        socket = self._by_socket(parcel)
        fault = self.faults.next(f"delivery.{parcel.kind}")
        answer = await self._with_fault(parcel, fault, socket=socket)
        ms = int((time.monotonic() - started) * 1000)
        self.journal.delivery(
            parcel.kind, parcel.payload, answer, ms,
            via="socket" if socket else "http", attempt=parcel.attempt, fault=fault is not None,
        )  # fmt: skip
        return answer

    def _by_socket(self, parcel: Parcel) -> bool:
        if parcel.kind in _HTTP_ONLY:
            return False
        return bool(self.sockets.ready) or (self.sockets.enabled and self.sockets.only)

    async def _with_fault(self, parcel: Parcel, fault: Fault | None, *, socket: bool) -> Answer:
        if fault is None:
            return await self._go(parcel, socket=socket)
        if fault.delay >= PATIENCE:
            await asyncio.sleep(PATIENCE)
            return _LATE
        await asyncio.sleep(fault.delay)
        if fault.drop_before:
            return Answer(0, error=_FAILED, reason="connection_failed")
        if fault.error is not None:
            return Answer(0, error=fault.error, reason="unknown_error")
        if fault.status is not None:
            return _of_status(fault.status, "")
        answer = await self._go(parcel, socket=socket)
        return _LATE if fault.drop_after_commit else answer

    async def _go(self, parcel: Parcel, *, socket: bool) -> Answer:
        return await (self._envelope(parcel) if socket else self._post(parcel))

    async def _envelope(self, parcel: Parcel) -> Answer:
        """https://docs.slack.dev/apis/events-api/using-socket-mode#events."""
        answered = parcel.kind in _ANSWERED
        envelope: dict[str, Any] = {
            "envelope_id": secrets.token_hex(16),
            "type": _ENVELOPES.get(parcel.kind, "interactive"),
            "payload": parcel.payload,
            "accepts_response_payload": answered,
        }
        if parcel.kind == "event":
            envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
        try:
            given = await self.sockets.send(envelope, PATIENCE)
        except TimeoutError:
            return _LATE
        except NoSocketError as error:
            return Answer(0, error=str(error), reason="connection_failed")
        body = given.get("payload") if answered else None
        return Answer(200, json.dumps(body) if body else "")

    async def _post(self, parcel: Parcel) -> Answer:
        url = self.app.addresses.of(parcel.kind)
        if self.session is None or not url:
            return Answer(0, error=_FAILED, reason="connection_failed")
        body, content_type = parcel.body
        headers = signed(self.app.signing_secret, body) | {"Content-Type": content_type}
        if parcel.attempt:
            headers |= {
                "X-Slack-Retry-Num": str(parcel.attempt),
                "X-Slack-Retry-Reason": parcel.reason,
            }
        try:
            async with self.session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                answer = _of_status(response.status, await _read(response))
                stop = response.headers.get("X-Slack-No-Retry") == "1"
                return Answer(answer.status, answer.body, answer.error, answer.reason, stop)
        except TimeoutError:
            return _LATE
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError):
            return Answer(0, error=_FAILED, reason="connection_failed")


_FAILED = "dispatch_failed"
_LATE = Answer(0, error="operation_timeout", reason="http_timeout")


def _of_status(status: int, body: str) -> Answer:
    """Only 200 is an acknowledgement."""
    if status == 200:
        return Answer(status, body)
    reason = "too_many_redirects" if 300 <= status < 400 else "http_error"
    return Answer(status, body, _FAILED, reason)


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
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }
