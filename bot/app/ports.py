"""What the use cases need from outside, named after the need. Adapters live in aws and local."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol, TypeAlias

from bot.alerts.model import Alert
from bot.app.answer import Answer
from bot.errors import BotError
from bot.rules.card import RuleCard

Row: TypeAlias = Mapping[str, str]
"""One row of a result as CloudWatch returns it: text values, missing fields left out."""

Clock: TypeAlias = Callable[[], datetime]
"""Where *now* comes from; always an aware time in UTC."""


# ----------------------------------------------------------------------------------- metrics
Metric: TypeAlias = Literal[
    "ticks",  # looks for what is due that have ended
    "runs",  # searches of rules that ended well
    "lag",  # seconds from the end of what a run has searched to now
    "findings",  # findings that no alert had yet
    "alerts",  # alerts that were raised
    "bytes",  # what searches have read
    "places_waited",  # searches that found no place, and come back for one
    "run_errors",  # runs of rules that failed
    "answer_errors",  # answers to people that say what went wrong
    "job_errors",  # jobs that failed in a way nobody expected
    "dead_jobs",  # jobs that were set aside
    "request_errors",  # requests of Slack that failed in a way nobody expected
    "ack",  # milliseconds until Slack had its acknowledgement
]
"""What is counted; `lag` and `ack` are values, all others counts."""


class Meter(Protocol):
    """Counts what happens, for graphs and alarms."""

    def add(self, name: Metric, value: float = 1) -> None:
        """Count `value` more; of a metric that is no count, one value. It never fails."""
        ...


class Silent:
    """The meter of who counts nothing."""

    def add(self, name: Metric, value: float = 1) -> None:
        """Do nothing."""


# -------------------------------------------------------------------------------- log search
@dataclass(frozen=True, slots=True)
class Window:
    """The half-open span [start, end) that a search covers; both aware, whole seconds."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Search:
    """One query to run: bound text, the log groups it reads, the window, at most `limit` rows."""

    query: str
    groups: tuple[str, ...]
    window: Window
    limit: int = 10_000
    by: Literal["person", "rule"] = "person"
    """Who waits for it: people have places of their own where AWS has few."""


