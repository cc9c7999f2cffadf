"""Runs the job of one SQS message: never beside itself, again after a failure, set aside at last.

What SQS does by itself: it delivers a message that was not deleted again when its visibility ends,
longer than the function may take; and one that was delivered more than `maxReceiveCount` times goes
to the queue of the dead (Amazon SQS Developer Guide, "Using dead-letter queues"). That number must
be `ATTEMPTS + 1`: the last delivery does not run the job, it sees to it that the end is told.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from bot import telemetry
from bot.app import lease
from bot.app.dead import GAVE_UP, StoppedError, gave_up
from bot.app.lease import Lease
from bot.app.ports import Clock, Job, Meter, Silent, Store
from bot.aws.events import NoJobError, decode
from bot.aws.sqs_jobs import Message, SqsJobs, encode, whole_seconds
from bot.errors import BotError, LaterError

log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[Job], None]

ATTEMPTS = 5
"""Tries before a job is set aside, as on a laptop."""

SLICE = 25.0
"""Seconds that must be left before a job is begun: no job works for longer than some 20."""

BUSY = 2
"""Seconds until a job is tried again whose like is running."""

BACKOFF = (2, 10, 45, 120)
"""Seconds from a failed try to the next. Together they outlast a short fault of what a job needs."""

GRACE = timedelta(seconds=10)
"""How much longer than the function a lease lives: clocks differ."""

_KNOWN_DEAD = timedelta(days=1)


class JobRunner:
    """Runs messages' jobs. Safe to use from many threads and processes: leases are in the store."""

    def __init__(
        self,
        jobs: SqsJobs,
        store: Store,
        handlers: Mapping[str, Handler],
        clock: Clock,
        backoff: Callable[[int], int] = lambda attempt: BACKOFF[min(attempt, len(BACKOFF)) - 1],
        *,
        meter: Meter | None = None,
    ) -> None:
        """`handlers` has one for each kind. `backoff` is how long after which attempt it is tried."""
        self._jobs = jobs
        self._store = store
        self._handlers = handlers
        self._clock = clock
        self._backoff = backoff
        self._meter: Meter = Silent() if meter is None else meter

    def run(self, message: Message, left: Callable[[], float]) -> bool:
        """Do what the message asks for, with `left()` seconds until the function is stopped.

        True if the message is done with. False: it must come again, or go to the dead.
        """
        number = message.attempts + message.received
        try:
            job = decode(message.body)
        except NoJobError as error:
            return self._set_aside(message, Job("unreadable", message.id, {}), error)
        if job.kind not in self._handlers:
            return self._set_aside(message, job, NoJobError("nobody does jobs of this kind"))
        if number > ATTEMPTS:
            return self._set_aside(message, job, StoppedError())
        went_wrong = self._try(message, job, left)
        if isinstance(went_wrong, LaterError):
            return self._again(message, job, went_wrong, number - 1)
        if went_wrong is not None:
            return self._failed(message, job, number, went_wrong)
        return True

    def _try(self, message: Message, job: Job, left: Callable[[], float]) -> Exception | None:
        """Run the job, if there is time for it and nobody else does; what went wrong, or None."""
        if left() < SLICE:
            return _NotNowError("there is too little time left", 0)
        try:
            held = self._take(message, job, left())
            if held is None:
                return _NotNowError("its like is running", BUSY)
        except _RedundantError:
            return None
        except LaterError as later:
            return _NotNowError(str(later), later.seconds)
        wait: LaterError | None = None
        try:
            self._handle(message, job)
        except LaterError as later:
            wait = later
        except Exception as error:  # noqa: BLE001 - see below
            # The outermost edge of a job: whatever went wrong, it is in the job's line of the log, and
            # the job is tried again or told.
            return error
        finally:
            self._release(message, job, held, wait)
        return wait

    def _handle(self, message: Message, job: Job) -> None:
        """Run the handler, within the job's line of the log."""
        broke = partial(self._meter.add, "job_errors")
        number = message.attempts + message.received
        with telemetry.job_line(job.kind, job.id, number, broke, message=message.id):
            self._handlers[job.kind](job)

    def _again(self, message: Message, job: Job, later: LaterError, attempts: int) -> bool:
        """Send the job anew, since this delivery was no attempt, and be done with the message.

        A crash in between leaves both, and one of them finds nothing to do.
        """
        waits = message.waits if isinstance(later, _NotNowError) else message.id
        try:
            self._jobs.send(job, whole_seconds(later.seconds), attempts, waits)
        except (ClientError, BotoCoreError):
            log.exception("job %s %s cannot be sent again: its message stays", job.kind, job.id)
            return False
        return True

    def _failed(self, message: Message, job: Job, number: int, error: Exception) -> bool:
        if number >= ATTEMPTS:
            return self._set_aside(message, job, error)
        self._hide(message, self._backoff(number))
        return False

    def _set_aside(self, message: Message, job: Job, error: Exception) -> bool:
        """Have the end told, once, and let the message go to the dead: it comes until it is there."""
        if job.kind == GAVE_UP:
            log.error("nobody could be told that job %s failed", job.id)
        elif self._is_new(message):
            why = str(error) if isinstance(error, NoJobError) else type(error).__name__
            log.error("job %s %s is set aside: %s", job.kind[:80], job.id[:150], why)
            self._meter.add("dead_jobs")
            try:
                self._jobs.put(gave_up(job, error, message.id))
            except (ClientError, BotoCoreError):
                self._store.delete(_dead(message))
                raise
        self._hide(message, 0)
        return False

    def _is_new(self, message: Message) -> bool:
        """Whether nobody has told of this message yet; from now on somebody has."""
        until = self._clock() + _KNOWN_DEAD
        return bool(self._store.put(_dead(message), {}, 0, expires=until))

    def _hide(self, message: Message, seconds: int) -> None:
        if not message.queue:
            return
        try:
            self._jobs.hide(message, seconds)
        except (ClientError, BotoCoreError) as error:
            # It comes all the same, only later: when the queue's own time is over.
            log.warning("a message cannot be hidden: %s", type(error).__name__)

    def _take(self, message: Message, job: Job, left: float) -> Lease | None:
        """Become the only one of this kind and id for as long as the job runs; None if another is.

        The lease ends after the function does, so that nobody runs beside a function that lives;
        and before the message of one that was killed comes again. Raises `_RedundantError` if the
        same job waits to come back: then this message is one too many.
        """
        now, seconds = self._clock(), left + GRACE.total_seconds()
        taken = lease.take(self._store, _name(job), message.id, now, seconds)
        held = None if taken is not None else lease.look(self._store, _name(job))
        if held is None:
            return taken
        # It comes back; or it stayed, because it could not be sent anew.
        if held.holder in (_waiting(message.waits, job), _waiting(message.id, job)):
            return lease.extend(self._store, replace(held, holder=message.id), now, seconds)
        if held.holder.endswith(_waiting("", job)):
            log.info("job %s %s is one too many: its like waits", job.kind, job.id)
            raise _RedundantError
        return None

    def _release(self, message: Message, job: Job, held: Lease, wait: LaterError | None) -> None:
        """Give the lease back, or note on it that the job waits, with what and for how long."""
        now = self._clock()
        try:
            if wait is None:
                lease.release(self._store, held, now)
                return
            seconds = whole_seconds(wait.seconds) + GRACE.total_seconds()
            waits = replace(held, holder=_waiting(message.id, job))
            lease.extend(self._store, waits, now, seconds)
        except (LaterError, BotError) as error:
            # What is done is done. Others of its kind and id wait until the lease is over.
            log.warning("a lease stays until it ends: %s", error)


class _NotNowError(LaterError):
    """The job was not begun, so nothing is known of how long it has to wait."""


class _RedundantError(Exception):
    """The same job waits already."""


def _name(job: Job) -> str:
    return f"job:{job.kind}:{job.id}"


def _waiting(message_id: str, job: Job) -> str:
    """Who holds the lease of a job that waits: the message that had it, and what the job is."""
    return f"{message_id} waits with {hashlib.sha256(encode(job).encode()).hexdigest()}"


def _dead(message: Message) -> str:
    return f"dead:{message.id}"
