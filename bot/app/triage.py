"""The use case *Triage*: people acknowledge, ask, tick and judge; each deed is saved, then told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Literal, TypeAlias

from bot.alerts import lifecycle
from bot.alerts.lifecycle import Decision
from bot.alerts.model import Alert, Deed, Item, ItemAnswer, Verdict
from bot.app import documents
from bot.app.answer import Answer
from bot.app.ask import answer_id, zone_of
from bot.app.asked import Asked, keep, look_up
from bot.app.kept import ALERTS
from bot.app.ports import FrontDesk, Handler, Job, Person, Reply
from bot.errors import BotError

Span: TypeAlias = Literal["1h", "4h", "tomorrow"]

ID = re.compile(r"[0-9a-f]{12}\.[0-9]{1,9}")
"""How an alert's id looks."""

SPANS: Mapping[str, timedelta | None] = {
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "tomorrow": None,
}
"""How long a snooze may be; `tomorrow` is until 09:00 there where the person is."""

_MORNING = time(9)

BOT = Person("", "siem", "UTC", member=True)
"""Who runs the items that run by themselves."""


class GoneError(BotError):
    """The alert is not kept any more."""

    def __init__(self) -> None:
        super().__init__("This alert is no longer kept, so nothing can be done with it.")


def find(desk: FrontDesk, alert_id: str) -> Alert:
    """The alert; raises `GoneError` if there is none of that id."""
    alert = documents.read(desk.store, ALERTS, alert_id) if _is_id(alert_id) else None
    if alert is None:
        raise GoneError
    return alert


def acknowledge(desk: FrontDesk, alert_id: str, person: Person) -> Decision:
    """The person takes the alert; or who did before. Raises `GoneError`, as all of these do."""
    deed = _deed(desk, person)
    return _decide(desk, alert_id, lambda alert: lifecycle.acknowledge(alert, deed))


def resolve(
    desk: FrontDesk, alert_id: str, person: Person, verdict: Verdict, note: str
) -> Decision:
    """The person judges the alert."""
    deed = _deed(desk, person)
    return _decide(desk, alert_id, lambda alert: lifecycle.resolve(alert, deed, verdict, note))


def reopen(desk: FrontDesk, alert_id: str, person: Person) -> Decision:
    """The person takes the verdict back."""
    deed = _deed(desk, person)
    return _decide(desk, alert_id, lambda alert: lifecycle.reopen(alert, deed))


def snooze(desk: FrontDesk, alert_id: str, person: Person, span: str) -> Decision:
    """The person wants quiet for one of `SPANS`."""
    if span not in SPANS:
        raise BotError("An alert sleeps for `1h`, `4h` or until `tomorrow`.")
    deed, length = _deed(desk, person), SPANS[span]
    until = deed.at + length if length is not None else _next_morning(deed.at, person)
    return _decide(desk, alert_id, lambda alert: lifecycle.snooze(alert, deed, until))


def mark(
    desk: FrontDesk,
    alert_id: str,
    person: Person,
    shown: Sequence[str],
    chosen: Sequence[str],
    offered: Sequence[str],
) -> Decision:
    """The person has ticked or unticked boxes: see `lifecycle.mark`."""
    deed = _deed(desk, person)
    return _decide(
        desk, alert_id, lambda alert: lifecycle.mark(alert, shown, chosen, offered, deed)
    )


def refresh(desk: FrontDesk, alert_id: str) -> None:
    """Have the message drawn again, because somebody looks at an old one."""
    changed = documents.change(
        desk.store, ALERTS, alert_id, lambda a: replace(a, revision=a.revision + 1)
    )
    if changed is not None:
        desk.jobs.put(Job("tell", alert_id, {}))


def run_item(
    desk: FrontDesk, alert_id: str, item_id: str, person: Person, trigger: str
) -> Decision:
    """Have a question of the checklist run with the alert's values, in the alert's thread.

    `trigger` is what makes this click one click. A job binds it; what cannot run says so beside the
    item.
    """
    alert = find(desk, alert_id)
    item, deed = alert.item(item_id), _deed(desk, person)
    if item is None or not item.runs:
        return Decision(alert, "no item")
    asked = _asked(alert, item, person, deed.at, trigger)
    running = ItemAnswer("running", 0, "", deed, answer_id=asked.id)
    # Kept before the alert names it, so that what the alert names is always there.
    keep(desk.store, asked)
    decision = _decide(desk, alert_id, lambda a: lifecycle.answer_item(a, item_id, running))
    named = decision.alert.item(item_id)
    if named is not None and named.answer is not None and named.answer.answer_id == asked.id:
        desk.jobs.put(Job("ask", asked.id, {}))
    return decision


