"""The use case *Ask*: a person asks a rule, and the answer is searched for, shown and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.app.answer import Answer
from bot.app.asked import Asked, keep, look_up
from bot.app.columns import named_columns, time_columns
from bot.app.files import put_file, share
from bot.app.ports import Desk, Job, LogSearch, Person, Reply, Search
from bot.app.question import read_question
from bot.app.running import follow, give_up, run
from bot.app.understand import QuestionError, find_rule, understand
from bot.app.windows import WindowSpec, window_of
from bot.errors import BotError
from bot.query.errors import quoted
from bot.query.parameters import ParameterValue, bind
from bot.rules.model import Rule, Source

Handler: TypeAlias = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that can be searched for: what it asks, and the search that answers it."""

    rule: Rule
    values: Mapping[str, ParameterValue]
    window: WindowSpec
    search: Search
    zone: ZoneInfo
    private: bool
    command: str
    """The question in its plain form: `s3-writes my-bucket 24h`."""


def prepare(
    text: str, rules: Sequence[Rule], sources: Mapping[str, Source], now: datetime, zone: ZoneInfo
) -> Prepared:
    """Make the search for a question such as `s3-writes my-bucket 24h`, asked at `now` in `zone`.

    Raises `QuestionError` with a question that would work, or another `BotError`.
    """
    question = read_question(text)
    asked = understand(question, find_rule(question, rules))
    source = sources.get(asked.rule.log)
    if source is None:
        raise BotError(
            f"The rule `{asked.rule.id}` reads the log {quoted(asked.rule.log)}, which is not among "
            "the sources of rules/config.yml. Add it there."
        )
    try:
        window = asked.window.resolve(now, zone)
    except BotError as error:
        works = replace(asked, window=window_of(asked.rule.window)).command
        raise QuestionError(str(error), "", works) from error
    query = str(bind(asked.rule.query, asked.values))
    search = Search(query, source.groups, window)
    return Prepared(
        rule=asked.rule,
        values=asked.values,
        window=asked.window,
        search=search,
        zone=zone,
        private=question.private,
        command=asked.command,
    )


def ask(desk: Desk, text: str, person: Person, reply: Reply, trigger: str, private: bool) -> None:
    """Keep the question and queue the work. `trigger` is what makes this command one command.

    `private` is set where the chat allows no public answer; the question may ask for it too.
    """
    prepared = prepare(text, desk.rules, desk.sources, desk.clock(), zone_of(person))
    _begin(desk, prepared, person, reply, trigger, private or prepared.private)


def ask_again(desk: Desk, answer_id: str, person: Person, reply: Reply, trigger: str) -> None:
    """Ask the same question anew: now, but in the zone of whoever asked first, as it meant there."""
    before = kept(desk, answer_id)
    if before.item:
        raise BotError("This is the answer to a question of an alert: run it again up there.")
    prepared = prepare(
        before.answer.command, desk.rules, desk.sources, desk.clock(), ZoneInfo(before.answer.zone)
    )
    _begin(desk, prepared, person, reply, trigger, before.answer.private)


def kept(desk: Desk, answer_id: str) -> Asked:
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


def job_handlers(desk: Desk, search: LogSearch) -> Mapping[str, Handler]:
    """The handler for each kind of job that asking makes."""
    return {
        "ask": partial(run, desk, search),
        "follow": partial(follow, desk, search),
        "csv": partial(put_file, desk, search),
        "share": partial(share, desk),
    }


def on_dead(desk: Desk) -> Callable[[Job, Exception], None]:
    """What to do with a job that failed too often: its message says so instead of going on."""
    return partial(give_up, desk)


def _begin(
    desk: Desk, prepared: Prepared, person: Person, reply: Reply, trigger: str, private: bool
) -> None:
    rule = prepared.rule
    answer = Answer(
        id=answer_id(trigger),
        state="running",
        title=rule.title,
        command=prepared.command,
        asked_by=person.name,
        start=prepared.search.window.start,
        end=prepared.search.window.end,
        zone=prepared.zone.key,
        private=private,
        needs=rule.needs,
    )
    columns, times = named_columns(rule.query), tuple(sorted(time_columns(rule.query)))
    keep(desk.store, Asked(answer, prepared.search, reply, columns, times))
    desk.jobs.put(Job("ask", answer.id, {}))
