"""The demo's incidents: each is started by a person, and leads to an alert that can be judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.local.incidents_keys import instance_key_stops_the_trail, leaked_key_writes
from bot.local.incidents_scene import Scene
from bot.local.incidents_signins import bucket_is_opened, root_signs_in
from bot.local.traffic import Delivered
from bot.local.traffic_calls import record

_LATE = 2_000
"""Milliseconds from an event to its delivery. CloudTrail takes minutes; nobody waits for a demo."""

_FIRST, _APART = 500, 100
"""Milliseconds after the start at which what happened before it is delivered, one after the other."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happens in the demo's account. `rule` is the id of the rule that tells of it.

    `also` are the ids of other rules that tell of the same thing. `story` is one sentence.
    """

    id: str
    title: str
    story: str
    rule: str
    script: Callable[[Scene], None]
    also: tuple[str, ...] = ()

    def events(self, start: datetime, seed: int) -> list[Delivered]:
        """What happens when it begins at `start` (aware), in the order of its delivery.

        The same arguments give the same events. Some happened in the minutes before `start`; none
        is delivered before it. `seed` is that of the traffic, so that its people and keys are
        the ones that act.
        """
        start = start.astimezone(UTC)
        scene = Scene(self.id, seed, start)
        self.script(scene)
        begun = (start - _EPOCH) // timedelta(milliseconds=1)
        made = []
        for i, step in enumerate(sorted(scene.steps, key=lambda step: step.second)):
            at = start + timedelta(seconds=step.second)
            happened = (at.replace(microsecond=0) - _EPOCH) // timedelta(milliseconds=1)
            delivered = begun + max(step.second * 1000 + _LATE, _FIRST + i * _APART)
            message = record(step.caller, step.call, at, f"{seed}:{self.id}:{begun}:{i}")
            made.append(Delivered(delivered, happened, message))
        return sorted(made)

    def lasts(self, start: datetime, seed: int) -> timedelta:
        """From `start` to the delivery of the last event."""
        last = self.events(start, seed)[-1].delivered
        return timedelta(milliseconds=last) - (start - _EPOCH)


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        "leaked-key",
        "A leaked key writes to a bucket",
        "The key of the backup job is used from an address that was never seen, looks around, and"
        " within a minute replaces a release.",
        "s3-writes",
        leaked_key_writes,
    ),
    Incident(
        "trail-stopped",
        "The trail is stopped",
        "Credentials of a web server are used from outside, and what they do last is to stop the"
        " record of what is done.",
        "trail-stopped",
        instance_key_stops_the_trail,
    ),
    Incident(
        "root-without-mfa",
        "Root signs in without MFA",
        "After two failed attempts somebody signs in as root with nothing but the password.",
        "console-login-without-mfa",
        root_signs_in,
        also=("root-used",),
    ),
    Incident(
        "bucket-opened",
        "A bucket is opened to the world",
        "A developer lets everybody read a bucket in order to share one file, and strangers find"
        " it.",
        "bucket-opened",
        bucket_is_opened,
    ),
)
