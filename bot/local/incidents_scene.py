"""Where an incident's script puts its calls: who does what, so many seconds after it begins."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.local.traffic_calls import Call
from bot.local.traffic_draw import Draw
from bot.local.traffic_identities import Caller
from bot.local.traffic_step import Step


@dataclass(slots=True)
class Scene:
    """One performance of the incident `name`, which begins at `start`, with the people of `seed`."""

    name: str
    seed: int
    start: datetime
    steps: list[Step] = field(default_factory=list)
    draw: Draw = field(init=False)

    def __post_init__(self) -> None:
        self.draw = Draw(f"{self.name}:{self.seed}:{self.start:%Y-%m-%dT%H:%M:%S.%f}")

    def does(self, second: int, caller: Caller, call: Call) -> None:
        """The caller makes the call so many seconds after the start; before it, if negative."""
        self.steps.append(Step(second, caller, call))

    def ago(self, **span: int) -> datetime:
        """A moment before the start, such as `hours=3`."""
        return self.start - timedelta(**span)

    def stranger(self) -> str:
        """An address that nobody of the demo's traffic uses."""
        return f"203.0.113.{self.draw.whole(100, 119)}"


def elsewhere(caller: Caller, address: str, agent: str) -> Caller:
    """The same credentials in other hands."""
    return replace(caller, address=address, agent=agent)
