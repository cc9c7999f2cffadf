"""The use case *Ask*: a question is read, kept and queued. A job binds it to its query and runs it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app.answer import Answer
from bot.app.asked import Asked, keep, look_up
from bot.app.ports import FrontDesk, Job, Person, Reply, Window
from bot.app.question import read_question
from bot.app.understand import QuestionError, find_rule, no_source, understand
from bot.app.windows import window_of
from bot.errors import BotError
from bot.rules.card import RuleCard


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that can be asked: of which rule, with which values (canonical texts), over what."""

    rule: RuleCard
    values: Mapping[str, str]
    window: Window
    zone: ZoneInfo
    private: bool
    command: str
    """The question in its plain form: `s3-writes my-bucket 24h`."""


def prepare(
    text: str, rules: Sequence[RuleCard], sources: Collection[str], now: datetime, zone: ZoneInfo
) -> Prepared:
    """Read a question such as `s3-writes my-bucket 24h`, asked at `now` in `zone`.

    Raises `QuestionError` with a question that would work, or another `BotError`.
    """
    question = read_question(text)
    asked = understand(question, find_rule(question, rules))
    if asked.rule.log not in sources:
        raise no_source(asked.rule)
    try:
        window = asked.window.resolve(now, zone)
    except BotError as error:
        works = replace(asked, window=window_of(asked.rule.window)).command
        raise QuestionError(str(error), "", works) from error
    return Prepared(
        rule=asked.rule,
        values={name: value.text for name, value in asked.values.items()},
        window=window,
        zone=zone,
        private=question.private,
        command=asked.command,
    )


def ask(
    desk: FrontDesk, text: str, person: Person, reply: Reply, trigger: str, private: bool
) -> None:
    """Keep the question and queue the work. `trigger` is what makes this command one command.

    `private` is set where the chat allows no public answer; the question may ask for it too.
    """
    prepared = prepare(text, desk.rules, desk.sources, desk.clock(), zone_of(person))
    _begin(desk, prepared, person, reply, trigger, private or prepared.private)


def ask_again(desk: FrontDesk, answer_id: str, person: Person, reply: Reply, trigger: str) -> None:
    """Ask the same question anew: now, but in the zone of whoever asked first, as it meant there."""
    before = kept(desk, answer_id)
    if before.item:
        raise BotError("This is the answer to a question of an alert: run it again up there.")
    prepared = prepare(
        before.answer.command, desk.rules, desk.sources, desk.clock(), ZoneInfo(before.answer.zone)
    )
    _begin(desk, prepared, person, reply, trigger, before.answer.private)


def kept(desk: FrontDesk, answer_id: str) -> Asked:
    """The question behind a button; `BotError` if it is not kept any more."""
    asked = look_up(desk.store, answer_id)
    if asked is None:
        raise BotError("This answer is no longer kept. Ask again, as in `/siem help`.")
    return asked


def answer_id(trigger: str) -> str:
    """The id of the answer to one command or click: the same each time it is delivered."""
    return hashlib.sha256(trigger.encode()).hexdigest()[:20]


def zone_of(person: Person) -> ZoneInfo:
    """The person's zone, or UTC where this machine does not know it."""
    try:
        return ZoneInfo(person.zone)
    except (KeyError, OSError, ValueError):  # ZoneInfo raises any of them for what is no zone
        return ZoneInfo("UTC")


def _begin(
    desk: FrontDesk, prepared: Prepared, person: Person, reply: Reply, trigger: str, private: bool
) -> None:
    rule = prepared.rule
    answer = Answer(
        id=answer_id(trigger),
        state="running",
        title=rule.title,
        command=prepared.command,
        asked_by=person.name,
        start=prepared.window.start,
        end=prepared.window.end,
        zone=prepared.zone.key,
        private=private,
        needs=rule.needs,
    )
    asked = Asked(answer, reply, rule.id, rule.version, prepared.values, desk.clock())
    keep(desk.store, asked)
    desk.jobs.put(Job("ask", answer.id, {}))
