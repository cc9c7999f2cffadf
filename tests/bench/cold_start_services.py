"""What the functions of the cold start's bench talk to: one HTTP server that answers right, and at once.

It stands in for SSM, SQS, DynamoDB and Slack's Web API as far as one command needs them, and counts calls.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN, SIGNING_SECRET = "xoxb-made-up", "a-made-up-signing-secret"
TEAM, USER, CHANNEL = "T0LOCAL", "U0RESPONDER1", "C0SIEM"

_SECRETS = {"slack-bot-token": TOKEN, "slack-signing-secret": SIGNING_SECRET}
_PERSON = {"id": USER, "name": "responder-1", "zone": "Europe/Berlin", "member": True}
_PLACE = {"id": CHANNEL, "joined": True, "shared": False, "known": True}


_ANSWERS: dict[str, dict[str, Any]] = {
    "UpdateItem": {"Attributes": {"version": {"N": "1"}}},
    "SendMessage": {"MessageId": "m-1"},
    "auth.test": {"ok": True, "team_id": TEAM, "user_id": "U0BOT", "bot_id": "B0BOT"},
    "users.info": {
        "ok": True,
        "user": {"id": USER, "team_id": TEAM, "name": "responder-1", "tz": "Europe/Berlin"},
    },
    "conversations.info": {"ok": True, "channel": {"id": CHANNEL, "is_member": True}},
    "views.open": {"ok": True},
}


class Services:
    """The address of the server, and what it was asked by operation."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.calls: Counter[str] = Counter()
        self.warm = True
        """Whether the store remembers what Slack said about the person and the channel."""
        self.sent: list[str] = []
        """The bodies of the messages that were queued."""
        self.secrets = dict(_SECRETS)
        self.answers = dict(_ANSWERS)
        self.failing: dict[str, str] = {}
        """Operations that are refused, with the code of the error."""

    def answer(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        """What the service answers to a call."""
        self.calls[operation] += 1
        if operation == "SendMessage":
            self.sent.append(given["MessageBody"])
        if operation in self.answers:
            return self.answers[operation]
        if operation == "GetParameters":
            return {"Parameters": [self._parameter(name) for name in given["Names"]]}
        item = self._item(given["Key"]["pk"]["S"]) if self.warm else None
        return {"Item": item} if item else {}

    def _parameter(self, name: str) -> dict[str, str]:
        value = self.secrets[name.rpartition("/")[2]]
        return {"Name": name, "Type": "SecureString", "Value": value}

    def _item(self, key: str) -> dict[str, Any] | None:
        said: dict[str, Any]
        if key.startswith("slack-person:"):
            said = {"person": _PERSON, "team": TEAM}
        elif key.startswith("slack-place:"):
            said = _PLACE
        else:
            return None
        until = datetime.now(UTC) + timedelta(minutes=4)
        document = {"form": 1, "said": said, "until": until.isoformat()}
        return {
            "pk": {"S": key},
            "version": {"N": "1"},
            "data": {"S": json.dumps(document)},
            "until": {"N": str(until.timestamp())},
        }


@contextmanager
def services() -> Iterator[Services]:
    """The server, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body leave together

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            target = self.headers.get("X-Amz-Target", "")
            operation = target.rpartition(".")[2] or self.path.rpartition("/")[2]
            given = json.loads(body) if target else {}
            refused = served.failing.get(operation)
            told = {"__type": refused} if refused else served.answer(operation, given)
            content = json.dumps(told).encode()
            self.send_response(400 if refused else 200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = Services(server.server_port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