class SearchStatus(StrEnum):
    """The states of a CloudWatch Logs Insights query (GetQueryResults, `status`)."""

    SCHEDULED = "Scheduled"
    RUNNING = "Running"
    COMPLETE = "Complete"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    TIMEOUT = "Timeout"
    UNKNOWN = "Unknown"

    @property
    def ended(self) -> bool:
        """Whether the state is final."""
        return self not in (SearchStatus.SCHEDULED, SearchStatus.RUNNING, SearchStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a search has touched so far: log events and uncompressed bytes."""

    records_matched: int = 0
    records_scanned: int = 0
    bytes_scanned: int = 0


@dataclass(frozen=True, slots=True)
class SearchState:
    """Where a search stands. While it runs, `rows` are those found so far."""

    status: SearchStatus
    rows: Sequence[Row] = ()
    statistics: Statistics = Statistics()


class LogSearch(Protocol):
    """Runs Logs Insights queries: AWS itself, or files on this machine.

    Where there is no place for a query, or too many calls came, any method raises `LaterError`.
    """

    def start(self, search: Search) -> str:
        """Start a search and return its id. A query that cannot run raises `BotError`."""
        ...

    def poll(self, search_id: str) -> SearchState:
        """Where the search stands; raises `BotError` when the id is unknown or has expired."""
        ...

    def stop(self, search_id: str) -> None:
        """Ask the search to end. Stopping one that has ended is no error."""
        ...

    def link(self, search: Search) -> str | None:
        """A page where a person can see the same query, at most 3,000 characters, if there is one."""
        ...


# ------------------------------------------------------------------------------------- store
@dataclass(frozen=True, slots=True)
class Stored:
    """A document and its version, which rises by one with every write."""

    version: int
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """A place in a list: documents are found again by the list's name, in the order of `sort`."""

    name: str
    sort: str


class Store(Protocol):
    """Documents by key. Each write is one item and conditional: no lost updates.

    A document whose `expires` has passed is not there any more, for every call. What is written in
    its place goes on counting versions, so that whoever held it before cannot write again.
    """

    def get(self, key: str) -> Stored | None:
        """The document as it is now, or None."""
        ...

    def put(
        self,
        key: str,
        value: Mapping[str, Any],
        expected: int,
        *,
        lists: Sequence[Listing] = (),
        expires: datetime | None = None,
    ) -> int:
        """Write if the stored version is `expected` (0: there is none); the new version, or 0.

        `lists` are the two lists at most in which the document stands from now on, `expires`
        (aware) when it ceases to be; both replace what was said before. Raises `BotError` for a
        document that is too large to be kept, and for a place that there cannot be (`app.places`).
        """
        ...

    def delete(self, key: str, expected: int | None = None) -> bool:
        """Remove the document, if it has the version `expected` where one is given.

        Whether it was removed; nothing happens if there is none.
        """
        ...

    def listed(self, name: str, start: str = "", end: str = "") -> Iterator[tuple[str, Stored]]:
        """Key and document of all in the list with `start` <= sort < `end`, by sort, then key.

        An empty `end` is the end of the list. What was written a moment ago may not be in it yet:
        read a document again by its key before acting on it.
        """
        ...


# -------------------------------------------------------------------------------------- jobs
@dataclass(frozen=True, slots=True)
class Job:
    """Work to do after the acknowledgement: plain JSON, ids only. Running it twice must be safe."""

    kind: str
    id: str
    payload: Mapping[str, Any]


Handler: TypeAlias = Callable[[Job], None]
"""What does the jobs of one kind."""


class Jobs(Protocol):
    """Where work waits. It survives a restart, and a failed job is tried again.

    A job runs at least once, and never at the same time as another of the same kind and id. One that
    raises `LaterError` comes back when it says; one that fails too often is set aside and told.
    """

    def put(self, job: Job, delay: float = 0.0) -> None:
        """Queue a job to run after `delay` seconds, at most 900.

        Where a queue knows whole seconds only, the nearest counts.
        The same kind and id twice, while it waits, may be one job. Put while it runs, it runs again.
        """
        ...


# ---------------------------------------------------------------------------------- the chat
@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the chat: their zone (an IANA name) and whether they belong to this team."""

    id: str
    name: str
    zone: str
    member: bool
    """False for guests, bots, deactivated people and people of another team."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as the bot sees it."""

    id: str
    joined: bool
    """Whether the bot can post there. False for direct messages between people."""
    shared: bool
    """Shared with another organisation, or about to be."""
    known: bool = True
    """False where Slack tells the bot nothing: then it cannot know who reads there."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Where an answer goes when it may not be public: the command's own reply address."""

    channel: str
    user: str
    response_url: str = ""


class ChannelError(BotError):
    """A channel takes no message of the bot: it is archived, or the bot is not in it."""


class UnseenError(BotError):
    """The bot may not look whether a message is there: it lacks a scope, or is not in the channel."""


class Notifier(Protocol):
    """Shows answers in the chat. It renders them; nobody here knows what a message looks like.

    A failure that trying again cannot mend is a `BotError`, one of the channel `ChannelError`. While
    the chat is busy, down or refuses the bot's token, it is a `LaterError`; an `UncertainError` if
    what was asked for may have been done.
    """

    def post(self, channel: str, answer: Answer, thread: str = "") -> str:
        """Post a new message and return its ts. It carries the answer's id, so that `find` works.

        `thread` is the ts of the message under which it stands, if it does.
        """
        ...

    def find(self, channel: str, answer: Answer, thread: str = "") -> str | None:
        """The ts of the message that already shows this answer, or None.

        `UnseenError` where the bot may not look.
        """
        ...

    def edit(self, channel: str, ts: str, answer: Answer) -> None:
        """Make the message show the answer as it is now. Nothing happens if people deleted it."""
        ...

    def whisper(self, reply: Reply, answer: Answer) -> None:
        """Show the answer to one person; it replaces what `reply` showed before."""
        ...

    def share(self, reply: Reply, answer: Answer) -> None:
        """Show to all in the channel an answer that only one person saw."""
        ...

    def upload(self, channel: str, thread: str | None, name: str, title: str, text: str) -> None:
        """Put a text file into the channel, or into the thread under the message `thread`."""
        ...

    def direct(self, user: str) -> str:
        """The channel of the direct messages between the bot and this person."""
        ...

    def tell(self, reply: Reply, words: str) -> None:
        """Say something to one person only: a refusal, or where a file went."""
        ...


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """What listeners work with: the rules as people see them, the names of the logs, and the ports."""

    rules: Sequence[RuleCard]
    sources: Collection[str]
    store: Store
    jobs: Jobs
    notifier: Notifier
    clock: Clock
    meter: Meter = field(default_factory=Silent)


# -------------------------------------------------------------------------------- the alerts
class AlertBoard(Protocol):
    """Shows alerts in the chat: one message each, edited in place, with a thread.

    It fails as `Notifier` does.
    """

    def post(self, channel: str, alert: Alert) -> str:
        """Post a new message and return its ts. It carries the alert's id, so that `find` works."""
        ...

    def find(self, channel: str, alert: Alert) -> str | None:
        """The ts of the message that already shows this alert, or None.

        `UnseenError` where the bot may not look.
        """
        ...

    def edit(self, alert: Alert) -> bool:
        """Make the message at `alert.told` show the alert as it is now. False if it is gone."""
        ...

    def note(self, alert: Alert, text: str, loud: bool = False) -> None:
        """Say something in the alert's thread; `loud`: to everybody in the channel as well."""
        ...
