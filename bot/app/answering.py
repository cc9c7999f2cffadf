"""The jobs that asking makes, each with its handler."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bot.app.desk import Desk
from bot.app.files import put_file, share
from bot.app.ports import Handler, LogSearch
from bot.app.running import follow, run
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
