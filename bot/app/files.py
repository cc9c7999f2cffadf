"""The jobs that follow an answer: all its rows as a file, and a private answer for everybody."""

from __future__ import annotations

from dataclasses import replace

from bot.app.asked import Asked, change, look_up
from bot.app.columns import in_order
from bot.app.csv_file import csv_text
from bot.app.desk import Desk
from bot.app.follow_up import THREAD, file_job
from bot.app.ports import Job, LogSearch, Reply, SearchState, SearchStatus
from bot.app.running import AWAY, AWAY_SECONDS, NO_PLACE, PATIENCE, delay, waited
from bot.app.searching import begin
from bot.errors import AwayError, BotError, LaterError

WAITING = "The file waits for a place among AWS's queries; it comes by itself."
WAITING_FOR_AWS = "The file waits: CloudWatch Logs does not answer. It comes by itself."


def share(desk: Desk, job: Job) -> None:
    """The job `share`: show the answer to all in the channel."""
    asked = look_up(desk.store, job.id)
    if asked is None or asked.shared:
        return
    reply = Reply(**job.payload)
    try:
        desk.notifier.share(reply, asked.answer)
    except BotError as error:
        desk.notifier.tell(reply, str(error))
    else:
        change(desk.store, asked.id, lambda stored: replace(stored, shared=True))


def put_file(desk: Desk, search: LogSearch, job: Job) -> None:
    """The job `csv`: fetch all rows and upload them. A search that is lost is made once more."""
    answer_id, _, place = job.id.partition(":")
    asked = look_up(desk.store, answer_id)
    if asked is None or place in asked.files:
        return
    reply = Reply(**job.payload["reply"])
    try:
        state = _state(desk, search, asked, job)
        if state is not None:
            _upload(desk, asked, state, place)
    except BotError as error:
        desk.notifier.tell(reply, str(error))
        return
    if state is not None:
        change(desk.store, asked.id, lambda stored: replace(stored, files=(*stored.files, place)))
        if place != THREAD:
            desk.notifier.tell(reply, "The file is in our direct messages.")


def _state(desk: Desk, search: LogSearch, asked: Asked, job: Job) -> SearchState | None:
    """The ended search, or None: then the job comes back later. `BotError` if there will be none."""
    search_id, turn = str(job.payload["search_id"]), int(job.payload["turn"])
    reply, place = Reply(**job.payload["reply"]), job.id.partition(":")[2]
    try:
        state = search.poll(search_id)
    except AwayError as away:
        _waits(desk, job, reply, away)
        return None
    except BotError:
        if search_id != asked.search_id:  # this is the second one already
            raise
        try:
            search_id = begin(desk, search, asked.bound)
        except (LaterError, AwayError) as error:
            _waits(desk, job, reply, error)
            return None
        desk.jobs.put(file_job(asked, place, reply, search_id=search_id, turn=0), delay(0))
        return None
    if state.status is SearchStatus.COMPLETE:
        return state
    if state.status.ended or waited(turn) > PATIENCE:
        raise BotError("The rows could not be fetched for the file. Ask again.")
    desk.jobs.put(
        file_job(asked, place, reply, search_id=search_id, turn=turn + 1), delay(turn + 1)
    )
    return None


def _waits(desk: Desk, job: Job, reply: Reply, why: LaterError | AwayError) -> None:
    """Come back for a place among AWS's queries, or for AWS; whoever wants the file is told once."""
    before = float(job.payload.get("waiting", 0.0))
    away = isinstance(why, AwayError)
    seconds = why.seconds if isinstance(why, LaterError) else AWAY_SECONDS
    if before + seconds > PATIENCE:
        raise BotError(f"{AWAY} {why}" if away else NO_PLACE)
    if not before:
        desk.notifier.tell(reply, WAITING_FOR_AWS if away else WAITING)
    payload = {**job.payload, "waiting": before + seconds}
    desk.jobs.put(Job(job.kind, job.id, payload), seconds)


def _upload(desk: Desk, asked: Asked, state: SearchState, place: str) -> None:
    columns = in_order(state.rows, asked.columns)
    answer = asked.answer
    name = f"{answer.command.partition(' ')[0]}-{answer.start:%Y%m%dT%H%M%SZ}.csv"
    channel, thread = asked.reply.channel, asked.ts or None
    if place != THREAD:
        channel, thread = desk.notifier.direct(place), None
    desk.notifier.upload(channel, thread, name, answer.title, csv_text(columns, state.rows))
