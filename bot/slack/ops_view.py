"""Alarms of CloudWatch, and trouble of the bot's own, as messages."""

from __future__ import annotations

from collections.abc import Iterator

from bot.app.alarms import Ringing
from bot.app.answer import visible
from bot.app.trouble import Trouble
from bot.slack import ops_words as say
from bot.slack.blocks import (
    LINK_CONSOLE,
    Block,
    Message,
    actions,
    bullets,
    context,
    cut,
    header,
    link_button,
    marked,
    message,
    preformatted,
    rich,
    section,
    styled,
)

MOST_BEFORE = 5
"""Earlier states that the message lists."""

# The state, as in the alerts' messages.
_COLOURS = {"ALARM": "#a30200", "OK": "#2eb886", "INSUFFICIENT_DATA": "#dddddd"}


def alarm_message(ringing: Ringing) -> Message:
    """The message of an alarm: its state and name, since when, why, and where to look.

    What AWS sent is raw text: it neither mentions, links nor formats.
    """
    shown = message(_text(ringing), [header(say.title(ringing))])
    body = [*_facts(ringing), *_before(ringing), *_ways(ringing)]
    attachment = {
        "color": _COLOURS[ringing.now.state],
        "fallback": shown.text,
        "blocks": body,
    }
    return Message(shown.text, shown.blocks, (attachment,))


def alarm_note(ringing: Ringing) -> Message:
    """What the thread says of an alarm's latest change."""
    words, reason = say.note(ringing), _reason(ringing)
    blocks = [section(words), *([preformatted(reason)] if reason else [])]
    return message(f"{words} {reason}".strip(), blocks)


def trouble_message(trouble: Trouble) -> Message:
    """The standing message about jobs that failed too often."""
    words = say.trouble(trouble)
    lines = [
        [
            styled(visible(cut(one.kind, 80)), "code"),
            styled(say.failed(one)),
            styled(visible(cut(one.last, 150)), "code"),
        ]
        for one in reversed(trouble.failed)
    ]
    blocks = [header(f"🔴 {say.TROUBLE}"), section(words), bullets(lines), marked(say.WHAT_NOW)]
    return message(f"{say.TROUBLE}: {words}", blocks)


def _text(ringing: Ringing) -> str:
    """The whole sense, for a notification and for a screen reader."""
    place = say.place(ringing)
    parts = [f"{say.title(ringing)}.", say.since(ringing), f"{place}." if place else ""]
    return " ".join(part for part in (*parts, _reason(ringing)) if part)


def _reason(ringing: Ringing) -> str:
    return cut(ringing.now.reason.strip(), 1_000)


def _facts(ringing: Ringing) -> Iterator[Block]:
    if ringing.news.about.strip():
        yield section(cut(ringing.news.about.strip(), 1_000))
    yield context(*filter(None, (say.since(ringing), say.place(ringing))))
    reason = _reason(ringing)
    if reason:
        yield rich(styled(say.REASON, "bold"))
        yield preformatted(reason)


def _before(ringing: Ringing) -> Iterator[Block]:
    earlier = ringing.changes[:-1][-MOST_BEFORE:]
    if earlier:
        yield rich(styled(say.BEFORE, "bold"))
        yield bullets([styled(say.before(one))] for one in reversed(earlier))


def _ways(ringing: Ringing) -> Iterator[Block]:
    if ringing.news.link:
        yield actions([link_button(say.OPEN, LINK_CONSOLE, ringing.news.link)])
