"""Tells, once each, what of the files could not be read: a query's answer has no place for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from bot.engine.troubles import Trouble

log = logging.getLogger(__name__)

MOST = 1_000
"""Different troubles that are told; then one that there are more."""


class Unread:
    """What was told already. Safe to use from many threads."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self._lock = threading.Lock()
        self._told: set[tuple[str, str]] = set()

    def tell(self, troubles: Iterable[Trouble]) -> None:
        """Log those that are new."""
        for trouble in troubles:
            with self._lock:
                key = (trouble.path, trouble.why)
                if key in self._told or len(self._told) > MOST:
                    continue
                self._told.add(key)
                over = len(self._told) > MOST
            if over:
                log.warning("more could not be read that is not listed")
            else:
                log.warning("%s", trouble)
