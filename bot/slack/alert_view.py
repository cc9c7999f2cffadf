"""An alert as a message: what, who and when, evidence, the checklist, and what can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bot.alerts.lifecycle import answered, meaning
from bot.alerts.model import Alert, Item
from bot.app.answer import DOLLARS_PER_GB, fit, visible
from bot.slack import alert_words as say
from bot.slack import words
from bot.slack.blocks import (
    LINK_CONSOLE,
    Block,
    Message,
    actions,
    bullets,
    button,
    context,
    cut,
    data_table,
    header,
    link_button,
    marked,
    message,
    rich,
    section,
    styled,
)

ACKNOWLEDGE, RESOLVE, REOPEN, MORE = "alert_ack", "alert_resolve", "alert_reopen", "alert_more"
RUN, CHECK = "alert_run", "alert_check"
"""Buttons of an alert. Their value is its id; for an item `alert id|item id`, and each item has its
own `alert_run:item id`."""

MOST_ROWS = 10
"""Rows of evidence in the message."""

_BOXES, _OPTION = 10, 75
"""Boxes in one group, and the characters of each (Block Kit, checkboxes element)."""

_MOST_ITEMS = 25
"""Items that can be acted on: a message has room for 50 blocks."""

# The colours of Grafana OnCall, which people know (slack.md § 7.2): the state, never the severity.
_COLOURS = {"open": "#a30200", "acknowledged": "#daa038", "resolved": "#2eb886"}
_SNOOZED = "#dddddd"

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:")
"""A time as CloudWatch writes it. When it happened stands in a line of its own."""


def alert_message(alert: Alert, *, table: bool = True) -> Message:
    """The message of an alert: the title as a block, the rest beside a bar in the colour of its state.

    Without `table` it leaves out what Slack might not take.
    """
    shown = message(_text(alert), [header(say.title(alert))])
    colour = _SNOOZED if alert.snoozed_until else _COLOURS[alert.status]
    body = [*_facts(alert), *_evidence(alert, table=table), *_checklist(alert), *_endings(alert)]
    attachment = {"color": colour, "fallback": shown.text, "blocks": body}
    return Message(shown.text, shown.blocks, (attachment,))


def shown_ticks(payload: Mapping[str, object], block_id: str) -> tuple[str, ...]:
    """The items that were ticked in a group of boxes when the message in a payload was drawn."""
    found = _block_of(payload, block_id)
    elements = found.get("elements")
    first = elements[0] if isinstance(elements, list) and elements else {}
    options = first.get("initial_options") if isinstance(first, dict) else None
    return tuple(item_of(each["value"])[1] for each in options or ())


def offered(payload: Mapping[str, object], block_id: str) -> tuple[str, ...]:
    """All items of a group of boxes in the message of a payload."""
    found = _block_of(payload, block_id)
    elements = found.get("elements")
    first = elements[0] if isinstance(elements, list) and elements else {}
    options = first.get("options") if isinstance(first, dict) else None
    return tuple(item_of(each["value"])[1] for each in options or ())


def item_of(value: str) -> tuple[str, str]:
    """The alert's id and the item's from the value of a button or box."""
    alert_id, _, item_id = value.partition("|")
    return alert_id, item_id


def _block_of(payload: Mapping[str, object], block_id: str) -> Block:
    attachments = payload.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else ():
        for block in attachment.get("blocks") or ():
            if block.get("block_id") == block_id:
                return dict(block)
    return {}


def _text(alert: Alert) -> str:
    """The whole sense, for a notification and for a screen reader."""
    parts = [say.title(alert), f"{say.state(alert)}.", say.keys(alert), say.span(alert)]
    parts.append(visible(alert.condition))
    if alert.checklist:
        parts.append(say.progress(sum(map(answered, alert.checklist)), len(alert.checklist)))
    return " ".join(part for part in parts if part)


def _facts(alert: Alert) -> Iterator[Block]:
    """Who, where and when."""
    lines = [
        [styled(f"{name} ", "bold"), styled(visible(value), "code")]
        for name, value in zip(alert.key_columns, alert.key, strict=True)
    ]
    lines += [
        [styled(f"{name} ", "bold"), styled(visible(cut(value, 300)), "code")]
        for name, value in sorted(alert.values.items())
        if name not in alert.key_columns and name in alert.columns and not _TIME.match(value)
    ][:6]
    if lines:
        yield bullets(lines)
    if alert.condition:
        yield section(alert.condition)
    yield context(say.span(alert), *([say.LATE] if alert.late else []))


def _evidence(alert: Alert, *, table: bool) -> Iterator[Block]:
    fitted = fit(alert.columns, alert.rows[:MOST_ROWS]) if table else None
    if fitted is not None:
        caption = say.evidence(len(fitted.rows), alert.count)
        yield data_table(caption, fitted.columns, fitted.rows, max(1, min(5, len(fitted.rows))))
    elif alert.rows:
        yield section(say.no_table(alert.rule))


def _checklist(alert: Alert) -> Iterator[Block]:
    if not alert.checklist:
        return
    items = alert.checklist[:_MOST_ITEMS]
    done = sum(map(answered, alert.checklist))
    yield rich(styled(say.CHECKLIST, "bold"), styled(f" {say.progress(done, len(items))}"))
    if alert.status == "resolved":
        yield bullets(_closed(item) for item in items)
        return
    group = 0
    for runs, some in groupby(items, key=lambda item: item.runs):
        together = list(some)
        if runs:
            for item in together:
                yield _runnable(alert, item)
            continue
        for first in range(0, len(together), _BOXES):
            yield _boxes(alert, together[first : first + _BOXES], group)
            group += 1


def _runnable(alert: Alert, item: Item) -> Block:
    """A question that a query answers, its answer below it, and the button beside it."""
    running = item.answer is not None and item.answer.state == "running"
    label = say.RUN_AGAIN if item.answer is not None and not running else say.RUN
    block = section("\n".join(_lines(item))) | {"block_id": f"run-{item.id}"}
    if not running:
        run = button(label, f"{RUN}:{item.id}", f"{alert.id}|{item.id}")
        block["accessory"] = run | {"accessibility_label": cut(f"{label}: {item.ask}", _OPTION)}
    return block


def _lines(item: Item) -> Iterator[str]:
    mark = "☑" if answered(item) else "☐"
    yield f"{mark} {item.ask}{say.REQUIRED if item.required else ''}"
    if item.answer is None:
        if item.why:
            yield item.why
        return
    yield say.answer(item.answer)
    if said := meaning(item):
        yield said


def _boxes(alert: Alert, items: Sequence[Item], group: int) -> Block:
    """Questions that a person answers. A new block each time: clients keep the state of an old one
    (docs.slack.dev/reference/block-kit/blocks, `block_id`)."""
    options = [_option(alert, item) for item in items]
    boxes: Block = {"type": "checkboxes", "action_id": CHECK, "options": options}
    if ticked := [each for each, item in zip(options, items, strict=True) if item.ticked]:
        boxes["initial_options"] = ticked
    return actions([boxes]) | {"block_id": f"check-{group}-{alert.revision}"}


def _option(alert: Alert, item: Item) -> Block:
    if item.ticked:
        about = say.ticked(item.ticked)
    else:
        about = " · ".join(
            part for part in (say.REQUIRED.strip(" ()") * item.required, item.why) if part
        )
    option: Block = {"text": _plain(item.ask), "value": f"{alert.id}|{item.id}"}
    return option | ({"description": _plain(about)} if about else {})


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": cut(visible(text), _OPTION), "emoji": False}


def _closed(item: Item) -> list[Block]:
    """A question of an alert that is judged: nothing to press."""
    mark = "☑" if answered(item) else "☐"
    runs = [styled(f"{mark} {item.ask}")]
    if item.answer is not None:
        runs.append(styled(f" {say.answer(item.answer)}", "italic"))
    if item.ticked:
        runs.append(styled(f" {say.ticked(item.ticked)}", "italic"))
    return runs


def _endings(alert: Alert) -> Iterator[Block]:
    """What to do with it, the buttons, and the small print."""
    if alert.resolved is not None and alert.verdict is not None:
        yield rich(styled(f"{say.verdict(alert.verdict)} ", "bold"), styled(alert.note))
    elif alert.respond or alert.false_positives:
        if alert.respond:
            yield rich(styled(say.IF_REAL, "bold"))
            yield bullets([styled(visible(line))] for line in alert.respond)
        if alert.false_positives:
            yield rich(styled(say.IF_NOT, "bold"))
            yield bullets([styled(visible(line))] for line in alert.false_positives)
    yield _buttons(alert)
    for line in _deeds(alert):
        yield marked(line)
    if alert.told.repeated:
        yield context(words.MAYBE_TWICE)
    if alert.told.meant:
        yield context(say.elsewhere(alert.told.meant))
    yield context(*_small(alert))


def _buttons(alert: Alert) -> Block:
    if alert.status == "resolved":
        return actions([button(say.REOPEN, REOPEN, alert.id), *_link(alert)])
    buttons = []
    if alert.status == "open":
        buttons.append(button(say.ACKNOWLEDGE, ACKNOWLEDGE, alert.id) | {"style": "primary"})
    resolve = button(say.RESOLVE, RESOLVE, alert.id)
    buttons.append(resolve | ({"style": "primary"} if alert.status == "acknowledged" else {}))
    snoozes = [
        {"text": _plain(text), "value": f"{alert.id}|{span}"} for span, text in say.SNOOZES.items()
    ]
    more = {"type": "overflow", "action_id": MORE, "options": snoozes}
    return actions([*buttons, *_link(alert), more])


def _link(alert: Alert) -> list[Block]:
    return [link_button(words.CONSOLE, LINK_CONSOLE, alert.link)] if alert.link else []


def _deeds(alert: Alert) -> Iterator[str]:
    """Who did what, the newest state of each."""
    if alert.reopened is not None and alert.status != "resolved":
        yield say.deed(say.REOPENED, alert.reopened)
    if alert.acknowledged is not None and alert.acknowledged != alert.resolved:
        yield say.deed(say.ACKNOWLEDGED, alert.acknowledged)
    if alert.snoozed is not None and alert.snoozed_until is not None:
        yield say.snoozed(alert.snoozed, alert.snoozed_until)
    if alert.resolved is not None:
        yield say.deed(say.RESOLVED, alert.resolved)


def _small(alert: Alert) -> Iterator[str]:
    yield f"alert {alert.id}"
    yield f"rule {alert.rule} {alert.rule_version[:8]}"
    if alert.owner:
        yield alert.owner
    yield say.opened(alert.opened)
    if alert.scanned_bytes:
        yield f"{words.in_bytes(alert.scanned_bytes)} scanned"
        yield words.price(alert.scanned_bytes / 1e9 * DOLLARS_PER_GB)
