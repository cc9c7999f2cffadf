"""Answers Slack's requests in the account: checks who sends, decides, queues the work, acknowledges."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot import telemetry
from bot.app.ports import FrontDesk, Jobs, Store
from bot.aws.clients import make_client, new_session
from bot.aws.dynamodb import DynamoStore
from bot.aws.http_event import RefusedError, Request, read_request, response
from bot.aws.rule_index import RuleIndex, load_index
from bot.aws.secrets import BOT_TOKEN, SIGNING_SECRET, Secrets
from bot.aws.sqs_jobs import SqsJobs
from bot.config import FunctionSettings
from bot.errors import BotError, LaterError
from bot.slack import words
from bot.slack.listeners import build_app
from bot.slack.queueing_notifier import QueueingNotifier

log = logging.getLogger(__name__)

_TEXT = {"content-type": ["text/plain;charset=utf-8"]}
_JSON = {"content-type": ["application/json;charset=utf-8"]}

_PROBE = 1_000
"""Characters of Slack's own probe of a certificate, `ssl_check=1`, which it need not sign."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What does not depend on Slack's token, and lives as long as the process."""

    index: RuleIndex
    store: Store
    jobs: Jobs
    secrets: Secrets
    slack_url: str


@dataclass(frozen=True, slots=True)
class _Wired:
    """The Bolt app for one pair of secrets, and what tells whether Slack has signed a request."""

    secrets: tuple[str, str]
    verifier: SignatureVerifier
    app: App


class SlackDoor:
    """What one process of the function keeps between its requests."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read nothing yet: what fails is tried again with the next request."""
        self._environ = environ
        self._parts: _Parts | None = None
        self._wired: _Wired | None = None

    def prepare(self) -> None:
        """Make ready what a request will need. A failure is logged here and told then."""
        try:
            self.wired()
        except (BotError, LaterError) as error:
            log.error("the function cannot start yet: %s", error)  # noqa: TRY400 - its words say all
        except Exception:
            log.exception("the function cannot start yet")

    def answer(self, event: Any) -> dict[str, Any]:
        """What Lambda gives back for an event. Nothing raises: Slack would show a timeout."""
        try:
            request = read_request(event)
        except RefusedError as refused:
            return response(event, refused.status, refused.word, _TEXT)
        try:
            wired = self.wired()
        except (BotError, LaterError) as error:
            log.error("the function cannot start: %s", error)  # noqa: TRY400 - its words say all
            return _unready(event, request)
        except Exception:
            log.exception("the function cannot start")
            return _unready(event, request)
        if not _is_from_slack(wired, request):
            return response(event, 401, '{"error": "invalid request"}', _JSON)
        answer = _dispatched(wired, request)
        return response(event, answer.status, answer.body, answer.headers)

    def wired(self) -> _Wired:
        """The app, made anew if the secrets have changed. `BotError` says what is missing."""
        if self._parts is None:
            self._parts = _parts(FunctionSettings.from_environ(self._environ))
        secrets = self._parts.secrets
        token, secret = secrets.get(BOT_TOKEN), secrets.get(SIGNING_SECRET)
        if self._wired is None or self._wired.secrets != (token, secret):
            self._wired = _app(token, secret, self._parts)
        return self._wired


def _parts(settings: FunctionSettings) -> _Parts:
    """What the function works with; `BotError` if the rules are missing or broken."""
    session = new_session()
    quick = {"tries": 2, "read_seconds": 1.0, "session": session}
    region = settings.region
    return _Parts(
        index=load_index(settings.code),
        store=DynamoStore(make_client("dynamodb", region, **quick), settings.table, _now),
        jobs=SqsJobs(
            make_client("sqs", region, **quick), settings.jobs_url, settings.background_url
        ),
        secrets=Secrets(make_client("ssm", region, **quick), settings.secrets),
        slack_url=settings.slack_url or WebClient.BASE_URL,
    )


def _app(token: str, signing_secret: str, parts: _Parts) -> _Wired:
    client = WebClient(token, base_url=parts.slack_url)
    desk = FrontDesk(
        rules=parts.index.cards,
        sources=parts.index.sources,
        store=parts.store,
        jobs=parts.jobs,
        notifier=QueueingNotifier(client, parts.jobs),
        clock=_now,
        meter=telemetry.LineMeter(),
    )
    app = build_app(client, signing_secret, desk, answer_last=True)
    return _Wired((token, signing_secret), SignatureVerifier(signing_secret), app)


def _is_from_slack(wired: _Wired, request: Request) -> bool:
    """Whether Slack signed it. Bolt looks as well, but only after it has read the body."""
    if len(request.body) <= _PROBE and "ssl_check=1" in request.body:
        return True  # Bolt answers it and does nothing else
    at, signature = (request.header(f"x-slack-{n}") for n in ("request-timestamp", "signature"))
    try:
        return wired.verifier.is_valid(request.body, at, signature)
    except (TypeError, ValueError):  # a time that is no number, a signature that is not ASCII
        return False


def _dispatched(wired: _Wired, request: Request) -> BoltResponse:
    """Bolt's answer. What is signed and still no request is refused, and logged."""
    try:
        return wired.app.dispatch(BoltRequest(body=request.body, headers=dict(request.headers)))
    except (ValueError, RecursionError):
        log.exception("a signed request cannot be read")
        return BoltResponse(status=400, body="The request cannot be read.")


def _unready(event: Any, request: Request) -> dict[str, Any]:
    """The answer while the function lacks what it needs. Who sent the request cannot be told then.

    Whoever typed a command sees words; Slack delivers an event again, and marks a button that did
    nothing.
    """
    if "command=%2F" in request.body:
        return response(event, 200, words.NOT_READY, _TEXT)
    return response(event, 500, "", _TEXT)


def _now() -> datetime:
    return datetime.now(UTC)
