"""The use case *Alarms*: a CloudWatch alarm that changes its state has one message in the chat.

The message is edited while the alarm lasts and when it is over; its thread says what changed. An alarm
that rings again soon after is the same trouble, and has the same message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, TypeAlias

import msgspec

from bot.app import documents
from bot.app.documents import Kind
from bot.app.ops import NOWHERE, Message, Ops, show
from bot.app.ports import Job

State: TypeAlias = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
"""The states of an alarm (CloudWatch API, DescribeAlarms, `StateValue`)."""

SAME = timedelta(minutes=15)
"""An alarm that rings again so soon after it was over goes on with the message it has."""

MOST_CHANGES, MOST_EPISODES = 20, 3
"""What is kept of an alarm: the newest."""

_KEPT = timedelta(days=400)
"""Longer than anything rings, so that its end still finds the message."""


@dataclass(frozen=True, slots=True)
class Change:
    """The alarm has another state since `at` (aware). `reason` is CloudWatch's text."""

    at: datetime
    state: State
    reason: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What one event says: which alarm, and what its state is now. `link` is its page, if known."""

    arn: str
    name: str
    change: Change
    region: str = ""
    account: str = ""
    about: str = ""
    link: str = ""

    @property
    def id(self) -> str:
        """The alarm's id: the same for all its events."""
        return hashlib.sha256(self.arn.encode(errors="replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Episode:
    """From the moment an alarm left OK until it was there again for a while: one message.

    `changes` are in the order of time. `shown` are those that the message shows, `noted` those
    that its thread tells of, or need not.
    """

    number: int
    changes: tuple[Change, ...]
    message: Message = NOWHERE
    shown: tuple[Change, ...] = ()
    noted: tuple[Change, ...] = ()

    @property
    def behind(self) -> bool:
        """Whether people do not see yet how it stands."""
        return self.shown != self.changes or bool(self.untold)

    @property
    def untold(self) -> tuple[Change, ...]:
        """The changes that the thread does not tell of yet."""
        return tuple(one for one in self.changes if one not in self.noted)


@dataclass(frozen=True, slots=True)
class Alarm:
    """All that is kept of an alarm: its last news, and its episodes, oldest first."""

    news: News
    episodes: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True)
class Ringing:
    """What a message shows: one episode of an alarm, up to its last change."""

    news: News
    number: int
    changes: tuple[Change, ...]

    @property
    def id(self) -> str:
        """The id of the message, by which it is found after a crash."""
        return f"{self.news.id}.{self.number}"

    @property
    def now(self) -> Change:
        """The latest change."""
        return self.changes[-1]


ALARMS = Kind("alarm", Alarm, expires=lambda alarm: alarm.news.change.at + _KEPT)


def job_of(news: News) -> Job:
    """The job that takes in one event: the same for the same change, however often it comes.

    It carries the event itself: whoever gets it may have no store, and must not lose it.
    """
    at = news.change.at.isoformat()
    return Job("alarm", f"{news.id}:{at}:{news.change.state}", msgspec.to_builtins(news))


def handlers(ops: Ops) -> Mapping[str, Callable[[Job], None]]:
    """The handler for each kind of job that alarms make."""
    return {"alarm": partial(take_in, ops), "ring": partial(ring, ops)}


def take_in(ops: Ops, job: Job) -> None:
    """The job `alarm`: keep a change that is not known yet, and have it shown."""
    news = msgspec.convert(job.payload, News)
    new = Alarm(news, _begun(news.change, None))
    if not documents.create(ops.store, ALARMS, news.id, new):
        documents.change(ops.store, ALARMS, news.id, partial(_with, news))
    ops.jobs.put(Job("ring", news.id, {}))


def ring(ops: Ops, job: Job) -> None:
    """The job `ring`: show each episode of an alarm as it is. It may run twice, and resumes."""
    alarm = documents.read(ops.store, ALARMS, job.id)
    if alarm is None or not ops.places:
        return
    for episode in alarm.episodes:
        if episode.behind:
            _show(ops, alarm.news, episode)
    after = documents.read(ops.store, ALARMS, job.id)
    if after is not None and any(episode.behind for episode in after.episodes):
        ops.jobs.put(job)  # it changed while it was being shown


def _show(ops: Ops, news: News, episode: Episode) -> None:
    """Post or edit the message of an episode, and tell its thread what is new."""

    def keep(how: Callable[[Episode], Episode]) -> None:
        def with_it(alarm: Alarm) -> Alarm:
            kept = (how(e) if e.number == episode.number else e for e in alarm.episodes)
            return replace(alarm, episodes=tuple(kept))

        documents.change(ops.store, ALARMS, news.id, with_it)

    changes = episode.changes
    notice = Ringing(news, episode.number, changes)
    message, is_new = show(
        ops, episode.message, notice, lambda at: keep(lambda stored: replace(stored, message=at))
    )
    if is_new:  # the message itself tells of all that was known when it was posted
        keep(lambda stored: replace(stored, message=message, shown=changes, noted=changes))
        return
    noted = episode.noted
    for one in episode.untold:
        until = changes[: changes.index(one) + 1]
        ops.board.note(message.channel, message.ts, replace(notice, changes=until))
        noted = (*noted, one)
        keep(partial(_noted, noted))
    keep(lambda stored: replace(stored, shown=changes))


def _noted(changes: tuple[Change, ...], episode: Episode) -> Episode:
    return replace(episode, noted=changes)


def _with(news: News, alarm: Alarm) -> Alarm:
    """The alarm with one more change; as it was if that is known, or from before all that is kept."""
    new, last = news.change, alarm.news.change
    known = {(one.at, one.state) for episode in alarm.episodes for one in episode.changes}
    if (new.at, new.state) in known | {(last.at, last.state)}:
        return alarm
    is_newest = new.at >= last.at
    if is_newest:
        alarm = replace(alarm, news=news)
    if alarm.episodes and _belongs(alarm.episodes[-1], new):
        latest = alarm.episodes[-1]
        changes = sorted((*latest.changes, new), key=lambda one: one.at)[-MOST_CHANGES:]
        latest = replace(latest, changes=tuple(changes))
        return replace(alarm, episodes=(*alarm.episodes[:-1], latest))
    if is_newest:
        begun = _begun(new, None, alarm.episodes)
    else:  # it comes late: its alarm is over, or nobody heard of it
        begun = () if alarm.episodes else _begun(new, last)
    return replace(alarm, episodes=(*alarm.episodes, *begun)[-MOST_EPISODES:])


def _begun(
    new: Change, after: Change | None, before: tuple[Episode, ...] = ()
) -> tuple[Episode, ...]:
    """The episode that begins with a change: none if that is to OK, for then nothing rang."""
    if new.state == "OK":
        return ()
    number = before[-1].number + 1 if before else 1
    return (Episode(number, (new, after) if after is not None else (new,)),)


def _belongs(episode: Episode, new: Change) -> bool:
    """Whether the change goes on with the episode: it is not over, or was so only a moment ago."""
    first, last = episode.changes[0], episode.changes[-1]
    if new.at < first.at:
        return False
    return last.state != "OK" or new.at <= last.at + SAME
