"""What goes wrong on purpose: a plan of faults in calls, responses, uploads and deliveries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST = 100
"""Rows of a plan."""

LONGEST = 60.0
"""Seconds of a delay."""

DELIVERIES = frozenset(
    {
        "command", "block_actions", "view_submission", "view_closed", "block_suggestion",
        "shortcut", "message_action", "event", "url_verification", "ssl_check",
    }
)  # fmt: skip
"""Kinds of deliveries to the bot; `delivery.event` is one, `delivery` all of them."""

_WHICH = ("nth", "every", "times")
_INSTEAD = ("error", "status", "retry_after", "drop_before", "drop_after_commit")
_KNOWN = frozenset({"method", "channel", "delay", *_WHICH, *_INSTEAD})


class PlanError(Exception):
    """A plan that makes no sense: the text says where and what, one line a fault."""


@dataclass(slots=True)
class Fault:
    """A row of the plan: which calls it meets, and what happens to them."""

    method: str
    channel: str | None = None
    nth: int | None = None
    every: int | None = None
    times: int | None = None
    error: str | None = None
    status: int | None = None
    retry_after: int | None = None
    delay: float = 0.0
    drop_before: bool = False
    drop_after_commit: bool = False
    met: int = 0
    """Calls that it might have met so far."""
    done: int = 0
    """Calls that it met."""

    def meets(self, method: str, channel: str | None) -> bool:
        """Count a call and say whether it is one of those meant."""
        if self.method not in (method, "*") and not method.startswith(f"{self.method}."):
            return False
        if self.method == "*" and (method in ("response_url", "upload") or "delivery." in method):
            return False
        if self.channel is not None and self.channel != channel:
            return False
        self.met += 1
        if self.nth is not None:
            meant = self.met == self.nth
        elif self.every is not None:
            meant = self.met % self.every == 0
        else:
            meant = self.times is None or self.done < self.times
        self.done += meant
        return meant

    def answer(self) -> tuple[int, dict[str, Any]] | None:
        """The status and body that come instead of anything being done; None if it is done."""
        if self.drop_before:
            return 0, {"ok": False, "error": "dropped"}
        if self.retry_after is not None:
            return 429, {"ok": False, "error": "ratelimited"}
        if self.status is not None:
            return self.status, {"ok": False, "error": f"status_{self.status}"}
        if self.error is not None:
            return 200, {"ok": False, "error": self.error}
        return None

    def shown(self) -> dict[str, Any]:
        """The row as it was given, and how often it was met."""
        row = {name: getattr(self, name) for name in ("method", *sorted(_KNOWN - {"method"}))}
        return {n: v for n, v in row.items() if v not in (None, False, 0.0)} | {
            "met": self.met,
            "done": self.done,
        }


@dataclass(slots=True)
class Faults:
    """The plan that holds now."""

    rows: list[Fault] = field(default_factory=list)

    def next(self, method: str, channel: str | None = None) -> Fault | None:
        """What happens to this call: the first row that means it. Every row counts it."""
        meant = [row for row in self.rows if row.meets(method, channel)]
        return meant[0] if meant else None


def read_plan(
    given: Any, methods: Collection[str], channel: Callable[[str], str | None]
) -> list[Fault]:
    """The rows of a plan; PlanError with every fault of it. `channel` finds an id by id or name."""
    if not isinstance(given, list):
        raise PlanError("/faults: must be a list of rows")
    if len(given) > MOST:
        raise PlanError(f"/faults: must have at most {MOST} rows")
    problems: list[str] = []
    rows = []
    for index, row in enumerate(given):
        at = f"/faults/{index}"
        if not isinstance(row, dict):
            problems.append(f"{at}: must be an object such as {_EXAMPLE}")
            continue
        found = [*_wrong(row, at), *_where_wrong(row, at, methods, channel)]
        problems += found
        if not found:
            known = {**row}
            if "channel" in row:
                known["channel"] = channel(row["channel"])
            rows.append(Fault(**known))
    if problems:
        raise PlanError("\n".join(problems))
    return rows


_EXAMPLE = '{"method": "chat.postMessage", "nth": 2, "error": "fatal_error"}'

_RANGES: Mapping[str, tuple[int, int]] = {
    "nth": (1, 10**9),
    "every": (1, 10**9),
    "times": (1, 10**9),
    "status": (100, 599),
    "retry_after": (0, 3600),
}


def _wrong(row: dict[str, Any], at: str) -> list[str]:
    """What is wrong with the row's own values."""
    problems = [f"{at}/{name}: there is no such key" for name in row if name not in _KNOWN]
    problems += [
        f"{at}/{name}: must be a whole number from {least} to {most}"
        for name, (least, most) in _RANGES.items()
        if name in row and not _within(row[name], int, least, most)
    ]
    if "delay" in row and not _within(row["delay"], (int, float), 0, LONGEST):
        problems.append(f"{at}/delay: must be seconds from 0 to {LONGEST:g}")
    problems += [
        f"{at}/{name}: must be true, or left out"
        for name in ("drop_before", "drop_after_commit")
        if name in row and row[name] is not True
    ]
    if "error" in row and (not isinstance(row["error"], str) or not row["error"]):
        problems.append(f"{at}/error: must be a word such as fatal_error")
    return problems + _contradictions(row, at)


def _within(value: Any, kind: Any, least: float, most: float) -> bool:
    return not isinstance(value, bool) and isinstance(value, kind) and least <= value <= most


def _contradictions(row: dict[str, Any], at: str) -> list[str]:
    problems = []
    for names in (_WHICH, _INSTEAD):
        given = [name for name in names if name in row]
        if len(given) > 1:
            problems.append(f"{at}: {' and '.join(given)} exclude one another")
    if not {*_INSTEAD, "delay"} & {*row}:
        problems.append(f"{at}: says nothing that happens: {', '.join((*_INSTEAD, 'delay'))}")
    return problems


def _where_wrong(
    row: dict[str, Any],
    at: str,
    methods: Collection[str],
    channel: Callable[[str], str | None],
) -> list[str]:
    """What is wrong with the calls that it means."""
    problems = []
    method = row.get("method")
    places = {"*", "response_url", "upload", "delivery", *(f"delivery.{d}" for d in DELIVERIES)}
    if not isinstance(method, str) or method not in places | {*methods}:
        problems.append(
            f"{at}/method: must be a method of the Web API, *, response_url, upload, delivery or "
            f"one of {', '.join(sorted(places - {'*', 'response_url', 'upload', 'delivery'}))}"
        )
    elif method.startswith("delivery") and "retry_after" in row:
        problems.append(f"{at}/retry_after: is for calls of the bot, not for deliveries to it")
    if "channel" in row:
        named = row["channel"]
        if not isinstance(named, str) or channel(named) is None:
            problems.append(f"{at}/channel: there is no such channel")
        elif isinstance(method, str) and (method.startswith("delivery") or method == "upload"):
            problems.append(f"{at}/channel: is for calls of the Web API and response_url")
    return problems
