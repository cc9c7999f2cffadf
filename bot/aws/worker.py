"""The function that works: jobs from the queues, ticks, and alarms of CloudWatch.

Importing it is light. What it works with is wired when the first event comes, and kept.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Protocol

from bot import telemetry
from bot.config import FunctionSettings

if TYPE_CHECKING:
    from bot.aws.work import Work

_lock = threading.Lock()
_work: Work | None = None


class Context(Protocol):
    """What Lambda passes beside the event, as far as it is used."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is stopped."""
        ...


def handler(event: Any, context: Context) -> dict[str, Any] | None:
    """Do what the event asks for. Messages of SQS that must come again are named in the answer.

    Raises what went wrong if nothing can be done at all: settings, secrets or rules are missing, or
    AWS does not answer. Then everything comes again, and ends in the queue of the dead.
    """
    work = _wired()
    return work.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)


def _wired() -> Work:
    """What the function works with: made once for a process, by whoever comes first."""
    global _work
    with _lock:
        if _work is None:
            from bot.aws.work import wire  # here, so that a broken part is this event's failure

            telemetry.configure(stage=os.environ.get("SIEM_STAGE", ""))
            _work = wire(FunctionSettings.from_environ(os.environ))
        return _work
