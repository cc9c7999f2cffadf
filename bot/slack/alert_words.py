"""Every sentence that the bot says about an alert."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.alerts.lifecycle import Decision
from bot.alerts.model import Alert, Deed, Item, ItemAnswer, Verdict
from bot.app.answer import visible
from bot.slack.blocks import cut
from bot.slack.words import COMMAND, count

ACKNOWLEDGE, RESOLVE, REOPEN = "Acknowledge", "Resolve", "Reopen"
RUN, RUN_AGAIN = "Run", "Run again"
CHECKLIST, IF_REAL, IF_NOT = "Checklist", "If it is real", "Known false alarms"
REQUIRED = " (required)"
ACKNOWLEDGED, RESOLVED, REOPENED = "Acknowledged", "Resolved", "Reopened"
LATE = "its newest events came late"

SNOOZES = {
    "1h": "Snooze for 1 hour",
    "4h": "Snooze for 4 hours",
    "tomorrow": "Snooze until tomorrow 09:00",
}

MODAL_TITLE, VERDICT, NOTE, CANCEL = "Resolve the alert", "Verdict", "Note", "Cancel"
NOTE_HINT = "What you found, for whoever reads this next. Open required questions need one."
NOTE_NEEDED = "Required questions are open: say here why you judge the alert without them."
VERDICT_NEEDED = "Choose a verdict."
CLOSE = "Close"

VERDICTS: dict[Verdict, str] = {
    "true positive": "It is real, and it was or is a threat.",
    "benign": "It happened, and it was meant to.",
    "false positive": "The rule saw what was not there.",
}

GONE = "This alert is no longer kept, so nothing can be done with it."
NO_ITEM = "This question is not in the alert's checklist any more."

_EMOJI = {"info": "⚪", "low": "🔵", "medium": "🟡", "high": "🟠", "critical": "🔴"}


def title(alert: Alert) -> str:
    """One line: severity, what, how often."""
    severity = f"{_EMOJI[alert.severity]} {alert.severity.capitalize()}"
    return cut(f"{severity}: {visible(alert.title)} ({count(alert.count, 'finding')})", 150)


def state(alert: Alert) -> str:
    """Where the alert stands, in a few words."""
    if alert.status == "resolved" and alert.resolved is not None:
        return f"Resolved as {alert.verdict} by {alert.resolved.name}"
    if alert.status == "acknowledged" and alert.acknowledged is not None:
        held = f"Acknowledged by {alert.acknowledged.name}"
    else:
        held = "Open, nobody has acknowledged it"
    if alert.snoozed_until is not None:
        held += f", snoozed until {moment(alert.snoozed_until)}"
    return held


def keys(alert: Alert) -> str:
    """What the alert is about: `who: arn:…`."""
    pairs = zip(alert.key_columns, alert.key, strict=True)
    told = ", ".join(f"{name}: {visible(cut(value, 200))}" for name, value in pairs)
    return f"{told}." if told else ""


def moment(at: datetime) -> str:
    """A point in time. Many people in many zones read the same message, so it is UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def span(alert: Alert) -> str:
    """When it happened."""
    first, last = (f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for at in (alert.first, alert.last))
    if first == last:
        return f"{first} UTC"
    same_day = first[:11] == last[:11]
    return f"{first} – {last[11:] if same_day else last} UTC"  # noqa: RUF001 - a dash between two times


def evidence(shown: int, found: int) -> str:
    """The caption of the evidence."""
    return f"Newest {shown} of {count(found, 'finding')}" if found > shown else "Findings"


def no_table(rule: str) -> str:
    """That Slack did not take the evidence."""
    return f"Slack did not take the findings as a table. Ask for them: {COMMAND} {rule}"


def progress(done: int, number: int) -> str:
    """How much of the checklist is answered."""
    return f"{done} of {count(number, 'question')} answered"


def answer(given: ItemAnswer) -> str:
    """What running an item gave, and who ran it."""
    by = f"{given.deed.name}, {moment(given.deed.at)}"
    about = f" for {visible(cut(given.about, 200))}" if given.about else ""
    match given.state:
        case "running":
            return f"⏳ Running{about}, started by {by}"
        case "failed":
            return f"⚠ It failed{about}: {_problem(given)} ({by})"
        case "cannot":
            return f"⚠ {_problem(given)}"
        case "done":
            return f"→ {given.outcome.capitalize()}: {count(given.rows, 'row')}{about} ({by})"


def ticked(deeds: Sequence[Deed]) -> str:
    """Who ticked a question, and when the first of them did."""
    return f"✓ {', '.join(deed.name for deed in deeds)}, {moment(deeds[0].at)}"


def deed(what: str, done: Deed) -> str:
    """Who did what and when."""
    return f"{what} by {visible(done.name)} at {moment(done.at)}."


def snoozed(done: Deed, until: datetime) -> str:
    """Who wants quiet, and until when."""
    return f"Snoozed by {visible(done.name)} until {moment(until)}."


def verdict(given: Verdict) -> str:
    """The verdict, as the message shows it."""
    return f"Verdict: {given}."


def opened(at: datetime) -> str:
    """When the alert was raised."""
    return f"opened {moment(at)}"


def elsewhere(channel: str) -> str:
    """Why an alert is not in the channel that should have it."""
    return (
        f"It is here because channel {channel} takes no message of the bot: invite the bot there, or "
        "name another channel in rules/config.yml."
    )


def open_questions(items: Sequence[Item]) -> str:
    """The required questions that have no answer yet."""
    listed = "\n".join(f"• {item.ask}" for item in items)
    return f"Required and not answered yet:\n{listed}"


def explained(decision: Decision) -> str:
    """Why a click did nothing, with who was first and when."""
    alert, first = decision.alert, _who(decision.first) if decision.first is not None else ""
    words = {
        "already": f"That is done already, by {first}." if first else "That is done already.",
        "resolved": f"This alert was resolved as {alert.verdict} by {first}. Reopen it to go on.",
        "not resolved": f"This alert is {alert.status}; there is no verdict to take back.",
        "needs note": NOTE_NEEDED,
        "theirs": f"{first} ticked this question; only they can take it back.",
        "no item": NO_ITEM,
    }
    return words.get(decision.reason, "That is done already.")


def acknowledged(alert: Alert) -> str:
    """The answer to `/siem ack ID`."""
    return f"You acknowledged {alert.id}: {visible(alert.title)}."


def no_such_alert(text: str) -> str:
    """`/siem ack` with an id that is none."""
    said = visible(cut(text, 60)).replace("`", "'")
    return f"There is no alert `{said}`. Its id stands at the end of its message. Try: {COMMAND} ack 1f6b0c2d9a3e.1"


def _problem(given: ItemAnswer) -> str:
    """What went wrong, on one line of plain text, which knows no `backticks`."""
    return visible(cut(given.problem.replace("\n", " "), 300)).replace("`", "'")


def _who(by: Deed) -> str:
    return f"{visible(by.name)} at {moment(by.at)}"
