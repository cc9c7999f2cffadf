"""Every sentence that the bot says in Slack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.app.answer import WaitsFor

COMMAND = "/siem"
USAGE_HINT = "[RULE arguments window | alerts | status | digest | list | show RULE | help]"

AGAIN, CSV, CONSOLE, SHARE = "Again", "As CSV", "Open in CloudWatch", "Share"

ONLY_YOU = "Only you see this."
DIGEST_ELSEWHERE = "The bot cannot post here: the digest comes into our direct messages."
ONLY_YOU_WILL = "Only you will see the answer here."
ASK, CANCEL, RULE, CHOOSE, WINDOW, ANSWER = (
    "Ask",
    "Cancel",
    "Rule",
    "Find a rule",
    "Window",
    "Answer",
)
ONLY_I = "Only I see it"

GUEST = (
    "Guests and people of other organisations cannot use the bot. Ask a member of this workspace."
)
OTHER_TEAM = "The bot works for its own workspace only."
SHARED_CHANNEL = (
    "This channel is shared with another organisation, so the bot shows no logs here. "
    "Ask in a channel of your own."
)
UNKNOWN_READERS = "The bot cannot see who reads this channel, so it shares nothing here. Invite it, and ask again."
NO_TABLE = "Slack did not take these rows as a table; all are in the CSV file."
MAYBE_TWICE = (
    "The connection to Slack broke while this was posted, and the bot may not read the channel to look: "
    "it may stand here twice."
)
SHARE_EXPIRED = (
    "Slack lets an answer be shared for half an hour only. Ask again, and share the new one."
)
BUSY = "The bot cannot reach its store or its queue just now, so nothing was done. Try again."
NOT_READY = (
    "The bot is not ready: something that it needs is missing or does not answer. Try again; if it "
    "stays so, whoever runs it finds the reason in the log of its Slack function."
)
OLD_BUTTON = "This button is from another version of the bot. Ask again."

HELP = (
    "Ask a rule about your logs, and the answer comes into this channel. Everybody here sees it; "
    "with --private, in direct messages and where the bot is no member, only you do."
)
HELP_TITLE = "Ask your logs"
WINDOWS = (
    "A window is a length up to now (24h, 7d, 90m), a day or days (2026-11-01, "
    "2026-11-01..2026-11-02), times (2026-11-01T09:00..2026-11-01T10:30), since 09:00, today or "
    "yesterday: in your time zone. Without one, the rule's own counts."
)
VALUES = (
    "Values with blanks take quotes. name=value gives a value by its name, window=24h the window."
)
NO_RULES = "There are no rules yet."
TRY, EXAMPLES = "Try: ", "For example:"

# What a rule needs, as words. A rule may name others; their ids are words enough.
_NEEDS = {
    "s3-data-events": "S3 data events",
    "lambda-data-events": "Lambda data events",
    "management-events": "management events",
}

_TOO_SMALL = 0.00001


def asked(command: str, who: str) -> tuple[str, str]:
    """The question and who asked it."""
    return f"{COMMAND} {command}", f" asked by {who}"


def searching(records: int, size: int, found: int) -> str:
    """A search that goes on."""
    so_far = f", {count(found, 'row')} found" if found else ""
    return f"Searching … {count(records, 'record')} and {in_bytes(size)} scanned{so_far} so far."


def waiting(waits_for: WaitsFor, problem: str) -> str:
    """A search that is held up, and by what."""
    match waits_for:
        case "place":
            return "Waiting for a place among AWS's queries; it begins by itself."
        case "turn":
            return (
                "CloudWatch Logs gets more requests than it allows, so the search is not looked at for "
                "a while; it goes on by itself."
            )
        case "away":
            said = problem.partition("\n")[0]
            return f"CloudWatch Logs does not answer; the search goes on by itself. {said}"


def nothing(window: str) -> str:
    """An answer without rows."""
    return f"Nothing was found in {window}."


def needs(names: Sequence[str]) -> str:
    """Why an empty answer may mean nothing."""
    listed = " and ".join(_NEEDS.get(name, name.replace("-", " ")) for name in names)
    return f"An empty answer can also mean that {listed} are not logged."


def rows_shown(shown: int, found: int) -> str:
    """How many rows of how many."""
    return f"{shown:,} of {count(found, 'row')}" if found else "0 rows"


def more_in_csv(shown: int, found: int) -> str:
    """That the table is not all."""
    return f"First {shown:,} shown of {found:,}; all are in the CSV file."


def limited(limit: int) -> str:
    """That the search stopped at its limit."""
    return f"{limit:,} rows or more: narrow the window or the question."


def cells_cut(hidden_columns: int) -> str:
    """That the table has no room for some text."""
    hidden = f"{count(hidden_columns, 'column')} left out; " if hidden_columns else ""
    return f"{hidden}long values are cut (…); all is in the CSV file.".capitalize()


def scanned(records: int, size: int) -> str:
    """What a search has read."""
    return f"{count(records, 'record')}, {in_bytes(size)} scanned"


def price(dollars: float) -> str:
    """What it cost: cents, or less with one digit that matters."""
    if dollars <= 0:
        return "about $0"
    if dollars < _TOO_SMALL:
        return f"under ${_TOO_SMALL:.5f}"
    digits = 2 if dollars >= 1 else next(n for n in range(2, 7) if dollars * 10**n >= 1)
    return f"about ${dollars:,.{digits}f}"


def window(start: datetime, end: datetime, zone: tzinfo, name: str) -> str:
    """The window in the person's zone; seconds only where they say something."""
    moments = [moment.astimezone(zone) for moment in (start, end)]
    form = "%Y-%m-%d %H:%M:%S" if any(m.second for m in moments) else "%Y-%m-%d %H:%M"
    first, last = (f"{moment:{form}}" for moment in moments)
    return f"{first} – {last} ({name})"  # noqa: RUF001 - a dash between two times


