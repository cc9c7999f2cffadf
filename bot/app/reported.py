"""What is kept about a digest, and how a person asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alerts.digest import Digest
from bot.app import documents
from bot.app.ask import answer_id, zone_of
from bot.app.documents import Kind
from bot.app.ports import FrontDesk, Job, Person, Reply
from bot.app.windows import read_window


@dataclass(frozen=True, slots=True)
class Reported:
    """A digest and all that happened to it. `posting` is set before the message is posted."""

    digest: Digest
    channel: str
    asked_by: str = ""
    posting: bool = False
    ts: str = ""
    search_id: str = ""
    restarts: int = 0
    told: bool = False
    waiting: float = 0.0
    """Seconds that its search has waited for a place among AWS's queries."""
    made: datetime | None = None


_KEPT = timedelta(days=90)

REPORTED = Kind("digest", Reported, expires=lambda r: r.made + _KEPT if r.made else None)


def ask_for_digest(
    desk: FrontDesk, text: str, person: Person, reply: Reply, trigger: str, private: bool
) -> None:
    """Queue the digest of a window such as `24h` (the default). `BotError` for what is no window.

    With `private` it goes to the person's direct messages.
    """
    zone = zone_of(person)
    window = read_window(text or "24h").resolve(desk.clock(), zone)
    digest = Digest(answer_id(trigger), window.start, window.end, zone.key, private=private)
    channel = desk.notifier.direct(person.id) if private else reply.channel
    documents.create(
        desk.store, REPORTED, digest.id, Reported(digest, channel, person.id, made=desk.clock())
    )
    desk.jobs.put(Job("digest", digest.id, {"turn": 0}))
