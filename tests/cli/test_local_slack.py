"""`python -m bot local slack`, as a process of its own that real clients talk to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.cli import main

ROOT = Path(__file__).parents[2]
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Slack:
    """The process, and the address that it printed."""

    def __init__(self, *options: str) -> None:
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "local", "slack", "--port", "0", *options],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.seconds = time.monotonic() - began
        self.url = self.line.split()[0] if self.line else ""
        self.client = WebClient("xoxb-local", base_url=f"{self.url}/api/")

    def get(self, path: str) -> str:
        with OPENER.open(self.url + path, timeout=10) as response:
            return str(response.read().decode())

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGTERM)
        rest, errors = self.process.communicate(timeout=20)
        return self.process.returncode, rest + errors


@pytest.fixture
def slack():
    running: list[Slack] = []

    def begin(*options: str) -> Slack:
        running.append(Slack(*options))
        return running[-1]

    yield begin
    for each in running:
        if each.process.poll() is None:
            each.stop()


def test_it_prints_one_line_serves_the_page_and_stops_cleanly(slack):
    it = slack()

    assert it.line.split()[1:] == [
        "SLACK_BOT_TOKEN=xoxb-local",
        "SLACK_APP_TOKEN=xapp-local",
        "SLACK_SIGNING_SECRET=local-signing-secret",
    ]
    assert it.url.startswith("http://127.0.0.1:")
    assert "<title>" in it.get("/")
    assert it.client.auth_test()["user"] == "siem"
    assert it.stop() == (0, "")


def test_slacks_rate_limits_hold_unless_it_is_relaxed(slack):
    strict, relaxed = slack(), slack("--relaxed")
    strict.client.chat_postMessage(channel="C0SIEM", text="one")

    with pytest.raises(SlackApiError, match="ratelimited"):
        strict.client.chat_postMessage(channel="C0SIEM", text="two")

    for _ in range(3):
        relaxed.client.chat_postMessage(channel="C0SIEM", text="x")


def test_a_seed_and_a_folder(slack, tmp_path):
    seed = tmp_path / "seed.yml"
    seed.write_text(
        "users: [{name: responder-1}]\nchannels: [{name: ops}]\n"
        "app: {bot_token: xoxb-mine, scopes: [chat:write, channels:history, channels:manage]}\n"
        "messages: [{channel: ops, user: responder-1, text: before}]\n"
    )
    options = ("--seed", str(seed), "--data", str(tmp_path / "kept"))
    first = slack(*options)
    client = WebClient("xoxb-mine", base_url=f"{first.url}/api/")
    alone = {"channel": "C0OPS", "blocks": [{"type": "divider"}]}
    client.api_call("chat.postMessage", json=alone)
    client.conversations_rename(channel="C0OPS", name="operations")
    assert "SLACK_BOT_TOKEN SLACK_APP_TOKEN=xapp-local" in first.line
    assert first.stop()[0] == 0

    second = slack(*options)

    seen = json.loads(second.get("/_workspace/messages?channel=operations&user=responder-1"))
    assert [message["text"] for message in seen["messages"]] == [
        "before",
        "This content can't be displayed.",
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seed", "nowhere.yml"], "The seed cannot be read: nowhere.yml"),
        (["--app-url", "http://example.com/x"], "no address of this machine"),
        (["--app-url", "nonsense"], "no address of this machine"),
        (["--port", "99999"], "--port"),
    ],
)
def test_what_cannot_be_started_says_why(options, words, capsys):
    assert main(["local", "slack", *options]) == 2
    assert words in capsys.readouterr().err


def test_a_broken_seed_says_where(tmp_path, capsys):
    seed = tmp_path / "seed.yml"
    seed.write_text("users:\n  - {name: a, zoon: UTC}\n")
    assert main(["local", "slack", "--seed", str(seed)]) == 2
    assert f"{seed}:2: users[0].zoon: There is no key `zoon` here." in capsys.readouterr().err

    seed.write_bytes(b"\xff")
    assert main(["local", "slack", "--seed", str(seed)]) == 2
    assert "this is not UTF-8" in capsys.readouterr().err


def test_a_port_that_is_taken_says_so(slack, capsys):
    it = slack()

    assert main(["local", "slack", "--port", it.url.rpartition(":")[2]]) == 2
    assert "is taken. Choose another with --port." in capsys.readouterr().err


def test_a_folder_that_is_in_use_says_so(slack, tmp_path, capsys):
    slack("--data", str(tmp_path / "kept"))

    assert main(["local", "slack", "--data", str(tmp_path / "kept")]) == 2
    assert "is running on" in capsys.readouterr().err
