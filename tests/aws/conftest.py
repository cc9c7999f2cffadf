"""An endpoint that answers boto3 with what the test lays out, and the adapter that asks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.aws.logs_insights import LogsInsights, connect
from tests.local.cloudwatch.serving import serving


@dataclass
class Endpoint:
    """Answers in order; the last one again and again. Remembers what it was asked."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    search: LogsInsights | None = None
    url: str = ""

    def answer(self, http: int = 200, **body: Any) -> None:
        self.answers.append((http, json.dumps(body).encode()))

    def refuse(self, kind: str, message: str = "said by AWS", status: int = 400, **members: Any):
        self.answer(status, __type=kind, message=message, **members)

    async def handle(self, request: web.Request) -> web.Response:
        operation = request.headers["X-Amz-Target"].partition(".")[2]
        self.asked.append((operation, json.loads(await request.read())))
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, body=body, content_type="application/x-amz-json-1.1")


@pytest.fixture(scope="session")
def served() -> Iterator[Endpoint]:
    """Served once: making a boto3 client takes longer than most of the tests."""
    endpoint = Endpoint()
    application = web.Application()
    application.router.add_post("/", endpoint.handle)
    with serving(application) as endpoint.url:
        endpoint.search = connect("eu-west-1", endpoint.url)
        yield endpoint
        endpoint.search.close()


@pytest.fixture
def endpoint(served: Endpoint) -> Endpoint:
    served.answers.clear()
    served.asked.clear()
    return served
