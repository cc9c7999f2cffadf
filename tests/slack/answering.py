"""A Slack that answers as it is told: for refusals and faults that the workspace never has."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from slack_sdk import WebClient


class Answering:
    """What it answers to each method, in turn, the last one for ever; and what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.answers: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.headers: dict[str, str] = {}
        self.tokens: list[str] = []
        """The token of each call."""

    def answer(self, method: str, *answers: dict[str, Any] | int) -> None:
        self.answers[method] = [
            (a, {}) if isinstance(a, int) else (429 if a.get("error") == "ratelimited" else 200, a)
            for a in answers
        ]

    def methods(self) -> list[str]:
        return [method for method, _ in self.asked]

    def client(self) -> WebClient:
        return WebClient("xoxb-made-up", base_url=f"{self.url}/", retry_handlers=[])


@contextmanager
def answering() -> Iterator[Answering]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            method = self.path.strip("/")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if "json" in self.headers.get("Content-Type", ""):
                given = json.loads(body or "{}")
            else:
                given = {name: values[0] for name, values in parse_qs(body).items()}
            slack.asked.append((method, given))
            slack.tokens.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
            answers = slack.answers.get(method, [(200, {"ok": False, "error": "unknown_method"})])
            status, answer = answers.pop(0) if len(answers) > 1 else answers[0]
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if status == 429:
                self.send_header("Retry-After", "1")
            for name, value in slack.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815 - the name that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    slack = Answering(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield slack
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
