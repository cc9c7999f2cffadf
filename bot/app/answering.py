"""The jobs that asking makes, each with its handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.app.desk import Desk
from bot.app.files import put_file, share
from bot.app.ports import Handler, Job, LogSearch
from bot.app.running import follow, give_up, run
from bot.app.saying import say


def job_handlers(desk: Desk, search: LogSearch) -> Mapping[str, Handler]:
    """The handler for each kind of job that asking makes."""
    return {
        "ask": partial(run, desk, search),
        "follow": partial(follow, desk, search),
        "csv": partial(put_file, desk, search),
        "share": partial(share, desk),
        "say": partial(say, desk),
    }


def on_dead(desk: Desk) -> Callable[[Job, Exception], None]:
    """What to do with a job that failed too often: its message says so instead of going on."""

    def tell(job: Job, error: Exception) -> None:
        give_up(desk, job, error)

    return tell