def count(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def in_bytes(size: int) -> str:
    """A size, in steps of a thousand, as prices count."""
    if size < 1_000:
        return count(size, "byte")
    amount, unit = float(size), ""
    for unit in ("kB", "MB", "GB", "TB"):  # noqa: B007 - the unit it ends at
        amount /= 1_000
        if amount < 999.95:
            break
    return f"{amount:,.1f} {unit}"


def broken(reference: str) -> str:
    """What people see of a bug."""
    return f"Something went wrong in the bot. Its log says what, under {reference}. Try again."


def usage() -> list[tuple[str, str]]:
    """Commands and what they do."""
    return [
        (f"{COMMAND} RULE [arguments] [window] [--private]", "asks a rule"),
        (COMMAND, "opens a form with all rules"),
        (f"{COMMAND} list [word]", "shows the rules, or those with a word in them"),
        (f"{COMMAND} show RULE", "shows a rule: its purpose, condition, plan and query"),
        (f"{COMMAND} alerts [mine|open]", "shows the alerts without a verdict"),
        (f"{COMMAND} ack ALERT", "acknowledges an alert by the id at its end"),
        (f"{COMMAND} digest [window]", "sums up a time: alerts, events, cost"),
        (f"{COMMAND} status", "shows which rules watch, and how they fare"),
        (f"{COMMAND} help", "shows this"),
    ]


def no_match(word: str) -> str:
    """A list that would be empty."""
    return f"No rule has “{word}” in its name, title or purpose."


def rules_title(number: int, word: str) -> str:
    """The title of a list."""
    return f"{count(number, 'rule')} with “{word}”" if word else count(number, "rule")


def more_rules(number: int) -> str:
    """A list that is cut."""
    return f"{count(number, 'rule')} more: {COMMAND} list WORD shows those with a word in them."


def understood(what: str) -> str:
    """What was read before it went wrong."""
    return f"Understood: {what}."


def window_hint(examples: str) -> str:
    """What a window may be."""
    return f"How far to look, such as {examples}; in your time zone."


def no_form(why: str) -> str:
    """Slack did not open the form."""
    return (
        f"Slack did not show the form ({why}). Try again; {COMMAND} help says how to ask without."
    )


def unknown_bot(why: str) -> str:
    """Slack does not say who the bot is."""
    return (
        f"Slack did not say which workspace the bot belongs to ({why}), so it shows you nothing. Try "
        "again; if it stays so, an administrator reinstalls the app and renews its token."
    )


def no_verdict_form(why: str) -> str:
    """Slack did not open the form for a verdict."""
    return f"Slack did not show the form ({why}), and nothing has changed. Press Resolve again."


def unknown_person(why: str) -> str:
    """Slack does not say who asks."""
    return (
        f"Slack did not say who you are ({why}), so the bot shows you nothing. Try again; if it "
        "stays so, the bot needs the scope users:read."
    )


def unknown_place(why: str) -> str:
    """Slack does not say who reads here."""
    return (
        f"Slack did not say who reads this channel ({why}), so the bot shows nothing here. Try "
        "again; if it stays so, the bot needs the scopes channels:read and groups:read."
    )


def refused(why: str, needed: str = "") -> str:
    """Slack does not take a message, for a reason that trying again does not mend.

    `needed` are the scopes that it asks for.
    """
    if why == "missing_scope" and needed:
        scopes = " or ".join(f"`{scope}`" for scope in needed.split(","))
        return (
            f"The Slack app lacks the scope {scopes}: an administrator adds it and reinstalls it."
        )
    return _REFUSED.get(why, f"Slack refused the bot's message ({why}).")


_REFUSED = {
    "channel_not_found": "The bot cannot see this channel: invite it with /invite.",
    "not_in_channel": "The bot is not in this channel: invite it with /invite.",
    "is_archived": "This channel is archived.",
    "missing_scope": "The Slack app lacks a scope for this: an administrator adds it and reinstalls it.",
    "file_uploads_disabled": "This workspace does not allow files.",
}
