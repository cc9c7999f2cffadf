"""One call in the demo's traffic, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local.traffic_calls import Call
from bot.local.traffic_identities import Caller

REACH = 5
"""Minutes after its first in which a piece of work makes its last call, at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """A call, `second` seconds (below 300) after the minute in which the work begins."""

    second: int
    caller: Caller
    call: Call
