"""Lambda's Runtime API for one process: hands it invocations, takes its answers.

Imitates docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html: next, response, error, init/error.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

VERSION = "/2018-06-01/runtime"

MOST_ANSWERED = 6 * 1024 * 1024 + 100
"""Bytes of an answer (Lambda quotas: invocation payload, synchronous)."""


@dataclass
class Invocation:
    """An event on its way through a function, and what came of it."""

    id: str
    event: bytes
    seconds: float
    arn: str
    answer: bytes | None = None
    error: dict[str, Any] | None = None
    begun: float = field(default=0.0)

    @property
    def done(self) -> bool:
        """Whether the function has answered or failed."""
        return self.answer is not None or self.error is not None


class RuntimeApi:
    """Serves one process on loopback. What it does, it tells those that wait on `changed`."""

    def __init__(self) -> None:
        """Serve from now on, on a port of its own."""
        self.changed = threading.Condition()
        self.idle = False
        """Whether the process asks for an invocation and waits."""
        self.init_error: dict[str, Any] | None = None
        self._next: Invocation | None = None
        self._running: Invocation | None = None
        self._closed = False
        api = self

        class Handler(_Handler):
            pass

        Handler.api = api
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """For AWS_LAMBDA_RUNTIME_API: host and port, without a scheme."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def offer(self, invocation: Invocation) -> None:
        """Give the process that waits something to do."""
        with self.changed:
            self._next = invocation
            self.changed.notify_all()

    def close(self) -> None:
        """Let go of whoever waits, and end."""
        with self.changed:
            self._closed = True
            self.changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self) -> Invocation | None:
        """Wait for an invocation, as GET next does; None when it is over."""
        with self.changed:
            self.idle = True
            self._running = None
            self.changed.notify_all()
            self.changed.wait_for(lambda: self._next is not None or self._closed)
            self.idle = False
            if self._next is None:
                return None
            self._running, self._next = self._next, None
            self._running.begun = time.time()
            return self._running

    def settle(self, id: str, answer: bytes | None, error: dict[str, Any] | None) -> int:
        """Take what came of an invocation; the status for the process."""
        with self.changed:
            running = self._running
            if running is None or running.id != id:
                return 400  # InvalidRequestID
            status = 202
            if answer is not None and len(answer) > MOST_ANSWERED:
                said = f"Response payload size ({len(answer)} bytes) exceeded maximum allowed"
                answer, status = None, 413
                error = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": said}
            running.answer, running.error = answer, error
            self.changed.notify_all()
            return status

    def fail_init(self, error: dict[str, Any]) -> int:
        """The process could not even load the function."""
        with self.changed:
            self.init_error = error
            self.changed.notify_all()
        return 202


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A process that was killed lets go of its connections: nothing to tell. Bugs are told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*_)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement
    api: RuntimeApi

    def do_GET(self) -> None:
        invocation = self.api.take() if self.path == f"{VERSION}/invocation/next" else None
        if invocation is None:
            self._say(404, b"{}")
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(int((invocation.begun + invocation.seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
            "Lambda-Runtime-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
        }
        self._say(200, invocation.event, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        *_, id, what = self.path.split("/")
        if self.path == f"{VERSION}/init/error":
            status = self.api.fail_init(json.loads(body))
        elif self.path == f"{VERSION}/invocation/{id}/response":
            status = self.api.settle(id, body, None)
        elif self.path == f"{VERSION}/invocation/{id}/error":
            status = self.api.settle(id, None, json.loads(body))
        else:
            status = 404
        self._say(status, json.dumps({"status": "OK" if status == 202 else what}).encode())

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the process is gone

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests look at the function's own log."""
