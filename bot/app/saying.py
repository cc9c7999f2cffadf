"""Words for one person that a job says: where a process must answer first and is frozen once it has."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from bot.app.ports import FrontDesk, Job, Reply
from bot.errors import BotError


def to_say(reply: Reply, words: str) -> Job:
    """The job that says the words. The same words to the same address are one job."""
    told = "\n".join((reply.channel, reply.user, reply.response_url, words))
    ident = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:20]
    return Job("say", ident, {"reply": asdict(reply), "words": words})


def say(desk: FrontDesk, job: Job) -> None:
    """The job `say`. Whoever cannot be told cannot be told that either."""
    try:
        desk.notifier.tell(Reply(**job.payload["reply"]), str(job.payload["words"]))
    except BotError:
        return
