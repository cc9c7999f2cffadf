"""The worker as Lambda calls it: real queues, secrets, table and queries in stand-ins, and a Slack."""

from __future__ import annotations

import contextlib
import functools
import json
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.ask import ask
from bot.app.documents import create
from bot.app.kept import ALERTS
from bot.app.ports import FrontDesk, Job
from bot.aws import secrets, worker
from bot.aws.dynamodb import DynamoStore
from bot.aws.events import NoJobError
from bot.aws.rule_index import compile_rules
from bot.aws.secrets import BOT_TOKEN, SIGNING_SECRET
from bot.aws.sqs_jobs import SqsJobs
from bot.cli.installed import Installed
from bot.errors import BotError
from bot.rules.card import Source
from bot.rules.config_file import Config
from bot.rules.model import Rule
from tests import stand_ins
from tests.alerts.alert_samples import ID, an_alert
from tests.app.detecting import alerting
from tests.aws.event_source import EventSource
from tests.aws.test_events import ACTION, BRIDGE, NOTIFICATION, by_sns
from tests.fakes import PERSON, REPLY, RecordingNotifier, a_rule
from tests.slack.answering import Answering, answering
from tests.stand_ins.tables import make_table

GROUP = "/aws/cloudtrail"


@functools.cache
def client(service: str) -> Any:
    """A client of the stand-in, made once: that takes longer than most of what is done with it."""
    return stand_ins.client(service, stand_ins.aws())


class Context:
    """What Lambda passes beside the event."""

    def __init__(self, seconds: float = 120.0) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class Account:
    """An account of its own, as the deployment leaves it, with a Slack that answers."""

    slack: Answering
    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    dead: dict[str, str] = field(default_factory=dict)

    def deploy(self, *rules: Rule) -> None:
        endpoint = stand_ins.aws()
        self.sqs, self.ssm = client("sqs"), client("ssm")
        self.stage = uuid.uuid4().hex[:8]
        queues = {name: self._queue(name) for name in ("jobs", "background")}
        for name in (BOT_TOKEN, SIGNING_SECRET):
            self.secret(name, "xoxb-first")
        logs = client("logs")
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=GROUP)
        config = Config(
            {"cloudtrail": Source("cloudtrail", (GROUP,), "eventTime")},
            {"ops": "C0OPS", "default": "C0ALERTS", "high": "C0HIGH"},
        )
        installed = Installed(tuple(rules or (RULE, alerting())), (), config)
        for name, content in compile_rules(installed).items():
            (self.folder / name).write_bytes(content)
        self.environ = stand_ins.ENVIRONMENT | {
            "AWS_ENDPOINT_URL": endpoint,
            "SIEM_STAGE": self.stage,
            "SIEM_TABLE": make_table(endpoint, f"siem-{self.stage}"),
            "SIEM_JOBS_URL": queues["jobs"],
            "SIEM_BACKGROUND_URL": queues["background"],
            "SIEM_SECRETS": f"/siem/{self.stage}",
            "SLACK_API_URL": f"{self.slack.url}/",
            "LAMBDA_TASK_ROOT": str(self.folder),
        }
        self.store = DynamoStore(client("dynamodb"), self.environ["SIEM_TABLE"])
        self.jobs = SqsJobs(self.sqs, queues["jobs"], queues["background"])
        self.sources = [EventSource(self.sqs, url, call) for url in queues.values()]

    def _queue(self, name: str) -> str:
        dead = self.sqs.create_queue(QueueName=f"{self.stage}-{name}-dead")["QueueUrl"]
        asked = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        redrive = {
            "deadLetterTargetArn": asked["Attributes"]["QueueArn"],
            "maxReceiveCount": "6",
        }
        self.dead[name] = dead
        made = self.sqs.create_queue(
            QueueName=f"{self.stage}-{name}",
            Attributes={"VisibilityTimeout": "180", "RedrivePolicy": json.dumps(redrive)},
        )
        return str(made["QueueUrl"])

    def secret(self, name: str, value: str) -> None:
        path = f"/siem/{self.stage}/{name}"
        self.ssm.put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)

    def drain(self, seconds: float = 20.0) -> None:
        """Work until both queues are empty: each may put into the other."""
        while any(source.drain(seconds) for source in self.sources):
            pass

    def asked(self, method: str) -> list[dict[str, Any]]:
        return [given for name, given in self.slack.asked if name == method]


def call(event: Any) -> Any:
    return worker.handler(event, Context())


RULE = a_rule("event-sources", "fields eventSource as source", (), title="Sources of events")


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setattr(worker, "_work", None)
    with answering() as slack:
        made = Account(slack, tmp_path)
        made.deploy()
        for name, value in made.environ.items():
            monkeypatch.setenv(name, value)
        slack.answer("chat.postMessage", {"ok": True, "ts": "1.1", "channel": "C0"})
        slack.answer("chat.update", {"ok": True})
        yield made


def test_a_question_is_answered(account: Account) -> None:
    desk = FrontDesk(
        [RULE.card], ["cloudtrail"], account.store, account.jobs, RecordingNotifier(),
        lambda: datetime.now(UTC),
    )  # fmt: skip
    ask(desk, "event-sources", PERSON, REPLY, "trigger", private=False)
    account.drain()

    (posted,) = account.asked("chat.postMessage")
    assert posted["channel"] == REPLY.channel
    assert "Sources of events" in json.dumps(account.asked("chat.update")[-1])


