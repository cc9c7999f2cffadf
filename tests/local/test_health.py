"""What is said over HTTP about a process: alive, ready, and what it has counted."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.local import health as module
from bot.local.health import Health
from bot.telemetry import LineMeter

MARKER = "MARKER s3cret"


def asked(health: Health, path: str) -> tuple[int, Any]:
    async def run() -> tuple[int, Any]:
        application = web.Application()
        health.add_to(application)
        async with (
            TestServer(application) as server,
            aiohttp.ClientSession() as session,
            session.get(server.make_url(path)) as answer,
        ):
            json = answer.content_type == "application/json"
            return answer.status, await (answer.json() if json else answer.text())

    return asyncio.run(run())


def broken() -> str | None:
    raise ValueError(MARKER)


def test_all_is_well_or_each_thing_that_is_not_is_named() -> None:
    well = Health({"jobs": lambda: None})
    assert asked(well, "/health") == (200, {"ok": True, "checks": {"jobs": "ok"}})
    unwell = Health({"jobs": lambda: None, "ticks": lambda: "no tick for 200 s", "store": broken})
    status, said = asked(unwell, "/health")
    assert (status, said["ok"]) == (503, False)
    assert said["checks"]["jobs"] == "ok"
    assert said["checks"]["ticks"] == "no tick for 200 s"
    assert said["checks"]["store"].startswith("ValueError at tests/local/test_health.py:")
    assert "MARKER" not in str(said)


def test_ready_is_more_than_alive_and_ends_first() -> None:
    health = Health({"jobs": lambda: None}, {"connection": lambda: "none for 3 s"})
    assert asked(health, "/health")[0] == 200
    assert asked(health, "/ready")[0] == 503
    health.ready = {}
    assert asked(health, "/ready")[0] == 200
    health.stopping = True
    assert asked(health, "/ready") == (503, {"ok": False, "stopping": "the bot is stopping"})
    assert asked(health, "/health")[0] == 200


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    let_go = threading.Event()
    yield let_go
    let_go.set()


def test_a_probe_that_hangs_is_what_is_wrong(hanging: threading.Event) -> None:
    def hangs() -> str | None:
        hanging.wait(1.0)
        return None

    began = time.monotonic()
    status, said = asked(Health({"store": hangs}), "/health")
    assert (status, list(said["checks"])) == (503, ["probes"])
    assert time.monotonic() - began < 3


def test_metrics_are_those_of_the_process(out: object) -> None:
    LineMeter().add("alerts", 2)
    LineMeter().add("lag", 12.5)
    status, text = asked(Health({}), "/metrics")
    assert status == 200
    assert "# TYPE siem_alerts_total counter\nsiem_alerts_total " in text
    assert "# TYPE siem_lag gauge\nsiem_lag 12.5\n" in text