def run_auto(desk: FrontDesk, alert_id: str) -> None:
    """Run the items that run by themselves, once; for when the alert's message is there."""
    alert = find(desk, alert_id)
    for item in alert.checklist:
        if item.auto and item.runs and item.answer is None:
            run_item(desk, alert_id, item.id, BOT, f"auto:{alert_id}:{item.id}")


def handlers(desk: FrontDesk) -> Mapping[str, Handler]:
    """The handler for each kind of job that triage makes."""
    return {"answered": partial(answered, desk), "auto": partial(_auto, desk)}


def _auto(desk: FrontDesk, job: Job) -> None:
    """The job `auto`: the alert's message is there, so what runs by itself can begin."""
    try:
        run_auto(desk, job.id)
    except GoneError:
        return


def answered(desk: FrontDesk, job: Job) -> None:
    """The job `answered`: write beside an item what it runs with, or what its search found."""
    asked = look_up(desk.store, job.id)
    if asked is None or len(asked.item) != 2:
        return
    state, answer = _state_of(asked), asked.answer
    if state == "running" and not asked.about:
        return  # the alert says so already
    alert_id, item_id = asked.item

    def how(alert: Alert) -> Decision:
        item = alert.item(item_id)
        if item is None or item.answer is None:
            return Decision(alert, "no item")
        if state == "running" and item.answer.answer_id != asked.id:
            return Decision(alert, "newer", item.answer.deed)
        now = replace(
            item.answer,
            state=state,
            rows=answer.found,
            outcome=lifecycle.outcome(item, answer.found) if state == "done" else "",
            answer_id=asked.id,
            problem=answer.problem,
            about=asked.about,
        )
        return lifecycle.answer_item(alert, item_id, now)

    try:
        _decide(desk, alert_id, how)
    except GoneError:
        return


def _decide(desk: FrontDesk, alert_id: str, how: Callable[[Alert], Decision]) -> Decision:
    """Save what is decided about the stored alert, and have it told.

    Where nothing changes, the message may be an old one: then it is drawn again.
    """
    if not _is_id(alert_id):
        raise GoneError
    decided: list[Decision] = []

    def save(alert: Alert) -> Alert:
        decided.append(how(alert))
        return decided[-1].alert

    changed = documents.change(desk.store, ALERTS, alert_id, save)
    if changed is None:
        raise GoneError
    decision = decided[-1]
    if decision.changed:
        desk.jobs.put(Job("tell", alert_id, {}))
    else:
        refresh(desk, alert_id)
    return decision


def _asked(alert: Alert, item: Item, person: Person, now: datetime, trigger: str) -> Asked:
    """The question as far as it is known before a job binds it, which also finds its window."""
    answer = Answer(
        id=answer_id(trigger),
        state="running",
        title=item.ask,
        command=f"{alert.rule} ({item.id})",
        asked_by=person.name,
        start=now,
        end=now,
        zone=zone_of(person).key,
    )
    return Asked(
        answer,
        Reply(alert.told.channel, person.id),
        alert.rule,
        alert.rule_version,
        at=now,
        thread=alert.told.ts,
        item=(alert.id, item.id),
    )


def _state_of(asked: Asked) -> Literal["running", "done", "failed", "cannot"]:
    """How an item's run stands; one whose search could not even be made *cannot* run."""
    if asked.answer.state == "failed" and asked.search is None:
        return "cannot"
    return asked.answer.state


def _deed(desk: FrontDesk, person: Person) -> Deed:
    return Deed(person.id, person.name, desk.clock())


def _next_morning(now: datetime, person: Person) -> datetime:
    """09:00 of the next day where the person is."""
    here = now.astimezone(zone_of(person))
    return datetime.combine(here.date() + timedelta(days=1), _MORNING, here.tzinfo).astimezone(
        now.tzinfo
    )


def _is_id(alert_id: str) -> bool:
    return ID.fullmatch(alert_id) is not None