def test_a_tick_runs_the_rules_and_tells_what_people_do_not_see(account: Account) -> None:
    assert create(account.store, ALERTS, ID, an_alert())
    call({"kind": "tick", "id": "tick", "payload": {}})
    account.drain()

    assert [given["channel"] for given in account.asked("chat.postMessage")] == ["C0ALERTS"]
    assert account.store.get("watch:root-used") is not None


@pytest.mark.parametrize("event", [by_sns(NOTIFICATION), BRIDGE, ACTION])
def test_an_alarm_is_told_once_however_it_comes(account: Account, event: Any) -> None:
    for one in (event, event, BRIDGE):
        assert call(one) is None
    account.drain()

    (posted,) = account.asked("chat.postMessage")
    assert posted["channel"] == "C0OPS"
    assert "siem-dev-health-jobs-dead" in posted["text"]


def test_what_is_nothing_raises_so_that_it_is_set_aside(account: Account) -> None:
    with pytest.raises(NoJobError):
        call({"hello": "world"})


def test_a_job_that_always_fails_becomes_trouble_in_the_channel(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.aws.job_runner.BACKOFF", (0,))
    account.jobs.put(Job("alarm", "1", {"secret": "data"}))
    account.drain()

    (posted,) = account.asked("chat.postMessage")
    assert posted["channel"] == "C0OPS"
    assert "ValidationError" in json.dumps(posted)
    assert "secret" not in json.dumps(posted)
    dead = account.sqs.receive_message(QueueUrl=account.dead["jobs"], WaitTimeSeconds=1)
    assert len(dead["Messages"]) == 1


def test_of_a_batch_only_what_failed_comes_again(account: Account) -> None:
    account.sqs.send_message(QueueUrl=account.environ["SIEM_JOBS_URL"], MessageBody="poison")
    account.jobs.put(Job("ring", "nobody", {}))
    bodies: dict[str, str] = {}

    def look(event: Any) -> Any:
        bodies.update({record["messageId"]: record["body"] for record in event["Records"]})
        return call(event)

    source = EventSource(account.sqs, account.environ["SIEM_JOBS_URL"], look, batch_size=10)
    failed: set[str] = set()
    while len(bodies) < 2:
        batch = source.poll(wait=1)
        failed |= set(batch.failed if batch else ())

    assert {bodies[ident] for ident in failed} == {"poison"}


def test_a_token_that_was_renewed_is_used_at_once(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "AGAIN", 0.0)
    account.slack.answer(
        "chat.postMessage", {"ok": False, "error": "invalid_auth"}, {"ok": True, "ts": "1.1"}
    )
    call(BRIDGE)
    source = account.sources[0]
    source.poll(wait=1)  # the alarm is taken in
    account.secret(BOT_TOKEN, "xoxb-second")
    began = datetime.now(UTC)
    account.drain()

    assert account.slack.tokens[0] == "xoxb-first"
    assert set(account.slack.tokens[1:]) == {"xoxb-second"}
    assert account.slack.methods()[-1] == "chat.postMessage"
    assert datetime.now(UTC) - began < timedelta(seconds=20)


def test_a_token_that_nobody_renewed_is_tried_later(account: Account) -> None:
    account.slack.answer("chat.postMessage", {"ok": False, "error": "invalid_auth"})
    call(BRIDGE)
    for _ in range(2):
        account.sources[0].poll(wait=1)

    names = ["ApproximateNumberOfMessagesDelayed"]
    asked = account.sqs.get_queue_attributes(
        QueueUrl=account.environ["SIEM_JOBS_URL"], AttributeNames=names
    )
    assert asked["Attributes"][names[0]] == "1"
    assert account.slack.methods() == ["chat.postMessage"]


def test_what_is_not_set_up_is_said_and_tried_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.ssm.delete_parameter(Name=f"/siem/{account.stage}/slack-bot-token")
    with pytest.raises(BotError, match="aws ssm put-parameter"):
        call(BRIDGE)
    monkeypatch.delenv("SIEM_TABLE")
    with pytest.raises(BotError, match="SIEM_TABLE"):
        call(BRIDGE)
    monkeypatch.setenv("SIEM_TABLE", account.environ["SIEM_TABLE"])
    account.secret(BOT_TOKEN, "xoxb-later")
    assert call(BRIDGE) is None


def test_it_is_wired_once_by_many_at_once(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.aws import work

    wired: list[str] = []
    real = work.wire

    def counting(settings: Any) -> Any:
        wired.append(threading.current_thread().name)
        return real(settings)

    monkeypatch.setattr(work, "wire", counting)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(call, [BRIDGE] * 4)) == [None] * 4

    assert len(wired) == 1


def test_importing_it_is_light() -> None:
    program = (
        "import sys, bot.aws.worker\n"
        "heavy = ('botocore', 'boto3', 'slack_sdk', 'bot.query.ast', 're2', 'yaml', 'aiohttp', 'sqlite3')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
