"""What tests of detection share: two alerting rules, a search over made-up events, a board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.alerts.model import Alert
from bot.app.desk import Watch
from bot.app.detect import handlers
from bot.app.documents import each
from bot.app.kept import ALERTS, CHANGED
from bot.app.ports import Job, Search, SearchState, SearchStatus, Statistics
from bot.errors import BotError
from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from bot.query.values import Timestamp
from bot.rules.card import Source
from bot.rules.firing import firing_query
from bot.rules.model import AlertPlan, Rule, TriageItem
from tests.fakes import a_desk, a_rule

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
ROOT = "arn:aws:iam::111122223333:root"
SOURCE = Source("cloudtrail", ("/aws/cloudtrail",), "eventTime")


def alerting(
    id: str = "root-used",
    query: str = 'filter userIdentity.type = "Root"\n'
    "| fields eventName as operation, userIdentity.arn as who | sort operation",
    when: str = "",
    **others: Any,
) -> Rule:
    plan: dict[str, Any] = {"every": timedelta(minutes=5), "key": ("who",), "over": None}
    given = {name: others.pop(name) for name in list(others) if name in (*plan, "bindings")}
    given.setdefault("channel", others.pop("channel", None))
    finds = firing_query(parse(query), when)
    return a_rule(
        id,
        query,
        others.pop("parameters", ()),
        alert=AlertPlan("Root did something.", when=when, finds=finds, **(plan | given)),
        triage=(TriageItem("who", "Who was it?", rule="principal-activity", required=True),),
        **({"title": "Root was used", "severity": "high", "owner": "cloud-security"} | others),
    )


COUNTING = alerting(
    "many-calls",
    "stats count(*) as calls by userIdentity.arn as who",
    "filter calls > 2",
    over=timedelta(minutes=10),
)


def event(minutes: float, number: int | None = 1, who: str = ROOT, **others: Any) -> dict[str, Any]:
    """A call by root, `minutes` before noon; with an id unless `number` is None."""
    when = NOON - timedelta(minutes=minutes)
    made: dict[str, Any] = {
        "@timestamp": Timestamp(int(when.timestamp() * 1000)),
        "eventTime": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "eventName": f"Call{number}",
        "userIdentity": {"type": "Root", "arn": who},
    }
    if number is not None:
        made["eventID"] = f"00000000-0000-0000-0000-{number:012d}"
    return made | others


class EventSearch:
    """The LogSearch port over a list of events, which may grow. Each search polls `turns` times."""

    def __init__(self, *events: Mapping[str, Any], turns: int = 0) -> None:
        self.events = list(events)
        self.turns = turns
        self.started: list[Search] = []
        self.stopped: list[str] = []
        self.polls = 0
        self.problems: list[BotError] = []
        self.ending = SearchStatus.COMPLETE

    def start(self, search: Search) -> str:
        if self.problems:
            raise self.problems.pop(0)
        self.started.append(search)
        self.polls = 0
        return f"search-{len(self.started)}"

    def poll(self, search_id: str) -> SearchState:
        self.polls += 1
        if self.polls <= self.turns:
            return SearchState(SearchStatus.RUNNING)
        number = int(search_id.rpartition("-")[2])
        if number > len(self.started):
            raise BotError(f"There is no search {search_id}.")
        search = self.started[number - 1]
        start, end = (int(m.timestamp() * 1000) for m in (search.window.start, search.window.end))
        events = [e for e in self.events if start <= e["@timestamp"] < end]
        context = Context(now=end, start=start, end=end)
        rows = evaluate(compile_query(parse(search.query)), events, context, search.limit).rows
        return SearchState(self.ending, rows, Statistics(len(rows), len(events), 100))

    def stop(self, search_id: str) -> None:
        self.stopped.append(search_id)

    def link(self, search: Search) -> str | None:
        return None


@dataclass
class MemoryBoard:
    """The AlertBoard port: what is shown, by ts."""

    shown: dict[str, tuple[str, Alert]] = field(default_factory=dict)
    posts: int = 0
    failure: Exception | None = None

    def post(self, channel: str, alert: Alert) -> str:
        if self.failure is not None:
            raise self.failure
        self.posts += 1
        ts = f"1.{self.posts}"
        self.shown[ts] = (channel, alert)
        return ts

    def find(self, channel: str, alert: Alert) -> str | None:
        places = (ts for ts, shown in self.shown.items() if shown[1].id == alert.id)
        return next(places, None)

    def edit(self, alert: Alert) -> bool:
        if alert.told.ts not in self.shown:
            return False
        self.shown[alert.told.ts] = (alert.told.channel, alert)
        return True

    def note(self, alert: Alert, text: str, loud: bool = False) -> None:
        raise AssertionError(f"nothing was to be noted: {text}")


def a_watch(*events: Mapping[str, Any], rules: tuple[Rule, ...] = (), **others: Any) -> Watch:
    desk = a_desk(
        rules or (alerting(),), sources={"cloudtrail": SOURCE}, clock=others.pop("clock", lambda: NOON),
        **{name: others.pop(name) for name in ("store", "jobs", "meter") if name in others},
    )  # fmt: skip
    given: dict[str, Any] = {
        "board": MemoryBoard(),
        "search": EventSearch(*events),
        "channels": {"high": "CHIGH", "default": "CDEFAULT", "test": "CTEST"},
    }
    return Watch(desk, **(given | others))


def work(watch: Watch, most: int = 200) -> None:
    """Run what waits until nothing is left."""
    by_kind = handlers(watch)
    for _ in range(most):
        if not watch.desk.jobs.waiting:
            return
        job = watch.desk.jobs.take()
        by_kind[job.kind](job)
    raise AssertionError("the jobs go on for ever")


def ticked(watch: Watch) -> list[Alert]:
    """One tick and all that follows; the alerts there are."""
    watch.desk.jobs.put(Job("tick", "tick", {}))
    work(watch)
    return alerts(watch)


def alerts(watch: Watch) -> list[Alert]:
    return list(each(watch.desk.store, ALERTS, CHANGED))
