"""What people may do with an alert, as decisions: the alert after it, and why it is as it is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.alerts.model import Alert, Deed, Item, ItemAnswer, Verdict

Reason: TypeAlias = Literal[
    "done", "already", "resolved", "not resolved", "needs note", "theirs", "no item", "newer"
]
"""`done`, or why nothing changed: somebody was first (`already`, `resolved`), there is nothing to
reopen, open questions need a note, the tick is `theirs`, there is no such item, or a newer run of
the item counts."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The alert as it is after a deed, the reason, and who was first where somebody was."""

    alert: Alert
    reason: Reason
    first: Deed | None = None

    @property
    def changed(self) -> bool:
        """Whether the deed took effect."""
        return self.reason == "done"


def acknowledge(alert: Alert, deed: Deed) -> Decision:
    """Somebody takes the alert. The first one counts; a snooze ends."""
    if alert.status == "resolved":
        return Decision(alert, "resolved", alert.resolved)
    if alert.status == "acknowledged":
        return Decision(alert, "already", alert.acknowledged)
    return _done(
        replace(alert, status="acknowledged", acknowledged=deed, snoozed=None, snoozed_until=None)
    )


def resolve(alert: Alert, deed: Deed, verdict: Verdict, note: str) -> Decision:
    """Somebody judges the alert. While required questions are open, a note has to say why."""
    if alert.status == "resolved":
        return Decision(alert, "already", alert.resolved)
    note = note.strip()
    if open_required(alert) and not note:
        return Decision(alert, "needs note")
    after = replace(
        alert,
        status="resolved",
        acknowledged=alert.acknowledged or deed,
        resolved=deed,
        verdict=verdict,
        note=note,
        snoozed=None,
        snoozed_until=None,
    )
    return _done(after)


def reopen(alert: Alert, deed: Deed) -> Decision:
    """Somebody takes the verdict back. Nobody has acknowledged it then; answers and ticks stay."""
    if alert.status != "resolved":
        return Decision(alert, "not resolved", alert.reopened)
    after = replace(
        alert, status="open", acknowledged=None, resolved=None, verdict=None, reopened=deed
    )
    return _done(after)


def snooze(alert: Alert, deed: Deed, until: datetime) -> Decision:
    """Be quiet about the alert until a time. A later snooze replaces an earlier one."""
    if alert.status == "resolved":
        return Decision(alert, "resolved", alert.resolved)
    if alert.snoozed_until == until:
        return Decision(alert, "already", alert.snoozed)
    return _done(replace(alert, snoozed=deed, snoozed_until=until))


def wake(alert: Alert, now: datetime) -> Decision:
    """End a snooze whose time has come."""
    if alert.snoozed_until is None or now < alert.snoozed_until:
        return Decision(alert, "already", alert.snoozed)
    return _done(replace(alert, snoozed=None, snoozed_until=None))


def tick_item(alert: Alert, item_id: str, deed: Deed) -> Decision:
    """A person ticks a question. Twice is once."""

    def how(item: Item) -> Item | tuple[Reason, Deed | None]:
        if own := _by(item, deed.by):
            return "already", own
        return replace(item, ticked=(*item.ticked, deed))

    return _on_item(alert, item_id, how)


def untick_item(alert: Alert, item_id: str, by: str) -> Decision:
    """A person takes back their own tick; those of others are not theirs to take."""

    def how(item: Item) -> Item | tuple[Reason, Deed | None]:
        if not _by(item, by):
            return ("theirs", item.ticked[0]) if item.ticked else ("already", None)
        return replace(item, ticked=tuple(deed for deed in item.ticked if deed.by != by))

    return _on_item(alert, item_id, how)


def mark(
    alert: Alert, shown: Sequence[str], chosen: Sequence[str], offered: Sequence[str], deed: Deed
) -> Decision:
    """What a person's boxes say, as the difference to what they saw: nobody else's tick is lost.

    `offered` are the items of one group of boxes, `shown` those that were ticked when the message
    was drawn, and `chosen` those that are now. If they are the same, the person has undone what
    they did since it was drawn.
    """
    before = alert
    changed = [name for name in offered if (name in shown) != (name in chosen)]
    for name in changed or offered:
        item = alert.item(name)
        if name not in chosen:
            decision = untick_item(alert, name, deed.by)
        elif changed or item is None or not item.ticked:
            decision = tick_item(alert, name, deed)
        else:
            continue
        if decision.reason in ("resolved", "no item") or (changed and decision.reason == "theirs"):
            return Decision(before, decision.reason, decision.first)
        alert = decision.alert
    return Decision(alert, "already" if alert == before else "done")


def answer_item(alert: Alert, item_id: str, answer: ItemAnswer) -> Decision:
    """An item was run: note that it is, or what came of it.

    A run that has begun is not begun again, but what it is `about` may come after its beginning; the
    end of a run counts if no other has begun since.
    """

    def how(item: Item) -> Item | tuple[Reason, Deed | None]:
        last = item.answer
        if last is not None and answer.state == "running":
            if last.answer_id == answer.answer_id and last.state == "running":
                told = answer.about and not last.about
                return replace(item, answer=answer) if told else ("already", last.deed)
            if last.state == "running" or last.answer_id == answer.answer_id:
                return "already", last.deed
        elif last is not None and answer.answer_id and last.answer_id != answer.answer_id:
            return "newer", last.deed
        elif last == answer:
            return "already", last.deed
        return replace(item, answer=answer)

    # What was begun before the verdict may still end after it.
    return _on_item(alert, item_id, how, even_resolved=answer.state != "running")


def open_required(alert: Alert) -> tuple[Item, ...]:
    """The required questions that nobody has answered. One that cannot run does not count."""
    return tuple(item for item in alert.checklist if item.required and not answered(item))


def answered(item: Item) -> bool:
    """Whether there is an answer: a tick, a query that ended well, or one that can never run."""
    done = item.answer is not None and item.answer.state in ("done", "cannot")
    return bool(item.ticked) or done


def outcome(item: Item, rows: int) -> Literal["none", "some", "many"]:
    """What so many rows are called for this item."""
    if not rows:
        return "none"
    return "many" if rows > item.many_over else "some"


def meaning(item: Item) -> str:
    """What the item's last answer means, in the words of the rule; empty if it has none."""
    if item.answer is None or item.answer.state != "done":
        return ""
    said = item.answers.get(item.answer.outcome, "")
    return said or (item.answers.get("some", "") if item.answer.outcome == "many" else "")


def _on_item(
    alert: Alert,
    item_id: str,
    how: Callable[[Item], Item | tuple[Reason, Deed | None]],
    *,
    even_resolved: bool = False,
) -> Decision:
    item = alert.item(item_id)
    if item is None:
        return Decision(alert, "no item")
    if alert.status == "resolved" and not even_resolved:
        return Decision(alert, "resolved", alert.resolved)
    after = how(item)
    if not isinstance(after, Item):
        reason, first = after
        return Decision(alert, reason, first)
    checklist = tuple(after if each.id == item_id else each for each in alert.checklist)
    return _done(replace(alert, checklist=checklist))


def _by(item: Item, person: str) -> Deed | None:
    return next((deed for deed in item.ticked if deed.by == person), None)


def _done(alert: Alert) -> Decision:
    return Decision(replace(alert, revision=alert.revision + 1), "done")
