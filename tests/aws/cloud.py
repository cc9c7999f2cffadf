"""The deployment on loopback: both zips as Lambda runs them, real queues and a table, Slack and the logs.

Nothing in the path of the zips is replaced inside their processes: what they call are servers, found by
the settings that every deployment has (`AWS_ENDPOINT_URL…`, `SLACK_API_URL`).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.cli import package
from bot.engine.workers import Workers
from bot.local.cloudwatch import CloudWatch
from bot.local.workspace import Workspace
from tests import stand_ins
from tests.aws.event_source import EventSource
from tests.aws.lambda_runtime import ROOT, Function, target
from tests.local.workspace.driving import OPENER, SECRET, TOKEN, Loop
from tests.stand_ins.tables import make_table

GROUP = "cloudtrail"
CONFIG = """
channels: {default: C0ALERTS}
digests: [{at: 08:00, channel: C0SIEM}]
"""
WAIT = 60.0
TIMEOUT = 60.0


def built(folder: Path) -> dict[str, Path]:
    """The zips of this project, with channels in `rules/config.yml`, by name."""
    root = folder / "project"
    root.mkdir(parents=True)
    for name in ("bot", "requirements.txt"):
        (root / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "rules", root / "rules")
    with (root / "rules" / "config.yml").open("a") as config:
        config.write(CONFIG)
    out, kept = folder / "out", ROOT / "build" / "wheels"
    kept.mkdir(parents=True, exist_ok=True)
    out.mkdir()
    (out / "wheels").symlink_to(kept)
    return {each.path.stem: each.path for each in package.build(out, target(), root)}


@dataclass
class Cloud:
    """An account with the bot in it, a Slack workspace and logs; and what a test does there."""

    url: str
    cloudwatch: CloudWatch
    slack: Function
    workers: dict[str, Function]
    queues: dict[str, str]
    dead: dict[str, str]
    table: str
    sqs: Any

    # ------------------------------------------------------------------------- people
    def call(self, path: str, given: dict[str, Any] | None = None, verb: str = "") -> Any:
        body = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}, method=verb or None
        )
        with OPENER.open(request, timeout=30) as answer:
            return json.load(answer)

    def command(self, text: str, channel: str = "siem", user: str = "responder-1") -> Any:
        given = {"channel": channel, "user": user, "text": f"/siem {text}"}
        return self.call("/_workspace/command", given)

    def click(self, message: dict[str, Any], text: str, user: str = "responder-1") -> Any:
        given = {"channel": message["channel"], "ts": message["ts"], "user": user, "text": text}
        return self.call("/_workspace/click", given)

    def messages(self, channel: str = "siem", user: str = "responder-1") -> list[dict[str, Any]]:
        found = self.call(f"/_workspace/messages?channel={channel}&user={user}")["messages"]
        return list(found)

    def message(self, words: str, channel: str = "siem") -> dict[str, Any]:
        """The newest message in which these words stand, once it is there."""
        return self.until(
            lambda: next(
                (m for m in reversed(self.messages(channel)) if words in json.dumps(m)), None
            ),
            f"a message with {words!r} in #{channel}",
        )

    def until(self, there: Callable[[], Any], what: str) -> Any:
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            if found := there():
                return found
            time.sleep(0.05)
        logs = "\n".join(f.logs[-3_000:] for f in (self.slack, *self.workers.values()))
        raise AssertionError(f"waited in vain for {what}\n{logs}")

    # ---------------------------------------------------------------------------- AWS
    def happens(self, event: dict[str, Any], minutes_ago: float = 12.0) -> None:
        """CloudTrail delivers an event."""
        at = datetime.now(UTC).timestamp() - minutes_ago * 60
        moment = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        whole = {"eventVersion": "1.11", "eventID": str(uuid.uuid4()), "eventTime": moment} | event
        self.cloudwatch.put(GROUP, "trail", [(int(at * 1000), json.dumps(whole))])

    def tick(self, kind: str = "tick") -> None:
        """What EventBridge Scheduler sends each minute (serverless.yml)."""
        body = json.dumps({"kind": kind, "id": kind, "payload": {}})
        self.sqs.send_message(QueueUrl=self.queues["background"], MessageBody=body)

    def waiting(self, url: str) -> int:
        """How many messages are in a queue, hidden ones too."""
        names = [f"ApproximateNumberOfMessages{n}" for n in ("", "NotVisible", "Delayed")]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def lines(self, name: str) -> list[dict[str, Any]]:
        """The canonical lines in a function's log."""
        functions = {"slack": self.slack} | self.workers
        found = []
        for line in functions[name].logs.splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return [line for line in found if isinstance(line, dict)]


