"""`python -m bot serve` as a process of its own, beside a local Slack and a local CloudWatch."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.engine.workers import Workers
from bot.local.cloudwatch import CloudWatch
from tests.cli.alerting_rule import PLAN, ROOT, ROOT_USED
from tests.local.cloudwatch.serving import logs_client
from tests.local.workspace.driving import APP_TOKEN, OPENER, SECRET, TOKEN, Local, start

PROJECT = Path(__file__).parents[2]

CONFIG = """\
sources:
  cloudtrail: {groups: [cloudtrail], event_time: eventTime}
channels: {default: C0ALERTS, test: C0SIEM}
"""
ASKED = """\
id: calls
title: Calls
purpose: Know what was called.
severity: info
log: cloudtrail
parameters:
  who: {type: text, help: who called, example: someone}
window: 24h
query: |
  filter userIdentity.arn = {{who}}
  | fields @timestamp as time, eventName as operation
"""


@dataclass
class Site:
    """Everything that a bot works with: Slack, the logs, the rules, and a folder for its state."""

    slack: Local
    logs: str
    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        proxies = {"http_proxy", "https_proxy", "all_proxy"}
        kept = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
        return kept | {
            "SLACK_API_URL": f"{self.slack.url}/api",
            "SLACK_BOT_TOKEN": TOKEN,
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": self.logs,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": "eu-west-1",
            "SIEM_RULES": str(self.folder / "rules"),
            "SIEM_DATA": str(self.folder / "data"),
        }

    def call(self, name: str, minutes: float = 5.0, kind: str = "Root") -> None:
        """Somebody calls AWS, so many minutes ago."""
        now = time.time() - minutes * 60
        event = {
            "eventTime": f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "eventName": name,
            "userIdentity": {"type": kind, "arn": ROOT},
        }
        written = {"timestamp": int(now * 1000), "message": json.dumps(event)}
        logs_client(self.logs).put_log_events(
            logGroupName="cloudtrail", logStreamName="s", logEvents=[written]
        )

    def messages(self, channel: str, **more: str) -> list[dict[str, Any]]:
        return self.slack.messages(channel, "responder-1", **more)


class Served:
    """The process, what it writes, and what its health says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self.raw: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()
        started = self.line(lambda each: each.get("event") == "start")
        assert started["outcome"] == "ok", started
        self.url = str(started["url"])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            self.raw.append(text)
            self.lines.append(json.loads(text))
        self.process.stdout.close()

    def line(self, which: Callable[[dict[str, Any]], bool], seconds: float = 20) -> dict[str, Any]:
        """The first line of the log that is meant, once it is there."""
        return until(lambda: next(filter(which, list(self.lines)), None), seconds, self.said)

    def said(self) -> str:
        return "".join(self.raw[-20:])

    def get(self, path: str) -> tuple[int, Any]:
        try:
            with OPENER.open(self.url + path, timeout=10) as answer:
                body = answer.read().decode()
                kind = answer.headers["Content-Type"]
                return answer.status, json.loads(body) if "json" in kind else body
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def stop(self, name: signal.Signals = signal.SIGTERM, seconds: float = 20) -> int:
        self.process.send_signal(name)
        return self.process.wait(seconds)


def until(true: Callable[[], Any], seconds: float = 60, said: Callable[[], str] = str) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError(f"it did not happen in {seconds} s\n{said()}")


@contextmanager
def a_site(folder: Path) -> Iterator[Site]:
    slack = start(clock=lambda: datetime.now(UTC))
    slack.workspace.timer = time.time
    workers = Workers(1)
    ago = [timedelta(days=1)]  # the log group is a day old: nothing can be searched before its time
    cloudwatch = CloudWatch(folder / "logs", workers, lambda: datetime.now(UTC) - ago[0])
    logs = slack.loop.serve(cloudwatch.application())
    client = logs_client(logs)
    client.create_log_group(logGroupName="cloudtrail")
    client.create_log_stream(logGroupName="cloudtrail", logStreamName="s")
    ago[0] = timedelta(0)
    rules = folder / "rules"
    rules.mkdir()
    (rules / "config.yml").write_text(CONFIG)
    (rules / "root-used.yml").write_text(ROOT_USED.replace("every: 5m", "every: 1m") + PLAN)
    (rules / "calls.yml").write_text(ASKED)
    try:
        yield Site(slack, logs, folder)
    finally:
        slack.loop.stop()
        workers.close()


@contextmanager
def serving(
    site: Site, mode: str, *arguments: str, fails: bool = False, **environ: str
) -> Iterator[Served]:
    """A running bot. Whoever ends it within the block checks how; else it must stop well."""
    if mode == "socket":
        environ = {"SLACK_APP_TOKEN": APP_TOKEN} | environ
        arguments = ("--health-port", "0", *arguments)
    else:
        environ = {"SLACK_SIGNING_SECRET": SECRET} | environ
        arguments = ("--http", "0", *arguments)
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-m", "bot", "serve", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=PROJECT,
        env=site.environ | environ,
    )  # fmt: skip
    try:
        served = Served(process)
        if mode == "http":
            site.slack.workspace.app_url = f"{served.url}/slack/events"
        yield served
        if process.poll() is None:
            assert served.stop() == 0, served.said()
    finally:
        process.kill()
        process.wait(10)
        assert process.stderr is not None
        with process.stderr:
            complaints = process.stderr.read()
        assert "Traceback" not in complaints, complaints
    written = "".join(served.raw) + complaints
    for data in (ROOT, "CreateUser", TOKEN, APP_TOKEN, SECRET):
        assert data not in written


def refused(site: Site, *arguments: str, **environ: str) -> str:
    """What a bot says that does not start."""
    given = site.environ | environ
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "serve", *arguments], capture_output=True, text=True,
        timeout=30, cwd=PROJECT, check=False, env={k: v for k, v in given.items() if v},
    )  # fmt: skip
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    return re.sub(r"\s+", " ", ran.stderr)
