"""A clock that tests and people can move: ahead, back, to a moment, or stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.errors import BotError


class MovableClock:
    """The clock that it is given, until somebody moves it. Safe to use from many threads."""

    def __init__(self, base: Callable[[], datetime]) -> None:
        """Say what `base` says, for now."""
        self._base = base
        self._lock = threading.Lock()
        self._ahead = timedelta(0)
        self._standing: datetime | None = None

    def __call__(self) -> datetime:
        """The time."""
        with self._lock:
            return self._now()

    @property
    def stands(self) -> bool:
        """Whether it was stopped."""
        return self._standing is not None

    def advance(self, seconds: float) -> None:
        """Move it ahead, or back. `BotError` for a time that no calendar has."""
        with self._lock:
            try:
                moment = self._now() + timedelta(seconds=seconds)
            except OverflowError as error:
                raise _no_such_time() from error
            self._move(moment)

    def set(self, moment: datetime) -> None:
        """Move it to a moment, from where it goes on as it did. `BotError` as for `advance`."""
        with self._lock:
            self._move(moment.astimezone(UTC))

    def stand(self, *, still: bool) -> None:
        """Stop it where it is, or let it go on from there."""
        with self._lock:
            now = self._now()
            self._standing = now if still else None
            self._ahead = now - self._base()

    def _now(self) -> datetime:
        return self._base() + self._ahead if self._standing is None else self._standing

    def _move(self, moment: datetime) -> None:
        if not 1970 <= moment.year <= 9998:  # windows that end a little later must exist too
            raise _no_such_time()
        if self._standing is None:
            self._ahead = moment - self._base()
        else:
            self._standing = moment


def _no_such_time() -> BotError:
    return BotError("The clock cannot stand there: the years are 1970 to 9998.")
