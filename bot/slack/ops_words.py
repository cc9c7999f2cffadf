"""Every sentence about alarms, and about trouble of the bot's own."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.app.alarms import Change, Ringing, State
from bot.app.answer import visible
from bot.app.trouble import Failed, Trouble
from bot.slack.blocks import cut
from bot.slack.digest_words import span
from bot.slack.words import COMMAND

OPEN, REASON, BEFORE = "Open in CloudWatch", "Reason", "Before"
TROUBLE = "The bot has trouble"
WHAT_NOW = (
    "The bot's own log says why, under these ids. Rules that fail for it are in "
    f"`{COMMAND} status`. This message is edited while there is more."
)

# An emoji and a word: colour alone says nothing to some people, and nothing in a notification.
_STATES: dict[State, tuple[str, str]] = {
    "ALARM": ("🔴", "Alarm"),
    "OK": ("🟢", "OK"),
    "INSUFFICIENT_DATA": ("⚪", "No data"),
}


def title(ringing: Ringing) -> str:
    """One line: the state, and which alarm."""
    return cut(f"{state(ringing.now)}: {visible(ringing.news.name)}", 150)


def state(change: Change) -> str:
    """The state as an emoji and a word."""
    return " ".join(_STATES[change.state])


def since(ringing: Ringing) -> str:
    """Since when it is so, and when it began."""
    first, now = ringing.changes[0], ringing.now
    said = f"Since {moment(now.at)}"
    if first is now:
        return f"{said}."
    return f"{said}; it began at {moment(first.at)}, {span(now.at - first.at)} before."


def place(ringing: Ringing) -> str:
    """Where the alarm is."""
    news = ringing.news
    named = (("region", news.region), ("account", news.account))
    said = ", ".join(f"{name} {visible(cut(value, 60))}" for name, value in named if value)
    return said[:1].upper() + said[1:]


def before(change: Change) -> str:
    """A line about a state that is over."""
    return f"{state(change)} since {moment(change.at)}"


def note(ringing: Ringing) -> str:
    """What the thread says of the latest change."""
    now = ringing.now
    if now.state == "OK":
        first = ringing.changes[0]
        return f"{state(now)} again since {moment(now.at)}, after {span(now.at - first.at)}."
    return f"{state(now)} since {moment(now.at)}."


def trouble(value: Trouble) -> str:
    """All of it in a sentence."""
    times = sum(one.times for one in value.failed)
    jobs = "One of its jobs" if times == 1 else f"{times:,} of its jobs"
    return f"{jobs} failed too often since {moment(value.since)}, and nobody waits for them."


def failed(one: Failed) -> str:
    """A line about jobs that failed alike."""
    times = "once" if one.times == 1 else f"{one.times:,} times, last"
    return f" {cut(visible(one.error), 80)}, {times} at {moment(one.at)}: "


def moment(at: datetime) -> str:
    """A time in UTC: people of several zones read it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
