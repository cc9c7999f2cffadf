"""The kinds of document that use cases keep, and how older ones are written again as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.app.admission import CALLS, RUNNING
from bot.app.alarms import ALARMS
from bot.app.asked import ASKED
from bot.app.detect import RUNS
from bot.app.documents import Kind, rewrite
from bot.app.kept import ALERTS, WATERMARKS
from bot.app.ports import Store
from bot.app.record import CURRENT, LEDGER
from bot.app.report import PLANNED
from bot.app.reported import REPORTED
from bot.app.spending import HOURS
from bot.app.trouble import TROUBLE
from bot.errors import BotError

KINDS: tuple[Kind[Any], ...] = (
    ALARMS,
    ALERTS,
    ASKED,
    CALLS,
    CURRENT,
    HOURS,
    LEDGER,
    PLANNED,
    REPORTED,
    RUNNING,
    RUNS,
    TROUBLE,
    WATERMARKS,
)

_BY_NAME = {kind.name: kind for kind in KINDS}


def relist(store: Store, keys: Iterable[str]) -> int:
    """Write these documents again in today's form, into the lists where they stand today.

    How many were written. What cannot be read stays as it is: who asks for it is told.
    """
    written = 0
    for key in list(keys):
        name, _, ident = key.partition(":")
        kind = _BY_NAME.get(name)
        if kind is None:
            continue
        try:
            written += rewrite(store, kind, ident)
        except BotError:
            continue
    return written
