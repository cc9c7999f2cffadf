"""The use case *Report*: the digest of a period, on a schedule or asked for, shown and kept.

The message is posted with what the store knows, and edited once the events are counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.alerts.digest import Ailing, Digest, Events, Waiting, digest_of
from bot.alerts.model import Alert
from bot.app import documents
from bot.app.ask import answer_id
from bot.app.desk import Desk
from bot.app.documents import Kind
from bot.app.kept import alerts_active, alerts_changed
from bot.app.ports import (
    ChannelError,
    Job,
    LogSearch,
    Reply,
    Row,
    Search,
    SearchState,
    SearchStatus,
    Store,
    UnseenError,
    Window,
)
from bot.app.reported import REPORTED, Reported
from bot.app.running import AWAY, AWAY_SECONDS, NO_PLACE, PATIENCE, delay, waited
from bot.app.searching import begin
from bot.app.spending import spend, spent_between
from bot.errors import AwayError, BotError, LaterError, UncertainError
from bot.query.parameters import bind
from bot.rules.card import DigestPlan, Source
from bot.rules.model import Rule

COUNTING_RULE = "event-sources"
"""The rule whose query counts the events; its columns are `source` and `events`."""

LINKED = 10
"""Alerts that wait and get a link: each takes a call."""

LONGEST_GAP = timedelta(days=7)
"""A digest after a pause covers the pause, up to here."""


class Bulletin(Protocol):
    """Shows digests in the chat. It fails as `Notifier` does."""

    def post(self, channel: str, digest: Digest) -> str:
        """Post a new message and return its ts. It carries the digest's id, so that `find` works."""
        ...

    def find(self, channel: str, digest: Digest) -> str | None:
        """The ts of the message that already shows this digest, where the bot may look."""
        ...

    def edit(self, channel: str, ts: str, digest: Digest) -> None:
        """Make the message show the digest as it is now; nothing happens if it is gone."""
        ...

    def link(self, channel: str, ts: str) -> str:
        """The address of a message; empty if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Press:
    """What digests are made with. `ailing` says which rules are not well at a moment; a digest whose
    channel takes nothing goes to `default`."""

    desk: Desk
    search: LogSearch
    bulletin: Bulletin
    plans: Sequence[DigestPlan] = ()
    ailing: Callable[[Desk, datetime], Sequence[Ailing]] = lambda _desk, _now: ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class _Planned:
    """How far the digests of a plan have come."""

    through: datetime


PLANNED = Kind("digest-plan", _Planned)


def handlers(press: Press) -> Mapping[str, Callable[[Job], None]]:
    """`digests` looks which digests are due; `digest` makes one."""
    return {"digests": lambda _job: queue_due(press), "digest": partial(make, press)}


def queue_due(press: Press) -> None:
    """Queue the digest of each plan whose time has come. Running it twice queues it once.

    A plan that is new waits for its next time; after a pause there is one digest for all of it.
    """
    desk = press.desk
    now = desk.clock()
    for plan in press.plans:
        key = _plan_id(plan)
        planned = documents.read(desk.store, PLANNED, key)
        if planned is None:
            documents.create(desk.store, PLANNED, key, _Planned(now))
            continue
        due = last_time(plan, now)
        if planned.through >= due:
            continue
        start = max(planned.through, due - LONGEST_GAP)
        if due - start < timedelta(days=1):  # the first one: its whole day
            start = last_time(plan, due - timedelta(seconds=1))
        digest = Digest(answer_id(f"{_plan_id(plan)} {due.isoformat()}"), start, due, plan.zone)
        documents.create(desk.store, REPORTED, digest.id, Reported(digest, plan.channel, made=now))
        desk.jobs.put(Job("digest", digest.id, {"turn": 0}))
        documents.change(desk.store, PLANNED, key, partial(_advanced, due))


def last_time(plan: DigestPlan, now: datetime) -> datetime:
    """The latest moment at or before `now` (aware) at which the plan is due."""
    zone = ZoneInfo(plan.zone)
    day = now.astimezone(zone).date()
    while True:
        due = datetime.combine(day, plan.at, zone).astimezone(now.tzinfo)
        if due <= now:
            return due
        day -= timedelta(days=1)


def make(press: Press, job: Job) -> None:
    """The job `digest`: show what is known, count the events, show all. It resumes where it stopped."""
    reported = documents.read(press.desk.store, REPORTED, job.id)
    if reported is None or reported.told:
        return
    if not reported.ts:
        reported = _posted(press, reported)
        if reported.told:
            return
    events = _events(press, reported, job)
    if events is None:
        return
    digest = replace(_filled(press, reported.digest), events=events)
    press.bulletin.edit(reported.channel, reported.ts, digest)
    _changed(press, replace(reported, digest=digest, told=True))


def count_search(rules: Iterable[Rule], sources: Mapping[str, Source], window: Window) -> Search:
    """The search that counts events by source. `BotError` if there is no rule for it."""
    for rule in rules:
        source = sources.get(rule.log)
        if rule.id == COUNTING_RULE and source is not None and not rule.parameters:
            return Search(str(bind(rule.query, {})), source.groups, window)
    raise BotError(f"there is no rule `{COUNTING_RULE}`.")


def events_of(rows: Sequence[Row], limit: int) -> Events:
    """The counts in the rows of that search, the busiest first."""
    counts: dict[str, int] = {}
    for row in rows:
        number = row.get("events", "")
        if "source" in row and number.isdecimal():
            counts[row["source"]] = counts.get(row["source"], 0) + int(number)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Events(tuple(ordered), limited=len(rows) >= limit)


def _posted(press: Press, reported: Reported) -> Reported:
    """The digest with its message. What was posted before a crash is found, if it may be."""
    ts = None
    if reported.posting:
        try:
            ts = press.bulletin.find(reported.channel, reported.digest)
        except UnseenError:
            reported = replace(reported, digest=replace(reported.digest, repeated=True))
    if ts is None:
        _changed(press, replace(reported, posting=True))
        try:
            ts = press.bulletin.post(reported.channel, _filled(press, reported.digest))
        except UncertainError:
            raise
        except LaterError:
            _changed(press, replace(reported, posting=False))  # nothing to look for
            raise
        except BotError as error:
            return _elsewhere(press, reported, error)
    return _changed(press, replace(reported, posting=True, ts=ts))


def for_direct_messages(why: BotError) -> str:
    """That the channel takes no digest."""
    return f"{why} So the digest comes into our direct messages."


def _elsewhere(press: Press, reported: Reported, why: BotError) -> Reported:
    """The digest where there is a place for it: whoever asked gets it alone, others in `default`.

    Where there is none, whoever asked is told why, once; for a schedule it is a `BotError`.
    """
    desk, asked_by = press.desk, reported.asked_by
    channel = desk.notifier.direct(asked_by) if asked_by else press.default
    digest = replace(
        reported.digest,
        repeated=False,
        private=bool(asked_by),
        meant="" if asked_by else reported.channel,
    )
    if isinstance(why, ChannelError) and channel not in ("", reported.channel):
        if asked_by:
            reply = Reply(reported.channel, asked_by)
            desk.notifier.tell(reply, for_direct_messages(why))
        moved = replace(reported, channel=channel, digest=digest, posting=False)
        return _posted(press, _changed(press, moved))
    if not asked_by:
        raise why
    desk.notifier.tell(Reply(reported.channel, asked_by), str(why))
    return _changed(press, replace(reported, told=True))


def _filled(press: Press, blank: Digest) -> Digest:
    """The digest with what the store knows now."""
    desk = press.desk
    live = [rule for rule in desk.rules if rule.alert is not None and rule.status == "live"]
    blank = replace(
        blank,
        ailing=tuple(press.ailing(desk, desk.clock())),
        watched=len(live),
        spent=spent_between(desk.store, blank.start, blank.end),
    )
    digest = digest_of(blank, _alerts(desk.store, blank.start))
    linked = [_linked(press.bulletin, waiting) for waiting in digest.waiting[:LINKED]]
    return replace(digest, waiting=(*linked, *digest.waiting[LINKED:]))


def _alerts(store: Store, since: datetime) -> Iterable[Alert]:
    """Every alert that a digest from `since` on speaks of, once."""
    found = {alert.id: alert for alert in alerts_changed(store, since)}
    return (found | {alert.id: alert for alert in alerts_active(store)}).values()


def _linked(bulletin: Bulletin, waiting: Waiting) -> Waiting:
    if not waiting.ts:
        return waiting
    return replace(waiting, link=bulletin.link(waiting.channel, waiting.ts))


def _events(press: Press, reported: Reported, job: Job) -> Events | None:
    """The counts, or why there are none; None if the job comes back later."""
    desk, turn = press.desk, int(job.payload.get("turn", 0))
    window = Window(reported.digest.start, reported.digest.end)
    try:
        search = count_search(desk.rules, desk.sources, window)
        state = _state(press, reported, search, turn)
    except BotError as error:
        return Events(problem=str(error))
    if state is None:
        return None
    if state.status is SearchStatus.COMPLETE:
        spend(desk, state.statistics)
        return events_of(state.rows, search.limit)
    if state.status.ended:
        return Events(problem=f"the search ended as {state.status.value.lower()}.")
    if waited(turn) > PATIENCE:
        press.search.stop(reported.search_id)
        return Events(problem="the search took over 15 minutes.")
    desk.jobs.put(Job("digest", job.id, {"turn": turn + 1}), delay(turn))
    return None


def _state(press: Press, reported: Reported, search: Search, turn: int) -> SearchState | None:
    """Where the search stands; None if it has only just been started."""
    before = reported
    if reported.search_id:
        try:
            return press.search.poll(reported.search_id)
        except AwayError as away:
            raise _later(press, before, away) from away
        except BotError:
            # A search can be lost: the machine that ran it has restarted. Once is bad luck.
            if reported.restarts:
                raise
            reported = replace(reported, restarts=1)
    try:
        search_id = begin(press.desk, press.search, search)
    except (LaterError, AwayError) as error:
        raise _later(press, before, error) from error
    reported = _changed(press, replace(reported, search_id=search_id))
    press.desk.jobs.put(Job("digest", reported.digest.id, {"turn": turn}), delay(0))
    return None


def _later(press: Press, reported: Reported, why: LaterError | AwayError) -> Exception:
    """What to raise for a search that is held up: come back, or it has waited long enough."""
    seconds = why.seconds if isinstance(why, LaterError) else AWAY_SECONDS
    waiting = reported.waiting + seconds
    if waiting > PATIENCE:
        return BotError(NO_PLACE if isinstance(why, LaterError) else f"{AWAY} {why}")
    _changed(press, replace(reported, waiting=waiting))
    return LaterError(str(why), seconds)


def _changed(press: Press, reported: Reported) -> Reported:
    documents.write(press.desk.store, REPORTED, reported.digest.id, reported)
    return reported


def _advanced(due: datetime, planned: _Planned) -> _Planned:
    return _Planned(max(planned.through, due))


def _plan_id(plan: DigestPlan) -> str:
    text = f"{plan.at.isoformat()} {plan.zone} {plan.channel}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]
