"""Says over HTTP how a long-lived process fares: is it alive, may requests come, what has it counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp import web

from bot import telemetry

Probe: TypeAlias = Callable[[], str | None]
"""Looks at one thing: what is wrong with it, in words without data; None if it is well."""

PATIENCE = 5.0
"""Seconds for all probes together."""


@dataclass(slots=True)
class Health:
    """What is looked at. `alive` decides about a restart, `ready` about whether requests are sent."""

    alive: Mapping[str, Probe]
    ready: Mapping[str, Probe] = field(default_factory=dict)
    stopping: bool = False

    def add_to(self, application: web.Application) -> None:
        """Serve `/health`, `/ready` and `/metrics` there."""
        application.router.add_get("/health", self._health)
        application.router.add_get("/ready", self._ready)
        application.router.add_get("/metrics", _metrics)

    async def _health(self, _: web.Request) -> web.Response:
        return await _answer(self.alive)

    async def _ready(self, _: web.Request) -> web.Response:
        if self.stopping:
            return web.json_response({"ok": False, "stopping": "the bot is stopping"}, status=503)
        return await _answer({**self.alive, **self.ready})


async def _answer(probes: Mapping[str, Probe]) -> web.Response:
    """200 if all is well, else 503; in both cases one entry for each probe."""
    try:
        async with asyncio.timeout(PATIENCE):
            # On a thread: a probe may wait for a disk or the network.
            found = await asyncio.to_thread(_looked, probes)
    except TimeoutError:
        found = {"probes": f"they take over {PATIENCE:.0f} seconds"}
    ok = not any(found.values())
    body = {"ok": ok, "checks": {name: why or "ok" for name, why in found.items()}}
    return web.json_response(body, status=200 if ok else 503)


def _looked(probes: Mapping[str, Probe]) -> dict[str, str | None]:
    return {name: _look(probe) for name, probe in probes.items()}


def _look(probe: Probe) -> str | None:
    try:
        return probe()
    except Exception as error:  # noqa: BLE001 - whatever it is, that is what is wrong
        return f"{type(error).__name__} at {telemetry.place(error)}"


async def _metrics(_: web.Request) -> web.Response:
    """Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats)."""
    lines = []
    for name, value in sorted(telemetry.totals().items()):
        gauge = telemetry.measured(name)
        full = f"siem_{name}" if gauge else f"siem_{name}_total"
        lines += [f"# TYPE {full} {'gauge' if gauge else 'counter'}", f"{full} {value:.10g}"]
    text = "".join(f"{line}\n" for line in lines)
    return web.Response(text=text, headers={"Content-Type": "text/plain; version=0.0.4"})
