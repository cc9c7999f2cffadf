"""What is kept about a question that was asked: one document, from the command to the last edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.app import documents
from bot.app.answer import Answer
from bot.app.documents import Document, Kind
from bot.app.ports import Reply, Search, Store

KEPT = timedelta(days=90)
"""How long an answer can be asked again, shared and had as a file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and all that happened to it.

    `rule` is the rule's id, `version` the version that the person saw, `values` the canonical texts
    of its parameters. `search` is what runs, once a job has bound it, and `search_id` its name
    there; `columns` and `times` are what the query says about its columns. `reply` is where it was
    asked. `posting` is set before the message is posted and `ts` after it, so that a crash between
    them shows; `warned` says that whoever asked knows that it cannot be posted yet, and `told` that
    the message shows the end. `files` are the places that have the CSV file: `thread`, or people.
    """

    answer: Answer
    reply: Reply
    rule: str
    version: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    """When it was asked; None where an earlier version of the bot kept it."""
    search: Search | None = None
    columns: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    posting: bool = False
    ts: str = ""
    search_id: str = ""
    restarts: int = 0
    told: bool = False
    warned: bool = False
    shared: bool = False
    files: tuple[str, ...] = ()
    thread: str = ""
    """The message under which the answer stands; empty for the channel itself."""
    item: tuple[str, ...] = ()
    """The alert's id and the checklist item's, if the answer is one of them."""
    about: str = ""
    """The values that an item runs with, where the alert's rows differ in them."""

    @property
    def id(self) -> str:
        """The answer's id, which buttons and jobs carry."""
        return self.answer.id

    @property
    def bound(self) -> Search:
        """The search, for what happens after it was bound."""
        assert self.search is not None  # noqa: S101 - who asks has started it
        return self.search


def _expires(asked: Asked) -> datetime | None:
    return None if asked.at is None else asked.at + KEPT


def _from_form_1(document: Document) -> Document:
    """Form 1 had the search from the start, with its window as a pair, and named no rule."""
    search = dict(document["search"])
    search["window"] = dict(zip(("start", "end"), search["window"], strict=True))
    rule = document["answer"]["command"].partition(" ")[0]
    return {**document, "search": search, "rule": rule}


ASKED = Kind("asked", Asked, form=2, migrations={1: _from_form_1}, expires=_expires)


def keep(store: Store, asked: Asked) -> bool:
    """Store a new question. False if it is there already: the command was delivered twice."""
    return documents.create(store, ASKED, asked.id, asked)


def look_up(store: Store, answer_id: str) -> Asked | None:
    """The question, if it is still kept."""
    return documents.read(store, ASKED, answer_id)


def change(store: Store, answer_id: str, how: Callable[[Asked], Asked]) -> Asked | None:
    """Write what `how` makes of the stored question, and return it; None if it is not kept.

    `how` may run several times, when somebody else writes in between.
    """
    return documents.change(store, ASKED, answer_id, how)
