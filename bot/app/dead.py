"""What becomes of a job that failed too often: whoever waits for it is told, and nothing is silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.app import documents
from bot.app.desk import Watch
from bot.app.detect import fail, watch_rules
from bot.app.ops import Ops
from bot.app.ports import Job, Reply
from bot.app.reported import REPORTED
from bot.app.running import give_up
from bot.app.trouble import note_trouble
from bot.errors import FailedError, name_of

GAVE_UP = "gave-up"
"""The job that tells of another one."""

_LAST = (GAVE_UP, "trouble")
"""Jobs that tell of trouble: when they fail too, only the log can."""


class StoppedError(Exception):
    """A job was stopped each time before it ended: it took too long, or too much memory."""


def gave_up(job: Job, error: Exception, once: str) -> Job:
    """The job that tells of one that failed too often. `once` makes this end one end."""
    about = {"kind": job.kind, "id": job.id, "payload": dict(job.payload)}
    return Job(GAVE_UP, once, {"job": about, "error": name_of(error)})


def handlers(watch: Watch, ops: Ops) -> Mapping[str, Callable[[Job], None]]:
    """The handler of `gave-up`."""
    tell = on_dead(watch, ops)

    def told(job: Job) -> None:
        tell(Job(**job.payload["job"]), FailedError(job.payload["error"]))

    return {GAVE_UP: told}


def on_dead(watch: Watch, ops: Ops) -> Callable[[Job, Exception], None]:
    """What to do with a job that failed too often: say so where people look for its result."""
    return partial(_tell, watch, ops)


def _tell(watch: Watch, ops: Ops, job: Job, error: Exception) -> None:
    """A person who waits hears of it, a rule is failing, and of all else the bot has trouble."""
    if job.kind in _LAST:
        return
    if _is_watched(watch, job):
        rule = next(rule for rule in watch_rules(watch) if rule.id == job.id)
        fail(
            watch,
            rule,
            f"Something went wrong in the bot ({name_of(error)}); its log says what, under "
            f"detect {job.id}.",
        )
    elif not (give_up(watch.desk, job, error) or _digest(watch, job, error)):
        note_trouble(ops, job.kind, job.id, name_of(error))


def _is_watched(watch: Watch, job: Job) -> bool:
    return job.kind == "detect" and any(rule.id == job.id for rule in watch_rules(watch))


def _digest(watch: Watch, job: Job, error: Exception) -> bool:
    """Tell whoever asked for a digest that it does not come; False if nobody did."""
    if job.kind != "digest":
        return False
    reported = documents.read(watch.desk.store, REPORTED, job.id)
    if reported is None or not reported.asked_by:
        return False
    watch.desk.notifier.tell(
        Reply(reported.channel, reported.asked_by),
        f"The digest could not be made ({name_of(error)}); the bot's log says why, under {job.id}.",
    )
    return True
