"""Words for one person that a job says: where the chat takes none now, or a process must answer first
and is frozen once it has."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from bot.app.ports import FrontDesk, Job, Reply
from bot.errors import BotError, LaterError

WORTH = timedelta(minutes=30)
"""How long it makes sense to say why a click did nothing. An address to reply to lives as long."""


def tell(desk: FrontDesk, reply: Reply, words: str) -> None:
    """Tell the person; where the chat is busy or down, a job does it. `BotError` if nothing can."""
    try:
        desk.notifier.tell(reply, words)
    except LaterError as later:
        job = to_say(reply, words)
        until = (desk.clock() + WORTH).isoformat()
        desk.jobs.put(replace(job, payload={**job.payload, "until": until}), later.seconds)


def to_say(reply: Reply, words: str) -> Job:
    """The job that says the words. The same words to the same address are one job."""
    told = "\n".join((reply.channel, reply.user, reply.response_url, words))
    ident = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:20]
    return Job("say", ident, {"reply": asdict(reply), "words": words})


def say(desk: FrontDesk, job: Job) -> None:
    """The job `say`. Whoever cannot be told cannot be told that either; what is too old is not said."""
    until = job.payload.get("until")
    if until is not None and desk.clock() >= datetime.fromisoformat(until):
        return
    try:
        desk.notifier.tell(Reply(**job.payload["reply"]), str(job.payload["words"]))
    except BotError:
        return
