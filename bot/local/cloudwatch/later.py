"""An answer that a worker process makes ready: nobody's thread waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.engine.workers import Running


@dataclass(frozen=True, slots=True)
class Later:
    """The run to wait for, and what makes the answer once it has ended.

    `answer` raises `ApiError`, or `BotError` where the run ended badly.
    """

    running: Running[Any]
    answer: Callable[[], dict[str, Any]]
