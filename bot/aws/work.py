"""Wires what the worker works with, and does what an event asks for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from slack_sdk import WebClient

from bot.app.admission import AdmittedSearch, read_quotas
from bot.app.ports import Handler, Job, LogSearch, Store
from bot.aws.clients import make_client, new_session
from bot.aws.dynamodb import DynamoStore
from bot.aws.events import jobs_in, messages_in
from bot.aws.job_runner import JobRunner
from bot.aws.logs_insights import LogsInsights
from bot.aws.rule_index import Rules, load_rules
from bot.aws.secrets import BOT_TOKEN, Secrets
from bot.aws.sqs_jobs import Message, SqsJobs
from bot.config import FunctionSettings
from bot.errors import BotError, LaterError
from bot.slack.refusals import NoAccessError
from bot.slack.wiring import Parts, assembled
from bot.telemetry import LineMeter

log = logging.getLogger(__name__)

RENEWED = 1.0
"""Seconds until a job is tried again with a token that has just been renewed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What does not depend on Slack's token, and lives as long as the process."""

    rules: Rules
    store: Store
    jobs: SqsJobs
    search: LogSearch
    secrets: Secrets
    slack_url: str = WebClient.BASE_URL


def wire(settings: FunctionSettings) -> Work:
    """The worker of an account. Raises `BotError` for rules or secrets that are missing or broken."""
    region, session = settings.region, new_session()
    store = DynamoStore(
        make_client("dynamodb", region, read_seconds=3.0, session=session), settings.table, _now
    )
    queries = make_client("logs", region, tries=1, connections=20, session=session)
    parts = Kept(
        rules=load_rules(settings.code),
        store=store,
        jobs=SqsJobs(
            make_client("sqs", region, session=session), settings.jobs_url, settings.background_url
        ),
        search=AdmittedSearch(
            LogsInsights(queries, region), store, _now, region, read_quotas(settings.quotas)
        ),
        secrets=Secrets(make_client("ssm", region, session=session), settings.secrets),
        slack_url=settings.slack_url or WebClient.BASE_URL,
    )
    work = Work(parts)
    work.check()
    return work


class Work:
    """Does what events ask for. Safe to use from many threads."""

    def __init__(self, parts: Kept) -> None:
        """Nothing is read before the first event, or before `check`."""
        self._parts = parts
        self._lock = threading.Lock()
        self._token = ""
        self._runner: JobRunner | None = None

    def check(self) -> None:
        """Read what can be missing. Raises `BotError` if something is."""
        self._current()

    def handle(self, event: object, left: Callable[[], float]) -> dict[str, Any] | None:
        """Do what an event asks for, with `left()` seconds until the function is stopped.

        For an event of SQS the answer names the messages that must come again (Lambda Developer
        Guide, "Implementing partial batch responses"). What came straight to the function is put
        into a queue. Raises `NoJobError` for what is neither.
        """
        messages = messages_in(event, self._parts.jobs.address)
        if messages is None:
            for job in jobs_in(event):
                self._parts.jobs.put(job)
            return None
        runner = self._current()
        again = [message.id for message in messages if not _done(runner, message, left)]
        return {"batchItemFailures": [{"itemIdentifier": ident} for ident in again]}

    def _current(self) -> JobRunner:
        """What runs jobs with the token as it is now."""
        token = self._parts.secrets.get(BOT_TOKEN)
        with self._lock:
            if self._runner is None or token != self._token:
                self._token, self._runner = token, self._wired(token)
            return self._runner

    def _wired(self, token: str) -> JobRunner:
        client = WebClient(token, base_url=self._parts.slack_url, timeout=10)
        kept, rules = self._parts, self._parts.rules
        parts = Parts(
            rules.rules, rules.sources, kept.store, kept.jobs, kept.search, client, _now,
            rules.channels, rules.digests, LineMeter(),
        )  # fmt: skip
        handlers = assembled(parts).handlers
        renewing = {kind: self._renewing(handler, token) for kind, handler in handlers.items()}
        return JobRunner(kept.jobs, kept.store, renewing, _now, meter=LineMeter())

    def _renewing(self, handler: Handler, token: str) -> Handler:
        """The handler; when Slack refuses the token, the secret is read again at once."""

        def run(job: Job) -> None:
            try:
                handler(job)
            except NoAccessError as refused:
                self._parts.secrets.renew()
                if self._parts.secrets.get(BOT_TOKEN) != token:
                    raise LaterError("the token has been renewed", RENEWED) from refused
                raise

        return run


def _done(runner: JobRunner, message: Message, left: Callable[[], float]) -> bool:
    try:
        return runner.run(message, left)
    except (LaterError, BotError, ClientError, BotoCoreError):
        # Not the job's fault, and the others may fare better: it comes when its visibility ends.
        log.exception("message %s cannot be worked on", message.id)
        return False


def _now() -> datetime:
    return datetime.now(UTC)
