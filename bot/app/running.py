"""The jobs that run a search and keep its message up to date. Each may run twice, and resumes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from bot.app.answer import Answer, WaitsFor, fit
from bot.app.asked import Asked, change, look_up
from bot.app.binding import bound
from bot.app.columns import in_order
from bot.app.desk import Desk
from bot.app.ports import Job, LogSearch, Reply, SearchState, SearchStatus, UnseenError
from bot.app.searching import begin
from bot.app.spending import spend
from bot.errors import AwayError, BotError, LaterError, UncertainError, name_of

PATIENCE = 900.0
"""Seconds that a search may take. Someone waits for it; CloudWatch itself would go on for an hour."""

EDIT_EVERY = 2.0
"""Seconds between two edits of a message while its search runs."""

WORTH_SAYING = 10.0
"""Seconds from which on a wait is worth words."""

NO_PLACE = (
    "No place among AWS's queries came free within 15 minutes: dashboards, scheduled queries and rules "
    "have them all. Ask again later."
)

NO_TURN = (
    "CloudWatch Logs allowed no look at the search for 15 minutes: other programs ask it too often. "
    "Ask again later."
)

AWAY = "CloudWatch Logs was away for 15 minutes."

AWAY_SECONDS = 10.0
"""Until AWS is asked again that did not answer."""

TOO_LONG = "The search took over 15 minutes, so it was stopped. Ask for a shorter window."

_ENDS = {
    SearchStatus.FAILED: "CloudWatch Logs could not finish the search. Ask again.",
    SearchStatus.CANCELLED: "Somebody stopped the search in CloudWatch Logs. Ask again.",
    SearchStatus.TIMEOUT: (
        "CloudWatch Logs gave up on the search, because it took too long. "
        "Ask again for a shorter window."
    ),
}


def delay(turn: int) -> float:
    """Seconds before the poll of this turn: 0.3 at first, growing to 2."""
    return min(0.3 * 1.5 ** min(turn, 9), 2.0)


def waited(turn: int) -> float:
    """Seconds from the start to the poll of this turn, had all else taken no time.

    The clock is not asked: it may stand still, where old logs are served as if it were then.
    """
    return sum(map(delay, range(turn + 1)))


def run(desk: Desk, search: LogSearch, job: Job) -> None:
    """The job `ask`: bind the question, show that it runs, start the search, hand over to `follow`."""
    asked = look_up(desk.store, job.id)
    if asked is None or asked.answer.state != "running":
        return _end(desk, asked)
    if asked.search is None:
        try:
            asked = _changed(desk, bound(desk, asked))
        except BotError as error:
            # Nothing is shown yet. What cannot run for an alert is said there, beside the question.
            return _fail(desk, asked if asked.item else _shown(desk, asked), str(error))
        if asked.about:
            desk.jobs.put(Job("answered", asked.id, {}))
    asked = _shown(desk, asked)
    if asked.search_id or _started(desk, search, asked):
        _wait(desk, job.id, 0)
    return None


def follow(desk: Desk, search: LogSearch, job: Job) -> None:
    """The job `follow`: look how far the search is, show it, and come back later or end."""
    asked = look_up(desk.store, job.id)
    if asked is None or asked.answer.state != "running":
        return _end(desk, asked)
    turn = int(job.payload["turn"])
    state = _looked_at(desk, search, asked, turn)
    if state is not None:
        if asked.answer.waiting:
            asked = _changed(desk, replace(asked, answer=_going_on(asked)))
        _go_on(desk, search, asked, state, turn)
    return None


def _looked_at(desk: Desk, search: LogSearch, asked: Asked, turn: int) -> SearchState | None:
    """Where the search stands; None if that is not known now, and all that follows is arranged."""
    try:
        return search.poll(asked.search_id)
    except LaterError as later:
        _wait_on(desk, asked, later, "turn")
    except AwayError as away:
        _wait_on(desk, asked, away, "away")
    except BotError as error:
        # A search can be lost: the machine that ran it has restarted. Once is bad luck.
        if asked.restarts:
            _fail(desk, asked, str(error))
        elif _started(desk, search, replace(asked, restarts=1)):
            _wait(desk, asked.id, turn)
    return None


def _go_on(desk: Desk, search: LogSearch, asked: Asked, state: SearchState, turn: int) -> None:
    """End the answer, or show how far its search is and come back."""
    if state.status is SearchStatus.COMPLETE:
        _finish(desk, asked, state)
    elif state.status.ended:
        _fail(desk, asked, _ENDS[state.status])
    elif waited(turn) > PATIENCE:
        # It has taken long enough, whether or not AWS hears that.
        with suppress(BotError, LaterError):
            search.stop(asked.search_id)
        _fail(desk, asked, TOO_LONG)
    else:
        if waited(turn) // EDIT_EVERY > waited(turn - 1) // EDIT_EVERY:
            _show_progress(desk, asked, state)
        _wait(desk, asked.id, turn + 1)


def give_up(desk: Desk, job: Job, error: Exception) -> bool:
    """Say that a job failed too often for a reason that nobody expected; the log has it.

    False if no person waits for it.
    """
    words = (
        f"Something went wrong in the bot ({name_of(error)}); its log says what, under "
        f"{job.id}. Try again."
    )
    if "response_url" in job.payload.get("reply", job.payload):  # it was for a person who clicked
        desk.notifier.tell(Reply(**job.payload.get("reply", job.payload)), words)
        return True
    asked = look_up(desk.store, job.id)
    if asked is None or asked.answer.state != "running":
        return False
    _fail(desk, asked, words)
    return True


def _shown(desk: Desk, asked: Asked) -> Asked:
    """The question with its message posted. What was posted before a crash is found, if it may be."""
    if asked.answer.private:
        if asked.posting:
            return asked
        asked = _changed(desk, replace(asked, posting=True))
        desk.notifier.whisper(asked.reply, asked.answer)
        return asked
    if asked.ts:
        return asked
    ts = None
    if asked.posting:
        try:
            ts = desk.notifier.find(asked.reply.channel, asked.answer, asked.thread)
        except UnseenError:
            asked = replace(asked, answer=replace(asked.answer, repeated=True))
    return _posted(desk, asked) if ts is None else _changed(desk, replace(asked, ts=ts))


def _posted(desk: Desk, asked: Asked) -> Asked:
    """The question with a new message, or for the person alone where the channel takes none."""
    asked = _changed(desk, replace(asked, posting=True))
    try:
        ts = desk.notifier.post(asked.reply.channel, asked.answer, asked.thread)
    except LaterError as later:
        # Kept as *posting* only if it may have been posted: then it is looked for.
        posting = isinstance(later, UncertainError)
        _warn(desk, _changed(desk, replace(asked, posting=posting, warned=True)), asked, later)
        raise
    except BotError as error:
        # The channel takes no message from the bot: then the person gets the answer alone.
        if asked.reply.user:
            desk.notifier.tell(asked.reply, for_you_alone(error))
        answer = replace(asked.answer, private=True, alone=str(error), repeated=False)
        return _changed(desk, replace(asked, answer=answer))
    return _changed(desk, replace(asked, ts=ts))


def _warn(desk: Desk, asked: Asked, before: Asked, later: LaterError) -> None:
    """Say once that the answer comes late. An address to reply to works where the bot's token does
    not; where nothing works, the answer itself will have to do."""
    if not before.warned and asked.reply.response_url and later.seconds >= WORTH_SAYING:
        with suppress(BotError, LaterError):
            desk.notifier.tell(asked.reply, late(later))


def for_you_alone(why: BotError) -> str:
    """That the channel takes no answer."""
    return f"{why} So the answer is for you alone."


def late(later: LaterError) -> str:
    """That the chat takes no answer for the moment."""
    return f"The answer cannot be posted yet: {later}. It comes by itself."


def _started(desk: Desk, search: LogSearch, asked: Asked) -> bool:
    """Start the search and keep its id; if it cannot run, say so and return False.

    Where there is no place for it, that is said, and `LaterError` has the job come back.
    """
    try:
        search_id = begin(desk, search, asked.bound)
    except LaterError as later:
        _wait_on(desk, asked, later, "place")
        return False
    except AwayError as away:
        _wait_on(desk, asked, away, "away")
        return False
    except BotError as error:
        _fail(desk, asked, str(error))
        return False
    answer = replace(_going_on(asked), link=search.link(asked.bound))
    _changed(desk, replace(asked, answer=answer, search_id=search_id))
    return True


def _wait_on(desk: Desk, asked: Asked, why: LaterError | AwayError, waits_for: WaitsFor) -> None:
    """Say, once, what holds the search up, and come back: raise `LaterError`.

    An answer that has waited long enough ends instead. A short wait for a turn is not worth words.
    """
    before = asked.answer
    seconds = why.seconds if isinstance(why, LaterError) else AWAY_SECONDS
    waiting = before.waiting + seconds
    if waiting > PATIENCE:
        ends = {"place": NO_PLACE, "turn": NO_TURN, "away": f"{AWAY} {why}"}
        return _fail(desk, asked, ends[waits_for])
    problem = str(why) if waits_for == "away" else ""
    answer = replace(before, waiting=waiting, waits_for=waits_for, problem=problem)
    change(desk.store, asked.id, lambda stored: replace(stored, answer=answer))
    said = before.waiting > 0.0 and before.waits_for == waits_for
    if waits_for == "turn":
        said = not before.waiting < WORTH_SAYING <= waiting
    if not said:
        with suppress(BotError):
            if before.private:
                desk.notifier.whisper(asked.reply, answer)
            else:
                desk.notifier.edit(asked.reply.channel, asked.ts, answer)
    raise LaterError(str(why), seconds) from why


def _going_on(asked: Asked) -> Answer:
    return replace(asked.answer, waiting=0.0, waits_for="place", problem="")


def _wait(desk: Desk, answer_id: str, turn: int) -> None:
    desk.jobs.put(Job("follow", answer_id, {"turn": turn}), delay(turn))


def _show_progress(desk: Desk, asked: Asked, state: SearchState) -> None:
    """Show what has been scanned so far. Nothing is stored: the next poll knows more."""
    if not asked.answer.private:
        with suppress(BotError):  # what cannot be shown now is shown at the end, somewhere
            desk.notifier.edit(asked.reply.channel, asked.ts, _counted(asked, state).answer)


def _finish(desk: Desk, asked: Asked, state: SearchState) -> None:
    spend(desk, state.statistics)
    counted = _counted(asked, state)
    columns = in_order(state.rows, asked.columns)
    answer = replace(
        counted.answer,
        state="done",
        limited=len(state.rows) >= asked.bound.limit,
        table=fit(columns, state.rows, asked.times),
    )
    _end(desk, _changed(desk, replace(asked, answer=answer)))


def _counted(asked: Asked, state: SearchState) -> Asked:
    statistics = state.statistics
    answer = replace(
        asked.answer,
        found=len(state.rows),
        records=statistics.records_scanned,
        bytes=statistics.bytes_scanned,
    )
    return replace(asked, answer=answer)


def _fail(desk: Desk, asked: Asked, problem: str) -> None:
    desk.meter.add("answer_errors")
    answer = replace(asked.answer, state="failed", problem=problem)
    _end(desk, _changed(desk, replace(asked, answer=answer)))


def _end(desk: Desk, asked: Asked | None) -> None:
    """Make the message show the end. Done once; again, if the job stopped before it was noted."""
    if asked is None or asked.told:
        return
    if asked.item and asked.search is None:
        pass  # it has no message: it could not run
    elif asked.answer.private or not asked.ts:
        _whisper(desk, asked)
    else:
        try:
            desk.notifier.edit(asked.reply.channel, asked.ts, asked.answer)
        except BotError as error:  # the channel has closed since: archived, or the bot was removed
            asked = replace(asked, answer=replace(asked.answer, private=True, alone=str(error)))
            _whisper(desk, asked)
    if asked.item:
        desk.jobs.put(Job("answered", asked.id, {}))
    _changed(desk, replace(asked, told=True))


def _whisper(desk: Desk, asked: Asked) -> None:
    """Show the end to whoever asked; a question that the bot asked by itself has nobody."""
    if asked.reply.user:
        desk.notifier.whisper(asked.reply, replace(asked.answer, private=True))


def _changed(desk: Desk, asked: Asked) -> Asked:
    """Store this state of the question. Files and sharing are other jobs' business and stay."""
    change(
        desk.store,
        asked.id,
        lambda stored: replace(asked, files=stored.files, shared=stored.shared),
    )
    return asked
