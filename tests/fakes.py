"""Ports in memory, for tests of what stands above them, and values that many tests need."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app.answer import Answer
from bot.app.desk import Desk
from bot.app.places import check_place
from bot.app.ports import (
    Job,
    Listing,
    Metric,
    Person,
    Reply,
    Row,
    Search,
    SearchState,
    SearchStatus,
    Statistics,
    Stored,
)
from bot.errors import BotError
from bot.query.parser import parse
from bot.rules.card import RuleParameter, Source
from bot.rules.model import Rule

NOW = datetime(2026, 11, 24, 9, 0, 0, 250_000, tzinfo=UTC)
BERLIN = "Europe/Berlin"
PERSON = Person("U0RESPONDER1", "responder-1", BERLIN, member=True)
REPLY = Reply("C0SIEM", "U0RESPONDER1", "http://127.0.0.1:1/_response/1")
SOURCES = {"cloudtrail": Source("cloudtrail", ("/aws/cloudtrail",))}

BUCKET = RuleParameter("bucket", "bucket", help="which bucket", example="my-bucket")


def a_rule(
    id: str = "s3-writes",
    query: str = "filter requestParameters.bucketName = {{bucket}}\n"
    "| fields @timestamp as time, eventName as operation, userIdentity.arn as who",
    parameters: Sequence[RuleParameter] = (BUCKET,),
    **others: Any,
) -> Rule:
    given: dict[str, Any] = {
        "title": "Objects written to a bucket",
        "purpose": "Know which objects were written to a bucket.",
        "severity": "medium",
        "status": "live",
        "log": "cloudtrail",
        "path": f"rules/cloudtrail/{id}.yml",
        "version": "1",
    }
    return Rule(
        id=id,
        query=parse(query),
        query_text=query,
        parameters=tuple(parameters),
        **(given | others),
    )


RULES = (
    a_rule(needs=("s3-data-events",)),
    a_rule("event-sources", "fields eventSource as source", (), title="Sources of events"),
)


class MemoryStore:
    """The Store port. Values pass through JSON, as they do in the real ones."""

    def __init__(self, clock: Callable[[], datetime] = lambda: NOW) -> None:
        self.documents: dict[str, tuple[int, str, tuple[Listing, ...], datetime | None]] = {}
        self.clock = clock
        self.fail_next_writes = 0
        self.lock = threading.RLock()

    def get(self, key: str) -> Stored | None:
        version, text, _, expires = self.documents.get(key, (0, "", (), None))
        alive = version and (expires is None or expires > self.clock())
        return Stored(version, json.loads(text)) if alive else None

    def put(
        self,
        key: str,
        value: Mapping[str, Any],
        expected: int,
        *,
        lists: Sequence[Listing] = (),
        expires: datetime | None = None,
    ) -> int:
        check_place(key, lists, expires)
        if self.fail_next_writes:
            self.fail_next_writes -= 1
            return 0
        with self.lock:
            stored = self.get(key)
            if (stored.version if stored else 0) != expected:
                return 0
            version = self.documents[key][0] + 1 if key in self.documents else 1
            self.documents[key] = (version, json.dumps(value), tuple(lists), expires)
            return version

    def delete(self, key: str, expected: int | None = None) -> bool:
        with self.lock:
            stored = self.get(key)
            if stored is None or expected not in (None, stored.version):
                return False
            del self.documents[key]
            return True

    def listed(self, name: str, start: str = "", end: str = "") -> Iterator[tuple[str, Stored]]:
        found = [
            (listing.sort, key)
            for key, (_, _, lists, _) in self.documents.items()
            for listing in lists
            if listing.name == name and start <= listing.sort and (not end or listing.sort < end)
        ]
        for _, key in sorted(found):
            if (stored := self.get(key)) is not None:
                yield key, stored


class ListJobs:
    """The Jobs port: a list of what waits, in the order it was put."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Job, float]] = []
        self.lock = threading.Lock()

    def put(self, job: Job, delay: float = 0.0) -> None:
        json.dumps(job.payload)
        with self.lock:
            self.waiting = [(j, d) for j, d in self.waiting if (j.kind, j.id) != (job.kind, job.id)]
            self.waiting.append((job, delay))

    def take(self) -> Job:
        return self.waiting.pop(0)[0]


class ScriptedSearch:
    """The LogSearch port: answers polls with the states it was given, the last one for ever."""

    def __init__(self, *states: SearchState | BotError) -> None:
        self.states = list(states)
        self.started: list[Search] = []
        self.stopped: list[str] = []
        self.refusal: BotError | None = None

    def start(self, search: Search) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.started.append(search)
        return f"search-{len(self.started)}"

    def poll(self, search_id: str) -> SearchState:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(state, BotError):
            raise state
        return state

    def stop(self, search_id: str) -> None:
        self.stopped.append(search_id)

    def link(self, search: Search) -> str | None:
        return "https://eu-west-1.console.aws.amazon.com/cloudwatch/home"


@dataclass
class RecordingNotifier:
    """The Notifier port: remembers what it was told to show, and fails where it was told to."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)
    found: str | None = None

    def _record(self, name: str, *details: Any) -> None:
        if name in self.failures:
            raise self.failures[name]
        self.calls.append((name, *details))

    def named(self, name: str) -> list[tuple[Any, ...]]:
        return [call[1:] for call in self.calls if call[0] == name]

    def post(self, channel: str, answer: Answer, thread: str = "") -> str:
        self._record("post", channel, answer, *([thread] if thread else []))
        return f"1700000000.{len(self.calls):06d}"

    def find(self, channel: str, answer: Answer, thread: str = "") -> str | None:
        self._record("find", channel, answer, *([thread] if thread else []))
        return self.found

    def edit(self, channel: str, ts: str, answer: Answer) -> None:
        self._record("edit", channel, ts, answer)

    def whisper(self, reply: Reply, answer: Answer) -> None:
        self._record("whisper", reply, answer)

    def share(self, reply: Reply, answer: Answer) -> None:
        self._record("share", reply, answer)

    def upload(self, channel: str, thread: str | None, name: str, title: str, text: str) -> None:
        self._record("upload", channel, thread, name, title, text)

    def direct(self, user: str) -> str:
        self._record("direct", user)
        return f"D{user[1:]}"

    def tell(self, reply: Reply, words: str) -> None:
        self._record("tell", reply, words)


class RecordingMeter:
    """The Meter port: every value that came, by name."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {}

    def add(self, name: Metric, value: float = 1) -> None:
        self.values.setdefault(name, []).append(value)

    def sums(self) -> dict[str, float]:
        return {name: sum(values) for name, values in self.values.items()}


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


def a_desk(
    rules: Sequence[Rule] = RULES, notifier: RecordingNotifier | None = None, **others: Any
) -> Desk:
    given: dict[str, Any] = {
        "sources": SOURCES,
        "store": MemoryStore(),
        "jobs": ListJobs(),
        "clock": SetClock(),
    }
    return Desk(
        rules=rules,
        notifier=notifier or RecordingNotifier(),
        **(given | others),
    )


def a_state(
    rows: Sequence[Row] = (), status: SearchStatus = SearchStatus.COMPLETE, records: int = 1_000
) -> SearchState:
    return SearchState(status, rows, Statistics(len(rows), records, records * 1_000))


def some_rows(number: int) -> list[Row]:
    return [
        {
            "time": f"2026-11-24 08:{59 - i // 60:02d}:{59 - i % 60:02d}.000",
            "operation": "PutObject",
            "who": f"arn:aws:iam::111122223333:user/responder-{i}",
            "@ptr": f"pointer-{i}",
        }
        for i in range(number)
    ]
