"""Slack's rate limits: how often each method may be called, and how often a channel posted to.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

TIERS: Mapping[int, int] = {1: 1, 2: 20, 3: 50, 4: 100, 0: 300}
"""Calls a minute of each tier. 0 stands for *special*: `several hundred` for posting; chosen: 300."""

FIRST_TIER_BURST = 10
"""Calls of a method of tier 1 that may come together: as many as connections of Socket Mode."""

POSTS_PER_SECOND = 1.0
"""Messages that may be posted to one channel."""


@dataclass(slots=True)
class Bucket:
    """Calls that may be made now; it fills as time goes by, up to `size`."""

    size: float
    per_second: float
    left: float
    seen: float

    def take(self, now: float) -> float:
        """Use one; 0, or the seconds after which there will be one."""
        self.left = min(self.size, self.left + (now - self.seen) * self.per_second)
        self.seen = now
        if self.left >= 1 - 1e-9:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.per_second


@dataclass(slots=True)
class Rates:
    """The limits of one workspace. Off, nothing is counted.

    `burst` is how many messages may be posted to a channel at once before one a second is held to:
    Slack tolerates short bursts and does not say how long; 1 is the strictest reading.
    """

    timer: Callable[[], float]
    on: bool = False
    burst: int = 1
    _methods: dict[str, Bucket] = field(default_factory=dict)
    _channels: dict[str, Bucket] = field(default_factory=dict)

    def call(self, method: str, tier: int) -> int:
        """Count a call; 0, or the `Retry-After` in whole seconds."""
        if not self.on:
            return 0
        size = FIRST_TIER_BURST if tier == 1 else TIERS[tier]
        return self._take(self._methods, method, size, TIERS[tier] / 60)

    def post(self, channel: str) -> int:
        """Count a message to a channel; 0, or the `Retry-After` in whole seconds."""
        if not self.on:
            return 0
        return self._take(self._channels, channel, self.burst, POSTS_PER_SECOND)

    def _take(self, buckets: dict[str, Bucket], key: str, size: float, speed: float) -> int:
        now = self.timer()
        bucket = buckets.setdefault(key, Bucket(size, speed, size, now))
        return math.ceil(bucket.take(now) - 1e-9)

    def forget(self) -> None:
        """Start counting anew."""
        self._methods.clear()
        self._channels.clear()
