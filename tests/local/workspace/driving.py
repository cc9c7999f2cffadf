"""A workspace and a small bot on loopback, and the HTTP calls by which tests act as people."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from slack_bolt import App
from slack_sdk import WebClient

from bot.local.slack_http import PATH, slack_application
from bot.local.workspace import Workspace
from bot.local.workspace.directory import Directory

SECRET = "made-up-signing-secret"
TOKEN = "xoxb-local-made-up"
APP_TOKEN = "xapp-local-made-up"
NOW = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Loop:
    """An event loop on a thread of its own that serves applications."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.runners: list[web.AppRunner] = []

    def serve(self, application: web.Application) -> str:
        runner = web.AppRunner(application, access_log=None)
        self.runners.append(runner)

        async def start() -> int:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return int(runner.addresses[0][1])

        port = asyncio.run_coroutine_threadsafe(start(), self.loop).result(10)
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        for runner in reversed(self.runners):
            asyncio.run_coroutine_threadsafe(runner.cleanup(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


@dataclass
class Local:
    """One workspace, its bot, and what a test does with them."""

    workspace: Workspace
    bolt: App
    client: WebClient
    loop: Loop
    url: str = ""
    seconds: float = 1_000_000.0

    def get(self, path: str, **query: str) -> dict[str, Any]:
        status, body = self.http("GET", f"{path}?{urlencode(query)}")
        assert status == 200, body
        return json.loads(body)

    def post(self, path: str, **given: Any) -> dict[str, Any]:
        status, body = self.send(path, **given)
        assert status == 200, body
        return body

    def send(self, path: str, **given: Any) -> tuple[int, dict[str, Any]]:
        status, body = self.http(
            "POST", path, json.dumps(given).encode(), {"Content-Type": "application/json"}
        )
        return status, json.loads(body)

    def http(
        self, verb: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, body, headers or {}, method=verb)
        try:
            with OPENER.open(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def command(
        self, text: str, user: str = "responder-1", channel: str = "siem"
    ) -> dict[str, Any]:
        return self.post("/_workspace/command", channel=channel, user=user, text=text)

    def messages(self, channel: str = "siem", user: str = "responder-1", **more: str) -> list[Any]:
        query = {"channel": channel, "user": user, **more}
        return self.get("/_workspace/messages", **query)["messages"]

    def click(
        self, message: dict[str, Any], user: str = "responder-1", **what: Any
    ) -> dict[str, Any]:
        about = {"channel": message["channel"], "ts": message["ts"], "user": user}
        return self.post("/_workspace/click", **about, **what)

    def answer_with(self, status: int, body: str) -> None:
        """Let something other than Bolt answer commands and clicks from now on."""

        async def answer(_: web.Request) -> web.Response:
            return web.Response(status=status, text=body)

        application = web.Application()
        application.router.add_post("/", answer)
        self.workspace.app_url = self.loop.serve(application) + "/"

    def api(self, method: str, token: str = TOKEN, **given: Any) -> dict[str, Any]:
        """A call of the Web API as it is, without what an SDK makes of it."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        status, body = self.http("POST", f"/api/{method}", json.dumps(given).encode(), headers)
        assert status == 200, body
        return json.loads(body)

    def call(self, method: str, **given: Any) -> dict[str, Any]:
        """A call that must do."""
        answer = self.api(method, **given)
        assert answer["ok"], answer
        return answer

    def error(self, method: str, **given: Any) -> str:
        """Slack's word for why a call does not do."""
        answer = self.api(method, **given)
        assert not answer["ok"], answer
        return str(answer["error"])

    def grant(self, *scopes: str) -> None:
        """Install the app with more scopes."""
        self.workspace.installation.scopes += scopes

    def subscribe(self, *events: str) -> None:
        """Let the app hear of more events."""
        self.workspace.installation.events += events

    def journal(self) -> dict[str, Any]:
        return self.get("/_workspace/journal")

    def sent(self, kind: str) -> dict[str, Any]:
        """The payload of the last delivery of this kind."""
        found = [d for d in self.journal()["deliveries"] if d["kind"] == kind]
        return found[-1]["payload"]


def start(
    *,
    folder: Path | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    notice: str = "",
    secret: str = SECRET,
    directory: Directory | None = None,
) -> Local:
    """Serve a workspace and a Bolt app without listeners; `stop` ends both."""
    loop = Loop()
    workspace = Workspace(
        "", secret, TOKEN, clock, notice, folder, app_token=APP_TOKEN, directory=directory
    )
    url = loop.serve(workspace.application())
    workspace.base_url = url
    client = WebClient(TOKEN, base_url=f"{url}/api/")
    bolt = App(client=client, signing_secret=SECRET, token_verification_enabled=False)
    workspace.app_url = loop.serve(slack_application(bolt)) + PATH
    local = Local(workspace, bolt, client, loop, url)
    workspace.timer = lambda: local.seconds
    return local


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action_id: str, **more: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": text}
    return {"type": "button", "text": label, "action_id": action_id, **more}


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value.title()}, "value": value}
