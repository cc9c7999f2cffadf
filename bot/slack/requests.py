"""The Bolt app that writes one canonical line of the log for each request, whichever door it came through."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from slack_bolt import App, BoltRequest, BoltResponse

from bot import telemetry
from bot.app.ask import answer_id
from bot.app.ports import Meter

_Result = TypeVar("_Result")

LISTENERS = 8
"""Threads that listeners run on; each is done within the three seconds that Slack waits."""


class LoggedApp(App):
    """Bolt's app, with a line for each request: what it was, how it went, how long Slack waited.

    The line holds no text that people typed: the kind of request, our own verb or `action_id`, the
    reference that the person is told too, and how often Slack had tried.
    """

    def __init__(self, meter: Meter, **settings: Any) -> None:
        """`settings` are Bolt's. The meter gets `ack`, the milliseconds until the acknowledgement."""
        self._listeners_pool = _Carrying(LISTENERS, thread_name_prefix="listener")
        super().__init__(listener_executor=self._listeners_pool, **settings)
        self._meter = meter

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Bolt's own: what Slack is answered."""
        with telemetry.line("request") as told:
            response = super().dispatch(req)
            told.note(_about(req, response))
            self._meter.add("ack", told.ms)
            if told.failed:
                self._meter.add("request_errors")
            return response

    def settled(self, seconds: float) -> bool:
        """Wait until no listener runs, at most so long; whether none does."""
        return self._listeners_pool.idle(seconds)


class _Carrying(ThreadPoolExecutor):
    """A pool whose threads write into the line of the request that they work for."""

    def __init__(self, threads: int, **settings: Any) -> None:
        super().__init__(threads, **settings)
        self._open = 0
        self._changed = threading.Condition()

    def submit(self, fn: Callable[..., _Result], /, *args: Any, **more: Any) -> Future[_Result]:
        """As ever, in the context of whoever asks."""
        with self._changed:
            self._open += 1
        future = super().submit(copy_context().run, fn, *args, **more)
        future.add_done_callback(self._done)
        return future

    def idle(self, seconds: float) -> bool:
        """Wait until all that was submitted is done; whether it is."""
        end = time.monotonic() + seconds
        with self._changed:
            while self._open and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)
            return not self._open

    def _done(self, _: Future[Any]) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()


def _about(req: BoltRequest, response: BoltResponse) -> Mapping[str, object]:
    """Fields for what was asked and answered. Of a request that nobody signed only that it came."""
    if response.status == 401:
        return {"kind": "unverified", "status": 401, "outcome": "refused"}
    body = req.body or {}
    about: dict[str, object] = {"kind": _kind(body), "status": response.status}
    if body.get("trigger_id"):
        about["id"] = answer_id(str(body["trigger_id"]))[:8]
    actions = body.get("actions")
    if isinstance(actions, list) and actions and isinstance(actions[0], dict):
        about["action"] = str(actions[0].get("action_id", ""))
    elif body.get("view"):
        about["action"] = str(body["view"].get("callback_id", ""))
    retry = req.headers.get("x-slack-retry-num")
    if retry:
        about["retry"] = str(retry[0])
    if response.status != 200:
        about["outcome"] = "failed" if response.status >= 500 else "refused"
    return about


def _kind(body: Mapping[str, Any]) -> str:
    """What Slack calls this kind of request; for an event, its own type."""
    if "command" in body:
        return "command"
    event = body.get("event")
    if body.get("type") == "event_callback" and isinstance(event, dict):
        return str(event.get("type", "event"))
    return str(body.get("type") or ("ssl_check" if "ssl_check" in body else "other"))
