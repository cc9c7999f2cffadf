"""What Slack said lately, remembered in this process and in the store, so that another one need not ask.

A function in the account starts anew all the time: what only its memory held, Slack would be asked for at
nearly every command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.app import documents
from bot.app.documents import Kind
from bot.app.ports import Clock, Person, Place, Store

FRESH = timedelta(minutes=5)
"""How long a person who became a guest, or a channel that was shared, may still pass."""

FRESH_TEAM = timedelta(hours=1)
"""How long the bot's own team is taken for what it was: it changes with the token only."""

_MOST = 2_000

_Said = TypeVar("_Said")


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """A person, and the bot's own team when it asked about them: one read tells both."""

    person: Person
    team: str


@dataclass(frozen=True, slots=True)
class Note(Generic[_Said]):
    """What was said, and until when it counts."""

    said: _Said
    until: datetime


TEAMS = Kind("slack-team", Note[str], expires=lambda note: note.until)
PEOPLE = Kind("slack-person", Note[Acquaintance], expires=lambda note: note.until)
PLACES = Kind("slack-place", Note[Place], expires=lambda note: note.until)


class Memory(Generic[_Said]):
    """Notes of one kind, by id. Safe to use from many threads: at worst Slack is asked twice."""

    def __init__(
        self, store: Store, kind: Kind[Note[_Said]], clock: Clock, fresh: timedelta = FRESH
    ) -> None:
        self._store = store
        self._kind = kind
        self._clock = clock
        self._fresh = fresh
        self._notes: dict[str, Note[_Said]] = {}

    def recall(self, ident: str) -> _Said | None:
        """What was said, if that is not too long ago."""
        now = self._clock()
        note = self._notes.get(ident)
        if note is None or note.until <= now:
            note = documents.read(self._store, self._kind, ident)
            if note is None:
                return None
            self._keep(ident, note)
        return note.said

    def get(self, ident: str, ask: Callable[[], _Said]) -> _Said:
        """What was said lately, or else what `ask` finds out now."""
        known = self.recall(ident)
        if known is not None:
            return known
        note = Note(ask(), self._clock() + self._fresh)
        self._keep(ident, note)
        # Somebody else may have asked meanwhile: then theirs is as good.
        documents.create(self._store, self._kind, ident, note)
        return note.said

    def _keep(self, ident: str, note: Note[_Said]) -> None:
        if len(self._notes) >= _MOST:
            self._notes.clear()
        self._notes[ident] = note
