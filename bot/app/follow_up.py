"""What people want of a finished answer, all rows as a file or that everybody sees it, as jobs to do."""

from __future__ import annotations

from bot.app.asked import Asked
from bot.app.ports import FrontDesk, Job, Reply
from bot.errors import BotError

THREAD = "thread"
"""The place of a public answer's file; a private one's is the person who wanted it."""


def ask_for_file(desk: FrontDesk, asked: Asked, reply: Reply) -> None:
    """Queue the file with all rows. `BotError` if it is there already, or if there are no rows."""
    if not asked.answer.found:
        raise BotError("This answer has no rows to put into a file. Ask again.")
    place = reply.user if asked.answer.private else THREAD
    if place in asked.files:
        where = "our direct messages" if asked.answer.private else "the thread of the answer"
        raise BotError(f"The file is in {where} already.")
    desk.jobs.put(file_job(asked, place, reply, search_id=asked.search_id, turn=0))


def ask_to_share(desk: FrontDesk, asked: Asked, reply: Reply) -> None:
    """Queue that everybody in the channel sees a private answer. `BotError` if they do already."""
    if asked.shared:
        raise BotError("The answer is shared already.")
    desk.jobs.put(Job("share", asked.id, _reply(reply)))


def file_job(asked: Asked, place: str, reply: Reply, *, search_id: str, turn: int) -> Job:
    """The job that puts the file of an answer into a place, once the search of that id has ended."""
    payload = {"reply": _reply(reply), "search_id": search_id, "turn": turn}
    return Job("csv", f"{asked.id}:{place}", payload)


def _reply(reply: Reply) -> dict[str, str]:
    return {"channel": reply.channel, "user": reply.user, "response_url": reply.response_url}