@contextmanager
def deployed(zips: dict[str, Path], folder: Path) -> Iterator[Cloud]:
    """A deployment of the zips, until the block ends."""
    with ExitStack() as stack:
        loop = Loop()
        stack.callback(loop.stop)
        workers = Workers()
        stack.callback(workers.close)
        cloudwatch = CloudWatch(folder / "logs", workers, lambda: datetime.now(UTC))
        cloudwatch.create_group(GROUP)
        workspace = Workspace("", SECRET, TOKEN, lambda: datetime.now(UTC))
        url = workspace.base_url = loop.serve(workspace.application())
        stage = uuid.uuid4().hex[:8]
        sqs = stand_ins.client("sqs", stand_ins.aws())
        dead = {name: _queue(sqs, f"{stage}-{name}-dead") for name in ("jobs", "background")}
        queues = {name: _queue(sqs, f"{stage}-{name}", dead[name]) for name in dead}
        table = make_table(stand_ins.aws(), f"siem-{stage}")
        ssm = stand_ins.client("ssm", stand_ins.aws())
        for name, value in (("slack-bot-token", TOKEN), ("slack-signing-secret", SECRET)):
            ssm.put_parameter(Name=f"/siem/{stage}/{name}", Value=value, Type="SecureString")
        settings = {
            "SIEM_STAGE": stage,
            "SIEM_TABLE": table,
            "SIEM_JOBS_URL": queues["jobs"],
            "SIEM_BACKGROUND_URL": queues["background"],
            "SIEM_SECRETS": f"/siem/{stage}",
            "SLACK_API_URL": f"{url}/api/",
            "AWS_ENDPOINT_URL": stand_ins.aws(),
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": loop.serve(cloudwatch.application()),
        }
        slack = stack.enter_context(
            Function(zips["slack"], "bot.aws.slack_function.handler", settings, 10)
        )
        running = {}
        for name, queue in queues.items():
            worker = Function(zips["worker"], "bot.aws.worker.handler", settings, TIMEOUT)
            running[name] = stack.enter_context(worker)
            stack.enter_context(EventSource(sqs, queue, worker.invoke).running())
        workspace.app_url = loop.serve(_function_url(slack)) + "/"
        yield Cloud(url, cloudwatch, slack, running, queues, dead, table, sqs)


def _queue(sqs: Any, name: str, dead: str | None = None) -> str:
    """A queue as serverless.yml has it, but that a message of a killed worker comes again soon."""
    attributes = {"VisibilityTimeout": "4"}
    if dead is not None:
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
        redrive = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": "6"}
        attributes["RedrivePolicy"] = json.dumps(redrive)
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def _function_url(function: Function) -> web.Application:
    """What a function URL does (Lambda developer guide, "Invoking Lambda function URLs")."""

    async def invoke(request: web.Request) -> web.Response:
        body = await request.read()
        event = {
            "version": "2.0",
            "rawPath": request.path,
            "rawQueryString": request.query_string,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "requestContext": {"http": {"method": request.method, "path": request.path}},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        answer = await asyncio.get_running_loop().run_in_executor(None, function.invoke, event)
        content = answer.get("body", "")
        if answer.get("isBase64Encoded"):
            content = base64.b64decode(content).decode()
        headers = {
            n: v for n, v in answer.get("headers", {}).items() if n.lower() != "content-length"
        }
        return web.Response(status=answer["statusCode"], text=content, headers=headers)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", invoke)
    return application
