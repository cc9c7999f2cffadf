"""Messages that wait for their time (https://docs.slack.dev/reference/methods/chat.scheduleMessage)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

LATEST = 120 * 86_400
"""Seconds ahead that a message can be scheduled."""

MOST = 30
"""Messages for one channel within five minutes."""

SPAN = 300


@dataclass(slots=True)
class Later:
    """One message that waits."""

    id: str
    channel: str
    post_at: int
    created: int
    body: dict[str, Any]
    thread: str | None = None
    broken: bool = False
    """It has metadata, and so never is posted: a fault of Slack that its page warns of."""


@dataclass(slots=True)
class Scheduled:
    """All that wait, by id."""

    waiting: dict[str, Later] = field(default_factory=dict)
    keep: Callable[..., None] = lambda *_, **__: None
    """Writes one that is new, or forgets one that is `gone`, where there is such a place."""

    def add(self, later: Later) -> None:
        """One more waits."""
        self.waiting[later.id] = later
        self.keep(later, gone=False)

    def take(self, key: str) -> Later | None:
        """The message, which waits no more; None if it did not."""
        later = self.waiting.pop(key, None)
        if later is not None:
            self.keep(later, gone=True)
        return later

    def crowded(self, channel: str, post_at: int) -> bool:
        """Whether a message for then would be one too many for its five minutes."""
        near = [
            each
            for each in self.waiting.values()
            if each.channel == channel and each.post_at // SPAN == post_at // SPAN
        ]
        return len(near) >= MOST
